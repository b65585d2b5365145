/** Opening one of our SQLite files: pragmas, migrations, and what to do with a file that is not a database any more. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';

/** An open database; better-sqlite3's own type. */
export type Db = Database.Database;

/** A migration is SQL that only adds (tables, columns, indexes), so that an older build can still read the file. */
export type Migrations = readonly string[];

interface OpenOptions {
  readonly path: string;
  readonly migrations: Migrations;
  /**
   * full: a commit survives a power cut (where losing one loses money or work).
   * normal: the last commits may be lost, the file stays whole (where all of it can be fetched again).
   * better-sqlite3 would silently use NORMAL in WAL mode, so it is always set.
   */
  readonly durability: 'full' | 'normal';
}

/** Opens or creates the file, in WAL mode, at the newest schema. Throws when it cannot be read. */
export function openDatabase(options: OpenOptions): Db {
  if (options.path !== ':memory:') mkdirSync(dirname(options.path), { recursive: true });
  const db = new Database(options.path);
  try {
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${options.durability === 'full' ? 'FULL' : 'NORMAL'}`);
    db.pragma('foreign_keys = ON');
    migrate(db, options.migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Migrations already done are counted in `user_version`; a newer file than this build knows is left as it is. */
function migrate(db: Db, migrations: Migrations): void {
  const done = Number(db.pragma('user_version', { simple: true }));
  for (const [index, sql] of migrations.entries()) {
    if (index < done) continue;
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${index + 1}`);
    })();
  }
}

/**
 * Like `openDatabase`, for a file that must not keep the app from starting: a damaged one is set aside under
 * `<path>.damaged-<stamp>` (never deleted) and an empty one takes its place.
 */
export function openOrSetAside(options: OpenOptions, stamp: string): { db: Db; setAside: string | null } {
  const db = openSound(options);
  if (db !== null) return { db, setAside: null };
  const setAside = `${options.path}.damaged-${stamp.replaceAll(':', '')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(options.path + suffix)) renameSync(options.path + suffix, setAside + suffix);
  }
  return { db: openDatabase(options), setAside };
}

/** For a cache: a damaged file is deleted, since it can be rebuilt from elsewhere. */
export function openOrRecreate(options: OpenOptions): { db: Db; recreated: boolean } {
  const db = openSound(options);
  if (db !== null) return { db, recreated: false };
  deleteDatabase(options.path);
  return { db: openDatabase(options), recreated: true };
}

/** Null when the file is damaged, wherever in it the damage is. */
function openSound(options: OpenOptions): Db | null {
  try {
    const db = openDatabase(options);
    if (db.pragma('quick_check(1)', { simple: true }) === 'ok') return db;
    db.close();
  } catch (error) {
    if (!isDamage(error)) throw error;
  }
  return null;
}

/** Removes the file and what SQLite keeps beside it. The database must be closed. */
export function deleteDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
}

function isDamage(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB';
}
