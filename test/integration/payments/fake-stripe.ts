/**
 * Stripe's HTTP API as its public reference describes it, as far as this product uses it, with the people around it: who pays, who is
 * declined, who walks away, whose bank takes the money back. Amounts are integers in cents; ids have Stripe's prefixes.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Json } from '../server/running-server.ts';
import { deliverTo, startProviderApi } from './provider-api.ts';
import { cardError, nested } from './stripe-wire.ts';

export const STRIPE_KEY = 'sk_test_fake_51Kx0000secret';
export const STRIPE_WEBHOOK_SECRET = 'whsec_fake_0000webhook';

/** How a stored payment method answers a charge. */
export type Card = 'ok' | 'declined' | 'needs-confirmation' | 'slow';

export interface FakeStripe {
  readonly url: string;
  readonly env: Readonly<Record<string, string>>;
  /** Every request as it arrived. */
  readonly requests: readonly { method: string; path: string; body: Json; key: string | undefined }[];
  readonly events: Json[];
  session(url: string): Json;
  /** The customer pays on the hosted page; the method is kept where it was asked for. Answers the events, in Stripe's order. */
  pay(url: string, card?: Card): Json[];
  decline(url: string, code?: string): Json[];
  /** A day later: the session can no longer be paid. */
  abandon(url: string): Json[];
  refund(paymentIntent: string, amount?: number): Json[];
  /** The bank sends the newest refund of this payment back. */
  failRefund(paymentIntent: string): Json[];
  dispute(paymentIntent: string): Json[];
  winDispute(paymentIntent: string): Json[];
  /** The customer's card from now on. */
  setCard(customer: string, card: Card): void;
  /** Captured minus refunded, in cents: of everybody, or of one customer. */
  kept(customer?: string): number;
  /** How often this customer's kept method was asked. */
  asked(customer: string): number;
  /** The bank decides at last about a payment of a slow card. */
  decide(paymentIntent: string, accepted: boolean): Json[];
  /** 503 for the next requests. */
  breakNext(count: number): void;
  /** See ProviderApi. `path`: how the address ends, "/confirm". */
  between(path: string, work: () => Promise<unknown>): void;
  signed(event: Json, at?: number): { body: string; header: string };
  deliver(server: string, events: readonly Json[]): Promise<number[]>;
  stop(): Promise<void>;
}

const id = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`;
const seconds = (): number => Math.floor(Date.now() / 1000);

export async function startFakeStripe(): Promise<FakeStripe> {
  const requests: { method: string; path: string; body: Json; key: string | undefined }[] = [];
  const events: Json[] = [];
  const objects = new Map<string, Json>();
  const cards = new Map<string, Card>();
  const confirmed = new Map<string, number>();
  const replies = new Map<string, { body: string; status: number; reply: Json }>();

  const emit = (type: string, object: Json): Json => {
    const event = {
      id: id('evt'),
      object: 'event',
      api_version: '2026-10-28.endive',
      created: seconds(),
      livemode: false,
      type,
      data: { object: structuredClone(object) },
    };
    events.push(event);
    return event;
  };
  const make = (prefix: string, object: Json): Json => {
    const made = { id: id(prefix), created: seconds(), livemode: false, ...object };
    objects.set(made.id, made);
    return made;
  };
  function answer(method: string, path: string, body: Json): { status: number; reply: Json } {
    const ok = (reply: Json) => ({ status: 200, reply });
    const [, , kind, name, action] = path.split('/');
    if (method === 'POST' && path === '/v1/customers')
      return ok(
        make('cus', {
          object: 'customer',
          metadata: body.metadata ?? {},
          email: body.email ?? null,
          invoice_settings: { default_payment_method: null },
        }),
      );
    if (method === 'GET' && kind === 'customers' && name && action === 'payment_methods')
      return ok({
        object: 'list',
        data: cards.has(name) ? [{ id: `pm_${name.slice(4)}`, object: 'payment_method' }] : [],
        has_more: false,
        url: path,
      });
    if (method === 'GET' && kind === 'customers' && name) return ok(objects.get(name));
    if (method === 'POST' && path === '/v1/checkout/sessions') {
      const total = Object.values<Json>(body.line_items).reduce(
        (sum: number, l) => sum + Number(l.price_data.unit_amount) * Number(l.quantity),
        0,
      );
      const session = make('cs_test', {
        object: 'checkout.session',
        mode: body.mode,
        status: 'open',
        payment_status: 'unpaid',
        client_reference_id: body.client_reference_id,
        customer: body.customer,
        amount_total: total,
        currency: body.line_items[0].price_data.currency,
        metadata: body.metadata ?? {},
        payment_intent: null,
        success_url: body.success_url,
        cancel_url: body.cancel_url,
      });
      session.url = `${url}/c/pay/${session.id}`;
      asked.set(session.id, body.payment_intent_data ?? {});
      return ok(session);
    }
    if (method === 'POST' && path === '/v1/billing_portal/sessions')
      return ok(
        make('bps', {
          object: 'billing_portal.session',
          customer: body.customer,
          return_url: body.return_url,
          url: `${url}/p/session/${body.customer}`,
        }),
      );
    if (method === 'POST' && path === '/v1/payment_intents')
      return ok(
        make('pi', {
          object: 'payment_intent',
          status: 'requires_payment_method',
          amount: Number(body.amount),
          amount_received: 0,
          currency: body.currency,
          customer: body.customer,
          metadata: body.metadata ?? {},
          refunded: 0,
        }),
      );
    if (kind === 'payment_intents' && name) {
      const intent = objects.get(name);
      if (method === 'GET') return ok(intent);
      if (action === 'cancel') return ok(Object.assign(intent, { status: 'canceled' }));
      return confirm(intent);
    }
    if (method === 'POST' && path === '/v1/refunds') {
      const intent = objects.get(body.payment_intent);
      const amount = Number(body.amount ?? intent.amount_received - intent.refunded);
      if (amount > intent.amount_received - intent.refunded)
        return {
          status: 400,
          reply: { error: { type: 'invalid_request_error', code: 'charge_already_refunded', message: 'Already refunded.' } },
        };
      return ok(refunded(intent, amount, body.metadata ?? {}));
    }
    return { status: 404, reply: { error: { type: 'invalid_request_error', message: `Unrecognized request URL (${method}: ${path}).` } } };
  }

  const asked = new Map<string, Json>();
  const succeed = (intent: Json): void => {
    intent.status = 'succeeded';
    intent.amount_received = intent.amount;
    emit('payment_intent.succeeded', intent);
  };
  function confirm(intent: Json): { status: number; reply: Json } {
    confirmed.set(intent.customer, (confirmed.get(intent.customer) ?? 0) + 1);
    const card = cards.get(intent.customer) ?? 'declined';
    if (intent.status === 'succeeded')
      return {
        status: 400,
        reply: { error: { type: 'invalid_request_error', code: 'payment_intent_unexpected_state', message: 'Already succeeded.' } },
      };
    if (card === 'ok') {
      succeed(intent);
      return { status: 200, reply: intent };
    }
    if (card === 'slow') return { status: 200, reply: Object.assign(intent, { status: 'processing' }) };
    const code = card === 'declined' ? 'card_declined' : 'authentication_required';
    intent.last_payment_error = { code, decline_code: card === 'declined' ? 'insufficient_funds' : 'authentication_required' };
    emit('payment_intent.payment_failed', intent);
    return cardError(intent, code, intent.last_payment_error.decline_code);
  }
  const refunded = (intent: Json, amount: number, metadata: Json): Json => {
    intent.refunded += amount;
    const refund = make('re', {
      object: 'refund',
      status: 'succeeded',
      amount,
      currency: intent.currency,
      payment_intent: intent.id,
      metadata,
    });
    emit('refund.created', refund);
    return refund;
  };

  const api = await startProviderApi({
    refusal({ method, url: { pathname: path }, header, text }) {
      requests.push({ method, path, body: nested(text), key: header('idempotency-key') });
      if (header('authorization') === `Bearer ${STRIPE_KEY}`) return null;
      const message = `Invalid API Key provided: ${header('authorization')}`;
      return { status: 401, reply: { error: { type: 'invalid_request_error', message } } };
    },
    down: { status: 503, reply: { error: { type: 'api_error', message: 'Stripe is down.' } } },
    answer({ method, url: { pathname: path }, header, text }) {
      const key = header('idempotency-key');
      const before = key === undefined ? undefined : replies.get(key);
      if (before && before.body !== path + text)
        return {
          status: 400,
          reply: { error: { type: 'idempotency_error', message: 'Keys can only be used with the same parameters.' } },
        };
      if (before) return before;
      const given = answer(method, path, nested(text));
      if (key !== undefined) replies.set(key, { body: path + text, ...structuredClone(given) });
      return given;
    },
  });
  const { url } = api;
  const session = (of: string): Json => objects.get(of.split('/').at(-1) ?? '');
  const intentOf = (open: Json): Json => {
    const { metadata, setup_future_usage } = asked.get(open.id) ?? {};
    open.payment_intent ??= make('pi', {
      object: 'payment_intent',
      status: 'requires_payment_method',
      amount: open.amount_total,
      amount_received: 0,
      currency: open.currency,
      customer: open.customer,
      metadata: metadata ?? {},
      setup_future_usage,
      refunded: 0,
    }).id;
    return objects.get(open.payment_intent);
  };
  const since = (work: () => void): Json[] => {
    const from = events.length;
    work();
    return events.slice(from);
  };
  const signed: FakeStripe['signed'] = (event, at = seconds()) => {
    const body = JSON.stringify(event, null, 2);
    return { body, header: `t=${at},v1=${createHmac('sha256', STRIPE_WEBHOOK_SECRET).update(`${at}.${body}`).digest('hex')}` };
  };

  return {
    url,
    env: { STRIPE_SECRET_KEY: STRIPE_KEY, STRIPE_WEBHOOK_SECRET, STRIPE_API_BASE: url },
    requests,
    events,
    session,
    signed,
    pay: (page, card = 'ok') =>
      since(() => {
        const open = session(page);
        if (open.status !== 'open') throw new Error(`The session is ${open.status}.`);
        const intent = intentOf(open);
        succeed(intent);
        if (intent.setup_future_usage) cards.set(open.customer, card);
        Object.assign(open, { status: 'complete', payment_status: 'paid' });
        emit('checkout.session.completed', open);
      }),
    decline: (page, code = 'insufficient_funds') =>
      since(() => {
        const intent = intentOf(session(page));
        intent.last_payment_error = { code: 'card_declined', decline_code: code };
        emit('payment_intent.payment_failed', intent);
      }),
    abandon: (page) =>
      since(() => {
        const open = session(page);
        open.status = 'expired';
        emit('checkout.session.expired', open);
      }),
    refund: (intent, amount) =>
      since(() => {
        const paid = objects.get(intent);
        refunded(paid, amount ?? paid.amount_received - paid.refunded, {});
      }),
    failRefund: (intent) =>
      since(() => {
        const refund = [...objects.values()].filter((o) => o.object === 'refund' && o.payment_intent === intent).at(-1);
        refund.status = 'failed';
        objects.get(intent).refunded -= refund.amount;
        emit('refund.failed', refund);
      }),
    dispute: (intent) =>
      since(() => {
        const paid = objects.get(intent);
        paid.dispute = make('dp', {
          object: 'dispute',
          status: 'needs_response',
          reason: 'fraudulent',
          amount: paid.amount_received,
          payment_intent: intent,
        }).id;
        const dispute = objects.get(paid.dispute);
        emit('charge.dispute.created', dispute);
        emit('charge.dispute.funds_withdrawn', dispute);
      }),
    winDispute: (intent) =>
      since(() => {
        const dispute = objects.get(objects.get(intent).dispute);
        dispute.status = 'won';
        emit('charge.dispute.closed', dispute);
        emit('charge.dispute.funds_reinstated', dispute);
      }),
    setCard: (customer, card) => void cards.set(customer, card),
    kept: (customer) => {
      const intents = [...objects.values()].filter(
        (o) => o.object === 'payment_intent' && (customer === undefined || o.customer === customer),
      );
      return intents.reduce((sum, o) => sum + o.amount_received - o.refunded, 0);
    },
    asked: (customer) => confirmed.get(customer) ?? 0,
    decide: (name, accepted) =>
      since(() => {
        const intent = objects.get(name);
        if (accepted) return succeed(intent);
        Object.assign(intent, {
          status: 'requires_payment_method',
          last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' },
        });
        emit('payment_intent.payment_failed', intent);
      }),
    breakNext: api.breakNext,
    between: (path, work) => api.between(({ method, url: { pathname } }) => method === 'POST' && pathname.endsWith(path), work),
    deliver: (to, list) =>
      deliverTo(
        new URL('/v1/webhooks/stripe', to),
        list.map((event) => {
          const { body, header } = signed(event);
          return { body, headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': header } };
        }),
      ),
    stop: api.stop,
  };
}
