/** Work that is taken by one server at a time: leases, and what an earlier server's queue left. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../server/db/database.ts';
import { lease } from '../../../server/db/lease.ts';
import { readOptions } from '../../../server/options.ts';
import { openServer } from '../../../server/server.ts';
import type { AccountId } from '../../../shared/credits/model/quantities.ts';
import { dropDatabase, makeDatabase } from '../../cluster/databases.ts';
import { opNamed } from '../../quantities.ts';
import { opId, temporaryFolder } from './running-server.ts';

const folder = temporaryFolder();
let db: Database;
let databaseUrl: string | undefined;

beforeAll(async () => {
  databaseUrl = await makeDatabase(folder);
  db = await openDatabase({ databaseUrl, dataFolder: folder });
});
afterAll(async () => {
  await db.close();
  await dropDatabase(folder);
});

describe('a lease', () => {
  const work = { table: 'chored', key: ['id'], due: 'next_at <= $2', order: 'next_at', columns: 't.id' };
  const take = async (now: number, limit = 10): Promise<number[]> =>
    (await lease<{ id: number }>(db.pool, work, limit, [now])).map(({ id }) => id).sort((a, b) => a - b);

  beforeAll(async () => {
    await db.pool.query('create table chored (id int primary key, next_at bigint, leased_until timestamptz)');
  });
  const rows = async (...nextAt: (number | null)[]): Promise<void> => {
    await db.pool.query('delete from chored');
    for (const [id, at] of nextAt.entries()) await db.pool.query('insert into chored values ($1, $2)', [id, at]);
  };

  test('takes what is due by the caller’s clock, the first first, and nobody takes it again', async () => {
    await rows(30, 10, 20, null, 1_000);
    expect(await take(5)).toEqual([]);
    expect(await take(30, 2)).toEqual([1, 2]);
    expect(await take(30)).toEqual([0]);
    expect(await take(30)).toEqual([]);
  });

  test('of a server that died is anybody’s when it has ended; given back, at once', async () => {
    await rows(10, 10);
    await take(10);
    await db.pool.query(`update chored set leased_until = clock_timestamp() - interval '1 second' where id = 0`);
    expect(await take(10)).toEqual([0]);
    await db.pool.query('update chored set leased_until = null where id = 1');
    expect(await take(10)).toEqual([1]);
  });

  test('many servers at one moment share the rows: each is taken once', async () => {
    await rows(...Array.from({ length: 60 }, () => 10));
    const taken = await Promise.all(Array.from({ length: 12 }, () => take(10, 5)));
    const all = taken.flat();
    expect(new Set(all).size).toBe(all.length);
    expect([...all, ...(await take(10, 100))].sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, id) => id));
  });
});

describe('a database of before generations were leased', () => {
  const open = () =>
    openServer(
      readOptions(['--data', folder, '--policy', 'pay-as-you-go'], databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      false,
    );

  /** Holds for an order, and its row as it lay then. */
  async function ordered(server: Awaited<ReturnType<typeof open>>, accountId: AccountId, status: string): Promise<string> {
    const id = opId();
    const request = { model: 'backdrop-lite', resolution: '1K', seed: 7 } as const;
    const { outcomes } = await server.operations.authorise(accountId, true, [{ opId: opNamed(id), kind: 'generation', ...request }]);
    await server.db.pool.query(
      `insert into generations (account_id, op_id, request, priority, status, hold, created_at) values ($1, $2, $3, 0, $4, $5, $6)`,
      [accountId, id, JSON.stringify(request), status, outcomes[0]?.amount, server.clock.now()],
    );
    return id;
  }

  test('what was queued or begun is drawn and charged once after the migration; what was finished stays', async () => {
    const before = await open();
    const { accountId } = await before.accounts.open({ policy: 'pay-as-you-go' });
    await before.accounts.grant(accountId, { opId: opNamed(opId()), bucket: 'balance', amount: '50', reason: 'test' });
    const waiting = [await ordered(before, accountId, 'queued'), await ordered(before, accountId, 'running')];
    const finished = await ordered(before, accountId, 'done');
    await before.close();
    await db.pool.query('alter table generations drop column leased_until, drop column tries');
    await db.pool.query(`delete from migrations where name = '0023-leased-generations'`);

    const after = await open();
    try {
      const states = async (): Promise<Record<string, string>> =>
        Object.fromEntries(
          (await after.db.pool.query('select op_id, status from generations')).rows.map(({ op_id, status }) => [op_id, status]),
        );
      await expect.poll(states, { timeout: 30_000 }).toEqual(Object.fromEntries([...waiting, finished].map((id) => [id, 'done'])));
      for (const id of waiting) expect((await after.operations.receipt(accountId, opNamed(id))).status).toBe('settled');
      expect((await after.operations.receipt(accountId, opNamed(finished))).status).toBe('held');
      const results = await after.db.pool.query('select op_id from generation_results order by op_id');
      expect(results.rows.map(({ op_id }) => op_id)).toEqual(waiting.toSorted());
    } finally {
      await after.close();
    }
  }, 60_000);
});
