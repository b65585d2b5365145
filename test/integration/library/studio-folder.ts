/** A library on real files with the real darkroom (no model is needed to import), in a folder of its own. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Darkroom } from '../../../electron/darkroom/port.ts';
import { LocalDarkroom } from '../../../electron/darkroom/process/darkroom.ts';
import { Events } from '../../../electron/events.ts';
import { Assets } from '../../../electron/library/assets.ts';
import { Library, libraryFolders } from '../../../electron/library/library.ts';
import { libraryMigrations } from '../../../electron/library/schema.ts';
import { LibraryStore } from '../../../electron/library/store.ts';
import { openDatabase } from '../../../electron/storage/sqlite.ts';
import { realWorld } from '../../../electron/world.ts';

export interface StudioFolder {
  readonly folder: string;
  readonly photos: string;
  readonly darkroom: Darkroom;
  readonly events: Events;
  readonly library: Library;
  readonly store: LibraryStore;
  readonly assets: Assets;
  readonly folders: ReturnType<typeof libraryFolders>;
  close(): Promise<void>;
}

export function openStudioFolder(folder = mkdtempSync(join(tmpdir(), 'backlot-library-'))): StudioFolder {
  const photos = join(folder, 'photos in');
  mkdirSync(photos, { recursive: true });
  const world = realWorld();
  const events = new Events((error) => {
    throw error;
  });
  const darkroom = new LocalDarkroom({ modelDir: join(folder, 'no models'), threads: 1 });
  const store = new LibraryStore(openDatabase({ path: join(folder, 'library.db'), migrations: libraryMigrations, durability: 'full' }));
  const folders = libraryFolders(folder);
  const library = new Library({ store, darkroom, world, emit: events.emit, folderOf: folders.photo });
  const assets = new Assets({ store, darkroom, world, emit: events.emit, folder: folders.assets });
  return {
    folder,
    photos,
    darkroom,
    events,
    library,
    store,
    assets,
    folders,
    async close() {
      await darkroom.close();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
