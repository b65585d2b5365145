/** Backdrops drawn to order: held, drawn, settled at the actual cost, downloadable for an hour. */
import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, finished, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
const NOON = '2026-06-10T12:00:00.000Z';

beforeAll(async () => {
  server = await startServer({ policy: 'pay-as-you-go' });
  await server.clock(NOON);
});
afterAll(() => server.stop());

async function customer(): Promise<Account> {
  const account = await server.account();
  await account.post('/v1/purchases', { opId: opId(), amount: '5.00' });
  return account;
}

const order = (extra: object = {}) => ({
  opId: opId(),
  model: 'backdrop-lite',
  resolution: '1K',
  style: 'concrete',
  palette: ['#8a8d91'],
  seed: 7,
  ...extra,
});

describe('a generation', () => {
  test('holds the estimate, charges what it was, returns the rest', async () => {
    const account = await customer();
    const before = (await account.get('/v1/wallet')).body;
    const accepted = await account.post('/v1/generations', order());
    expect(accepted.status).toBe(202);
    expect(accepted.body).toMatchObject({ status: 'queued', hold: '0.0100' });
    expect(Number(accepted.body.balance_eur)).toBeCloseTo(Number(before.available) - 0.01, 4);
    const done = await finished(account, accepted.body.id);
    expect(done.status).toBe('done');
    expect(Number(done.cost_eur)).toBeGreaterThanOrEqual(0.005);
    expect(Number(done.cost_eur)).toBeLessThanOrEqual(0.01);
    const after = (await account.get('/v1/wallet')).body;
    expect(after.held).toBe('0.0000');
    expect(after.balance_eur).toBe(done.balance_eur);
    expect(Number(after.available)).toBeCloseTo(Number(before.available) - Number(done.cost_eur), 4);
  });

  test('is a real picture of the ordered size, and the same seed draws the same', async () => {
    const account = await customer();
    const pictures = await Promise.all(
      [order({ resolution: '2K' }), order({ resolution: '2K' })].map(async (request) => {
        const { id } = (await account.post('/v1/generations', request)).body;
        await finished(account, id);
        return (await account.get(`/v1/generations/${id}/result`)).body as Buffer;
      }),
    );
    const [first, second] = pictures.map((bytes) => createHash('sha256').update(bytes).digest('hex'));
    expect(first).toBe(second);
    expect(await sharp(pictures[0]).metadata()).toMatchObject({ format: 'jpeg', width: 2048, height: 1365 });
  });

  test('can be downloaded for one hour and not a moment longer', async () => {
    const account = await customer();
    const { id } = (await account.post('/v1/generations', order())).body;
    const { resultUntil } = await finished(account, id);
    expect(resultUntil).toBe('2026-06-10T13:00:00.000Z');
    await server.clock('2026-06-10T12:59:59.999Z');
    expect((await account.get(`/v1/generations/${id}/result`)).status).toBe(200);
    await server.clock('2026-06-10T13:00:00.000Z');
    const late = await account.get(`/v1/generations/${id}/result`);
    expect([late.status, late.body.code]).toEqual([410, 'gone']);
    await server.clock('2026-06-10T13:00:01.000Z');
  });

  test('that fails on our side charges nothing', async () => {
    const account = await customer();
    const before = (await account.get('/v1/wallet')).body.available;
    await server.admin.post('/v1/admin/generations/fail-next', { count: 1 });
    const { id } = (await account.post('/v1/generations', order())).body;
    const failed = await finished(account, id);
    expect(failed).toMatchObject({ status: 'failed', cost: null, error: expect.stringContaining('broke') });
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: before, held: '0.0000' });
  });

  test('cannot be cancelled, settled or released by the client', async () => {
    const account = await customer();
    const { id } = (await account.post('/v1/generations', order({ resolution: '4K' }))).body;
    for (const ending of ['release', 'settle']) {
      const answer = await account.post(
        `/v1/operations/${id}/${ending}`,
        ending === 'release' ? { reason: 'cancelled' } : { actual: '0.0000' },
      );
      expect([answer.status, answer.body.code]).toEqual([409, 'cannot_cancel']);
    }
    expect((await finished(account, id)).status).toBe('done');
  });

  test('ordered twice with one id is drawn and charged once', async () => {
    const account = await customer();
    const request = order();
    const answers = await Promise.all(Array.from({ length: 8 }, () => account.post('/v1/generations', request)));
    for (const { status, body } of answers) expect([status, body]).toEqual([202, answers[0]?.body]);
    await finished(account, request.opId);
    const { entries } = (await account.get('/v1/ledger')).body;
    expect(entries.filter((e: Json) => e.opId === request.opId).map((e: Json) => e.kind)).toEqual(['held', 'settled']);
    const changed = await account.post('/v1/generations', { ...request, seed: 8 });
    expect([changed.status, changed.body.code]).toEqual([409, 'conflict']);
  });

  test('survives kill -9 of the server', async () => {
    const account = await customer();
    const { id } = (await account.post('/v1/generations', order({ resolution: '8K', model: 'backdrop-pro' }))).body;
    await server.kill();
    server = await startServer({ policy: 'pay-as-you-go', folder: server.folder });
    await server.clock('2026-06-10T13:00:02.000Z');
    const same = { ...account, ...server.as(account.token) };
    const done = await finished(same, id);
    expect(done.status).toBe('done');
    expect((await same.get('/v1/wallet')).body.held).toBe('0.0000');
  });

  test.each([
    ['an unknown model', { model: 'dream' }, 422, 'unknown_operation'],
    ['an unknown resolution', { resolution: '16K' }, 422, 'unknown_operation'],
    ['an unknown style', { style: 'beach' }, 400, 'invalid_request'],
    ['a palette of words', { palette: ['red'] }, 400, 'invalid_request'],
    ['a negative seed', { seed: -1 }, 400, 'invalid_request'],
  ])('%s is refused and holds nothing', async (_, wrong, status, code) => {
    const account = await customer();
    const before = (await account.get('/v1/wallet')).body.available;
    const answer = await account.post('/v1/generations', order(wrong));
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: before, held: '0.0000' });
  });

  test('that was refused stays refused under its id, whatever was bought since', async () => {
    const account = await server.account();
    const dear = order({ model: 'backdrop-pro', resolution: '8K' });
    const refused = await account.post('/v1/generations', dear);
    expect([refused.status, refused.body.code]).toEqual([402, 'insufficient_credit']);
    expect((await account.get(`/v1/operations/${dear.opId}`)).body).toMatchObject({
      status: 'refused',
      code: 'insufficient_credit',
      amount: '0.7000',
      charged: '0.0000',
    });
    await account.post('/v1/purchases', { opId: opId(), amount: '5.00' });
    const again = await account.post('/v1/generations', dear);
    expect([again.status, again.body]).toEqual([refused.status, refused.body]);
    const changed = await account.post('/v1/generations', { ...dear, resolution: '4K' });
    expect([changed.status, changed.body.code]).toEqual([409, 'conflict']);
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '5.5000', held: '0.0000' });
    const anew = await account.post('/v1/generations', { ...dear, opId: opId(), resolution: '1K' });
    expect(anew.status).toBe(202);
    await finished(account, anew.body.id);
  });

  test('of another account is not found', async () => {
    const [mine, other] = [await customer(), await customer()];
    const { id } = (await mine.post('/v1/generations', order())).body;
    expect((await other.get(`/v1/generations/${id}`)).status).toBe(404);
    expect((await other.get(`/v1/generations/${id}/result`)).status).toBe(404);
    await finished(mine, id);
  });
});
