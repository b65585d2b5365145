/** Pay as you go: what is paid, how long it lasts and what comes back, PG-02, PG-12, PG-13, PG-15 and PG-16, against the real server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakePaddle, startFakePaddle } from '../integration/payments/fake-paddle.ts';
import { customer, pro, toppedUp, units } from './pay-as-you-go.ts';
import { applying, available, buckets, buy, type Json, opId, paid, type RunningServer, spend, startServer, wallet } from './world.ts';

let server: RunningServer;
let paddle: FakePaddle;

beforeAll(async () => {
  paddle = await startFakePaddle();
  server = await startServer({ policy: 'pay-as-you-go', env: paddle.env });
});
afterAll(async () => {
  await server.stop();
  await paddle.stop();
});

test('PG-02: a top-up is at least EUR 5', async () => {
  const account = await customer(server);
  const { status, body } = await account.post('/v1/purchases', { opId: opId(), amount: '4.99' });
  expect([status, body.code, body.minimum]).toEqual([422, 'below_minimum', '5.0000']);
  expect((await account.get('/v1/invoices')).body).toEqual([]);
  await buy(account, { amount: '5.00' });
});

test('PG-12: all of it expires 12 months after the last paid top-up; another top-up moves the clock for all', async () => {
  await server.clock('2026-01-31T12:00:00Z');
  const account = await customer(server);
  await buy(account, { amount: '10.00' });
  await paid(server, account);
  await server.clock('2026-11-30T12:00:00Z');
  await buy(account, { amount: '5.00' });
  await paid(server, account);
  await server.clock('2027-11-30T11:59:59Z');
  expect(await available(account)).toBe('15.5000');
  await server.clock('2027-11-30T12:00:00Z');
  expect(await available(account)).toBe('0.0000');
  await server.sweep();
  expect(await available(account)).toBe('0.0000');
});

test('PG-12: a top-up whose invoice is open moves nothing; once its payment is noted it does, counted from the top-up', async () => {
  await server.clock('2026-01-31T12:00:00Z');
  const account = await customer(server);
  await buy(account, { amount: '10.00' });
  await paid(server, account);
  await server.clock('2026-11-30T12:00:00Z');
  const [unpaid, late] = [account, await customer(server)];
  await buy(unpaid, { amount: '5.00' });
  await server.clock('2027-01-31T12:00:00Z');
  expect(await available(unpaid)).toBe('5.0000');
  await server.clock('2027-11-30T11:59:59Z');
  expect(await available(unpaid)).toBe('5.0000');
  await server.clock('2027-11-30T12:00:00Z');
  expect(await available(unpaid)).toBe('0.0000');
  // Its trial is of 30 November 2026; the top-up of the day after is paid in the summer.
  await server.clock('2026-12-01T12:00:00Z');
  await buy(late, { amount: '5.00' });
  await server.clock('2027-07-01T12:00:00Z');
  await paid(server, late);
  await server.clock('2027-11-30T12:00:00Z');
  expect(await available(late)).toBe('5.5000');
  await server.clock('2027-12-01T12:00:00Z');
  expect(await available(late)).toBe('0.0000');
});

test('PG-12: a top-up through a provider is paid at once', async () => {
  await server.clock('2026-03-31T12:00:00Z');
  const account = await customer(server);
  await server.clock('2027-03-31T11:00:00Z');
  const { checkoutUrl } = await buy(account, { amount: '5.00', provider: 'paddle' });
  await paddle.deliver(server.url, paddle.pay(checkoutUrl));
  await server.clock('2028-03-31T10:59:59Z');
  expect(await available(account)).toBe('5.5000');
});

test('PG-13: trial credit and grants do not move that clock', async () => {
  await server.clock('2026-01-31T12:00:00Z');
  const account = await customer(server);
  await buy(account, { amount: '10.00' });
  await paid(server, account);
  await server.clock('2026-12-01T12:00:00Z');
  await server.grant(account.accountId, 'balance', '3.0000');
  expect(await available(account)).toBe('13.5000');
  await server.clock('2027-01-31T12:00:00Z');
  expect(await available(account)).toBe('0.0000');
});

test('PG-16: what is unused comes back in full within 14 days', async () => {
  const account = await toppedUp(server, '20.00');
  const { purchase } = await buy(account, { amount: '10.00' });
  await server.clock('2026-04-14T12:00:00Z');
  const { status, body } = await account.post('/v1/refunds', { opId: opId(), purchaseId: purchase.opId });
  expect(status, JSON.stringify(body)).toBe(200);
  expect(body).toMatchObject({ refunded: { amount: '10.00', currency: 'EUR' }, amount: '10.0000', shortfall: '0.0000' });
  expect(body.creditNote).toMatchObject({ kind: 'credit-note', credits: purchase.invoice, net: { amount: '-10.00', currency: 'EUR' } });
  expect(await available(account)).toBe('20.5000');
  const again = await account.post('/v1/refunds', { opId: opId(), purchaseId: purchase.opId });
  expect([again.status, again.body.code]).toEqual([422, 'not_refundable']);
});

test('PG-16: used credit, trial credit and purchases older than 14 days do not', async () => {
  const account = await toppedUp(server, '5.00');
  const { purchase } = await buy(account, { amount: '5.00' });
  await server.clock('2026-04-15T00:00:00Z');
  const late = await account.post('/v1/refunds', { opId: opId(), purchaseId: purchase.opId });
  expect([late.status, late.body.code, late.body.why]).toEqual([422, 'not_refundable', 'window-closed']);
  await server.clock('2026-03-31T12:00:00Z');
  const used = await customer(server);
  const bought = (await buy(used, { amount: '5.00' })).purchase;
  await spend(
    used,
    Array.from({ length: 110 }, () => applying()),
  );
  const none = await used.post('/v1/refunds', { opId: opId(), purchaseId: bought.opId });
  expect([none.status, none.body.code, none.body.why]).toEqual([422, 'not_refundable', 'used']);
  const trial = (await wallet(used)).buckets.find((b: Json) => b.bucket === 'trial').grants[0];
  expect((await used.post('/v1/refunds', { opId: opId(), purchaseId: opId() })).status).toBe(404);
  expect(trial.refunded).toBe('0.0000');
});

test('PG-16: credit held by work under way is neither used nor unused: the refund waits', async () => {
  const account = await customer(server);
  const { purchase } = await buy(account, { amount: '5.00' });
  const operation = { opId: opId(), ...pro('8K') };
  await account.post('/v1/operations', { operations: [operation] });
  const refund = { opId: opId(), purchaseId: purchase.opId };
  const waits = await account.post('/v1/refunds', refund);
  expect([waits.status, waits.body.code, waits.body.why]).toEqual([422, 'not_refundable', 'held']);
  expect(Date.parse(waits.body.until)).toBeGreaterThan(0);
  await account.post(`/v1/operations/${operation.opId}/release`, { reason: 'failed' });
  expect((await account.post('/v1/refunds', refund)).body).toMatchObject({ refunded: { amount: '5.00', currency: 'EUR' } });
  expect((await buckets(account))['balance']).toBe('0.0000');
});

test('PG-15: Paddle sells, adds the VAT and writes the invoice; the balance grows by the net amount', async () => {
  await server.clock('2026-03-31T12:00:00Z');
  const account = await customer(server);
  const before = units(await available(account));
  const { checkoutUrl, checkout, purchase } = await buy(account, { amount: '20.00', provider: 'paddle' });
  expect([checkout.net.amount, checkout.tax]).toEqual(['20.00', null]);
  const events = paddle.pay(checkoutUrl);
  expect(paddle.transaction(checkoutUrl).details.totals).toMatchObject({ subtotal: '2000', tax: '380' });
  await paddle.deliver(server.url, events);
  await paddle.deliver(server.url, events);
  expect(units(await available(account)) - before).toBe(20_0000);
  expect((await account.get('/v1/invoices')).body).toEqual([]);
  const receipt = await account.get(`/v1/checkouts/${purchase.opId}/receipt`);
  expect(new URL(receipt.body.url).origin).toBe(paddle.url);
});

test('PG-15: who names no provider pays through Paddle; on account only where staff allows it', async () => {
  await server.clock('2026-03-31T12:00:00Z');
  const account = await server.account({ country: 'DE' });
  const order = { opId: opId(), amount: '20.00' };
  const { status, body } = await account.post('/v1/purchases', order);
  expect([status, body.purchase.provider, body.purchase.status, body.grant]).toEqual([200, 'paddle', 'awaiting-payment', undefined]);
  expect(body.checkoutUrl).toMatch(/^https?:/);
  expect((await account.post('/v1/purchases', order)).body.checkoutUrl).toBe(body.checkoutUrl);
  const named = await account.post('/v1/purchases', { opId: opId(), amount: '20.00', provider: 'invoice' });
  expect([named.status, named.body.code]).toEqual([403, 'not_offered']);
  expect((await account.get('/v1/payment')).body.providers.map((p: Json) => p.id)).toEqual(['paddle']);
  expect(await available(account)).toBe('0.5000');
});
