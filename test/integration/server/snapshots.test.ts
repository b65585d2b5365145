/** Snapshots only spare the replay: one that a server cannot read is rebuilt from the entries. */
import { monotonicFactory } from 'ulid';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../server/db/database.ts';
import { STATE_FORM } from '../../../shared/credits/codec/encode-state.ts';
import { databaseUrlOf } from '../../cluster/databases.ts';
import { type Account, opId, type RunningServer, startServer } from './running-server.ts';

let server: RunningServer;
let db: Database;
const ulid = monotonicFactory();

beforeAll(async () => {
  server = await startServer();
  await server.clock('2026-06-10T10:00:00Z');
  db = await openDatabase({ databaseUrl: databaseUrlOf(server.folder), dataFolder: server.folder });
});
afterAll(async () => {
  await db.close();
  await server.stop();
});

const batch = (count: number) => ({
  operations: Array.from({ length: count }, () => ({ opId: ulid(), kind: 'apply', photo: 'a', recipe: { background: 'paper' } })),
});

async function restart(account: Account): Promise<Account> {
  await server.kill();
  server = await startServer({ folder: server.folder });
  await server.clock('2026-06-10T10:00:00Z');
  return { ...account, ...server.as(account.token) };
}

describe('a snapshot of another form', () => {
  test.each([
    ['an older one', '{"form":1}'],
    ['a newer one', '{"form":999,"grants":{}}'],
    ['one with nothing in it', 'null'],
  ])('%s: the account says the same, goes on, and gets a new one', async (_, stored) => {
    let account = await server.account({ plan: 'professional-plus', slots: 100 });
    const first = batch(300);
    expect((await account.post('/v1/operations', first)).status).toBe(200);
    for (const { opId: id } of first.operations.slice(0, 5)) await account.post(`/v1/operations/${id}/settle`);
    const [wallet, ledger] = [(await account.get('/v1/wallet')).body, (await account.get('/v1/ledger?limit=1000')).body];
    await db.pool.query('update snapshots set state = $2 where account_id = $1', [account.accountId, stored]);
    account = await restart(account);
    expect((await account.get('/v1/wallet')).body).toEqual(wallet);
    expect((await account.get('/v1/ledger?limit=1000')).body).toEqual(ledger);
    await account.post('/v1/operations', { operations: [{ ...batch(1).operations[0], opId: opId() }] });
    const { rows } = await db.pool.query<{ seq: number; state: string }>('select seq, state from snapshots where account_id = $1', [
      account.accountId,
    ]);
    const { head } = (await account.get('/v1/ledger')).body;
    expect(rows[0]?.seq).toBe(head.seq);
    expect(JSON.parse(rows[0]?.state ?? '')).toMatchObject({ form: STATE_FORM, seq: head.seq });
  });
});
