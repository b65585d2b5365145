/**
 * Paddle's HTTP API as its public reference describes it, as far as this product uses it. Paddle is the merchant of record: it adds the VAT
 * itself (19 % here, whoever pays), and writes the invoice. Amounts are strings in cents.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Json } from '../server/running-server.ts';
import { deliverTo, startProviderApi } from './provider-api.ts';

export const PADDLE_KEY = 'pdl_sdbx_apikey_fake_0000secret';
export const PADDLE_WEBHOOK_SECRET = 'pdl_ntfset_fake_0000webhook';
const VAT_PERCENT = 19;

export interface FakePaddle {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  readonly events: Json[];
  transaction(url: string): Json;
  pay(url: string): Json[];
  decline(url: string): Json[];
  abandon(url: string): Json[];
  refund(transactionId: string): Json[];
  chargeback(transactionId: string): Json[];
  reverseChargeback(transactionId: string): Json[];
  /** From now on refunds that we ask for are rejected on review, or not. */
  rejectRefunds(reject: boolean): void;
  /** A month later: Paddle renews every subscription, which costs nothing, and tells of it with the first payment’s custom data. */
  renewAll(): Json[];
  /** The customer ends the subscription that keeps the method, on Paddle’s page. */
  endSubscriptions(): void;
  /** From now on charges of kept methods are declined, or not. */
  declineCharges(decline: boolean): void;
  /** How often a kept method was asked. */
  charged(): number;
  /** See ProviderApi. `path`: how the address ends, "/charge". */
  between(path: string, work: () => Promise<unknown>): void;
  /** Net, in cents: captured minus given back. */
  kept(): number;
  breakNext(count: number): void;
  signed(event: Json, at?: number): { body: string; header: string };
  deliver(server: string, events: readonly Json[]): Promise<number[]>;
  stop(): Promise<void>;
}

const id = (prefix: string): string => `${prefix}_${randomBytes(13).toString('hex')}`;
const now = (): string => new Date().toISOString();
const taxOn = (net: number): number => Math.round((net * VAT_PERCENT) / 100);

export async function startFakePaddle(): Promise<FakePaddle> {
  const events: Json[] = [];
  const transactions = new Map<string, Json>();
  const adjustments: Json[] = [];
  let rejecting = false;
  let declining = false;
  let attempts = 0;
  const subscriptions = new Map<string, Json>();

  const emit = (type: string, data: Json): void =>
    void events.push({
      event_id: id('evt'),
      event_type: type,
      occurred_at: now(),
      notification_id: id('ntf'),
      data: structuredClone(data),
    });
  const totalsOf = (net: number): Json => ({
    subtotal: String(net),
    discount: '0',
    tax: String(taxOn(net)),
    total: String(net + taxOn(net)),
    grand_total: String(net + taxOn(net)),
    currency_code: 'EUR',
  });

  function create(body: Json): Json {
    const items: Json[] = body.items.map(({ quantity, price }: Json) => ({
      quantity,
      price: { id: id('pri'), quantity: { minimum: 1, maximum: 100 }, ...price },
    }));
    const netOfItem = ({ quantity, price }: Json): number => Number(price.unit_price.amount) * quantity;
    const net = items.reduce((sum, item) => sum + netOfItem(item), 0);
    const made = {
      id: id('txn'),
      status: 'ready',
      customer_id: body.customer_id ?? null,
      custom_data: body.custom_data,
      currency_code: body.currency_code,
      origin: body.origin ?? 'api',
      subscription_id: body.subscription_id ?? null,
      collection_mode: body.collection_mode,
      items,
      details: {
        tax_rates_used: [],
        totals: totalsOf(net),
        line_items: items.map((item) => ({
          id: id('txnitm'),
          price_id: item.price.id,
          quantity: 1,
          totals: totalsOf(netOfItem(item)),
          unit_totals: totalsOf(netOfItem(item)),
          product: {
            id: id('pro'),
            name: item.price.name,
            tax_category: 'standard',
            status: 'active',
            created_at: now(),
            updated_at: now(),
          },
        })),
      },
      payments: [],
      checkout: { url: '' },
      created_at: now(),
      updated_at: now(),
    };
    made.checkout.url = `${url}/pay?_ptxn=${made.id}`;
    transactions.set(made.id, made);
    return made;
  }

  function adjust(action: string, transactionId: string, net: number, reason: string, status: string): Json {
    const of = transactions.get(transactionId);
    const made = {
      id: id('adj'),
      action,
      type: 'partial',
      transaction_id: transactionId,
      customer_id: of.customer_id,
      reason,
      currency_code: of.currency_code,
      status,
      items: [],
      totals: totalsOf(net),
      created_at: now(),
      updated_at: now(),
    };
    adjustments.push(made);
    emit('adjustment.created', made);
    return made;
  }
  const netOf = (transactionId: string): number => Number(transactions.get(transactionId).details.totals.subtotal);

  function answer(method: string, path: string, query: URLSearchParams, body: Json): { status: number; reply: Json } {
    const ok = (data: Json, more: object = {}) => ({ status: 200, reply: { data, meta: { request_id: id('req'), ...more } } });
    const [, kind, name, action] = path.split('/');
    if (method === 'POST' && path === '/transactions') return ok(create(body));
    if (kind === 'transactions' && action === 'invoice') return ok({ url: `${url}/invoices/${name}.pdf` });
    if (method === 'GET' && path === '/transactions')
      return ok(
        [...transactions.values()].filter((t) => t.subscription_id === query.get('subscription_id') && t.origin === query.get('origin')),
        { pagination: { per_page: 30, next: '', has_more: false, estimated_total: 0 } },
      );
    if (method === 'GET' && path === '/subscriptions')
      return ok(
        [...subscriptions.values()].filter((s) => s.customer_id === query.get('customer_id') && s.status === query.get('status')),
        { pagination: { per_page: 50, next: '', has_more: false, estimated_total: 0 } },
      );
    if (method === 'POST' && kind === 'subscriptions' && name && action === 'charge') return charge(subscriptions.get(name), body);
    if (method === 'GET' && kind === 'transactions' && name) return ok(transactions.get(name));
    if (method === 'GET' && kind === 'adjustments')
      return ok(
        adjustments.filter((a) => a.transaction_id === query.get('transaction_id')),
        { pagination: { per_page: 50, next: '', has_more: false, estimated_total: 0 } },
      );
    if (method === 'POST' && kind === 'adjustments') {
      const net = body.type === 'full' ? netOf(body.transaction_id) : Number(body.items[0].amount);
      // Refunds wait for Paddle's approval.
      const made = adjust(body.action, body.transaction_id, net, body.reason, 'pending_approval');
      made.status = rejecting ? 'rejected' : 'approved';
      emit('adjustment.updated', made);
      return ok(made);
    }
    if (kind === 'customers' && action === 'portal-sessions')
      return ok({
        id: id('cpls'),
        customer_id: name,
        urls: { general: { overview: `${url}/portal/${name}` }, subscriptions: [] },
        created_at: now(),
      });
    return {
      status: 404,
      reply: { error: { type: 'request_error', code: 'not_found', detail: `${method} ${path}`, documentation_url: '' } },
    };
  }

  function charge(of: Json, body: Json): { status: number; reply: Json } {
    attempts += 1;
    const { id: subscription_id, customer_id, currency_code, custom_data } = of;
    const origin = 'subscription_charge';
    const made = create({ ...body, origin, subscription_id, customer_id, currency_code, custom_data, collection_mode: 'automatic' });
    if (declining) {
      made.status = 'canceled';
      emit('transaction.payment_failed', made);
      return fault(400, 'subscription_payment_declined');
    }
    complete(made);
    return { status: 200, reply: { data: of, meta: { request_id: id('req') } } };
  }
  function complete(open: Json): void {
    open.status = 'paid';
    emit('transaction.paid', open);
    Object.assign(open, { status: 'completed', invoice_number: `325-${transactions.size}` });
    emit('transaction.completed', open);
  }

  const fault = (status: number, code: string) => ({
    status,
    reply: { error: { type: 'request_error', code, detail: code, documentation_url: '' } },
  });
  const api = await startProviderApi({
    refusal: ({ header }) => (header('authorization') === `bearer ${PADDLE_KEY}` ? null : fault(403, 'authentication_malformed')),
    down: fault(503, 'service_unavailable'),
    answer: ({ method, url: at, text }) => answer(method, at.pathname, at.searchParams, text ? JSON.parse(text) : {}),
  });
  const { url } = api;
  const since = (work: () => void): Json[] => {
    const from = events.length;
    work();
    return events.slice(from);
  };
  const transaction = (page: string): Json => transactions.get(new URL(page).searchParams.get('_ptxn') ?? '');
  const signed: FakePaddle['signed'] = (event, at = Math.floor(Date.now() / 1000)) => {
    const body = JSON.stringify(event);
    return { body, header: `ts=${at};h1=${createHmac('sha256', PADDLE_WEBHOOK_SECRET).update(`${at}:${body}`).digest('hex')}` };
  };

  return {
    url,
    env: { PADDLE_API_KEY: PADDLE_KEY, PADDLE_WEBHOOK_SECRET, PADDLE_API_BASE: url },
    events,
    transaction,
    signed,
    pay: (page) =>
      since(() => {
        const open = transaction(page);
        open.customer_id ??= id('ctm');
        const { customer_id, custom_data, currency_code } = open;
        if (open.items.some(({ price }: Json) => price.billing_cycle)) {
          open.subscription_id = id('sub');
          subscriptions.set(open.subscription_id, subscription(open.subscription_id, { customer_id, custom_data, currency_code }));
        }
        complete(open);
      }),
    decline: (page) =>
      since(() => {
        const open = transaction(page);
        open.payments.unshift({
          payment_attempt_id: id('pay'),
          amount: '0',
          status: 'error',
          error_code: 'not_enough_balance',
          created_at: now(),
          method_details: { type: 'card' },
        });
        emit('transaction.payment_failed', open);
      }),
    abandon: (page) =>
      since(() => {
        const open = transaction(page);
        open.status = 'canceled';
        emit('transaction.canceled', open);
      }),
    refund: (of) => since(() => void adjust('refund', of, netOf(of), 'Requested by the buyer', 'approved')),
    chargeback: (of) => since(() => void adjust('chargeback', of, netOf(of), 'fraudulent', 'approved')),
    reverseChargeback: (of) => since(() => void adjust('chargeback_reverse', of, netOf(of), 'won', 'approved')),
    renewAll: () =>
      since(() => {
        for (const { id: subscription_id, status, ...of } of subscriptions.values()) {
          const { customer_id, custom_data, currency_code } = of;
          const price = { name: 'x', unit_price: { amount: '0', currency_code }, custom_data: null };
          const origin = 'subscription_recurring';
          if (status === 'active')
            complete(create({ items: [{ quantity: 1, price }], origin, subscription_id, customer_id, custom_data, currency_code }));
        }
      }),
    endSubscriptions: () => {
      for (const one of subscriptions.values()) one.status = 'canceled';
    },
    declineCharges: (decline) => {
      declining = decline;
    },
    charged: () => attempts,
    between: (path, work) => api.between(({ method, url: at }) => method === 'POST' && at.pathname.endsWith(path), work),
    rejectRefunds: (reject) => {
      rejecting = reject;
    },
    kept: () => {
      const taken = [...transactions.values()]
        .filter(({ status }) => status === 'completed')
        .reduce((sum, { id: of }) => sum + netOf(of), 0);
      const back = adjustments.filter(({ action, status }) => action === 'refund' && status === 'approved');
      return back.reduce((sum, { totals }) => sum - Number(totals.subtotal), taken);
    },
    breakNext: api.breakNext,
    deliver: (to, list) =>
      deliverTo(
        new URL('/v1/webhooks/paddle', to),
        list.map((event) => {
          const { body, header } = signed(event);
          return { body, headers: { 'content-type': 'application/json', 'paddle-signature': header } };
        }),
      ),
    stop: api.stop,
  };
}

const subscription = (name: string, of: object): Json => ({
  id: name,
  status: 'active',
  ...of,
  collection_mode: 'automatic',
  billing_cycle: { interval: 'month', frequency: 1 },
  items: [],
  created_at: now(),
  updated_at: now(),
});
