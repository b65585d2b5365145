/**
 * The PostgreSQL that the tests share: made, started, and prepared with one migrated database to copy. Writes its address as a line
 * of JSON. Ends, and takes its folder with it, as soon as standard input closes: whoever started it may be killed, too.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { openDatabase } from '../../server/db/database.ts';
import { findBinaries, runner } from '../../server/db/postgres/binaries.ts';
import { initialise, USER } from '../../server/db/postgres/folder.ts';
import { TEMPLATE } from './databases.ts';

/** Several servers with a pool each, in every file that runs at the same time. */
const CONNECTIONS = 400;
const START_LIMIT_MS = 120_000;
const LOOK_MS = 50;

/** Nothing in it outlives the run, so nothing waits for the disk. What a crash of PostgreSQL leaves is tested on one of its own. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: String(CONNECTIONS),
  shared_buffers: '256MB',
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '4GB',
  log_min_messages: 'fatal',
  timezone: 'UTC',
};

const folder = mkdtempSync(join(tmpdir(), 'backlot-cluster-'));
// Where PostgreSQL runs as another account, it has to get in.
chmodSync(folder, 0o755);
let postgres: ChildProcess | undefined;

/** A connection that PostgreSQL ends says so in an event; what it was to answer is refused as well, and that is heard. */
function clientOf(url: string): pg.Client {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  return client;
}

function leave(code: number): void {
  const gone = (): never => {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    process.exit(code);
  };
  if (!postgres || postgres.exitCode !== null || postgres.signalCode !== null) gone();
  postgres?.removeAllListeners('exit').once('exit', gone);
  // At once: its files are about to be deleted.
  postgres?.kill('SIGQUIT');
}

// Ctrl-C reaches every process of the terminal; the tests may need this one for as long as they clean up.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => leave(0));
process.stdin.resume().once('end', () => leave(0));

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('There is no free port.'))));
    });
  });
}

/** Answers the address of its own first database. */
async function start(): Promise<string> {
  const who = runner();
  const binaries = await findBinaries(who);
  const data = join(folder, 'data');
  const password = randomBytes(24).toString('base64url');
  await initialise(binaries.initdb, data, password, who);
  const port = await freePort();
  const log = openSync(join(folder, 'server.log'), 'a');
  const flags = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  postgres = spawn(binaries.postgres, ['-D', data, '-p', String(port), ...flags], { ...who, cwd: data, stdio: ['ignore', log, log] });
  closeSync(log);
  const said = () => readFileSync(join(folder, 'server.log'), 'utf8').trim().split('\n').slice(-4).join(' · ');
  postgres.once('exit', (code, signal) => {
    console.error(`The PostgreSQL of the tests has ended (${code ?? signal}): ${said()}`);
    leave(1);
  });
  const url = `postgres://${USER}:${password}@127.0.0.1:${port}/postgres`;
  await untilItAnswers(url);
  return url;
}

async function untilItAnswers(url: string): Promise<void> {
  const limit = Date.now() + START_LIMIT_MS;
  for (;;) {
    const client = clientOf(url);
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (Date.now() > limit) throw error;
      await delay(LOOK_MS);
    }
  }
}

async function makeTemplate(url: string): Promise<void> {
  const client = clientOf(url);
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  const template = new URL(url);
  template.pathname = TEMPLATE;
  const migrated = await openDatabase({ databaseUrl: template.href, dataFolder: folder, connections: 1 });
  await migrated.close();
  // Nobody may connect to what is being copied.
  await client.query(`alter database ${TEMPLATE} with allow_connections false is_template true`);
  await client.end();
}

try {
  const url = await start();
  await makeTemplate(url);
  process.stdout.write(`${JSON.stringify({ url })}\n`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  leave(1);
}
