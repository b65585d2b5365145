/** What staff does: roles, adjustments, refunds, plans, reports, and the log that keeps all of it. */
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { type Account, applied, type Client, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let account: Account;
let support: Client;
let reader: Client;

beforeAll(async () => {
  server = await startServer();
  account = await server.account({ email: 'someone@example.com', name: 'Someone' });
  support = server.as((await server.admin.post('/v1/admin/staff', { opId: opId(), name: 'Sam', role: 'support' })).body.token);
  reader = server.as((await server.admin.post('/v1/admin/staff', { opId: opId(), name: 'Rae', role: 'read-only' })).body.token);
});
afterAll(() => server.stop());

const at = (rest: string) => `/v1/admin/accounts/${account.accountId}${rest}`;
const acts = async (query = ''): Promise<Json[]> => (await reader.get(`/v1/admin/audit?accountId=${account.accountId}${query}`)).body.acts;
const inBucket = async (bucket: string): Promise<string> =>
  (await account.get('/v1/wallet')).body.buckets.find((b: Json) => b.bucket === bucket)?.available ?? '0';

describe('roles', () => {
  test.each([
    ['read-only', 'POST', '/grants', { opId: opId(), bucket: 'purchased', amount: '1', reason: 'x' }, 403],
    ['read-only', 'POST', '/subscription/quote', { action: 'subscribe', plan: 'professional' }, 200],
    ['read-only', 'GET', '', undefined, 200],
    ['support', 'POST', '/refunds', { opId: opId(), purchaseId: opId(), basis: 'chargeback', reason: 'x' }, 403],
    ['support', 'POST', '/disputes-won', { opId: opId(), purchaseId: opId() }, 403],
    ['support', 'POST', '/refunds', { opId: opId(), purchaseId: opId(), basis: 'goodwill', reason: 'x' }, 404],
  ] as const)('%s: %s %s with %j answers %i', async (role, method, path, body, status) => {
    const answer = await (role === 'support' ? support : reader).call(method, at(path), body);
    expect([answer.status, answer.body.code]).toEqual([status, { 403: 'forbidden', 404: 'not_found' }[status as number]]);
  });

  test('every route for staff asks for its role before it looks at what was sent', async () => {
    const { paths } = (await server.as('').get('/v1/openapi.json')).body;
    const routes = Object.entries<Json>(paths)
      .filter(([path]) => path.startsWith('/v1/admin/'))
      .flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => [method.toUpperCase(), path.replaceAll(/\{\w+\}/g, 'x')] as const),
      );
    expect(routes.length).toBeGreaterThan(15);
    const changing = routes.filter(([method, path]) => method !== 'GET' && !path.endsWith('/subscription/quote'));
    const refusals = (client: Client, list: typeof routes) =>
      Promise.all(
        list.map(async ([method, path]) => {
          const { status, body } = await client.call(method, path, method === 'GET' ? undefined : { nonsense: true });
          return `${method} ${path} ${status} ${body.code}`;
        }),
      );
    const all = (list: typeof routes, said: string) => list.map(([method, path]) => `${method} ${path} ${said}`);
    expect(await refusals(reader, changing)).toEqual(all(changing, '403 forbidden'));
    expect(await refusals(account, routes)).toEqual(all(routes, '403 forbidden'));
    expect(await refusals(server.as('blt_0000000000000000000000'), routes)).toEqual(all(routes, '401 unauthorized'));
  });

  test('only owners open accounts and make staff', async () => {
    expect((await support.post('/v1/admin/accounts', { policy: 'background-studio' })).status).toBe(403);
    expect((await support.post('/v1/admin/staff', { opId: opId(), name: 'x', role: 'owner' })).status).toBe(403);
    expect((await reader.get('/v1/admin/staff')).status).toBe(403);
  });

  test('a token is made once, says who it is, and ends at once', async () => {
    const request = { opId: opId(), name: 'Kim', role: 'support' };
    const first = (await server.admin.post('/v1/admin/staff', request)).body;
    const { member, tokenId } = first;
    expect((await server.admin.post('/v1/admin/staff', request)).body).toEqual({
      member,
      tokenId,
      notice: expect.stringContaining('shown once'),
    });
    expect((await server.admin.post('/v1/admin/staff', { ...request, role: 'owner' })).body.code).toBe('conflict');
    const kim = server.as(first.token);
    expect((await kim.get('/v1/admin/me')).body).toEqual({ id: first.member.id, name: 'Kim', role: 'support' });
    expect((await kim.get('/v1/wallet')).status).toBe(403);
    await server.admin.post(`/v1/admin/staff/${first.member.id}/revoke`, { reason: 'left' });
    // Whoever goes on with it hears what became of it, and that nothing happened.
    const before = await inBucket('purchased');
    const late = await kim.post(at('/grants'), { opId: opId(), bucket: 'purchased', amount: '1', reason: 'x' });
    expect([late.status, late.body.code]).toEqual([401, 'unauthorized']);
    expect(late.body.detail).toMatch(/^This token was ended on \d{4}-\d\d-\d\d\. Nothing was changed\./);
    expect(await inBucket('purchased')).toBe(before);
    const log = (await reader.get('/v1/admin/audit?limit=200')).body.acts.filter((act: Json) => act.detail?.staffId === first.member.id);
    expect(log.map((act: Json) => [act.action, act.staff.name, act.detail.reason])).toEqual([
      ['staff.revoke', 'Owner', 'left'],
      ['staff.add.again', 'Owner', undefined],
      ['staff.add', 'Owner', undefined],
    ]);
    expect(JSON.stringify((await server.admin.get('/v1/admin/staff')).body)).not.toContain(first.token);
  });
});

describe('acts', () => {
  test('a grant is written down once, with before and after, however often it is sent', async () => {
    const grant = { opId: opId(), bucket: 'purchased', amount: '20', reason: 'promised by phone' };
    const answers = await Promise.all([support.post(at('/grants'), grant), support.post(at('/grants'), grant)]);
    expect(answers[0]?.body).toEqual(answers[1]?.body);
    const [act, ...others] = (await acts()).filter((a) => a.opId === grant.opId);
    expect(others).toEqual([]);
    expect(act).toMatchObject({ action: 'grant', staff: { name: 'Sam', role: 'support' }, detail: grant });
    expect(Number(act.after.buckets.purchased) - Number(act.before.buckets.purchased ?? 0)).toBe(20);
  });

  test('an adjustment takes from its bucket only, never below nothing, and the ledger tells it', async () => {
    const before = await inBucket('purchased');
    const take = { opId: opId(), direction: 'take', bucket: 'purchased', amount: '5', reason: 'booked twice' };
    expect((await support.post(at('/adjustments'), take)).body).toMatchObject({ direction: 'take', amount: '5' });
    expect((await support.post(at('/adjustments'), take)).status).toBe(200);
    expect((await support.post(at('/adjustments'), { ...take, amount: '6' })).body.code).toBe('conflict');
    expect(Number(await inBucket('purchased'))).toBe(Number(before) - 5);
    const tooMuch = await support.post(at('/adjustments'), { ...take, opId: opId(), amount: '100000' });
    expect([tooMuch.status, tooMuch.body.code]).toEqual([400, 'invalid_amount']);
    const nowhere = await support.post(at('/adjustments'), { ...take, opId: opId(), bucket: 'attic' });
    expect(nowhere.body.code).toBe('unknown_bucket');
    const add = { ...take, opId: opId(), direction: 'add' };
    await support.post(at('/adjustments'), add);
    expect(await inBucket('purchased')).toBe(before);
    expect((await acts()).filter((a) => a.action === 'adjustment')).toHaveLength(2);
    const { entries } = (await account.get('/v1/ledger?after=0')).body;
    expect(entries.find((e: Json) => e.opId === take.opId)).toMatchObject({
      kind: 'refunded',
      amount: '-5',
      body: { money: { minor: '0' } },
    });
  });

  test('a plan is changed on account, and a purchase refunded', async () => {
    const change = { opId: opId(), action: 'subscribe', plan: 'professional' };
    const quote = (await support.post(at('/subscription/quote'), change)).body;
    const changed = await support.post(at('/subscription'), { ...change, reason: 'asked by phone' });
    expect(changed.body.quote.net).toEqual(quote.net);
    // The reason belongs to the log and not to what was done: the same change without it is the same change.
    expect((await support.post(at('/subscription'), change)).body.quote).toEqual(changed.body.quote);
    const { purchase } = (await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' })).body;
    const { purchases, subscription } = (await reader.get(at(''))).body;
    expect([purchases[0].opId, subscription.plan.id]).toEqual([purchase.opId, 'professional']);
    const refund = { opId: opId(), purchaseId: purchase.opId, basis: 'goodwill', reason: 'kindness' };
    expect((await support.post(at('/refunds'), refund)).body.refunded).toEqual(purchase.paid);
    expect((await acts()).slice(0, 2).map((a) => [a.action, a.detail.reason])).toEqual([
      ['refund', 'kindness'],
      ['plan', 'asked by phone'],
    ]);
  });

  test('a chargeback and a dispute that was won are told by owners, and both are written down with their reason', async () => {
    const { purchase } = (await account.post('/v1/purchases', { opId: opId(), packId: 'pack-50' })).body;
    const before = await inBucket('purchased');
    const back = { opId: opId(), purchaseId: purchase.opId, basis: 'chargeback', reason: 'the bank took it' };
    expect((await server.admin.post(at('/refunds'), back)).body).toMatchObject({ refunded: purchase.paid, shortfall: '0' });
    expect(Number(await inBucket('purchased'))).toBe(Number(before) - 50);
    const won = { opId: opId(), purchaseId: purchase.opId, reason: 'the bank gave it back' };
    expect((await support.post(at('/disputes-won'), won)).status).toBe(403);
    expect((await server.admin.post(at('/disputes-won'), won)).status).toBe(200);
    expect((await server.admin.post(at('/disputes-won'), won)).status).toBe(200);
    expect(await inBucket('purchased')).toBe(before);
    expect((await acts()).slice(0, 2).map((a) => [a.action, a.detail.reason])).toEqual([
      ['dispute.won', 'the bank gave it back'],
      ['refund', 'the bank took it'],
    ]);
  });

  test.each([
    ['/grants', { bucket: 'purchased', amount: '1' }],
    ['/adjustments', { direction: 'add', bucket: 'purchased', amount: '1' }],
    ['/refunds', { purchaseId: opId(), basis: 'goodwill' }],
  ])('%s without a reason is refused, and so is a blank one', async (path, body) => {
    for (const reason of [undefined, '   ']) expect((await support.post(at(path), { opId: opId(), ...body, reason })).status).toBe(400);
  });

  test('a report is answered once and written down', async () => {
    await server.grant(account.accountId, 'purchased', '1');
    const resultOpId = await applied(account);
    const sent = (await account.post('/v1/reports', { opId: opId(), photo: 'a.jpg', resultOpId, note: 'halo' })).body;
    const answer = { opId: opId(), state: 'corrected', answer: 'Put right.' };
    const path = `/v1/admin/reports/${sent.id}/resolve`;
    expect((await reader.post(path, answer)).status).toBe(403);
    expect((await support.post(path, answer)).body).toMatchObject({ state: 'corrected', answer: 'Put right.' });
    expect((await support.post(path, answer)).status).toBe(200);
    expect((await support.post(path, { ...answer, answer: 'Else.' })).body.code).toBe('conflict');
    const [act, ...others] = (await acts()).filter((a) => a.action === 'report.answer');
    expect(others).toEqual([]);
    expect([act.before.state, act.after.state]).toEqual(['open', 'corrected']);
  });

  test('what is refused leaves no line', async () => {
    const count = (await acts()).length;
    await support.post(at('/grants'), { opId: opId(), bucket: 'attic', amount: '1', reason: 'x' });
    expect(await acts()).toHaveLength(count);
  });
});

describe('the log', () => {
  test('is read in pages, newest first, without gap or double', async () => {
    const whole = (await reader.get('/v1/admin/audit?limit=200')).body.acts.map((a: Json) => a.id);
    const paged: string[] = [];
    for (let before = ''; ; ) {
      const { acts: page, next } = (await reader.get(`/v1/admin/audit?limit=3${before}`)).body;
      paged.push(...page.map((a: Json) => a.id));
      if (next === null) break;
      before = `&before=${next}`;
    }
    expect(paged).toEqual(whole);
    expect((await reader.get('/v1/admin/audit?before=x')).status).toBe(400);
  });

  test('cannot be changed, not even in the database', async () => {
    const db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder, connections: 1 });
    try {
      for (const statement of ['update audit set detail = null', 'delete from audit', 'truncate audit'])
        await expect(db.pool.query(statement)).rejects.toThrow(pg.DatabaseError);
    } finally {
      await db.close();
    }
  });

  test('accounts are found by a part of their address, and policies tell their versions', async () => {
    const { accounts } = (await reader.get('/v1/admin/accounts?query=ONE%40example')).body;
    expect(accounts.map((a: Json) => a.accountId)).toEqual([account.accountId]);
    expect((await reader.get('/v1/admin/accounts?query=100%25')).body.accounts).toEqual([]);
    const policies = (await reader.get('/v1/admin/policies')).body;
    expect(policies.map((p: Json) => p.id)).toContain('background-studio');
  });
});
