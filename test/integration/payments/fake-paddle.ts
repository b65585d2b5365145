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
    const [item] = body.items;
    const net = Number(item.price.unit_price.amount) * item.quantity;
    const made = {
      id: id('txn'),
      status: 'ready',
      customer_id: body.customer_id ?? null,
      custom_data: body.custom_data,
      currency_code: body.currency_code,
      origin: 'api',
      collection_mode: body.collection_mode,
      items: [],
      details: {
        tax_rates_used: [],
        totals: totalsOf(net),
        line_items: [
          {
            id: id('txnitm'),
            price_id: id('pri'),
            quantity: 1,
            totals: totalsOf(net),
            unit_totals: totalsOf(net),
            product: {
              id: id('pro'),
              name: item.price.name,
              tax_category: 'standard',
              status: 'active',
              created_at: now(),
              updated_at: now(),
            },
          },
        ],
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
        Object.assign(open, { status: 'paid', customer_id: open.customer_id ?? id('ctm') });
        emit('transaction.paid', open);
        Object.assign(open, { status: 'completed', invoice_number: `325-${transactions.size}` });
        emit('transaction.completed', open);
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
