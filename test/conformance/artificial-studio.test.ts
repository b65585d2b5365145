/** Artificial studio: AS-01 to AS-12 against the real server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeStripe, startFakeStripe } from '../integration/payments/fake-stripe.ts';
import {
  type Account,
  applying,
  available,
  buckets,
  buy,
  failNext,
  finished,
  generate,
  type Json,
  minor,
  onAccount,
  opId,
  quote,
  type RunningServer,
  refusal,
  spend,
  startServer,
  subscription,
  wallet,
} from './world.ts';

let server: RunningServer;
let stripe: FakeStripe;

beforeAll(async () => {
  stripe = await startFakeStripe();
  server = await startServer({ policy: 'artificial-studio', env: stripe.env });
});
afterAll(async () => {
  await server.stop();
  await stripe.stop();
});

async function newcomer(): Promise<Account> {
  await server.clock('2026-01-31T10:00:00Z');
  return server.account({ country: 'US', ...onAccount });
}

async function subscriber(plan = 'starter'): Promise<Account> {
  const account = await newcomer();
  await subscription(account, 'subscribe', { plan });
  return account;
}

const TOOLS = ['upscale', 'remove-background', 'image', 'music', 'video'];

test('AS-01: each tool shows its cost before it runs', async () => {
  const account = await subscriber('creator');
  const { prices } = (await server.as('').get('/v1/pricing')).body;
  for (const tool of TOOLS) {
    const { total, atLeast } = await quote(account, { kind: 'tool', tool });
    expect([total, atLeast]).toEqual(Array(2).fill(prices.find((p: Json) => p.item === tool).to));
  }
});

test('AS-02: credit is deducted when the generation starts', async () => {
  const account = await subscriber();
  const before = Number(await available(account));
  const { id, balance } = await generate(account, { resolution: '4K' });
  expect(Number(balance)).toBe(before - 30);
  expect((await finished(account, id)).cost).toBe('30');
  expect(Number(await available(account))).toBe(before - 30);
});

test('AS-03: a failed generation is refunded automatically', async () => {
  const account = await subscriber();
  const before = await available(account);
  await failNext(server);
  expect((await finished(account, (await generate(account)).id)).status).toBe('failed');
  expect(await available(account)).toBe(before);
});

test('AS-04: credit never expires: 500 left are added to the next month’s', async () => {
  const account = await subscriber('starter');
  expect((await buckets(account))['monthly']).toBe('500');
  await server.clock('2026-02-28T10:00:00Z');
  expect((await buckets(account))['monthly']).toBe('1000');
  await server.clock('2026-03-31T10:00:00Z');
  expect((await buckets(account))['monthly']).toBe('1500');
  await server.sweep();
  expect((await buckets(account))['monthly']).toBe('1500');
});

test('AS-05: new users receive free credits on sign-up, once', async () => {
  const account = await newcomer();
  expect((await buckets(account))['trial']).toBe('50');
  await subscription(account, 'subscribe', { plan: 'starter' });
  expect((await buckets(account))['trial']).toBe('50');
});

test('AS-06: every plan has every tool and the API', async () => {
  for (const plan of ['starter', 'creator', 'pro', 'enterprise']) {
    const account = await subscriber(plan);
    for (const tool of TOOLS) expect((await quote(account, { kind: 'tool', tool })).refusal).toBeUndefined();
  }
});

test('AS-06: priority processing from Creator on: it overtakes what waits', async () => {
  const [starter, creator] = [await subscriber('starter'), await subscriber('creator')];
  // Keeps the machine busy while the others queue up.
  const busy = await generate(creator, { resolution: '4K', style: 'concrete' });
  const slow = await Promise.all(Array.from({ length: 4 }, () => generate(starter, { resolution: '2K', style: 'concrete' })));
  const fast = await generate(creator, { resolution: '1K' });
  await finished(creator, busy.id);
  expect((await finished(creator, fast.id)).status).toBe('done');
  const waiting = await Promise.all(slow.map(({ id }) => starter.get(`/v1/generations/${id}`)));
  expect(waiting.some(({ body }) => body.status !== 'done')).toBe(true);
  for (const { id } of slow) expect((await finished(starter, id)).status).toBe('done');
});

test('AS-07: packs stack on the allowance and never expire', async () => {
  const account = await subscriber('starter');
  const { grant } = await buy(account, { packId: 'pack-2500' });
  expect(grant.expiresAt).toBeNull();
  expect(await available(account)).toBe(String(50 + 500 + 2500));
  await server.clock('2036-01-31T10:00:00Z');
  expect((await buckets(account))['purchased']).toBe('2500');
});

test('AS-08: usage: the balance, and every generation, purchase and refund with amount and date', async () => {
  const account = await subscriber('starter');
  const { purchase } = await buy(account, { packId: 'pack-500' });
  await finished(account, (await generate(account)).id);
  await account.post('/v1/refunds', { opId: opId(), purchaseId: purchase.opId });
  const { entries } = (await account.get('/v1/ledger')).body;
  expect(entries.map((e: Json) => e.kind)).toEqual(expect.arrayContaining(['granted', 'held', 'settled', 'refunded']));
  for (const entry of entries) expect(Date.parse(entry.at)).not.toBeNaN();
  const sum = entries.reduce((total: number, e: Json) => total + Number(e.amount), 0);
  expect(String(sum)).toBe(await available(account));
  expect(entries.at(-1).availableAfter).toBe(await available(account));
});

test('AS-09: without credit it stops, until a pack is bought', async () => {
  const account = await newcomer();
  await spend(
    account,
    Array.from({ length: 10 }, () => applying()),
  );
  const { status, body } = await refusal(account, applying());
  expect([status, body.code]).toEqual([402, 'insufficient_credit']);
  await buy(account, { packId: 'pack-500' });
  await spend(account, [applying()]);
});

test('AS-09: … or the plan is upgraded', async () => {
  const account = await subscriber('starter');
  await spend(
    account,
    Array.from({ length: 110 }, () => applying()),
  );
  await refusal(account, applying());
  await subscription(account, 'change', { plan: 'creator' });
  await spend(account, [applying()]);
});

test('AS-10: cancelled at any time: benefits until the period ends, the credit stays', async () => {
  const account = await subscriber('creator');
  await subscription(account, 'cancel');
  await server.clock('2026-02-28T09:59:59Z');
  expect((await wallet(account)).plan.id).toBe('creator');
  await server.clock('2026-06-30T10:00:00Z');
  await server.sweep();
  expect((await account.get('/v1/subscription')).body.status).toBe('ended');
  expect((await buckets(account))['monthly']).toBe('2000');
  await spend(account, [applying()]);
});

test('AS-11: money back within the first 7 days, used or not', async () => {
  const account = await newcomer();
  const { purchase } = await buy(account, { packId: 'pack-500' });
  await spend(
    account,
    Array.from({ length: 20 }, () => applying()),
  );
  await server.clock('2026-02-07T10:00:00Z');
  const { status, body } = await account.post('/v1/refunds', { opId: opId(), purchaseId: purchase.opId });
  expect([status, body.refunded]).toEqual([200, purchase.paid]);
  expect(await available(account)).toBe('0');
});

test('AS-11: after 7 days case by case: an administrator decides', async () => {
  const account = await newcomer();
  const { purchase } = await buy(account, { packId: 'pack-500' });
  await server.clock('2026-02-08T00:00:00Z');
  const refused = await account.post('/v1/refunds', { opId: opId(), purchaseId: purchase.opId });
  expect([refused.status, refused.body.code]).toEqual([422, 'not_refundable']);
  const money = { amount: '5.00', currency: 'USD' };
  const goodwill = { opId: opId(), purchaseId: purchase.opId, basis: 'goodwill', money, reason: 'asked kindly' };
  const { status, body } = await server.admin.post(`/v1/admin/accounts/${account.accountId}/refunds`, goodwill);
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({ refunded: money, amount: '250' });
  expect(minor(body.creditNote.net.amount)).toBe(-500);
  expect((await buckets(account))['purchased']).toBe('250');
});

test('AS-11: once by itself; from the second time on an administrator decides', async () => {
  const account = await newcomer();
  const bought = [];
  for (let n = 0; n < 2; n += 1) bought.push((await buy(account, { packId: 'pack-500' })).purchase.opId);
  const answers = [];
  for (const purchaseId of bought) answers.push(await account.post('/v1/refunds', { opId: opId(), purchaseId }));
  expect(answers.map(({ status, body }) => [status, body.why])).toEqual([
    [200, undefined],
    [422, 'given-before'],
  ]);
  const goodwill = { opId: opId(), purchaseId: bought[1], basis: 'goodwill', reason: 'asked kindly' };
  expect((await server.admin.post(`/v1/admin/accounts/${account.accountId}/refunds`, goodwill)).status).toBe(200);
});

test('AS-11: no order of hold, refund and release leaves both the money and the credit', async () => {
  const account = await newcomer();
  const { purchase } = await buy(account, { packId: 'pack-500' });
  const operations = Array.from({ length: 100 }, () => ({ opId: opId(), ...applying() }));
  await account.post('/v1/operations', { operations });
  expect((await account.post('/v1/refunds', { opId: opId(), purchaseId: purchase.opId })).body.why).toBe('held');
  const goodwill = { opId: opId(), purchaseId: purchase.opId, basis: 'goodwill', reason: 'asked kindly' };
  const { body } = await server.admin.post(`/v1/admin/accounts/${account.accountId}/refunds`, goodwill);
  expect(body.refunded).toEqual(purchase.paid);
  for (const { opId: id } of operations) await account.post(`/v1/operations/${id}/release`, { reason: 'failed' });
  expect((await buckets(account))['purchased']).toBe('0');
});

test('AS-12: cards go to Stripe’s page and only its word comes here', async () => {
  const account = await newcomer();
  const { checkoutUrl, purchase } = await buy(account, { packId: 'pack-500', provider: 'stripe' });
  expect([new URL(checkoutUrl).origin, purchase.status]).toEqual([stripe.url, 'awaiting-payment']);
  const before = await available(account);
  const events = stripe.pay(checkoutUrl);
  // What Stripe tells of the card besides is not kept.
  for (const event of events) event.data.object.payment_method_details = { card: { last4: '4242', brand: 'visa' } };
  await stripe.deliver(server.url, events);
  await stripe.deliver(server.url, events);
  expect(Number(await available(account)) - Number(before)).toBe(500);
  const seen = JSON.stringify([(await account.get('/v1/ledger')).body, (await account.get('/v1/invoices')).body, await wallet(account)]);
  expect(seen).not.toContain('4242');
});

test('AS-12: no other provider takes cards here', async () => {
  const { status, body } = await (await newcomer()).post('/v1/purchases', { opId: opId(), packId: 'pack-500', provider: 'paddle' });
  expect([status, body.code]).toEqual([403, 'not_offered']);
});

test('AS-12: who names no provider pays through Stripe, for packs and plans; on account only where staff allows it', async () => {
  await server.clock('2026-01-31T10:00:00Z');
  const account = await server.account({ country: 'US' });
  const before = await available(account);
  const pack = await account.post('/v1/purchases', { opId: opId(), packId: 'pack-500' });
  const plan = await account.post('/v1/subscription', { opId: opId(), action: 'subscribe', plan: 'enterprise', interval: 'year' });
  for (const { status, body } of [pack, plan]) {
    expect([status, body.checkout.provider, body.checkout.state, body.invoice]).toEqual([200, 'stripe', 'open', undefined]);
    expect(body.checkoutUrl).toMatch(/^https?:/);
  }
  for (const named of [
    await account.post('/v1/purchases', { opId: opId(), packId: 'pack-500', provider: 'invoice' }),
    await account.post('/v1/subscription', { opId: opId(), action: 'subscribe', plan: 'enterprise', provider: 'invoice' }),
  ])
    expect([named.status, named.body.code]).toEqual([403, 'not_offered']);
  expect([await available(account), (await account.get('/v1/invoices')).body]).toEqual([before, []]);
});
