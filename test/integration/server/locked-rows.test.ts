/** A row that somebody else keeps holds up its own account and nobody else's; a server that is paused in the middle of its work silences nobody. */
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectTo } from './its-postgres.ts';
import { type Account, type Answer, opId, type RunningServer, startServer } from './running-server.ts';

const apply = (id = opId()) => ({ operations: [{ opId: id, kind: 'apply', photo: id, recipe: { background: 'paper' } }] });

let server: RunningServer;
let accounts: Account[];
let locking: pg.Client;

beforeAll(async () => {
  server = await startServer();
  accounts = await Promise.all(Array.from({ length: 16 }, () => server.account({ plan: 'professional-plus', slots: 1, country: 'DE' })));
  for (const { accountId } of accounts) await server.grant(accountId, 'purchased', '100');
  locking = await connectTo(server.folder);
});
afterAll(async () => {
  await locking.end();
  await server.stop();
});

async function lock(some: readonly Account[]): Promise<void> {
  await locking.query('begin');
  await locking.query('select 1 from accounts where account_id = any($1) order by account_id for update', [some.map((a) => a.accountId)]);
}

const held = ({ status, body }: Answer) => [status, body.outcomes?.[0]?.status];

describe('locked accounts', () => {
  test.each([1, 4, 8])('%i of them: they are told to come again, strangers are served', async (count) => {
    const locked = accounts.slice(0, count);
    const strangers = accounts.slice(count);
    const ids = new Map(locked.map((account) => [account, opId()]));
    await lock(locked);
    const waiting = Promise.all(locked.map((account) => account.post('/v1/operations', apply(ids.get(account)))));
    try {
      for (let rounds = 0; rounds < 3; rounds += 1)
        for (const answer of await Promise.all(strangers.map((account) => account.post('/v1/operations', apply()))))
          expect(held(answer)).toEqual([200, 'held']);
      for (const answer of await waiting) {
        expect([answer.status, answer.body.code], JSON.stringify(answer.body)).toEqual([503, 'busy']);
        expect(answer.headers.get('retry-after')).not.toBeNull();
      }
      // What is read waits for no lock.
      for (const answer of await Promise.all(locked.map((account) => account.get('/v1/wallet')))) expect(answer.status).toBe(200);
    } finally {
      await locking.query('rollback');
    }
    for (const account of locked) expect(held(await account.post('/v1/operations', apply(ids.get(account))))).toEqual([200, 'held']);
  });

  test('a lock that passes is waited for', async () => {
    const [first, second] = accounts;
    if (!first || !second) throw new Error('There are no accounts.');
    await lock([first]);
    const waiting = first.post('/v1/operations', apply());
    // By the time that the stranger is served the other one was set aside.
    expect(held(await second.post('/v1/operations', apply()))).toEqual([200, 'held']);
    await locking.query('rollback');
    expect(held(await waiting)).toEqual([200, 'held']);
  });

  test('a purchase of a locked account is told to come again, and happens once', async () => {
    const [first, second] = accounts;
    if (!first || !second) throw new Error('There are no accounts.');
    const request = { opId: opId(), packId: 'pack-50' };
    const before = (await first.get('/v1/invoices')).body.length;
    await lock([first]);
    const [refused, sold] = await Promise.all([
      first.post('/v1/purchases', request),
      second.post('/v1/purchases', { ...request, opId: opId() }),
    ]);
    expect([refused?.status, refused?.body.code, sold?.status]).toEqual([503, 'busy', 200]);
    await locking.query('rollback');
    expect((await first.post('/v1/purchases', request)).status).toBe(200);
    expect((await first.post('/v1/purchases', request)).status).toBe(200);
    expect((await first.get('/v1/invoices')).body).toHaveLength(before + 1);
  });
});

test('a server that is paused while it sells silences nobody', async () => {
  const other = await startServer({ folder: server.folder, keep: true });
  let selling: Promise<unknown> = Promise.resolve();
  try {
    selling = Promise.allSettled(
      accounts.slice(0, 8).map(({ token }) => other.as(token).post('/v1/purchases', { opId: opId(), packId: 'pack-50' })),
    );
    // In the middle of a sale: the numbers of its invoices are taken, and not committed.
    for (;;) {
      const { rowCount } = await locking.query(
        `select 1 from pg_stat_activity where datname = current_database() and xact_start is not null and pid <> pg_backend_pid() and application_name like 'backlot-server%'`,
      );
      if (rowCount) break;
    }
    process.kill(other.pid, 'SIGSTOP');
    const requests = accounts.slice(8).map((account) => ({ account, body: { opId: opId(), packId: 'pack-50' } }));
    const [wallets, sold] = await Promise.all([
      Promise.all(accounts.map((account) => account.get('/v1/wallet'))),
      Promise.all(requests.map(({ account, body }) => account.post('/v1/purchases', body))),
    ]);
    for (const { status } of wallets) expect(status).toBe(200);
    // Some may be told to come again; nobody is left without an answer, and the same id then is one sale.
    for (const [index, { status, body }] of sold.entries())
      if (status !== 200) {
        expect([status, body.code]).toEqual([503, expect.stringMatching(/^(busy|unavailable)$/)]);
        const again = requests[index];
        expect((await again?.account.post('/v1/purchases', again.body))?.status).toBe(200);
      }
  } finally {
    process.kill(other.pid, 'SIGCONT');
    await selling;
    await other.stop();
  }
});
