/** Pay as you go: PG-01 to PG-16 against the real server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STEP_KINDS } from '../../shared/edit/processing/chain.ts';
import { backlot } from '../integration/cli/command-line.ts';
import { type FakePaddle, startFakePaddle } from '../integration/payments/fake-paddle.ts';
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
  paid,
  quote,
  type RunningServer,
  refusal,
  shell,
  spend,
  startServer,
  wallet,
} from './world.ts';

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

const customer = (): Promise<Account> => server.account({ country: 'DE', ...onAccount });
const units = (text: string): number => minor(text, 4);

async function toppedUp(amount = '5.00'): Promise<Account> {
  await server.clock('2026-03-31T12:00:00Z');
  const account = await customer();
  await buy(account, { amount });
  return account;
}

/** A new account whose trial credit was spent down to this many euros: a multiple of 0.05. */
async function withBalance(euros: number): Promise<Account> {
  await server.clock('2026-03-31T12:00:00Z');
  const account = await customer();
  const photos = Math.round((0.5 - euros) / 0.05);
  if (photos > 0) await spend(account, Array(photos).fill(applying()));
  expect(Number(await available(account))).toBeCloseTo(euros, 4);
  return account;
}

const lite = (resolution = '1K') => ({ kind: 'generation', model: 'backdrop-lite', resolution });
const pro = (resolution = '1K') => ({ kind: 'generation', model: 'backdrop-pro', resolution });

test('PG-01: amounts below a cent add up exactly, a thousand of them too', async () => {
  const account = await toppedUp('5.00');
  const before = units(await available(account));
  const operations = Array.from({ length: 300 }, () => ({ opId: opId(), ...lite() }));
  expect((await account.post('/v1/operations', { operations })).status).toBe(200);
  await Promise.all(operations.map(({ opId: id }) => account.post(`/v1/operations/${id}/settle`, { actual: '0.0071' })));
  expect(await wallet(account)).toMatchObject({ unit: { code: 'EUR', scale: 4 }, held: '0.0000' });
  expect(units(await available(account))).toBe(before - 300 * 71);
});

test('PG-02: a top-up is at least EUR 5', async () => {
  const account = await customer();
  const { status, body } = await account.post('/v1/purchases', { opId: opId(), amount: '4.99' });
  expect([status, body.code, body.minimum]).toEqual([422, 'below_minimum', '5.0000']);
  expect((await account.get('/v1/invoices')).body).toEqual([]);
  await buy(account, { amount: '5.00' });
});

test('PG-03: a generation deducts its actual cost, which depends on the model', async () => {
  const account = await toppedUp();
  const cost = async (model: string): Promise<number> => {
    const before = units(await available(account));
    const done = await finished(account, (await generate(account, { model })).id);
    expect(units(await available(account))).toBe(before - units(done.cost_eur));
    return units(done.cost_eur);
  };
  expect(await cost('backdrop-pro')).toBeGreaterThan(await cost('backdrop-lite'));
});

test('PG-04: 20 processing operations, each at a flat cost; a chain costs the sum and fails for nothing', async () => {
  const { prices } = (await server.as('').get('/v1/pricing')).body;
  const processing = prices.filter((p: Json) => p.kind === 'process');
  expect(new Set(processing.map((p: Json) => p.item))).toEqual(new Set(STEP_KINDS));
  expect(processing).toHaveLength(20);
  const account = await toppedUp();
  for (const { item, from, to } of processing) {
    expect(units(from)).toBe(units(to));
    expect(await quote(account, { kind: 'process', steps: [item] })).toMatchObject({ total: to });
  }
  const before = units(await available(account));
  const chain = { kind: 'process', photo: 'IMG_1', steps: ['crop', 'resize', 'sharpen', 'watermark', 'convert'] };
  const [receipt] = await spend(account, [chain]);
  expect(receipt).toMatchObject({ status: 'settled', charged: '0.0050' });
  const failed = { opId: opId(), ...chain };
  await account.post('/v1/operations', { operations: [failed] });
  expect((await account.post(`/v1/operations/${failed.opId}/release`, { reason: 'failed' })).body).toMatchObject({ charged: '0.0000' });
  expect(units(await available(account))).toBe(before - 50);
  const { status, body } = await refusal(account, { kind: 'process', steps: ['resize', 'dream'] });
  expect([status, body.code]).toEqual([422, 'unknown_operation']);
});

test('PG-05: the balance can be read at any time from the command line and the API, during a generation too', async () => {
  const account = await toppedUp();
  const env = shell(server, account);
  const { balance_eur: balance } = await wallet(account);
  const read = await backlot(env, 'balance', '--json');
  expect(read.code).toBe(0);
  expect(JSON.parse(read.out)).toMatchObject({ balance_eur: balance, available: balance, unit: { code: 'EUR' } });
  expect((await backlot(env, 'balance')).out).toContain(`€${balance}`);
  const { outcomes } = (await account.post('/v1/operations', { operations: [{ opId: opId(), ...pro('2K') }] })).body;
  expect(outcomes[0].status).toBe('held');
  const during = JSON.parse((await backlot(env, 'balance', '--json')).out);
  expect(during).toMatchObject({ balance_eur: (await wallet(account)).balance_eur, held: outcomes[0].amount });
});

test('PG-05: every generation response carries balance_eur: accepted, read, finished, repeated and failed', async () => {
  const account = await toppedUp();
  const order = { opId: opId(), model: 'backdrop-lite', resolution: '1K', style: 'brand' };
  const accepted = await account.post('/v1/generations', order);
  expect(accepted.status).toBe(202);
  const read = await account.get(`/v1/generations/${order.opId}`);
  const done = await finished(account, accepted.body.id);
  const repeated = await account.post('/v1/generations', order);
  await failNext(server);
  const failed = await finished(account, (await generate(account)).id);
  for (const answer of [accepted.body, read.body, done, repeated.body, failed]) expect(answer.balance_eur).toMatch(/^\d+\.\d{4}$/);
  expect(failed.status).toBe('failed');
  expect(failed.balance_eur).toBe((await wallet(account)).balance_eur);
  // The same order again is answered with what was said first.
  expect(repeated.body.balance_eur).toBe(accepted.body.balance_eur);
});

test('PG-06: prices are public and approximate; the finished generation carries cost_eur', async () => {
  const { status, body } = await server.as('').get('/v1/pricing');
  expect(status).toBe(200);
  const line = body.prices.find((p: Json) => p.item === 'backdrop-lite' && p.resolution === '2K');
  expect(units(line.from)).toBeLessThan(units(line.to));
  const account = await toppedUp();
  const done = await finished(account, (await generate(account, { resolution: '2K' })).id);
  expect(units(done.cost_eur)).toBeGreaterThanOrEqual(units(line.from));
  expect(units(done.cost_eur)).toBeLessThanOrEqual(units(line.to));
  expect(done.balance_eur).toBe((await wallet(account)).balance_eur);
});

test('PG-07: the estimate is held, the actual charged, the rest returned at once; never more than the hold', async () => {
  const account = await toppedUp();
  const before = units(await available(account));
  const operation = { opId: opId(), ...pro('2K') };
  const { outcomes } = (await account.post('/v1/operations', { operations: [operation] })).body;
  expect(outcomes[0].amount).toBe('0.0800');
  const over = await account.post(`/v1/operations/${operation.opId}/settle`, { actual: '0.0801' });
  expect([over.status, over.body.code]).toEqual([400, 'invalid_amount']);
  const { body } = await account.post(`/v1/operations/${operation.opId}/settle`, { actual: '0.0532' });
  expect(body).toMatchObject({ status: 'settled', charged: '0.0532', returned: '0.0268' });
  expect(units(await available(account))).toBe(before - 532);
});

test('PG-08: while it runs available is lower by the hold', async () => {
  const account = await toppedUp();
  const before = units(await available(account));
  const operation = { opId: opId(), ...pro('1K') };
  await account.post('/v1/operations', { operations: [operation] });
  expect(await wallet(account)).toMatchObject({ held: '0.0400' });
  expect(units(await available(account))).toBe(before - 400);
  await account.post(`/v1/operations/${operation.opId}/settle`, { actual: '0.0200' });
  expect(units(await available(account))).toBe(before - 200);
});

test('PG-09: it cannot be cancelled, completes when its client is gone, and can be downloaded for one hour', async () => {
  const account = await toppedUp();
  const aborting = new AbortController();
  const id = opId();
  const request = fetch(`${server.url}/v1/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${account.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ opId: id, model: 'backdrop-lite', resolution: '4K', style: 'concrete' }),
    signal: aborting.signal,
  });
  // Accepted, and then the connection drops.
  await request.then((response) => response.body?.cancel());
  aborting.abort();
  const cancel = await account.post(`/v1/operations/${id}/release`, { reason: 'cancelled' });
  expect([cancel.status, cancel.body.code]).toEqual([409, 'cannot_cancel']);
  expect((await finished(account, id)).status).toBe('done');
  expect((await account.get(`/v1/generations/${id}/result`)).status).toBe(200);
  await server.clock('2026-03-31T13:00:00Z');
  expect((await account.get(`/v1/generations/${id}/result`)).body.code).toBe('gone');
});

test('PG-10: a generation that fails on our side charges nothing', async () => {
  const account = await toppedUp();
  const before = await available(account);
  await failNext(server);
  const done = await finished(account, (await generate(account)).id);
  expect(done.status).toBe('failed');
  expect(await wallet(account)).toMatchObject({ available: before, held: '0.0000' });
});

test('PG-11: a new account has trial credit', async () => {
  const account = await customer();
  const { buckets: all } = await wallet(account);
  expect(all.find((b: Json) => b.bucket === 'trial').grants[0]).toMatchObject({ source: 'trial', granted: '0.5000' });
});

test('PG-12: all of it expires 12 months after the last paid top-up; another top-up moves the clock for all', async () => {
  await server.clock('2026-01-31T12:00:00Z');
  const account = await customer();
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
  const account = await customer();
  await buy(account, { amount: '10.00' });
  await paid(server, account);
  await server.clock('2026-11-30T12:00:00Z');
  const [unpaid, late] = [account, await customer()];
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
  const account = await customer();
  await server.clock('2027-03-31T11:00:00Z');
  const { checkoutUrl } = await buy(account, { amount: '5.00', provider: 'paddle' });
  await paddle.deliver(server.url, paddle.pay(checkoutUrl));
  await server.clock('2028-03-31T10:59:59Z');
  expect(await available(account)).toBe('5.5000');
});

test('PG-13: trial credit and grants do not move that clock', async () => {
  await server.clock('2026-01-31T12:00:00Z');
  const account = await customer();
  await buy(account, { amount: '10.00' });
  await paid(server, account);
  await server.clock('2026-12-01T12:00:00Z');
  await server.grant(account.accountId, 'balance', '3.0000');
  expect(await available(account)).toBe('13.5000');
  await server.clock('2027-01-31T12:00:00Z');
  expect(await available(account)).toBe('0.0000');
});

test('PG-14: from EUR 0.50 every model and resolution', async () => {
  const account = await withBalance(0.5);
  for (const operation of [lite('4K'), pro('2K'), pro('4K')]) expect((await quote(account, operation)).refusal).toBeUndefined();
});

test('PG-14: below EUR 0.50 budget models up to 2K only', async () => {
  const account = await withBalance(0.45);
  expect((await quote(account, lite('2K'))).refusal).toBeUndefined();
  for (const operation of [lite('4K'), pro('1K')]) {
    const { status, body } = await refusal(account, operation);
    expect([402, 403]).toContain(status);
    expect(body).toMatchObject({ code: 'not_allowed_on_tier', shortfall: '0.0500' });
  }
});

test('PG-14: below the hold HTTP 402 with the shortfall and the cheapest remedy', async () => {
  const account = await withBalance(0);
  const { status, body } = await refusal(account, lite('1K'));
  expect([status, body.code]).toEqual([402, 'insufficient_credit']);
  expect(body).toMatchObject({ required: '0.0100', available: '0.0000', shortfall: '0.0100' });
  expect(body.remedies[0]).toMatchObject({ kind: 'top-up', price: { amount: '5.00', currency: 'EUR' } });
});

test('PG-16: what is unused comes back in full within 14 days', async () => {
  const account = await toppedUp('20.00');
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
  const account = await toppedUp('5.00');
  const { purchase } = await buy(account, { amount: '5.00' });
  await server.clock('2026-04-15T00:00:00Z');
  const late = await account.post('/v1/refunds', { opId: opId(), purchaseId: purchase.opId });
  expect([late.status, late.body.code, late.body.why]).toEqual([422, 'not_refundable', 'window-closed']);
  await server.clock('2026-03-31T12:00:00Z');
  const used = await customer();
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
  const account = await customer();
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
  const account = await customer();
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

test('PG-14: the price list says what each balance may use, in euros', async () => {
  const { tiers, prices } = (await server.as('').get('/v1/pricing')).body;
  expect(tiers).toEqual([
    { id: 'budget', atLeast: '0.0100', models: ['backdrop-lite'], resolutions: ['1K', '2K'] },
    { id: 'full', atLeast: '0.5000', models: null, resolutions: null },
  ]);
  const of = (item: string, resolution: string) => prices.find((p: Json) => p.item === item && p.resolution === resolution).tier;
  expect([of('backdrop-lite', '2K'), of('backdrop-lite', '4K'), of('backdrop-pro', '1K')]).toEqual(['budget', 'full', 'full']);
  expect(prices.find((p: Json) => p.kind === 'apply').tier).toBe(null);
});
