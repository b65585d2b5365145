/** Finding the PostgreSQL that runs in a folder, and proving with the password that it is ours and answers. */
import { readFile, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { Client } from '../client.ts';
import { USER } from './folder.ts';
import { alive, endsWithin, isPostgresOf, kill, signal } from './process.ts';

/** A PostgreSQL that runs in the folder: its postmaster and how to connect to it. */
export interface Running {
  readonly pid: number;
  readonly port: number;
  readonly config: pg.ClientConfig;
}

/** Recovery after a crash reads what the last minutes wrote. */
export const START_LIMIT_MS = 60_000;
/** What PostgreSQL may take to end by itself before it is ended. */
const ENDING_MS = 10_000;
/** Without farewell; after 5 s PostgreSQL itself kills what has not ended. */
const QUITTING_MS = 8_000;
const ASK_MS = 5_000;
const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 500;

/** postmaster.pid: line 1 process, 4 port, 5 socket folder. The last two come a moment after the first. */
interface PidFile {
  readonly pid: number;
  readonly port: number | null;
  readonly host: string;
}

/** null: there is none, or what stands there is none. */
export async function readPidFile(folder: string): Promise<PidFile | null> {
  const text = await readFile(join(folder, 'postmaster.pid'), 'utf8').catch(() => '');
  const [first = '', , , fourth = '', fifth = ''] = text.split('\n');
  const [pid, port] = [Number(first), Number(fourth)];
  if (first === '' || !Number.isInteger(pid) || pid <= 0) return null;
  return { pid, port: Number.isInteger(port) && port > 0 ? port : null, host: fifth.trim() || '127.0.0.1' };
}

/**
 * null: none runs there, or what does is not ours, and PostgreSQL itself will judge its lock file. One that is ending is waited for, and ended when it
 * does not end. `wakes`: one that somebody paused before is told to go on; a server that runs leaves that to whoever paused it. Throws with what to do when
 * ours runs and cannot be used.
 */
export async function findRunning(folder: string, password: string, wakes = false): Promise<Running | null> {
  const limit = Date.now() + START_LIMIT_MS;
  for (let pause = SHORTEST_PAUSE_MS; ; pause = Math.min(LONGEST_PAUSE_MS, pause * 2)) {
    const file = await readPidFile(folder);
    if (file === null || !alive(file.pid)) return null;
    const { pid } = file;
    const found = await ask(file, folder, password, wakes);
    switch (found.kind) {
      case 'ready':
        return found.running;
      case 'foreign':
        return null;
      case 'ending':
        await end(pid, folder);
        return null;
      case 'trouble':
        throw new Error(`PostgreSQL (process ${pid}) runs in ${folder} and cannot be used: ${found.said}. ${endIt(pid)}`);
      case 'starting':
        if (Date.now() > limit)
          throw new Error(`PostgreSQL (process ${pid}) in ${folder} did not get ready within ${START_LIMIT_MS / 1000} s. ${endIt(pid)}`);
        await delay(pause);
    }
  }
}

const endIt = (pid: number): string => `End process ${pid}, then start again; nothing that was acknowledged is lost.`;

type Found =
  | { readonly kind: 'ready'; readonly running: Running }
  | { readonly kind: 'starting' | 'ending' | 'foreign' }
  | { readonly kind: 'trouble'; readonly said: string };

async function ask({ pid, port, host }: PidFile, folder: string, password: string, wakes: boolean): Promise<Found> {
  const ours = (): boolean => isPostgresOf(pid, folder);
  if (port === null) return { kind: ours() ? 'starting' : 'foreign' };
  const running: Running = { pid, port, config: { host, port, user: USER, password, database: 'postgres' } };
  try {
    const { rows } = await once<{ folder: string }>(running.config, `select current_setting('data_directory') as folder`);
    // The same folder may be named by another path: a link, /var and /private/var.
    const there = await realpath(rows[0]?.folder ?? '').catch(() => rows[0]?.folder);
    return there === (await realpath(folder)) ? { kind: 'ready', running } : { kind: 'foreign' };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // "The database system is shutting down", or starting up, or in recovery.
    if (code === '57P03') return { kind: /shutting down/.test(message) ? 'ending' : 'starting' };
    if (!ours()) return { kind: 'foreign' };
    if (/timeout/i.test(message)) {
      // Busy, or paused: then it goes on now.
      if (wakes) signal(pid, 'SIGCONT');
      return { kind: 'starting' };
    }
    // It does not listen yet, or not any more.
    if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ECONNRESET') return { kind: 'starting' };
    return { kind: 'trouble', said: message };
  }
}

/** Waits for its end; what does not end by itself, and is proven to be ours, is ended. Throws when it cannot be. */
async function end(pid: number, folder: string): Promise<void> {
  if (await endsWithin(pid, ENDING_MS)) return;
  if (isPostgresOf(pid, folder)) {
    signal(pid, 'SIGQUIT');
    if (await endsWithin(pid, QUITTING_MS)) return;
  }
  if (await kill(pid, folder)) return;
  throw new Error(
    `PostgreSQL (process ${pid}) in ${folder} has been shutting down for ${ENDING_MS / 1000} s and does not end. ${endIt(pid)}`,
  );
}

/** One statement on a connection of its own. */
export async function once<R extends pg.QueryResultRow>(
  config: pg.ClientConfig,
  sql: string,
  limitMs = ASK_MS,
): Promise<pg.QueryResult<R>> {
  const client = new Client({ ...config, connectionTimeoutMillis: limitMs, query_timeout: limitMs });
  try {
    await client.connect();
    return await client.query<R>(sql);
  } finally {
    await client.end().catch(() => undefined);
  }
}
