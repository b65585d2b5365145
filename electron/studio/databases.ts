/** The databases below the data folder. */
import { join } from 'node:path';
import { libraryMigrations } from '../library/schema.ts';
import { LibraryStore } from '../library/store.ts';
import { paidWorkMigrations } from '../paid-work/store.ts';
import { type Db, type Migrations, openOrSetAside } from '../storage/sqlite.ts';
import { openCache } from '../wallet/copy/cache.ts';
import { outboxMigrations } from '../wallet/copy/schema.ts';
import { OutboxNote } from '../wallet/orders/outbox-note.ts';
import { OutboxStore } from '../wallet/orders/outbox-store.ts';
import { isoOf, type World } from '../world.ts';

/** The open databases of a data folder, to be closed by whoever opened them. */
export type Databases = ReturnType<typeof openDatabases>;

/** Opens them all; what is damaged is set aside or, of the copy of the ledger, begun anew. Whoever opens them closes them. */
export function openDatabases(dataFolder: string, world: World) {
  const open = (name: string, migrations: Migrations): Db => openKept(join(dataFolder, name), migrations, world);
  const photos = new LibraryStore(open('library.db', libraryMigrations));
  const paidWorkDb = open('paid-work.db', paidWorkMigrations);
  const cache = openCache(join(dataFolder, 'cache.db'), world.log);
  const outboxDb = open('outbox.db', outboxMigrations);
  const requests = new OutboxStore(outboxDb, world, new OutboxNote(join(dataFolder, 'outbox-waiting.json')));
  return { photos, paidWorkDb, cache, outboxDb, requests };
}

/** A file that is worth keeping: a damaged one is set aside, never deleted, so that the studio opens all the same. */
function openKept(path: string, migrations: Migrations, world: World): Db {
  const { db, setAside } = openOrSetAside({ path, migrations, durability: 'full' }, isoOf(world.clock.now()));
  if (setAside !== null) world.log('a database was damaged; a new one was begun and the old one kept', { setAside });
  return db;
}
