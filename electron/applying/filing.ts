/** Once a picture is paid for: into the library as the photo's new version, and a copy into the user's output folder. */
import { rmSync } from 'node:fs';
import type { Problem } from '../../shared/result.ts';
import type { Darkroom } from '../darkroom/port.ts';
import type { Library } from '../library/library.ts';
import { saveCopy } from '../library/output.ts';
import { besideResult, type Folders } from '../library/pictures.ts';
import type { LibraryStore } from '../library/store.ts';
import { isoOf, type World } from '../world.ts';
import type { Job } from './jobs.ts';
import { resultPath, temporaryFor } from './rendering.ts';

export interface FilingParts {
  readonly store: LibraryStore;
  readonly library: Pick<Library, 'announce'>;
  readonly darkroom: Darkroom;
  readonly folders: Folders;
  /** Null: nobody wants a copy; the version in the library is the result. */
  readonly outputFolder: () => string | null;
  readonly world: World;
}

/** The thumbnail and the screen picture of a finished file, before anybody sees it. Without them the file itself is shown. */
export async function makeThumbnails({ darkroom, folders, world }: FilingParts, job: Job): Promise<void> {
  if (job.rendered === null) return;
  const made = await darkroom.inspect({
    path: job.rendered.path,
    thumbPath: besideResult(folders, job.photoId, job.id, 'thumb'),
    screenPath: besideResult(folders, job.photoId, job.id, 'screen'),
  });
  if (!made.ok) world.log('no thumbnail of a result', { job: job.id, code: made.error.code });
}

/** Deletes what an interrupted or unpaid try left: nothing of it is anybody's. What cannot be deleted only takes up space. */
export function discardResult({ folders, world }: Pick<FilingParts, 'folders' | 'world'>, job: Job): void {
  const path = resultPath(folders.results(job.photoId), job);
  const thumbnails = (['thumb', 'screen'] as const).map((what) => besideResult(folders, job.photoId, job.id, what));
  try {
    for (const file of [path, temporaryFor(path), ...thumbnails]) rmSync(file, { force: true });
  } catch (error) {
    world.log('what a try left could not be deleted', { job: job.id, error: String(error) });
  }
}

/**
 * Files the version and saves the copy; doing it again does nothing twice. A copy that cannot be saved is a problem to
 * show, nothing else: the result is in the library and stays there.
 */
export async function fileResult(parts: FilingParts, job: Job): Promise<Problem | null> {
  const { store, library, outputFolder, world } = parts;
  if (job.rendered === null) throw new Error(`There is no finished file to put away (${job.id})`);
  const { path, width, height, bytes, sha256, source } = job.rendered;
  store.addVersion({
    id: job.id,
    photo_id: job.photoId,
    op_id: job.opId,
    at: world.clock.now(),
    recipe: JSON.stringify(job.recipe),
    width,
    height,
    format: job.recipe.export.format,
    bytes,
    sha256,
    path,
    saved_to: null,
    kind: 'applied',
    source_sha256: source ?? store.photo(job.photoId)?.sha256 ?? null,
  });
  const photo = store.photo(job.photoId);
  const folder = outputFolder();
  if (folder === null) {
    library.announce([job.photoId]);
    return null;
  }
  if (photo === undefined || store.version(job.id)?.saved_to !== null) return null;
  const collection = store.collectionName(photo.collection_id) ?? isoOf(photo.imported_at).slice(0, 10);
  const copy = await saveCopy({ source: path, outputFolder: folder, collection, name: photo.name });
  if (copy.ok) store.setSavedTo(job.id, copy.value);
  library.announce([job.photoId]);
  return copy.ok ? null : copy.error;
}
