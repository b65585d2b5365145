/** Pay as you go: what work costs and what the balance allows, PG-01 to PG-11 and PG-14, against the real server. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { STEP_KINDS } from '../../shared/edit/processing/chain.ts';
import { backlot } from '../integration/cli/command-line.ts';
import { customer, lite, pro, toppedUp, units, withBalance } from './pay-as-you-go.ts';
import {
  available,
  failNext,
  finished,
  generate,
  type Json,
  opId,
  quote,
  type RunningServer,
  refusal,
  shell,
  spend,
  startServer,
  wallet,
} from './world.ts';

let server: RunningServer;

beforeAll(async () => {
  server = await startServer({ policy: 'pay-as-you-go' });
});
afterAll(() => server.stop());

test('PG-01: amounts below a cent add up exactly, a thousand of them too', async () => {
  const account = await toppedUp(server, '5.00');
  const before = units(await available(account));
  const operations = Array.from({ length: 300 }, () => ({ opId: opId(), ...lite() }));
  expect((await account.post('/v1/operations', { operations })).status).toBe(200);
  await Promise.all(operations.map(({ opId: id }) => account.post(`/v1/operations/${id}/settle`, { actual: '0.0071' })));
  expect(await wallet(account)).toMatchObject({ unit: { code: 'EUR', scale: 4 }, held: '0.0000' });
  expect(units(await available(account))).toBe(before - 300 * 71);
});

test('PG-03: a generation deducts its actual cost, which depends on the model', async () => {
  const account = await toppedUp(server);
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
  const account = await toppedUp(server);
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
  const account = await toppedUp(server);
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
  const account = await toppedUp(server);
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
  const account = await toppedUp(server);
  const done = await finished(account, (await generate(account, { resolution: '2K' })).id);
  expect(units(done.cost_eur)).toBeGreaterThanOrEqual(units(line.from));
  expect(units(done.cost_eur)).toBeLessThanOrEqual(units(line.to));
  expect(done.balance_eur).toBe((await wallet(account)).balance_eur);
});

test('PG-07: the estimate is held, the actual charged, the rest returned at once; never more than the hold', async () => {
  const account = await toppedUp(server);
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
  const account = await toppedUp(server);
  const before = units(await available(account));
  const operation = { opId: opId(), ...pro('1K') };
  await account.post('/v1/operations', { operations: [operation] });
  expect(await wallet(account)).toMatchObject({ held: '0.0400' });
  expect(units(await available(account))).toBe(before - 400);
  await account.post(`/v1/operations/${operation.opId}/settle`, { actual: '0.0200' });
  expect(units(await available(account))).toBe(before - 200);
});

test('PG-09: it cannot be cancelled, completes when its client is gone, and can be downloaded for one hour', async () => {
  const account = await toppedUp(server);
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
  const account = await toppedUp(server);
  const before = await available(account);
  await failNext(server);
  const done = await finished(account, (await generate(account)).id);
  expect(done.status).toBe('failed');
  expect(await wallet(account)).toMatchObject({ available: before, held: '0.0000' });
});

test('PG-11: a new account has trial credit', async () => {
  const account = await customer(server);
  const { buckets: all } = await wallet(account);
  expect(all.find((b: Json) => b.bucket === 'trial').grants[0]).toMatchObject({ source: 'trial', granted: '0.5000' });
});

test('PG-14: from EUR 0.50 every model and resolution', async () => {
  const account = await withBalance(server, 0.5);
  for (const operation of [lite('4K'), pro('2K'), pro('4K')]) expect((await quote(account, operation)).refusal).toBeUndefined();
});

test('PG-14: below EUR 0.50 budget models up to 2K only', async () => {
  const account = await withBalance(server, 0.45);
  expect((await quote(account, lite('2K'))).refusal).toBeUndefined();
  for (const operation of [lite('4K'), pro('1K')]) {
    const { status, body } = await refusal(account, operation);
    expect([402, 403]).toContain(status);
    expect(body).toMatchObject({ code: 'not_allowed_on_tier', shortfall: '0.0500' });
  }
});

test('PG-14: below the hold HTTP 402 with the shortfall and the cheapest remedy', async () => {
  const account = await withBalance(server, 0);
  const { status, body } = await refusal(account, lite('1K'));
  expect([status, body.code]).toEqual([402, 'insufficient_credit']);
  expect(body).toMatchObject({ required: '0.0100', available: '0.0000', shortfall: '0.0100' });
  expect(body.remedies[0]).toMatchObject({ kind: 'top-up', price: { amount: '5.00', currency: 'EUR' } });
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
