/** The OpenAPI document names every route; walking it with another account's ids finds nothing anywhere. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Account, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let owner: Account;
let stranger: Account;
let document: Json;
/** Ids that belong to the owner, by the name of the path's parameter. */
let ids: Record<string, string>;

beforeAll(async () => {
  server = await startServer();
  owner = await server.account({ plan: 'professional-plus', slots: 50 });
  stranger = await server.account({ plan: 'professional-plus', slots: 50 });
  const operation = { opId: opId(), kind: 'apply', photo: 'a', recipe: { background: 'paper' } };
  await owner.post('/v1/operations', { operations: [operation] });
  const { invoice } = (await owner.post('/v1/purchases', { opId: opId(), packId: 'pack-50' })).body;
  ids = { opId: operation.opId, file: `${invoice.number}.pdf`, id: owner.accountId };
  document = (await owner.get('/v1/openapi.json')).body;
});
afterAll(() => server.stop());

interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: Json;
}
const routes = (): Route[] =>
  Object.entries<Json>(document.paths).flatMap(([path, methods]) =>
    Object.entries<Json>(methods).map(([method, operation]) => ({ method, path, operation })),
  );

describe('the document', () => {
  test('is OpenAPI 3.1 and names every route of the contract', () => {
    expect(document.openapi).toMatch(/^3\.1/);
    const named = routes().map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    for (const route of [
      'GET /v1/wallet',
      'POST /v1/quotes',
      'POST /v1/operations',
      'POST /v1/operations/{opId}/settle',
      'POST /v1/operations/{opId}/release',
      'GET /v1/operations/{opId}',
      'GET /v1/ledger',
      'GET /v1/ledger/stream',
      'GET /v1/packs',
      'POST /v1/purchases',
      'GET /v1/invoices',
      'GET /v1/policy',
      'GET /v1/pricing',
      'POST /v1/refunds',
      'POST /v1/subscription',
      'POST /v1/subscription/quote',
      'POST /v1/reports',
      'GET /v1/reports',
      'POST /v1/admin/accounts',
      'POST /v1/admin/sweep',
    ])
      expect(named).toContain(route);
  });

  test('describes bodies and answers from the same schemas that are enforced', () => {
    const { requestBody, responses } = document.paths['/v1/operations'].post;
    expect(requestBody.content['application/json'].schema.properties.operations.maxItems).toBe(500);
    expect(responses['200'].content['application/json'].schema.properties).toHaveProperty('outcomes');
  });
});

describe('another account’s ids', () => {
  const filled = (path: string): string => path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? 'unknown');

  test('404 or 403 on every route that takes one', async () => {
    // Uploads speak tus before anything else: uploads.test.ts asks for those of others.
    const withIds = routes().filter(({ path }) => path.includes('{') && !path.startsWith('/v1/uploads'));
    expect(withIds.length).toBeGreaterThan(5);
    for (const { method, path } of withIds) {
      const answer = await stranger.call(method.toUpperCase(), filled(path), method === 'get' ? undefined : bodyFor(path));
      expect([403, 404], `${method} ${path}: ${JSON.stringify(answer.body)}`).toContain(answer.status);
    }
  });

  test('every administrator’s route is closed to accounts', async () => {
    for (const { method, path } of routes().filter((r) => r.path.startsWith('/v1/admin/'))) {
      const answer = await stranger.call(method.toUpperCase(), filled(path), method === 'get' ? undefined : bodyFor(path));
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });

  test('every other route is closed without a token, the public ones excepted', async () => {
    const nobody = server.as('');
    for (const { method, path, operation } of routes()) {
      if (operation.security?.length === 0) continue;
      const answer = await nobody.call(method.toUpperCase(), filled(path), method === 'get' ? undefined : bodyFor(path));
      expect([path, answer.status]).toEqual([path, 401]);
    }
  });

  test('a stranger’s refund of the owner’s purchase is not found, and nothing changed for the owner', async () => {
    const before = (await owner.get('/v1/wallet')).body;
    const { purchase } = (await owner.post('/v1/purchases', { opId: opId(), packId: 'pack-50' })).body;
    const answer = await stranger.post('/v1/refunds', { opId: opId(), purchaseId: purchase.opId });
    expect([answer.status, answer.body.code]).toEqual([404, 'not_found']);
    const after = (await owner.get('/v1/wallet')).body;
    expect(Number(after.available)).toBe(Number(before.available) + 50);
    expect(after.held).toBe('1');
  });
});

/** A body that fits the contract, so that it is the id that is refused. */
function bodyFor(path: string): unknown {
  const op = opId();
  const bodies: [ending: string, body: unknown][] = [
    ['/grants', { opId: op, bucket: 'purchased', amount: '1', reason: 'x' }],
    ['/refunds', { opId: op, purchaseId: opId(), basis: 'goodwill', reason: 'x' }],
    ['/disputes-won', { opId: op, purchaseId: opId() }],
    ['/clock', { now: '2030-01-01T00:00:00Z' }],
    ['/accounts', { policy: 'background-studio' }],
    ['/resolve', { state: 'declined' }],
  ];
  return bodies.find(([ending]) => path.endsWith(ending))?.[1] ?? {};
}
