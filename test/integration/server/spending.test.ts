/** Authorise, settle, release and the receipts, over HTTP on a real PostgreSQL. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
const background = { background: 'paper' };
const apply = (photo: string, recipe: object = background, id = opId()) => ({ opId: id, kind: 'apply', photo, recipe });

beforeAll(async () => {
  server = await startServer();
  await server.clock('2026-06-10T10:00:00Z');
});
afterAll(() => server.stop());

/** An account without a plan that has exactly `credits`. */
async function accountWith(credits: string): Promise<Account> {
  const account = await server.account();
  if (credits !== '0') await server.grant(account.accountId, 'purchased', credits);
  return account;
}

describe('authorise', () => {
  test('three photos hold three credits and the wallet says so', async () => {
    const account = await accountWith('10');
    const { status, body } = await account.post('/v1/operations', { atomic: true, operations: [apply('a'), apply('b'), apply('c')] });
    expect(status).toBe(200);
    expect(body.outcomes.map((o: { status: string; amount: string }) => [o.status, o.amount])).toEqual([
      ['held', '1'],
      ['held', '1'],
      ['held', '1'],
    ]);
    expect(body.wallet).toMatchObject({ available: '7', held: '3' });
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '7', held: '3', unit: { code: 'credit', scale: 0 } });
  });

  test('atomic and one credit short: 402 with the shortfall, and nothing is held', async () => {
    const account = await accountWith('2');
    const { status, body, headers } = await account.post('/v1/operations', {
      atomic: true,
      operations: [apply('a'), apply('b'), apply('c')],
    });
    expect(status).toBe(402);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ code: 'insufficient_credit', required: '3', available: '2', shortfall: '1' });
    expect(body.remedies[0]).toMatchObject({ kind: 'pack' });
    expect(body.outcomes).toHaveLength(3);
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '2', held: '0' });
  });

  test('as many as possible: the first two are held, the third is refused', async () => {
    const account = await accountWith('2');
    const { status, body } = await account.post('/v1/operations', { atomic: false, operations: [apply('a'), apply('b'), apply('c')] });
    expect(status).toBe(200);
    expect(body.outcomes.map((o: { status: string; code?: string }) => o.code ?? o.status)).toEqual([
      'held',
      'held',
      'insufficient_credit',
    ]);
  });

  test('500 in one request', async () => {
    const account = await accountWith('500');
    const operations = Array.from({ length: 500 }, (_, i) => apply(`photo ${i}`));
    const { status, body } = await account.post('/v1/operations', { atomic: true, operations });
    expect(status).toBe(200);
    expect(body.wallet).toMatchObject({ available: '0', held: '500' });
  });

  test('a logo without a background is refused and costs nothing', async () => {
    const account = await accountWith('2');
    const { status, body } = await account.post('/v1/operations', { atomic: true, operations: [apply('a', { logo: 'own' })] });
    expect([status, body.code]).toEqual([422, 'background_required']);
    expect((await account.get('/v1/wallet')).body.available).toBe('2');
  });

  test('a replay answers what was answered first, refusals too', async () => {
    const account = await accountWith('1');
    const [first, second] = [apply('a'), apply('b')];
    const before = await account.post('/v1/operations', { atomic: false, operations: [first, second] });
    await server.grant(account.accountId, 'purchased', '5');
    const after = await account.post('/v1/operations', { atomic: false, operations: [first, second] });
    expect(after.body.outcomes).toEqual(before.body.outcomes);
    expect(after.body.wallet).toMatchObject({ available: '5', held: '1' });
  });

  test('the same id with another photo is a conflict', async () => {
    const account = await accountWith('5');
    const id = opId();
    await account.post('/v1/operations', { operations: [apply('a', background, id)] });
    const { status, body } = await account.post('/v1/operations', { operations: [apply('b', background, id)] });
    expect([status, body.code]).toEqual([409, 'conflict']);
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '4', held: '1' });
  });
});

describe('settle and release', () => {
  async function hold(account: Account): Promise<string> {
    const operation = apply('a');
    await account.post('/v1/operations', { operations: [operation] });
    return operation.opId;
  }

  test('settle charges once, however often it is sent', async () => {
    const account = await accountWith('5');
    const id = await hold(account);
    const receipts = await Promise.all(Array.from({ length: 8 }, () => account.post(`/v1/operations/${id}/settle`)));
    for (const { status, body } of receipts) {
      expect(status).toBe(200);
      expect(body).toEqual(receipts[0]?.body);
    }
    expect(receipts[0]?.body).toMatchObject({ opId: id, status: 'settled', charged: '1', returned: '0' });
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '4', held: '0' });
    expect((await account.get(`/v1/operations/${id}`)).body).toEqual(receipts[0]?.body);
  });

  test('an empty body that calls itself JSON is understood', async () => {
    const account = await accountWith('5');
    const id = await hold(account);
    const response = await fetch(`${server.url}/v1/operations/${id}/settle`, {
      method: 'POST',
      headers: { authorization: `Bearer ${account.token}`, 'content-type': 'application/json' },
    });
    expect(response.status).toBe(200);
  });

  test('release gives everything back', async () => {
    const account = await accountWith('5');
    const id = await hold(account);
    const { body } = await account.post(`/v1/operations/${id}/release`, { reason: 'the file could not be written' });
    expect(body).toMatchObject({ status: 'released', charged: '0', returned: '1', reason: 'the file could not be written' });
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '5', held: '0' });
  });

  test('a hold ends one way only', async () => {
    const account = await accountWith('5');
    const id = await hold(account);
    await account.post(`/v1/operations/${id}/settle`, {});
    const { status, body } = await account.post(`/v1/operations/${id}/release`, {});
    expect([status, body.code]).toEqual([409, 'conflict']);
    expect((await account.get('/v1/wallet')).body.available).toBe('4');
  });

  test('a hold that nobody resolves comes back, swept or not', async () => {
    const account = await accountWith('5');
    const { body } = await account.post('/v1/operations', { operations: [apply('a')] });
    const { opId: id, holdExpiresAt } = body.outcomes[0];
    await server.clock(new Date(Date.parse(holdExpiresAt) + 1000).toISOString());
    const unswept = (await account.get('/v1/wallet')).body;
    expect(unswept).toMatchObject({ available: '5', held: '0' });
    await server.sweep();
    const swept = (await account.get('/v1/wallet')).body;
    expect(swept.buckets).toEqual(unswept.buckets);
    expect((await account.get(`/v1/operations/${id}`)).body).toMatchObject({ status: 'released', reason: 'timed-out', returned: '1' });
    const late = await account.post(`/v1/operations/${id}/settle`);
    expect([late.status, late.body.code]).toEqual([409, 'conflict']);
  });

  test('settling what was never held is not found', async () => {
    const account = await accountWith('1');
    const { status, body } = await account.post(`/v1/operations/${opId()}/settle`);
    expect([status, body.code]).toEqual([404, 'not_found']);
  });
});

describe('quotes', () => {
  test('a quote says what the holds then are', async () => {
    const account = await accountWith('5');
    const operations = [apply('a'), apply('b')];
    const quoted = (await account.post('/v1/quotes', { operations: operations.map(({ opId: _, ...rest }) => rest) })).body;
    const { outcomes, wallet } = (await account.post('/v1/operations', { operations })).body;
    expect(quoted).toMatchObject({ total: '2', availableAfter: wallet.available, slices: [{ bucket: 'purchased', amount: '2' }] });
    expect(outcomes).toHaveLength(2);
  });

  test('a quote that cannot be paid says what is missing', async () => {
    const account = await accountWith('1');
    const { refusal } = (await account.post('/v1/quotes', { operations: [apply('a'), apply('b')].map(({ opId: _, ...rest }) => rest) }))
      .body;
    expect(refusal).toMatchObject({ code: 'insufficient_credit', shortfall: '1', affordable: 1 });
  });
});
