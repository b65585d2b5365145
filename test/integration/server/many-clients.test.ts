/** Many clients and several server processes on one PostgreSQL are as correct as one of each; a crash loses nothing acknowledged. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { type Account, type Json, opId, type RunningServer, startServer, temporaryFolder } from './running-server.ts';

const apply = (photo = 'a') => ({ opId: opId(), kind: 'apply', photo, recipe: { background: 'paper' } });

/** Two servers on one database; the first runs PostgreSQL for both. */
let first: RunningServer;
let second: RunningServer;

beforeAll(async () => {
  first = await startServer({ args: ['--launch', '2026-01-01T00:00:00Z'] });
  second = await startServer({ folder: first.folder, args: [], keep: true });
});
afterAll(async () => {
  await second.stop();
  await first.stop();
});

const through = (server: RunningServer, account: Account): Account => ({ ...account, ...server.as(account.token) });

async function accountWith(credits: string): Promise<Account> {
  const account = await first.account();
  await first.grant(account.accountId, 'purchased', credits);
  return account;
}

describe('the same operation id from 32 clients of two servers', () => {
  test('holds once, and all hear the same', async () => {
    const account = await accountWith('5');
    const request = { operations: [apply()] };
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, i) => through(i % 2 ? first : second, account).post('/v1/operations', request)),
    );
    for (const { status, body } of answers) {
      expect(status).toBe(200);
      expect(body.outcomes).toEqual(answers[0]?.body.outcomes);
    }
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: '4', held: '1' });
  });

  test('settles once', async () => {
    const account = await accountWith('5');
    const operation = apply();
    await account.post('/v1/operations', { operations: [operation] });
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, i) => through(i % 2 ? first : second, account).post(`/v1/operations/${operation.opId}/settle`)),
    );
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: answers[0]?.body });
    const { entries } = (await account.get('/v1/ledger')).body;
    expect(entries.filter((e: Json) => e.kind === 'settled')).toHaveLength(1);
  });

  test('opens one account', async () => {
    const request = { opId: opId(), policy: 'background-studio', country: 'DE' };
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, i) => (i % 2 ? first : second).admin.post('/v1/admin/accounts', request)),
    );
    const [{ accountId, tokenId }] = [answers[0]?.body];
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: { accountId, tokenId } });
    // One of them hears the token, whichever came first.
    expect(answers.filter(({ body }) => body.token !== undefined)).toHaveLength(1);
  });

  test('buys once', async () => {
    const account = await accountWith('5');
    const request = { opId: opId(), packId: 'pack-300' };
    const answers = await Promise.all(
      Array.from({ length: 32 }, (_, i) => through(i % 2 ? first : second, account).post('/v1/purchases', request)),
    );
    for (const answer of answers) expect(answer).toMatchObject({ status: 200, body: answers[0]?.body });
    expect((await account.get('/v1/wallet')).body.available).toBe('305');
  });
});

describe('many operations at once', () => {
  test('never overdraw, and the sum of the effects is the sum of the receipts', async () => {
    const account = await accountWith('40');
    const operations = Array.from({ length: 64 }, (_, i) => apply(`p${i}`));
    const answers = await Promise.all(
      operations.map((o, i) => through(i % 2 ? first : second, account).post('/v1/operations', { operations: [o] })),
    );
    const held = operations.filter((_, i) => answers[i]?.status === 200);
    expect(held).toHaveLength(40);
    expect(answers.filter((a) => a.body.code === 'insufficient_credit')).toHaveLength(24);
    await Promise.all(
      held.map((o, i) => through(i % 3 ? first : second, account).post(`/v1/operations/${o.opId}/${i % 4 === 0 ? 'release' : 'settle'}`)),
    );
    const receipts = await Promise.all(operations.map(async (o) => (await account.get(`/v1/operations/${o.opId}`)).body));
    const charged = receipts.reduce((sum, r) => sum + Number(r.charged), 0);
    expect(charged).toBe(30);
    expect((await account.get('/v1/wallet')).body).toMatchObject({ available: String(40 - charged), held: '0' });
    const { entries } = (await account.get('/v1/ledger?limit=1000')).body;
    expect(entries.map((e: Json) => e.seq)).toEqual(entries.map((_: Json, i: number) => i + 1));
  });

  test('a wake-up crosses from one server to the other', async () => {
    const account = await accountWith('5');
    const aborting = new AbortController();
    const response = await fetch(`${second.url}/v1/ledger/stream`, {
      headers: { authorization: `Bearer ${account.token}` },
      signal: aborting.signal,
    });
    const reader = response.body?.getReader();
    await reader?.read();
    await first.grant(account.accountId, 'purchased', '1');
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toContain('event: ledger');
    aborting.abort();
  });
});

describe('kill -9 in the middle', () => {
  test('nothing acknowledged is lost, PostgreSQL is found again, replays answer the same', async () => {
    const folder = temporaryFolder();
    const server = await startServer({ folder, args: [], embedded: true });
    const account = await server.account();
    await server.grant(account.accountId, 'purchased', '1000');
    const acknowledged = new Map<string, Json>();
    const sent: Json[] = [];
    const clients = Array.from({ length: 8 }, async () => {
      for (;;) {
        const operation = apply();
        sent.push(operation);
        const answer = await account.post('/v1/operations', { operations: [operation] }).catch(() => null);
        if (!answer) return;
        acknowledged.set(operation.opId, answer.body.outcomes[0]);
        if (acknowledged.size === 100) void server.kill();
      }
    });
    await Promise.all(clients);
    const again = await startServer({ folder, args: [] });
    const same = through(again, account);
    for (const [id, outcome] of acknowledged)
      expect((await same.get(`/v1/operations/${id}`)).body).toMatchObject({
        status: 'held',
        amount: outcome.amount,
        slices: outcome.slices,
      });
    const replays = await Promise.all(sent.map((operation) => same.post('/v1/operations', { operations: [operation] })));
    replays.forEach(({ body }, i) => {
      const before = acknowledged.get(sent[i].opId);
      if (before) expect(body.outcomes[0]).toEqual(before);
    });
    const wallet = (await same.get('/v1/wallet')).body;
    expect([wallet.available, wallet.held]).toEqual([String(1000 - sent.length), String(sent.length)]);
    await again.stop();
  });

  test('the database has every operation exactly once', async () => {
    const db = await openDatabase({ databaseUrl: databaseUrlOf(first.folder), dataFolder: first.folder });
    const { rows } = await db.pool.query(
      `select account_id, op_id from (
         select account_id, op_id from operations
         union all
         select r.account_id, e.entry ->> 'opId' from operation_runs r
           join chunks c on c.account_id = r.account_id and r.first_seq between c.first_seq and c.last_seq
           cross join lateral json_array_elements(c.entries::json) with ordinality as e(entry, place)
           where e.entry ->> 'opId' between r.first_op and r.last_op
       ) every
       group by 1, 2 having count(*) > 1`,
    );
    expect(rows).toEqual([]);
    await db.close();
    expect((await first.admin.get('/v1/health')).status).toBe(200);
  });
});
