/** Every bad input is a problem document with a stable code, and nothing is written. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, type Answer, failingStart, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let account: Account;

beforeAll(async () => {
  server = await startServer();
  account = await server.account();
  await server.grant(account.accountId, 'purchased', '10');
});
afterAll(() => server.stop());

async function expectProblem(answer: Answer, status: number, code: string): Promise<void> {
  expect([answer.status, answer.body.code], JSON.stringify(answer.body)).toEqual([status, code]);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body).toMatchObject({
    type: expect.stringContaining('urn:'),
    title: expect.any(String),
    detail: expect.any(String),
    status,
  });
}

const apply = () => ({ opId: opId(), kind: 'apply', photo: 'a', recipe: { background: 'paper' } });

describe('amounts', () => {
  const amounts: [name: string, amount: unknown, code?: string][] = [
    ['negative', '-1'],
    ['zero', '0'],
    ['fractional', '1.5'],
    ['past 2^63', '9223372036854775808'],
    ['far past 2^63', '9'.repeat(400)],
    ['not a number', 'many'],
    ['a number, not a string', 5],
    ['scientific', '1e3'],
    ['empty', ''],
  ];
  test.each(amounts)('a grant of a %s amount', async (_, amount) => {
    await expectProblem(
      await server.admin.post(`/v1/admin/accounts/${account.accountId}/grants`, { opId: opId(), bucket: 'purchased', amount, reason: 'x' }),
      400,
      'invalid_amount',
    );
  });
  test.each(['-1', '0.5', '99999999999999999999'])('settling %s', async (actual) => {
    const operation = apply();
    await account.post('/v1/operations', { operations: [operation] });
    await expectProblem(await account.post(`/v1/operations/${operation.opId}/settle`, { actual }), 400, 'invalid_amount');
    await account.post(`/v1/operations/${operation.opId}/release`);
  });
});

describe('names', () => {
  test('an unknown plan', async () => {
    await expectProblem(await server.admin.post('/v1/admin/accounts', { policy: 'background-studio', plan: 'gold' }), 422, 'unknown_plan');
  });
  test('an unknown policy', async () => {
    await expectProblem(await server.admin.post('/v1/admin/accounts', { policy: 'mine' }), 422, 'unknown_policy');
  });
  test('an unknown bucket', async () => {
    await expectProblem(
      await server.admin.post(`/v1/admin/accounts/${account.accountId}/grants`, { opId: opId(), bucket: 'gold', amount: '1', reason: 'x' }),
      422,
      'unknown_bucket',
    );
  });
  test('an unknown pack', async () => {
    await expectProblem(await account.post('/v1/purchases', { opId: opId(), packId: 'gold' }), 422, 'unknown_pack');
  });
  test('another currency', async () => {
    await expectProblem(await account.post('/v1/purchases', { opId: opId(), packId: 'gold', currency: 'JPY' }), 422, 'currency_mismatch');
  });
  test('an unknown time zone', async () => {
    await expectProblem(
      await server.admin.post('/v1/admin/accounts', { policy: 'background-studio', timeZone: 'Mars/Base' }),
      400,
      'invalid_time_zone',
    );
  });
  test.each(['', 'x', 'not-a-ulid', '01ARZ3NDEKTSV4RRFFQ69G5FA!', `${'0'.repeat(200)}`])('a malformed operation id: %s', async (id) => {
    await expectProblem(await account.post('/v1/operations', { operations: [{ ...apply(), opId: id }] }), 400, 'invalid_id');
  });
  test('the same operation id twice in one request', async () => {
    const operation = apply();
    await expectProblem(await account.post('/v1/operations', { operations: [operation, operation] }), 409, 'conflict');
  });
});

describe('instants', () => {
  test.each(['1969-12-31T23:59:59Z', '-000001-01-01T00:00:00Z', 'yesterday', '2026-13-01T00:00:00Z'])('the clock at %s', async (now) => {
    await expectProblem(await server.admin.post('/v1/admin/clock', { now }), 400, 'invalid_instant');
  });
  test('a grant that expires before the epoch', async () => {
    await expectProblem(
      await server.admin.post(`/v1/admin/accounts/${account.accountId}/grants`, {
        opId: opId(),
        bucket: 'purchased',
        amount: '1',
        reason: 'x',
        expiresAt: '1960-01-01T00:00:00Z',
      }),
      400,
      'invalid_instant',
    );
  });
});

/** The body announces no length. */
function sendInChunks(path: string, body: ReadableStream): Promise<Response> {
  const headers = { authorization: `Bearer ${account.token}`, 'content-type': 'application/json' };
  // `duplex` is asked for by fetch and missing in its types.
  const request = { method: 'POST', headers, body, duplex: 'half' };
  return fetch(`${server.url}${path}`, request);
}

describe('bodies', () => {
  test('100 MB', async () => {
    await expectProblem(await account.post('/v1/operations', `{"operations":"${'x'.repeat(100 * 1024 * 1024)}"}`), 413, 'body_too_large');
  });
  test('100 MB in chunks, which announce no length', async () => {
    const chunk = new TextEncoder().encode('x'.repeat(1024 * 1024));
    let left = 100;
    const response = await sendInChunks(
      '/v1/operations',
      new ReadableStream({
        pull(controller) {
          if (left === 0) controller.close();
          else controller.enqueue(chunk);
          left -= 1;
        },
      }),
    );
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([413, 'body_too_large']);
  });
  test('a small body in chunks is read like any other', async () => {
    const operations = [{ kind: 'apply', photo: 'a', recipe: { background: 'paper' } }];
    const response = await sendInChunks('/v1/quotes', new Blob([JSON.stringify({ operations })]).stream());
    expect([response.status, ((await response.json()) as { total: string }).total]).toEqual([200, '1']);
  });
  test.each(['{', '[1,', 'hello', '', '{"a":1}}'])('malformed JSON: %s', async (text) => {
    const answer = await account.post('/v1/operations', text);
    expect(answer.status).toBe(400);
    expect(['malformed_json', 'invalid_request']).toContain(answer.body.code);
  });
  test('no operations, and 501', async () => {
    await expectProblem(await account.post('/v1/operations', { operations: [] }), 400, 'invalid_request');
    await expectProblem(await account.post('/v1/operations', { operations: Array.from({ length: 501 }, apply) }), 400, 'invalid_request');
  });
  test('another kind of content', async () => {
    const response = await fetch(`${server.url}/v1/operations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${account.token}`, 'content-type': 'text/xml' },
      body: '<a/>',
    });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([415, 'unsupported_media_type']);
  });
  test('an unknown address', async () => {
    await expectProblem(await account.get('/v1/nothing'), 404, 'not_found');
  });
});

describe('tokens', () => {
  test('none, a wrong one, a malformed one', async () => {
    for (const headers of [{}, { authorization: 'Bearer 0123456789abcdef0123' }, { authorization: 'Basic eDp5' }]) {
      const response = await fetch(`${server.url}/v1/wallet`, { headers });
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([401, 'unauthorized']);
    }
  });
  test('an account may not do what an administrator may', async () => {
    await expectProblem(await account.post('/v1/admin/sweep'), 403, 'forbidden');
    await expectProblem(await account.post('/v1/admin/accounts', { policy: 'background-studio' }), 403, 'forbidden');
    await expectProblem(await account.get('/v1/admin/reports'), 403, 'forbidden');
  });
});

test('after all of it the wallet is what it was', async () => {
  const { body } = await account.get('/v1/wallet');
  expect(body).toMatchObject({ available: '10', held: '0' });
  const { entries } = (await account.get('/v1/ledger')).body;
  expect(new Set(entries.map((e: { kind: string }) => e.kind))).toEqual(new Set(['opened', 'plan-changed', 'granted', 'held', 'released']));
});

describe('starting', () => {
  test('--test-clock is refused in production', async () => {
    const { code, said } = await failingStart(['--data', server.folder, '--test-clock'], { NODE_ENV: 'production' });
    expect(code).toBe(1);
    expect(said).toContain('--test-clock is refused');
  });
  test.each([
    [['--port', '70000'], '--port 70000'],
    [['--launch', 'soon'], '--launch soon'],
    [['--policy', 'mine', '--data'], 'mine'],
  ])('%j', async (args, words) => {
    const { code, said } = await failingStart(args.at(-1) === '--data' ? [...args, server.folder] : args);
    expect(code).toBe(1);
    expect(said).toContain(words);
  });
});
