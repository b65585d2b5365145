/**
 * The server's own PostgreSQL, in its data folder: made once, started, found again after a crash of the server, stopped cleanly.
 *
 * PostgreSQL runs detached: a `kill -9` of the server leaves it running with everything that was acknowledged, and the
 * next start reads postmaster.pid and attaches to it.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries, passable, type Runner, runner, SHARED_FOLDER } from './binaries.ts';

export interface Embedded {
  /** For node-postgres; over the Unix socket where there is one. */
  readonly connection: pg.ClientConfig;
  /** For people and other programs: postgres://… over TCP on 127.0.0.1. */
  readonly url: string;
  /** Stops PostgreSQL, unless another server process still uses it. */
  stop(): Promise<void>;
}

const USER = 'backlot';
const DATABASE = 'studio';
const START_LIMIT_MS = 60_000;
/** sun_path holds 108 bytes; PostgreSQL adds "/.s.PGSQL.65535". */
const SOCKET_FOLDER_LIMIT = 90;

/** Starts (or finds) the PostgreSQL of a data folder. Rejects with what to do when it cannot. */
export async function startEmbedded(dataFolder: string): Promise<Embedded> {
  const who = runner();
  const binaries = await findBinaries(who);
  await mkdir(dataFolder, { recursive: true, mode: 0o755 });
  const folder = await databaseFolder(dataFolder, who);
  const password = await keepPassword(dataFolder);
  const as = who;

  let running = await findRunning(folder, password);
  if (!running) {
    const made = await readFile(join(folder, 'PG_VERSION'), 'utf8').then(
      () => true,
      () => false,
    );
    if (!made) await initialise(binaries.initdb, folder, password, as);
    const port = await freePort();
    const log = await open(join(folder, 'server.log'), 'a');
    if (who.uid !== undefined) await chown(join(folder, 'server.log'), who.uid, who.gid ?? who.uid);
    const child = spawn(binaries.postgres, ['-D', folder, '-p', String(port), ...settings(folder)], {
      ...as,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      cwd: folder,
    });
    const exited = new Promise<string>((done) => {
      child.once('error', (e) => done(e.message));
      child.once('exit', (code) => done(`exit code ${code}`));
    });
    child.unref();
    await log.close();
    running = await waitUntilReady(folder, password, exited);
  }
  await createDatabase(running);
  const connection: pg.ClientConfig = { ...running.config, database: DATABASE };
  return {
    connection,
    url: `postgres://${USER}:${password}@127.0.0.1:${running.port}/${DATABASE}`,
    stop: () => stop(running, binaries.pgCtl, folder, as),
  };
}

interface Running {
  readonly pid: number;
  readonly port: number;
  readonly config: pg.ClientConfig;
}

/**
 * Root's own folders are closed to the `postgres` account: then the database lies in a shared place, and the data folder says where.
 * The name is made by chance, so that a data folder that was deleted and made again never meets the database of the old one.
 */
async function databaseFolder(dataFolder: string, who: Runner): Promise<string> {
  const note = join(dataFolder, 'database-folder.txt');
  let folder = await readFile(note, 'utf8').then(
    (text) => text.trim(),
    () => join(dataFolder, 'postgres'),
  );
  if (folder === join(dataFolder, 'postgres') && who.uid !== undefined && !(await passable(dataFolder))) {
    folder = join(SHARED_FOLDER, randomBytes(8).toString('hex'));
    await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 });
    await writeFile(note, `${folder}\n`);
  }
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (who.uid !== undefined) await chown(folder, who.uid, who.gid ?? who.uid);
  return folder;
}

async function keepPassword(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'database-password');
  const fresh = randomBytes(24).toString('base64url');
  await writeFile(file, fresh, { mode: 0o600, flag: 'wx' }).catch((e: NodeJS.ErrnoException) => {
    if (e.code !== 'EEXIST') throw e;
  });
  return (await readFile(file, 'utf8')).trim();
}

/** Made beside its place and moved there when it is complete: a start that was interrupted leaves nothing that looks like a database. */
async function initialise(initdb: string, folder: string, password: string, as: Runner): Promise<void> {
  const fresh = `${folder}.new`;
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  if (as.uid !== undefined) await chown(fresh, as.uid, as.gid ?? as.uid);
  const passwordFile = join(folder, '..', `.initdb-${process.pid}`);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (as.uid !== undefined) await chown(passwordFile, as.uid, as.gid ?? as.uid);
  try {
    const flags = [
      `--pgdata=${fresh}`,
      '--auth=scram-sha-256',
      `--username=${USER}`,
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      '--locale=C',
    ];
    await run(initdb, flags, as);
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

/** Everything acknowledged is on the disk (fsync and synchronous_commit stay on); the rest is sized for one machine. */
function settings(folder: string): string[] {
  const socket = process.platform !== 'win32' && folder.length <= SOCKET_FOLDER_LIMIT ? folder : '';
  const values = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: socket,
    max_connections: '100',
    shared_buffers: '128MB',
    max_wal_size: '2GB',
    checkpoint_completion_target: '0.9',
    log_min_messages: 'warning',
    timezone: 'UTC',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Reads postmaster.pid (line 1 process, 4 port, 5 socket folder) and proves with the password that this is ours and answers. */
async function findRunning(folder: string, password: string): Promise<Running | undefined> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!Number.isInteger(pid) || !Number.isInteger(port) || port === 0 || !alive(pid)) return undefined;
  const host = lines[4]?.trim() || '127.0.0.1';
  const running: Running = { pid, port, config: { host, port, user: USER, password, database: 'postgres' } };
  const limit = Date.now() + START_LIMIT_MS;
  while (alive(pid) && Date.now() < limit) {
    try {
      const { rows } = await once<{ folder: string }>(running.config, `select current_setting('data_directory') as folder`);
      return rows[0]?.folder === folder ? running : undefined;
    } catch (error) {
      // 57P03: it is still starting (recovery after a crash). Anything else: not ours, PostgreSQL itself will judge the pid file.
      if ((error as { code?: string }).code !== '57P03') return undefined;
      await delay(50);
    }
  }
  return undefined;
}

async function waitUntilReady(folder: string, password: string, exited: Promise<string>): Promise<Running> {
  let ended: string | undefined;
  void exited.then((reason) => {
    ended = reason;
  });
  const limit = Date.now() + START_LIMIT_MS;
  while (ended === undefined && Date.now() < limit) {
    const found = await findRunning(folder, password);
    if (found) return found;
    await delay(20);
  }
  const log = await readFile(join(folder, 'server.log'), 'utf8').catch(() => '');
  throw new Error(
    `PostgreSQL did not start (${ended ?? 'no answer in time'}). The end of its log: ${log.trim().split('\n').slice(-4).join(' · ')}`,
  );
}

async function createDatabase(running: Running): Promise<void> {
  const { rowCount } = await once(running.config, `select 1 from pg_database where datname = '${DATABASE}'`);
  if (rowCount === 0) await once(running.config, `create database ${DATABASE}`);
}

async function stop(running: Running, pgCtl: string, folder: string, as: Runner): Promise<void> {
  if (await usedByOthers(running)) return;
  await run(pgCtl, ['stop', '-D', folder, '-m', 'fast', '-w', '-t', '30'], as).catch((error: unknown) => {
    if (alive(running.pid)) throw error;
  });
}

const LEAVE_TRIES = 20;
const LEAVE_PAUSE_MS = 50;

/** Whether another server process works on this database. Our own connections take a moment to disappear from the list. */
async function usedByOthers(running: Running): Promise<boolean> {
  const sql = `select 1 from pg_stat_activity where application_name = 'backlot-server' and datname = '${DATABASE}'`;
  for (let tries = 0; tries < LEAVE_TRIES; tries += 1) {
    const others = await once(running.config, sql).catch(() => ({ rowCount: 0 }));
    if ((others.rowCount ?? 0) === 0) return false;
    await delay(LEAVE_PAUSE_MS);
  }
  return true;
}

async function once<R extends pg.QueryResultRow>(config: pg.ClientConfig, sql: string): Promise<pg.QueryResult<R>> {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: 5000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await client.query<R>(sql);
  } finally {
    await client.end();
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('No free port.'))));
    });
  });
}

function run(program: string, args: string[], as: Runner): Promise<void> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { ...as, stdio: ['ignore', 'ignore', 'pipe'], cwd: '/' });
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.once('error', fail);
    child.once('close', (code) => (code === 0 ? done() : fail(new Error(`${program} ended with ${code}: ${said.trim()}`))));
  });
}
