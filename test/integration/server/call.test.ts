/** The table of routes without HTTP: the same rows, schemas and rights, called by a function. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { execute } from '../../../server/ledger/command.ts';
import { readOptions } from '../../../server/options.ts';
import { type Called, callHandler } from '../../../server/routes/call.ts';
import { EventStream, type Outlet } from '../../../server/routes/reply.ts';
import type { Route } from '../../../server/routes/route.ts';
import { openServer, type Server } from '../../../server/server.ts';
import { operationId } from '../../../shared/credits/codec/quantities.ts';
import type { AccountId } from '../../../shared/credits/model/quantities.ts';
import { dropDatabase, makeDatabase } from '../../cluster/databases.ts';
import { opNamed } from '../../quantities.ts';
import { type Json, opId, temporaryFolder } from './running-server.ts';

const folder = temporaryFolder();
let server: Server;
let account: { accountId: AccountId; token: string };

const call = async (method: Route['method'], path: string, token?: string, body?: unknown): Promise<Called & { body: Json }> => {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return callHandler(server.routes, { method, path, headers, body }, server.auth);
};

beforeAll(async () => {
  server = await openServer(readOptions(['--data', folder, '--test-clock'], { DATABASE_URL: await makeDatabase(folder) }), false);
  const { body } = await call('POST', '/v1/admin/accounts', server.startToken, { policy: 'background-studio' });
  account = body;
});
afterAll(async () => {
  await server.close();
  await dropDatabase(folder);
});

describe('without a socket', () => {
  test('staff gives credit, and the account spends it', async () => {
    const { accountId, token } = account;
    const gift = { opId: opId(), bucket: 'purchased', amount: '3', reason: 'test' };
    expect((await call('POST', `/v1/admin/accounts/${accountId}/grants`, server.startToken, gift)).status).toBe(200);
    const before = Number((await call('GET', '/v1/wallet', token)).body.available);
    const photo = { opId: opId(), kind: 'apply', photo: 'a.jpg', recipe: { background: 'paper' } };
    const held = await call('POST', '/v1/operations', token, { operations: [photo] });
    expect([held.status, held.body.outcomes[0].status]).toEqual([200, 'held']);
    const settled = await call('POST', `/v1/operations/${photo.opId}/settle`, token);
    expect([settled.status, settled.body.status, settled.body.charged]).toEqual([200, 'settled', '1']);
    expect(Number((await call('GET', '/v1/wallet', token)).body.available)).toBe(before - 1);
    const page = await call('GET', '/v1/ledger?after=0&limit=500', token);
    expect(page.body.entries.at(-1)).toMatchObject({ kind: 'settled', opId: photo.opId });
  });

  test.each<[string, number, string, () => Promise<Called>]>([
    ['no token', 401, 'unauthorized', () => call('GET', '/v1/wallet')],
    ['a token that is none', 401, 'unauthorized', () => call('GET', '/v1/wallet', 'blt_0000000000000000000000')],
    ['an account at the staff’s door', 403, 'forbidden', () => call('GET', '/v1/admin/audit', account.token)],
    ['staff at the account’s door', 403, 'forbidden', () => call('GET', '/v1/wallet', server.startToken)],
    ['an address that is none', 404, 'not_found', () => call('GET', '/v1/nothing', account.token)],
    ['another method', 404, 'not_found', () => call('DELETE', '/v1/wallet', account.token)],
    ['a body that does not fit', 400, 'invalid_request', () => call('POST', '/v1/quotes', account.token, { operations: 'all' })],
    ['a path that does not fit', 400, 'invalid_request', () => call('GET', '/v1/invoices/x', account.token)],
    ['a query that does not fit', 400, 'invalid_request', () => call('GET', '/v1/ledger?after=x', account.token)],
  ])('%s is a problem document, as over HTTP', async (_, status, code, asking) => {
    const said = await asking();
    expect([said.status, (said.body as Json).code]).toEqual([status, code]);
    expect(said.headers['content-type']).toBe('application/problem+json');
  });

  test('the event stream says where the ledger stands, and wakes when it grows', async () => {
    const { accountId, token } = account;
    const { body } = await call('GET', '/v1/ledger/stream', token);
    if (!(body instanceof EventStream)) throw new Error('It is a stream.');
    const said: string[] = [];
    let close = (): void => undefined;
    const out: Outlet = {
      writableLength: 0,
      write: (text) => said.push(text),
      end: () => close(),
      destroy: () => close(),
      once: (_event, listener) => {
        close = listener;
      },
    };
    body.open(out);
    expect(said[0]).toMatch(/^id: \d+\nevent: ledger\n/);
    await server.accounts.grant(accountId, { opId: opNamed(opId()), bucket: 'purchased', amount: '1', reason: 'test' });
    const { seq } = await server.ledger.newest(accountId);
    expect(said.join('')).toContain(`id: ${seq}\nevent: ledger\n`);
    out.end();
  });

  test('a report of an account that was closed ends at the desk, and so do its files', async () => {
    const picture = opId();
    const { accountId, token } = account;
    await call('POST', '/v1/operations', token, { operations: [{ opId: picture, kind: 'revert', photo: 'a' }] });
    await call('POST', `/v1/operations/${picture}/settle`, token);
    const { body } = await call('POST', '/v1/reports', token, { opId: opId(), photo: 'a', resultOpId: picture, note: 'halo' });
    const [closing, stored] = [opNamed(opId()), z.object({ opId: operationId })];
    const close = { opId: closing, kind: 'close', stored, content: {}, answer: () => ({ opId: closing }) };
    await execute(server.ledger, accountId, { ...close, command: () => ({ kind: 'close', opId: closing, reason: 'test' }) });
    const taken = await call('POST', `/v1/admin/reports/${body.id}/take`, server.startToken);
    expect([taken.status, taken.body.code, taken.body.state]).toEqual([409, 'report_over', 'withdrawn']);
    expect((await call('GET', `/v1/reports/${body.id}`, token)).body).toMatchObject({
      state: 'withdrawn',
      answer: 'The account was closed.',
    });
  });

  test('every route says who may', () => {
    const open = server.routes.filter(({ access }) => access.who === 'anybody').map(({ method, path }) => `${method} ${path}`);
    expect(open.filter((address) => !address.startsWith('GET /admin'))).toEqual([
      'GET /v1/keys',
      'GET /v1/pricing',
      'GET /v1/linked-files/:id',
      'OPTIONS /v1/uploads',
      'POST /v1/webhooks/:provider',
      'GET /v1/return/:page/:outcome',
    ]);
    for (const { path, access } of server.routes) expect(access.who === 'staff', path).toBe(path.startsWith('/v1/admin/'));
  });
});
