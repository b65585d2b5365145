/** A copy that breaks an invariant of the books is a doubt about the copy: it is fetched anew, and what stays wrong then is read with a word beside it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDatabase } from '../../../electron/storage/sqlite.ts';
import { cacheMigrations } from '../../../electron/wallet/copy/schema.ts';
import type { Wallet } from '../../../electron/wallet/wallet.ts';
import type { Entry } from '../../../shared/credits/index.ts';
import { hours } from '../../../shared/credits/model/durations.ts';
import { laterBy } from '../../../shared/credits/model/instants.ts';
import { opNamed, units } from '../../quantities.ts';
import { fakeWorld, startOfTest } from './fake-world.ts';
import { openWallet, quiet, SmallServer } from './small-server.ts';

let folder: string;
let server: SmallServer;
let world: ReturnType<typeof fakeWorld>;
let wallet: Wallet;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-doubt-'));
  server = new SmallServer();
  world = fakeWorld();
  for (const name of ['one', 'two', 'three']) server.ledger.buy(name);
  server.ledger.hold('a', 'b');
  wallet = openWallet(folder, world);
});
afterEach(() => {
  wallet.close();
  rmSync(folder, { recursive: true, force: true });
});

async function synchronised(): Promise<void> {
  wallet.connect(server, true);
  await quiet();
  await quiet();
}

async function restart(): Promise<void> {
  wallet.close();
  wallet = openWallet(folder, world);
}

/** Something else writes to the copy while the studio is closed. */
function damage(sql: string): void {
  wallet.close();
  const db = openDatabase({ path: join(folder, 'cache.db'), migrations: cacheMigrations, durability: 'normal' });
  db.exec(sql);
  db.close();
  server.asked.length = 0;
  wallet = openWallet(folder, world);
}

const available = (): string | undefined => wallet.get().wallet?.available;
const doubted = (): boolean => wallet.get().wallet?.alerts.some(({ kind }) => kind === 'books_doubted') ?? false;
const rebuilt = (): number => server.asked.filter((path) => path.startsWith('/v1/ledger?after=0&')).length;

/** Held of a grant that never had so much. */
function overdraw(): void {
  const [grant] = server.ledger.state.grants.values();
  if (grant === undefined) throw new Error('There is a grant.');
  const slices = [{ bucket: grant.bucket, grantId: grant.id, amount: units(grant.available + 1n) }];
  const purpose = { kind: 'apply', photo: null, traits: {} };
  const held: Entry = {
    opId: opNamed('too much'),
    at: startOfTest,
    kind: 'held',
    slices,
    expiresAt: laterBy(startOfTest, hours(1)),
    purpose,
  };
  server.ledger.append([held]);
}

test('a kept state that does not balance is not believed: the entries of the copy tell, and nothing is fetched', async () => {
  await synchronised();
  const before = available();
  damage(`UPDATE replayed SET state = replace(state, '"shortfall":"0"', '"shortfall":"-7"')`);
  expect(available()).toBe(before);
  expect(doubted()).toBe(false);
  expect(server.asked).toEqual([]);
});

test('entries of the copy that do not balance: it is fetched anew, once, and is right', async () => {
  await synchronised();
  const before = available();
  damage(`DELETE FROM replayed; UPDATE entry SET body = replace(body, '"amount":"50"', '"amount":"-50"')`);
  expect(available()).toBeUndefined();
  await synchronised();
  expect([available(), doubted(), rebuilt()]).toEqual([before, false, 1]);
});

test('a ledger of the server that does not balance: fetched once more, then read with a word beside it', async () => {
  await synchronised();
  overdraw();
  server.asked.length = 0;
  await wallet.sync();
  await quiet();
  expect(rebuilt()).toBe(1);
  expect([wallet.get().connection.state, doubted()]).toEqual(['online', true]);
  expect(wallet.history(null, 500, null).lines[0]?.seq).toBe(server.ledger.lines.length);

  // What is known is neither fetched again nor forgotten: the reader goes on, without a network too.
  await restart();
  server.asked.length = 0;
  expect(doubted()).toBe(true);
  server.ledger.buy('four');
  await synchronised();
  expect([rebuilt(), doubted(), wallet.history(null, 500, null).lines[0]?.seq]).toEqual([0, true, server.ledger.lines.length]);

  // Another history is another copy.
  server.ledger = new SmallServer().ledger;
  server.ledger.epoch = 'mended';
  await wallet.sync();
  await quiet();
  expect([doubted(), available()]).toEqual([false, String(server.ledger.available())]);
});

test('a first copy of such a ledger is read too', async () => {
  overdraw();
  await synchronised();
  expect([wallet.get().connection.state, doubted(), rebuilt()]).toEqual(['online', true, 2]);
});
