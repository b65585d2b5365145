/** Processes of this machine, as far as starting and ending PostgreSQL needs to know them. */
import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Runner } from './binaries.ts';

/** Whether it runs. One that has ended and that nobody has asked about yet (a zombie) still has its number, and does not run. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !hasEnded(pid);
}

/** proc_pid_stat(5): the state stands behind the name, which is in parentheses. Elsewhere init asks about orphans at once. */
function hasEnded(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2));
  } catch {
    return true;
  }
}

/** A PostgreSQL that ended and still has its number: PostgreSQL itself takes it for one that runs (`CreateLockFile`). */
export function isPostgresZombie(pid: number): boolean {
  if (process.platform !== 'linux' || !hasEnded(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres';
  } catch {
    return false;
  }
}

/** Whether the process is proven to be the PostgreSQL of this folder, which it works in. False where that cannot be known. */
export function isPostgresOf(pid: number, folder: string): boolean {
  try {
    if (process.platform === 'darwin') {
      const command = execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] }).toString();
      return command.includes('postgres') && command.includes(` -D ${folder} `);
    }
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'postgres' && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(folder);
  } catch {
    return false;
  }
}

/** All processes of the PostgreSQL of a folder that run: what it leaves behind when it is killed works there too. Empty where that cannot be known. */
export function postgresIn(folder: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isPostgresOf(pid, folder) && alive(pid));
}

const LOOK_MS = 50;

/** Waits for its end. False: it still runs. */
export async function endsWithin(pid: number, limitMs: number): Promise<boolean> {
  for (let waited = 0; alive(pid); waited += LOOK_MS) {
    if (waited >= limitMs) return false;
    await delay(LOOK_MS);
  }
  return true;
}

const KILLED_MS = 5_000;

/** Ends by force what is proven to be the PostgreSQL of this folder, and what works for it. False: it is not proven, or does not end. */
export async function kill(pid: number, folder: string): Promise<boolean> {
  if (!isPostgresOf(pid, folder)) return !alive(pid);
  // The first first: it would start others.
  for (const each of [pid, ...postgresIn(folder)]) signal(each, 'SIGKILL');
  return endsWithin(pid, KILLED_MS);
}

/** A signal to a process that may be gone already. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone, or not ours to end: whoever waits for its end sees which.
  }
}

/** Runs a program to its end. Rejects with what it said when that is not 0. */
export function run(program: string, args: string[], as: Runner): Promise<void> {
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
