/** Money that was carried to bills which do not come goes back to the payment at Stripe that it came from; and an upgrade costs what was agreed. */
import { afterAll, beforeAll, expect, test } from 'vitest';
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

async function subscriber(plan: string, interval: string): Promise<{ account: Account; payment: string }> {
  await server.clock('2026-03-01T09:00:00Z');
  const account = await server.account({ country: 'US', email: 'a@example.com' });
  const { body } = await account.post('/v1/subscription', { opId: opId(), action: 'subscribe', plan, interval, provider: 'stripe' });
  await stripe.deliver(server.url, stripe.pay(body.checkoutUrl));
  return { account, payment: stripe.session(body.checkoutUrl).payment_intent };
}
const change = async (account: Account, more: Json): Promise<Json> =>
  (await account.post('/v1/subscription', { opId: opId(), ...more, provider: 'stripe' })).body;
const refunds = (payment: string): Json[] =>
  stripe.events.filter((e) => e.type === 'refund.created' && e.data.object.payment_intent === payment).map((e) => e.data.object);

test('GS-12: a year changed to monthly and cancelled: what is carried is refunded at Stripe, once', async () => {
  const { account, payment } = await subscriber('plus', 'year');
  await change(account, { action: 'change', interval: 'month' });
  await change(account, { action: 'cancel' });
  await server.clock('2026-03-31T09:00:00Z');
  await server.sweep();
  await server.sweep();
  expect(refunds(payment).map(({ amount }) => amount)).toEqual([8640 - 1200]);
  expect((await account.get('/v1/subscription')).body).toMatchObject({ status: 'ended', carried: { amount: '0.00' } });
});

test('GS-13: an upgrade that was agreed on the payment page costs that, whatever was used meanwhile', async () => {
  const { account } = await subscriber('max', 'month');
  const { checkoutUrl, quote } = await change(account, { action: 'change', plan: 'team' });
  expect(quote.credit).toEqual({ amount: '39.00', currency: 'USD' });
  const operations = [1, 2, 3].map(() => ({ opId: opId(), kind: 'apply', photo: 'a', recipe: { background: 'paper' } }));
  await account.post('/v1/operations', { operations });
  for (const { opId: id } of operations) await account.post(`/v1/operations/${id}/settle`);
  await stripe.deliver(server.url, stripe.pay(checkoutUrl));
  const { body } = await account.get('/v1/wallet');
  // All 400 were given back in money; three of them had been used, and come out of the new 6,000.
  expect([body.plan.id, body.available]).toEqual(['team', '5997']);
});

test('GS-13: nothing is given back of a renewal that is not paid', async () => {
  const { account, payment } = await subscriber('max', 'month');
  stripe.setCard(stripe.events.find((e) => e.data.object.id === payment)?.data.object.customer, 'declined');
  await server.clock('2026-03-31T09:00:00Z');
  await server.sweep();
  const refused = await change(account, { action: 'change', plan: 'team' });
  expect(refused).toMatchObject({ code: 'conflict' });
  expect(refused.detail).toMatch(/not paid yet/);
});
