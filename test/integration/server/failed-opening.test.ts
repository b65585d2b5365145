/** An opening that fails closes what it opened, at whichever step; and no connection to the database dies unheard. */
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openDatabase } from '../../../server/db/database.ts';
import { Undo } from '../../../server/opening/undo.ts';
import { readOptions } from '../../../server/options.ts';
import { openServer } from '../../../server/server.ts';
import { dropDatabase, makeDatabase } from '../../cluster/databases.ts';
import { processes } from './its-postgres.ts';
import { failingStart, temporaryFolder } from './running-server.ts';

const folder = temporaryFolder();
let admin: pg.Client;
let open: (onStep?: (name: string) => void) => ReturnType<typeof openServer>;

beforeAll(async () => {
  const url = await makeDatabase(folder);
  if (url === undefined) throw new Error('The tests share a PostgreSQL.');
  const mail = { SMTP_URL: 'smtp://127.0.0.1:9' };
  open = (onStep) => openServer(readOptions(['--data', folder, '--test-clock'], { DATABASE_URL: url, ...mail }), false, onStep);
  admin = new pg.Client({ connectionString: url });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await dropDatabase(folder);
});

const connections = async (): Promise<number> =>
  Number(
    (await admin.query(`select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`)).rows[0]
      .count,
  );
/** What keeps this process alive, or would fire later. */
const alive = (): string[] => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap' || name === 'MessagePort');
/** What is alive now and was not before. A socket of before that closes late is none of it. */
function left(before: readonly string[]): string[] {
  const known = [...before];
  return alive().filter((name) => {
    const at = known.indexOf(name);
    if (at >= 0) known.splice(at, 1);
    return at < 0;
  });
}

/** The names of the steps of an opening that succeeds. */
async function steps(): Promise<string[]> {
  const names: string[] = [];
  const server = await open((name) => names.push(name));
  await server.close();
  return names;
}

describe('an opening', () => {
  test('that fails at any step leaves no connection, no socket and no thread, and the next one opens', async () => {
    const before = alive();
    const names = await steps();
    expect(names).toEqual(
      expect.arrayContaining(['database', 'token of the start', 'wake', 'mailer', 'sweeper', 'wake listens', 'work runs']),
    );
    await expect.poll(connections, { timeout: 10_000 }).toBe(0);
    for (const failing of names) {
      const opening = open((name) => {
        if (name === failing) throw new Error(`no ${name}`);
      });
      await expect(opening, failing).rejects.toThrow(`no ${failing}`);
      await expect.poll(connections, { timeout: 10_000, message: failing }).toBe(0);
      await expect.poll(() => left(before), { timeout: 10_000, message: failing }).toEqual([]);
    }
    expect(await steps()).toEqual(names);
  }, 120_000);
});

describe('a start at a port that is taken', () => {
  test('ends with the reason, and its own PostgreSQL with it', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const own = temporaryFolder();
    try {
      // Never null: it listens on a port.
      const { port } = taken.address() as AddressInfo;
      const { code, said } = await failingStart(['--port', String(port), '--data', own]);
      expect([code, said]).toEqual([1, expect.stringContaining('EADDRINUSE')]);
      expect(processes(own)).toEqual([]);
    } finally {
      taken.close();
      rmSync(own, { recursive: true, force: true });
    }
  }, 120_000);
});

describe('undoing', () => {
  test('goes in reverse, lets those beside each other go at once, and is stopped by none that fails or hangs', async () => {
    const log: string[] = [];
    const undo = new Undo(50);
    undo.use('first', 1, () => log.push('first'));
    undo.use('second', 2, () => log.push('second'));
    undo.beside('hangs', 3, () => new Promise(() => undefined));
    undo.beside('fails', 4, () => Promise.reject(new Error('no')));
    undo.use('third', 5, (five) => log.push(`third ${five}`));
    await undo.all();
    expect(log).toEqual(['third 5', 'second', 'first']);
    await undo.all();
    expect(log).toHaveLength(3);
  });
});

describe('a connection that the database ends', () => {
  test('is heard, of every kind that a server has: nothing is thrown at the process, and the server answers again', async () => {
    const thrown: unknown[] = [];
    const hear = (error: unknown) => thrown.push(error);
    process.on('uncaughtException', hear);
    const server = await open();
    try {
      const { accountId } = await server.accounts.open({ policy: 'background-studio' });
      await server.db.background.query('select 1');
      const listening = await server.db.connect();
      const ended = new Promise((done) => listening.once('end', done));
      const { rows } = await admin.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
      );
      expect(rows.length).toBeGreaterThanOrEqual(4);
      await ended;
      await expect.poll(() => server.db.answers(), { timeout: 10_000 }).toBe(true);
      expect((await server.ledger.newest(accountId)).accountId).toBe(accountId);
      expect(thrown).toEqual([]);
    } finally {
      await server.close();
      process.off('uncaughtException', hear);
    }
  }, 60_000);

  test('each of them has a listener from its first moment', async () => {
    const db = await openDatabase({ databaseUrl: await makeDatabase(folder), dataFolder: folder });
    try {
      for (const pool of [db.pool, db.background, db.appends]) {
        expect(pool.listenerCount('error')).toBeGreaterThan(0);
        const client = await pool.connect();
        // One of ours, besides the pool's own while it lies idle.
        expect(client.listenerCount('error')).toBeGreaterThan(0);
        client.release();
      }
      const client = await db.connect();
      expect(client.listenerCount('error')).toBeGreaterThan(0);
      await client.end();
    } finally {
      await db.close();
    }
  });
});
