/** A plan’s payment that goes back at Stripe: of the first period, of an upgrade, of a renewal; refunded, taken by the bank, won again. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, type Json, opId, type RunningServer, startServer } from '../server/running-server.ts';
import { type FakeStripe, startFakeStripe } from './fake-stripe.ts';

let stripe: FakeStripe;
let server: RunningServer;

beforeAll(async () => {
  stripe = await startFakeStripe();
  server = await startServer({ policy: 'generative-suite', env: stripe.env });
});
afterAll(async () => {
  await server.stop();
  await stripe.stop();
});

const START = Date.parse('2026-03-01T09:00:00Z');
const DAY_MS = 86_400_000;
const at = async (day: number): Promise<void> => {
  await server.clock(new Date(START + day * DAY_MS).toISOString());
  await server.sweep();
};

interface Subscriber {
  readonly account: Account;
  readonly customer: string;
  readonly payment: string;
  /** What told of the payment. */
  readonly paid: readonly Json[];
}

/** On Max (400 credits a month), paid at Stripe; `heard`: whether the payment’s events arrived. */
async function subscriber(heard = true, country = 'DE'): Promise<Subscriber> {
  await server.clock(new Date(START).toISOString());
  const account = await server.account({ country, email: 'a@example.com' });
  const { body } = await account.post('/v1/subscription', { opId: opId(), action: 'subscribe', plan: 'max', provider: 'stripe' });
  const paid = stripe.pay(body.checkoutUrl);
  const { customer, payment_intent: payment } = stripe.session(body.checkoutUrl);
  if (heard) await stripe.deliver(server.url, paid);
  return { account, customer, payment, paid };
}
/** The newest payment of this customer’s that succeeded. */
const newest = (customer: string): string =>
  stripe.events.filter((e) => e.type === 'payment_intent.succeeded' && e.data.object.customer === customer).at(-1)?.data.object.id;

async function spend(account: Account, count: number): Promise<void> {
  const operations = Array.from({ length: count }, () => ({ opId: opId(), kind: 'apply', photo: 'a', recipe: { background: 'paper' } }));
  await account.post('/v1/operations', { operations });
  for (const { opId: id } of operations) await account.post(`/v1/operations/${id}/settle`);
}
const credit = async (account: Account): Promise<string> => (await account.get('/v1/wallet')).body.available;
const status = async (account: Account): Promise<string> => (await account.get('/v1/subscription')).body.status;
const cents = (money: Json): number => Math.round(Number(money.amount) * 100);
const documents = async (account: Account): Promise<{ kinds: string[]; sum: number }> => {
  const all: Json[] = (await account.get('/v1/invoices')).body;
  return { kinds: all.map(({ kind }) => kind).sort(), sum: all.reduce((sum, { total }) => sum + cents(total), 0) };
};
const facts = async (account: Account, kind: string): Promise<Json[]> =>
  (await account.get('/v1/ledger?limit=500')).body.entries.filter((entry: Json) => entry.kind === kind);

describe('the first payment', () => {
  test('taken by the bank: unused credit goes, what was spent is owed, the plan ends, the bill is credited', async () => {
    const { account, payment } = await subscriber();
    await spend(account, 30);
    await stripe.deliver(server.url, stripe.dispute(payment));
    expect([await credit(account), await status(account)]).toEqual(['0', 'ended']);
    const [fact] = await facts(account, 'refunded');
    expect(fact).toMatchObject({ body: { basis: 'chargeback', shortfall: '30' } });
    expect(await documents(account)).toEqual({ kinds: ['credit-note', 'invoice'], sum: 0 });
  });

  test('won again: the credit is back, nothing is owed, the plan runs to its end, the bill counts again', async () => {
    const { account, payment } = await subscriber();
    await spend(account, 30);
    const billed = (await documents(account)).sum;
    await stripe.deliver(server.url, [...stripe.dispute(payment), ...stripe.winDispute(payment)]);
    expect([await credit(account), await status(account)]).toEqual(['370', 'cancelling']);
    expect(await documents(account)).toEqual({ kinds: ['credit-note', 'invoice', 'invoice'], sum: billed });
    await at(31);
    expect(await status(account)).toBe('ended');
  });

  test('refunded at Stripe in three parts: their shares of the credit, and with the last one the plan ends to the cent', async () => {
    const { account, payment } = await subscriber();
    const total = (await documents(account)).sum;
    const third = Math.floor(total / 3);
    for (const [amount, left] of [
      [third, 'active'],
      [third, 'active'],
      [total - 2 * third, 'ended'],
    ] as const) {
      await stripe.deliver(server.url, stripe.refund(payment, amount));
      expect(await status(account)).toBe(left);
    }
    expect([await credit(account), (await documents(account)).sum]).toEqual(['0', 0]);
  });

  test('every event sixteen times, in any order, from two servers: once each', async () => {
    const { account, payment, paid } = await subscriber(false);
    const other = await startServer({ policy: 'generative-suite', env: stripe.env, folder: server.folder, keep: true });
    await other.clock(new Date(START).toISOString());
    const events = [...paid, ...stripe.refund(payment, 1000), ...stripe.dispute(payment), ...stripe.winDispute(payment)].reverse();
    await Promise.all(Array.from({ length: 16 }, (_, i) => stripe.deliver((i % 2 === 0 ? server : other).url, events)));
    await other.stop();
    expect((await facts(account, 'refunded')).length).toBe(2);
    expect((await facts(account, 'dispute-won')).length).toBe(1);
    expect((await documents(account)).kinds).toEqual(['credit-note', 'credit-note', 'invoice', 'invoice']);
  });
});

test('staff is told where a plan’s payment is given back', async () => {
  const { account, payment } = await subscriber();
  const { entries } = (await account.get('/v1/ledger?limit=50')).body;
  const purchaseId = entries.find((entry: Json) => entry.kind === 'plan-changed').opId;
  const of = `/v1/admin/accounts/${account.accountId}`;
  for (const answer of [
    await server.admin.post(`${of}/refunds`, { opId: opId(), purchaseId, basis: 'goodwill', reason: 'x' }),
    await server.admin.post(`${of}/disputes-won`, { opId: opId(), purchaseId }),
    await account.post('/v1/refunds', { opId: opId(), purchaseId }),
  ])
    expect([answer.status, answer.body.code, answer.body.detail.split('.')[0]]).toEqual([
      422,
      'not_refundable',
      'This is the payment of a plan',
    ]);
  await stripe.deliver(server.url, stripe.refund(payment));
  expect((await account.get(`/v1/checkouts/${purchaseId}`)).body.message).toContain('paid through Stripe. All of it was given back');
});

describe('a later payment', () => {
  test('of a renewal, taken and won again: the same, and the first period stays paid', async () => {
    const { account, customer } = await subscriber();
    const first = (await documents(account)).sum;
    await at(30);
    await stripe.deliver(server.url, stripe.dispute(newest(customer)));
    expect([await status(account), (await documents(account)).sum]).toEqual(['ended', first]);
    // What the first period brought rolls over, and was paid for.
    expect(await credit(account)).toBe('400');
    await stripe.deliver(server.url, stripe.winDispute(newest(customer)));
    expect([await status(account), await credit(account), (await documents(account)).sum]).toEqual(['cancelling', '800', 2 * first]);
  });

  test('of a renewal, refunded at Stripe: its credit goes and the plan ends', async () => {
    const { account, customer } = await subscriber();
    await at(30);
    await stripe.deliver(server.url, stripe.refund(newest(customer)));
    expect([await status(account), await credit(account)]).toEqual(['ended', '400']);
    expect((await documents(account)).kinds).toEqual(['credit-note', 'invoice', 'invoice']);
  });

  test('of an upgrade: what the upgrade brought goes with the plan; what was left of the period before stays', async () => {
    const { account, customer } = await subscriber();
    await at(10);
    const { body } = await account.post('/v1/subscription', { opId: opId(), action: 'change', plan: 'generative', provider: 'stripe' });
    await stripe.deliver(server.url, stripe.pay(body.checkoutUrl));
    expect(await credit(account)).toBe('1033');
    await stripe.deliver(server.url, stripe.dispute(newest(customer)));
    expect([await credit(account), await status(account)]).toEqual(['133', 'ended']);
  });

  test('a dispute of the first payment that arrives two periods later owes what was spent then, and ends nothing else', async () => {
    const { account, payment } = await subscriber();
    await spend(account, 30);
    for (const day of [30, 60, 90]) await at(day);
    await stripe.deliver(server.url, stripe.dispute(payment));
    const [fact] = await facts(account, 'refunded');
    expect([fact.body.shortfall, await status(account)]).toEqual(['30', 'active']);
  });
});
