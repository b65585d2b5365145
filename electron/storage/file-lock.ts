/**
 * One process at a time. The lock is SQLite's on a file, so that it ends with the process, however that ends, and a killed one never
 * stands in the way of the next.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** A lock that this process has; `end` gives it back. */
export interface FileLock {
  end(): void;
}

/** @param patienceMs how long it is waited for, without letting anything else run meanwhile. Null: another process has it. */
export function tryLock(folder: string, patienceMs = 0): FileLock | null {
  mkdirSync(folder, { recursive: true });
  const db = new Database(join(folder, 'turn.db'), { timeout: patienceMs });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return { end: () => void db.close() };
  } catch (error) {
    db.close();
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))) throw error;
    return null;
  }
}
