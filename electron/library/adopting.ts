/** Taking a photo up again that the library has lost: from what its paid work remembers of it, if the original is still there. */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { contentFingerprint } from '../darkroom/files/regular-file.ts';
import type { Darkroom } from '../darkroom/port.ts';
import type { World } from '../world.ts';
import type { PhotoRow } from './records.ts';
import type { LibraryStore } from './store.ts';

/** What is remembered of a photo outside of the library. */
export interface Remembered {
  readonly id: string;
  readonly name: string;
  /** Null: nothing is known of where it came from. */
  readonly origin: {
    readonly path: string;
    readonly sha256: string;
    readonly collection: { readonly source: string; readonly name: string };
  } | null;
}

interface AdoptingParts {
  readonly store: Pick<LibraryStore, 'photo' | 'photoByPath' | 'collection' | 'insertPhoto'>;
  readonly darkroom: Pick<Darkroom, 'inspect'>;
  readonly world: World;
  /** The photo's own folder for caches. */
  readonly folderOf: (photoId: string) => string;
}

/**
 * The photo as the library knows it: by its id, or, imported anew meanwhile, by its path and content; else taken up again under its old
 * id. Null when its original is gone or has another content: then there is no photo that a result could belong to.
 */
export async function adoptPhoto(parts: AdoptingParts, { id, name, origin }: Remembered): Promise<PhotoRow | null> {
  const { store, darkroom, world } = parts;
  const known = store.photo(id);
  if (known !== undefined) return known;
  if (origin === null || !(await isUnchanged(origin))) return null;
  const imported = store.photoByPath(origin.path);
  if (imported !== undefined) return imported.sha256 === origin.sha256 ? imported : null;
  const folder = parts.folderOf(id);
  await mkdir(folder, { recursive: true });
  const thumbnails = { thumbPath: join(folder, 'thumb.webp'), screenPath: join(folder, 'screen.webp') };
  const inspected = await darkroom.inspect({ path: origin.path, ...thumbnails });
  if (!inspected.ok) return null;
  const { width, height, format } = inspected.value;
  const facts = await stat(origin.path);
  const now = world.clock.now();
  store.insertPhoto({
    id,
    collection_id: store.collection(origin.collection.source, origin.collection.name, world.ids.next(), now),
    path: origin.path,
    name,
    width,
    height,
    format,
    bytes: facts.size,
    modified_ms: Math.round(facts.mtimeMs),
    sha256: origin.sha256,
    imported_at: now,
  });
  world.log('a photo that the library had lost was taken up again', { photo: id });
  return store.photo(id) ?? null;
}

async function isUnchanged({ path, sha256 }: { readonly path: string; readonly sha256: string }): Promise<boolean> {
  try {
    return (await contentFingerprint(path)) === sha256;
  } catch {
    return false;
  }
}
