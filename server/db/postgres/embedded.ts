/**
 * The server's own PostgreSQL, in its data folder: made once, started, found again after a crash of the server, started again when it ends, stopped cleanly.
 *
 * PostgreSQL runs detached: a `kill -9` of the server leaves it running with everything that was acknowledged, and the
 * next start reads postmaster.pid and attaches to it.
 */
import { spawn } from 'node:child_process';
import { chown, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type pg from 'pg';
import { within } from '../shutdown.ts';
import { type Binaries, findBinaries, type Runner, runner } from './binaries.ts';
import { DATABASE, databaseFolder, initialise, keepPassword, settings, USER } from './folder.ts';
import { alive, isPostgresZombie, postgresIn } from './process.ts';
import { findRunning, once, type Running, readPidFile, START_LIMIT_MS } from './running.ts';
import { stop } from './stopping.ts';

interface Embedded {
  /** For node-postgres; over the Unix socket where there is one. */
  readonly connection: pg.ClientConfig;
  /** For people and other programs: postgres://… over TCP on 127.0.0.1. */
  readonly url: string;
  /** Stops PostgreSQL, unless another server process still uses it. Within half a minute, whatever state it is in. */
  stop(): Promise<void>;
}

/** How often it is looked whether PostgreSQL still runs. */
const WATCH_MS = 500;
/** Between two tries to start it again; what is left of the old one has to end first. */
const AGAIN_MS = 200;
const AGAIN_AT_MOST_MS = 5_000;
const STOP_LAUNCHING_MS = 5_000;

/** Starts (or finds) the PostgreSQL of a data folder. Rejects with what to do when it cannot. */
export async function startEmbedded(dataFolder: string): Promise<Embedded> {
  const who = runner();
  const binaries = await findBinaries(who);
  await mkdir(dataFolder, { recursive: true, mode: 0o755 });
  const folder = await databaseFolder(dataFolder, who);
  const password = await keepPassword(dataFolder);
  const supervised = new Supervised({ folder, password, binaries, as: who });
  const { config, port } = await supervised.start();
  return {
    connection: { ...config, database: DATABASE },
    url: `postgres://${USER}:${password}@127.0.0.1:${port}/${DATABASE}`,
    stop: () => supervised.stop(),
  };
}

interface Place {
  readonly folder: string;
  readonly password: string;
  readonly binaries: Binaries;
  readonly as: Runner;
}

class Supervised {
  readonly #place: Place;
  #running: Running | null = null;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #tries = 0;
  #stopping = false;

  constructor(place: Place) {
    this.#place = place;
  }

  async start(): Promise<Running> {
    this.#running = (await findRunning(this.#place.folder, this.#place.password, true)) ?? (await launch(this.#place));
    await createDatabase(this.#running);
    this.#watchAfter(WATCH_MS);
    return this.#running;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    await within(STOP_LAUNCHING_MS, this.#work);
    const { folder, binaries, as } = this.#place;
    if (this.#running) await stop({ running: this.#running, pgCtl: binaries.pgCtl, folder, as });
  }

  #watchAfter(pauseMs: number): void {
    if (this.#stopping) return;
    this.#timer = setTimeout(() => {
      this.#work = this.#watch();
    }, pauseMs);
    this.#timer.unref();
  }

  /** Where its address is known to everybody: it comes back at the same port. */
  async #watch(): Promise<void> {
    if (this.#running && alive(this.#running.pid)) return this.#watchAfter(WATCH_MS);
    try {
      if (this.#tries === 0) console.error(`PostgreSQL in ${this.#place.folder} has ended and is started again.`);
      const { folder, password } = this.#place;
      this.#running = (await findRunning(folder, password)) ?? (await launch(this.#place, this.#running?.port));
      if (this.#tries > 0) console.error(`PostgreSQL in ${this.#place.folder} runs again.`);
      this.#tries = 0;
      this.#watchAfter(WATCH_MS);
    } catch (error) {
      // Said once: whatever is in its way stays the same until it is not.
      if (this.#tries === 2) console.error(error instanceof Error ? error.message : error);
      this.#tries += 1;
      this.#watchAfter(Math.min(AGAIN_AT_MOST_MS, AGAIN_MS * 2 ** this.#tries));
    }
  }
}

async function launch({ folder, password, binaries, as }: Place, knownPort?: number): Promise<Running> {
  const made = await readFile(join(folder, 'PG_VERSION'), 'utf8').then(
    () => true,
    () => false,
  );
  if (!made) await initialise(binaries.initdb, folder, password, as);
  // Another server that lost it too looks for it where it was.
  const port = knownPort ?? (await portOfBefore(folder)) ?? (await freePort(0));
  if (port === null) throw new Error('There is no free port for PostgreSQL.');
  await removeLocksOfZombie(folder);
  const log = await open(join(folder, 'server.log'), 'a');
  if (as.uid !== undefined) await chown(join(folder, 'server.log'), as.uid, as.gid ?? as.uid);
  const child = spawn(binaries.postgres, ['-D', folder, '-p', String(port), ...settings(folder)], {
    ...as,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    cwd: folder,
  });
  const exited = new Promise<string>((done) => {
    child.once('error', (e) => done(e.message));
    child.once('exit', (code, signal) => done(code === null ? `ended by ${signal}` : `exit code ${code}`));
  });
  child.unref();
  await log.close();
  return waitUntilReady(folder, password, exited);
}

/** The port in a lock file that was left, if it is still free. */
async function portOfBefore(folder: string): Promise<number | null> {
  const left = await readPidFile(folder);
  return left?.port ? freePort(left.port) : null;
}

/** A PostgreSQL that ended where nobody asks about orphans would keep the next one from starting for ever. Any other lock PostgreSQL judges itself. */
async function removeLocksOfZombie(folder: string): Promise<void> {
  const left = await readPidFile(folder);
  if (left === null || !isPostgresZombie(left.pid) || postgresIn(folder).length > 0) return;
  for (const name of await readdir(folder))
    if (name === 'postmaster.pid' || /^\.s\.PGSQL\.\d+\.lock$/.test(name)) await rm(join(folder, name), { force: true });
}

const LOOK_MS = 50;

async function waitUntilReady(folder: string, password: string, exited: Promise<string>): Promise<Running> {
  const limit = Date.now() + START_LIMIT_MS;
  let ended: string | null = null;
  while (ended === null && Date.now() < limit) {
    const found = await findRunning(folder, password);
    if (found) return found;
    ended = await Promise.race([exited, new Promise<null>((done) => setTimeout(() => done(null), LOOK_MS))]);
  }
  // Another server process may have been quicker.
  const found = await findRunning(folder, password);
  if (found) return found;
  const log = await readFile(join(folder, 'server.log'), 'utf8').catch(() => '');
  throw new Error(
    `PostgreSQL did not start (${ended ?? 'no answer in time'}). The end of its log: ${log.trim().split('\n').slice(-4).join(' · ')}`,
  );
}

async function createDatabase(running: Running): Promise<void> {
  const { rowCount } = await once(running.config, `select 1 from pg_database where datname = '${DATABASE}'`);
  if (rowCount === 0) await once(running.config, `create database ${DATABASE}`, START_LIMIT_MS);
}

/** 0: any. null: this one is taken. */
function freePort(port: number): Promise<number | null> {
  return new Promise((done) => {
    const probe = createServer();
    probe.once('error', () => done(null));
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(address && typeof address === 'object' ? address.port : null));
    });
  });
}
