/** The database of a running server, and the PostgreSQL that it may keep in its data folder, as an administrator of the machine sees them. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { databaseUrlOf } from '../../cluster/databases.ts';

/** Where it lies: as root it may be elsewhere, and the data folder says where. */
function folderOf(dataFolder: string): string {
  try {
    return readFileSync(join(dataFolder, 'database-folder.txt'), 'utf8').trim();
  } catch {
    return join(dataFolder, 'postgres');
  }
}

const pidFile = (dataFolder: string): string[] => readFileSync(join(folderOf(dataFolder), 'postmaster.pid'), 'utf8').split('\n');

/** Its first process. */
export const postmaster = (dataFolder: string): number => Number(pidFile(dataFolder)[0]);

/** All of its processes: they work in its folder. */
export function processes(dataFolder: string): number[] {
  const folder = folderOf(dataFolder);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readlinkSync(`/proc/${name}/cwd`) === folder;
      } catch {
        return false;
      }
    })
    .map(Number);
}

/** Does it; nothing, when the process ended meanwhile. */
function ifItLives(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!['ESRCH', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** A signal is on its way for a moment: until it has arrived, a process goes on, and the first one starts others. */
function stop(pid: number): void {
  process.kill(pid, 'SIGSTOP');
  while (!/\) [TtZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
}

/** Pauses all of it, the first first: it starts the others. Answers how it goes on. */
export function pause(dataFolder: string): () => void {
  stop(postmaster(dataFolder));
  const paused = processes(dataFolder);
  // A worker may end between the list and the signal; the first one buries it as soon as it goes on.
  for (const pid of paused) ifItLives(() => stop(pid));
  return () => {
    for (const pid of paused) ifItLives(() => process.kill(pid, 'SIGCONT'));
  };
}

function embeddedUrl(dataFolder: string): string {
  const password = readFileSync(join(dataFolder, 'database-password'), 'utf8').trim();
  return `postgres://backlot:${password}@127.0.0.1:${pidFile(dataFolder)[3]}/studio`;
}

/** A connection that no part of the server knows of. */
export async function connectTo(dataFolder: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: databaseUrlOf(dataFolder) ?? embeddedUrl(dataFolder) });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Ends every connection but this one; answers how many there were. */
export async function endAll(client: pg.Client): Promise<number> {
  const others = `from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()`;
  return (await client.query(`select pg_terminate_backend(pid) ${others}`)).rows.length;
}
