/** Every loop and queue of the writer has a bound. Past it the request is told to come back, nothing is written, and the same operation id works later. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openDatabase } from '../../../server/db/database.ts';
import { Ledger } from '../../../server/ledger/ledger.ts';
import { Operations } from '../../../server/ledger/operations.ts';
import { PostgresStorage } from '../../../server/ledger/postgres-storage.ts';
import type { Append, Verdict } from '../../../server/ledger/storage.ts';
import { Written } from '../../../server/ledger/written.ts';
import { readOptions } from '../../../server/options.ts';
import { openServer, type Server } from '../../../server/server.ts';
import type { AccountId } from '../../../shared/credits/model/quantities.ts';
import { databaseUrlOf, dropDatabase, makeDatabase } from '../../cluster/databases.ts';
import { opNamed } from '../../quantities.ts';
import { opId, temporaryFolder } from './running-server.ts';

const applying = () => ({ opId: opNamed(opId()), kind: 'apply', photo: 'a.jpg', recipe: { background: 'paper' } }) as const;
const folder = temporaryFolder();
let server: Server;
let db: Database;

/** The storage of a second server, in whose way something comes before each append. */
class Disturbed extends PostgresStorage {
  tries = 0;
  before: () => Promise<unknown> = async () => undefined;

  override async append(append: Append): Promise<Verdict> {
    this.tries += 1;
    await this.before();
    return super.append(append);
  }
}

beforeAll(async () => {
  server = await openServer(readOptions(['--data', folder], { DATABASE_URL: await makeDatabase(folder) }), false);
  db = await openDatabase({ databaseUrl: databaseUrlOf(folder), dataFolder: folder });
});
afterAll(async () => {
  await db.close();
  await server.close();
  await dropDatabase(folder);
});

async function account(): Promise<AccountId> {
  const { accountId } = await server.accounts.open({ policy: 'background-studio' });
  await server.accounts.grant(accountId, { opId: opNamed(opId()), bucket: 'purchased', amount: '100', reason: 'test' });
  return accountId;
}

function second(): { storage: Disturbed; ledger: Ledger; operations: Operations } {
  const storage = new Disturbed(db);
  const { clock, policies, violations } = server;
  const nobody = { needed: () => false, issue: async () => undefined, payOut: async () => undefined };
  const ledger = new Ledger({ storage, clock, policies, violations, bills: nobody, written: new Written() });
  return { storage, ledger, operations: new Operations({ ledger, clock, isForeignHold: async () => false }) };
}

test('a server that is quicker each time: after twelve tries the request is told to come back, and later it works', async () => {
  const accountId = await account();
  const { storage, operations } = second();
  storage.before = () => server.operations.authorise(accountId, true, [applying()]);
  const mine = applying();
  await expect(operations.authorise(accountId, true, [mine])).rejects.toMatchObject({ code: 'busy' });
  expect(storage.tries).toBe(12);
  expect(await server.ledger.operations(accountId, [mine.opId])).toEqual([]);
  const { state } = await server.ledger.newest(accountId);
  expect([state.holds.size, state.holds.has(mine.opId)]).toEqual([12, false]);

  storage.before = async () => undefined;
  expect((await operations.authorise(accountId, true, [mine])).outcomes).toMatchObject([{ opId: mine.opId, status: 'held' }]);
});

test('a server that is quicker a few times: the request comes between', async () => {
  const accountId = await account();
  const { storage, operations } = second();
  storage.before = async () => (storage.tries <= 5 ? server.operations.authorise(accountId, true, [applying()]) : undefined);
  const { outcomes } = await operations.authorise(accountId, true, [applying()]);
  expect([outcomes[0]?.status, storage.tries]).toEqual(['held', 6]);
});

test('five thousand wait for an account: who comes later is told to come back, and all of them are answered', async () => {
  const accountId = await account();
  const { storage, ledger, operations } = second();
  let goOn = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  let begun = (): void => undefined;
  const writing = new Promise<void>((resolve) => {
    begun = resolve;
  });
  storage.before = () => {
    begun();
    return stopped;
  };
  const first = operations.authorise(accountId, true, [applying()]);
  await writing;
  const look = () =>
    ledger.run(accountId, { opIds: [], decide: (state) => ({ entries: [], state, operations: [], answer: () => 'answered' }) });
  const waiting = Array.from({ length: 5_000 }, look);
  await expect(look()).rejects.toMatchObject({ code: 'busy' });
  goOn();
  expect((await first).outcomes).toMatchObject([{ status: 'held' }]);
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['answered']));
  expect(await look()).toBe('answered');
});
