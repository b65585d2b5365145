/**
 * Databases of versions that had one for each craft are taken over into paid-work.db, once: nothing is asked for anew, every job goes
 * on where it stood, under its ids. The earlier file is kept under another name.
 */
import { existsSync, renameSync } from 'node:fs';
import { type Db, deleteDatabase, type Migrations, openOrSetAside } from '../../storage/sqlite.ts';
import { isoOf, type World } from '../../world.ts';
import type { EarlierBatch, Unreadable } from '../new-batch.ts';
import type { PaidWorkStore } from '../store.ts';

interface EarlierDatabase {
  readonly path: string;
  /** What brings an older file to the schema that `batches` reads. */
  readonly migrations: Migrations;
  readonly batches: (db: Db, unreadable: Unreadable) => Iterable<EarlierBatch>;
}

/** Kept beside the new one, never deleted. */
const TAKEN_OVER = '.taken-over';

/**
 * Nothing when there is no such file. May be interrupted anywhere: the file is renamed when all of it is in the store, and what is
 * there already is left as it is.
 */
export function takeOver(store: PaidWorkStore, { path, migrations, batches }: EarlierDatabase, world: Pick<World, 'clock' | 'log'>): void {
  if (!existsSync(path)) return;
  const { db, setAside } = openOrSetAside({ path, migrations, durability: 'full' }, isoOf(world.clock.now()));
  if (setAside !== null) {
    world.log('a database was damaged; a new one was begun and the old one kept', { setAside });
    db.close();
    deleteDatabase(path);
    return;
  }
  try {
    const unreadable = (id: string): void => world.log('a row of an earlier version could not be read', { path, id });
    for (const batch of batches(db, unreadable)) store.takeOver(batch);
  } finally {
    // The last connection: everything of it is in the one file then.
    db.close();
  }
  renameSync(path, `${path}${TAKEN_OVER}`);
}
