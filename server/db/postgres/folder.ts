/** Where the embedded PostgreSQL keeps its files: found or made, with its password and its settings. */
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { passable, type Runner, SHARED_FOLDER } from './binaries.ts';
import { run } from './process.ts';

/** The database account of the studio's own cluster, and its superuser. */
export const USER = 'backlot';
/** The one database of the studio's own cluster. */
export const DATABASE = 'studio';
/** sun_path holds 108 bytes; PostgreSQL adds "/.s.PGSQL.65535". */
const SOCKET_FOLDER_LIMIT = 90;

/**
 * Root's own folders are closed to the `postgres` account: then the database lies in a shared place, and the data folder says where.
 * The name is random, so that a data folder that was deleted and made again never meets the database of the old one.
 */
export async function databaseFolder(dataFolder: string, who: Runner): Promise<string> {
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

/** Made once, of random bytes; readable by the owner only. */
export async function keepPassword(dataFolder: string): Promise<string> {
  const file = join(dataFolder, 'database-password');
  const fresh = randomBytes(24).toString('base64url');
  await writeFile(file, fresh, { mode: 0o600, flag: 'wx' }).catch((e: NodeJS.ErrnoException) => {
    if (e.code !== 'EEXIST') throw e;
  });
  return (await readFile(file, 'utf8')).trim();
}

/** Made beside its place and moved there when it is complete: a start that was interrupted leaves nothing that looks like a database. */
export async function initialise(initdb: string, folder: string, password: string, as: Runner): Promise<void> {
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
export function settings(folder: string): string[] {
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
