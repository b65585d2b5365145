/** Ending PostgreSQL: politely, then without farewell, then by force; each within a bound, and force only against what is proven to be ours. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Runner } from './binaries.ts';
import { DATABASE } from './folder.ts';
import { alive, kill, postgresIn, run, signal } from './process.ts';
import { once, type Running } from './running.ts';

/** By this name a server knows the others' connections from its own. */
const EVERY_SERVER = 'backlot-server';
/** The `application_name` of this process' connections: random, so that no other server has it. */
export const THIS_SERVER = `${EVERY_SERVER} ${randomUUID().slice(0, 8)}`;

const LEAVE_TRIES = 20;
const LEAVE_PAUSE_MS = 50;
const ASK_MS = 1_000;
/** `fast` ends what is under way, `immediate` leaves the rest to recovery: nothing acknowledged is lost either way. */
const MODES = [
  ['fast', 10],
  // PostgreSQL itself kills what has not ended after 5 s.
  ['immediate', 10],
] as const;

/** Stops PostgreSQL unless another server process uses it. Throws when it does not end, even by force. */
export async function stop(postgres: { running: Running; pgCtl: string; folder: string; as: Runner }): Promise<void> {
  const { running, pgCtl, folder, as } = postgres;
  const { pid } = running;
  if (!alive(pid) || (await usedByOthers(running))) return;
  // Those that are paused hear nothing.
  for (const each of postgresIn(folder)) signal(each, 'SIGCONT');
  for (const [mode, seconds] of MODES) {
    await run(pgCtl, ['stop', '-D', folder, '-m', mode, '-w', '-t', String(seconds)], as).catch(() => undefined);
    if (!alive(pid)) return;
  }
  if (await kill(pid, folder)) return;
  throw new Error(`PostgreSQL (process ${pid}) in ${folder} does not end. End it; nothing that was acknowledged is lost.`);
}

/** Whether another server process works on this database. It has to answer for that: one that does not is used by nobody. */
async function usedByOthers(running: Running): Promise<boolean> {
  const others = `application_name like '${EVERY_SERVER}%' and application_name <> '${THIS_SERVER}'`;
  const sql = `select 1 from pg_stat_activity where ${others} and datname = '${DATABASE}'`;
  for (let tries = 0; tries < LEAVE_TRIES; tries += 1) {
    const found = await once({ ...running.config, application_name: THIS_SERVER }, sql, ASK_MS).catch(() => null);
    if (found === null || found.rowCount === 0) return false;
    await delay(LEAVE_PAUSE_MS);
  }
  return true;
}
