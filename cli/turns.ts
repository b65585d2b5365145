/**
 * One command at a time on a folder. The lock is SQLite's on a file, so that it ends with the process, however that ends, and
 * a killed command never stands in the way of the next.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { failure } from './outcome.ts';

const patienceMs = 30_000;

export interface Turn {
  end(): void;
}

/** `wait`: for up to half a minute; `now`: not at all. Throws when another command has it for longer. */
export function takeTurn(folder: string, how: 'wait' | 'now'): Turn {
  mkdirSync(folder, { recursive: true });
  const db = new Database(join(folder, 'turn.db'), { timeout: how === 'wait' ? patienceMs : 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return { end: () => void db.close() };
  } catch (error) {
    db.close();
    if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY'))) throw error;
    throw failure('busy', 'Another backlot command is working in this data folder. Nothing was begun or charged. Wait until it has ended.');
  }
}
