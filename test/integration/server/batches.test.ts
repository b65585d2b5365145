/** A batch with ascending ids is kept as one run; every id in it is as permanent as one that came alone. */
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../server/db/database.ts';
import { readChunk } from '../../../server/ledger/encoding.ts';
import { olderFingerprint } from '../../../server/ledger/fingerprint.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { opNamed } from '../../quantities.ts';
import { type Account, type Json, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let db: Database;
const ulid = monotonicFactory();

beforeAll(async () => {
  server = await startServer();
  db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder });
});
afterAll(async () => {
  await db.close();
  await server.stop();
});

const apply = (id: string, photo = 'a') => ({ opId: opNamed(id), kind: 'apply', photo, recipe: { background: 'paper' } });

async function accountWith(credits: string): Promise<Account> {
  const account = await server.account();
  await server.grant(account.accountId, 'purchased', credits);
  return account;
}

async function batch(account: Account, ids: readonly string[]): Promise<Json> {
  const { status, body } = await account.post('/v1/operations', { operations: ids.map((id) => apply(id)) });
  expect(status, JSON.stringify(body)).toBe(200);
  return body;
}

const ulids = (count: number): string[] => Array.from({ length: count }, () => ulid());

async function kept({ accountId }: Account): Promise<{ runs: number; alone: number }> {
  const count = async (table: string): Promise<number> => {
    const { rows } = await db.pool.query(
      `select count(*) from ${table} where account_id = $1 and position('#' in ${table === 'operations' ? 'op_id' : 'first_op'}) = 0`,
      [accountId],
    );
    return rows[0].count;
  };
  // The grant of accountWith is one alone.
  return { runs: await count('operation_runs'), alone: (await count('operations')) - 1 };
}

const walletOf = async (account: Account): Promise<{ available: string; held: string }> => {
  const { available, held } = (await account.get('/v1/wallet')).body;
  return { available, held };
};

/** The newest chunk and run in the form of the servers before migration 0011: entries in full, ids and whole fingerprints in arrays. */
async function keepAsBefore({ accountId }: Account, operations: Parameters<typeof olderFingerprint>[0][]): Promise<void> {
  const newest = 'select last_seq, entries from chunks where account_id = $1 order by last_seq desc limit 1';
  const [chunk] = (await db.pool.query(newest, [accountId])).rows;
  const full = JSON.stringify(readChunk(chunk.entries));
  expect(full.length).toBeGreaterThan(2 * chunk.entries.length);
  await db.pool.query('update chunks set entries = $3 where account_id = $1 and last_seq = $2', [accountId, chunk.last_seq, full]);
  await db.pool.query(`
    alter table operation_runs add column op_ids text[] not null default '{}';
    alter table operation_runs alter column fingerprints type text[] using array[fingerprints];
    delete from migrations where name = '0011-runs-in-chunks';`);
  const run = await db.pool.query('update operation_runs set op_ids = $2, fingerprints = $3 where first_op = $1', [
    operations[0]?.opId,
    operations.map((o) => o.opId),
    operations.map(olderFingerprint),
  ]);
  expect(run.rowCount).toBe(1);
}

describe('a batch of 100 photos', () => {
  test('is one row, and says the same whenever it is sent again', async () => {
    const account = await accountWith('500');
    const ids = ulids(100);
    const { outcomes } = await batch(account, ids);
    expect(await kept(account)).toEqual({ runs: 1, alone: 0 });
    expect((await batch(account, ids)).outcomes).toEqual(outcomes);
    expect((await batch(account, ids.slice(40, 60).reverse())).outcomes).toEqual(outcomes.slice(40, 60).reverse());
    for (const at of [0, 57, 99]) expect((await batch(account, [ids[at] ?? ''])).outcomes).toEqual([outcomes[at]]);
    expect(await walletOf(account)).toEqual({ available: '400', held: '100' });
  });

  test('each of them settles once and has its receipt for ever', async () => {
    const account = await accountWith('100');
    const ids = ulids(20);
    await batch(account, ids);
    const settled = await Promise.all(ids.slice(0, 10).map((id) => account.post(`/v1/operations/${id}/settle`)));
    for (const [at, id] of ids.entries()) {
      const { status, body } = await account.get(`/v1/operations/${id}`);
      expect(status).toBe(200);
      expect(body.status).toBe(at < 10 ? 'settled' : 'held');
      if (at < 10) expect(body).toEqual(settled[at]?.body);
    }
    expect(await walletOf(account)).toEqual({ available: '80', held: '10' });
  });

  test('with another photo under a known id is a conflict, and nothing is written', async () => {
    const account = await accountWith('100');
    const ids = ulids(20);
    await batch(account, ids);
    const answer = await account.post('/v1/operations', {
      operations: [...ids.slice(0, 19), ulid()].map((id, at) => apply(id, at === 7 ? 'b' : 'a')),
    });
    expect([answer.status, answer.body.code, answer.body.opId]).toEqual([409, 'conflict', ids[7]]);
    const purchase = await account.post('/v1/purchases', { opId: ids[3], packId: 'pack-300' });
    expect([purchase.status, purchase.body.code]).toEqual([409, 'conflict']);
    expect(await walletOf(account)).toEqual({ available: '80', held: '20' });
  });

  test('known and new ids in one request: the known are answered, the new are held', async () => {
    const account = await accountWith('100');
    const [first, second] = [ulids(20), ulids(20)];
    const { outcomes } = await batch(account, first);
    const both = await batch(account, [...first.slice(10), ...second]);
    expect(both.outcomes.slice(0, 10)).toEqual(outcomes.slice(10));
    expect(await walletOf(account)).toEqual({ available: '60', held: '40' });
    expect(await kept(account)).toEqual({ runs: 2, alone: 0 });
  });

  test('ids between those of a run are other operations, one by one or as a batch', async () => {
    const account = await accountWith('100');
    const all = ulids(40);
    const even = all.filter((_, at) => at % 2 === 0);
    const odd = all.filter((_, at) => at % 2 === 1);
    await batch(account, even);
    const [one, ...others] = odd;
    const single = await batch(account, [one ?? '']);
    const rest = await batch(account, others);
    expect(await kept(account)).toEqual({ runs: 1, alone: 20 });
    expect(await walletOf(account)).toEqual({ available: '60', held: '40' });
    expect((await batch(account, odd)).outcomes).toEqual([...single.outcomes, ...rest.outcomes]);
    expect((await batch(account, all)).outcomes).toHaveLength(40);
    expect(await walletOf(account)).toEqual({ available: '60', held: '40' });
  });

  test('ids without an order are kept one by one', async () => {
    const account = await accountWith('100');
    const ids = Array.from({ length: 20 }, opId);
    const { outcomes } = await batch(account, ids);
    expect(await kept(account)).toEqual({ runs: 0, alone: 20 });
    expect((await batch(account, ids)).outcomes).toEqual(outcomes);
    // Around them a run has no place either.
    const around = [...ids].sort();
    expect(
      (
        await batch(account, [
          '00000000-0000-4000-8000-000000000000',
          ...around,
          ...ulids(1).map(() => 'ffffffff-ffff-4fff-8fff-ffffffffffff'),
        ])
      ).outcomes,
    ).toHaveLength(22);
    expect(await walletOf(account)).toEqual({ available: '78', held: '22' });
  });

  test('is found again by the next process', async () => {
    const account = await accountWith('100');
    const ids = ulids(50);
    const { outcomes } = await batch(account, ids);
    await server.kill();
    server = await startServer({ folder: server.folder });
    const again = { ...account, ...server.as(account.token) };
    expect((await batch(again, ids)).outcomes).toEqual(outcomes);
    expect(await walletOf(again)).toEqual({ available: '50', held: '50' });
  });

  test('as an older server kept it is answered just the same', async () => {
    const account = await accountWith('100');
    const operations = ulids(30).map((id, at) => apply(id, `IMG_${at}`));
    const { outcomes } = (await account.post('/v1/operations', { operations })).body;
    await server.kill();
    await keepAsBefore(account, operations);
    server = await startServer({ folder: server.folder });
    const again = { ...account, ...server.as(account.token) };
    expect((await again.post('/v1/operations', { operations })).body.outcomes).toEqual(outcomes);
    const changed = operations.map((operation, at) => (at === 29 ? { ...operation, photo: 'another' } : operation));
    expect((await again.post('/v1/operations', { operations: changed })).status).toBe(409);
    expect(await walletOf(again)).toEqual({ available: '70', held: '30' });
  });

  test('that is not paid for to the end keeps its refusals too', async () => {
    const account = await accountWith('12');
    const operations = ulids(20).map((id) => apply(id));
    const first = (await account.post('/v1/operations', { atomic: false, operations })).body;
    expect(first.outcomes.map((o: Json) => o.status)).toEqual(Array.from({ length: 20 }, (_, at) => (at < 12 ? 'held' : 'refused')));
    await server.grant(account.accountId, 'purchased', '100');
    expect((await account.post('/v1/operations', { atomic: false, operations })).body.outcomes).toEqual(first.outcomes);
  });
});
