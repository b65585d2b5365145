/** Once a picture is paid for: a copy into the user's output folder, and into the library as the photo's new version. */
import { existsSync, rmSync } from 'node:fs';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import type { Darkroom } from '../darkroom/port.ts';
import { adoptPhoto } from '../library/adopting.ts';
import type { Library } from '../library/library.ts';
import { saveCopy } from '../library/output.ts';
import { besideResult, type Folders } from '../library/pictures.ts';
import type { NewVersion, PhotoRow, VersionRow } from '../library/records.ts';
import type { LibraryStore } from '../library/store.ts';
import type { Origin } from '../paid-work/records.ts';
import { isoOf, type World } from '../world.ts';
import { type PaidFile, resultPath, temporaryFor } from './rendering.ts';
import { outsideLibrary } from './sentences.ts';
import type { ApplyJob } from './task.ts';

/** What delivering a paid picture needs. */
export interface FilingParts {
  readonly store: LibraryStore;
  readonly library: Pick<Library, 'announce'>;
  readonly darkroom: Darkroom;
  readonly folders: Folders;
  /** Null: nobody wants a copy; the version in the library is the result. */
  readonly outputFolder: () => string | null;
  readonly world: World;
}

/** A paid picture and what is known of it, with or without a database. */
export interface FinishedPicture {
  /** Also the id of its version. */
  readonly id: string;
  readonly opId: OpId;
  readonly photo: { readonly id: string; readonly name: string; readonly origin: Origin | null };
  readonly recipe: Recipe;
  readonly file: PaidFile;
  /** Of one that staff corrected; absent: it was applied here. `isShown`: it takes the place of what the photo shows. */
  readonly corrected?: { readonly format: VersionRow['format']; readonly isShown: boolean };
}

/** Where it was put. `outside`: delivered, and in no library, because its photo is not known there and its original is gone. */
interface Delivered {
  readonly problem: Problem | null;
  readonly outside: string | null;
}

interface Thumbnailed {
  /** Of the version. */
  readonly id: string;
  readonly photoId: string;
  readonly path: string;
}

/** The thumbnail and the screen picture of a finished file, before anybody sees it. Without them the file itself is shown. */
export async function makeThumbnails({ darkroom, folders, world }: FilingParts, { id, photoId, path }: Thumbnailed): Promise<void> {
  const made = await darkroom.inspect({
    path,
    thumbPath: besideResult(folders, photoId, id, 'thumb'),
    screenPath: besideResult(folders, photoId, id, 'screen'),
  });
  if (!made.ok) world.log('no thumbnail of a result', { job: id, code: made.error.code });
}

/** Deletes what an interrupted or unpaid try left: nothing of it is anybody's. What cannot be deleted only takes up space. */
export function discardResult(
  { folders, world }: Pick<FilingParts, 'folders' | 'world'>,
  job: { readonly id: string; readonly photoId: string; readonly recipe: Recipe },
): void {
  const path = resultPath(folders.results(job.photoId), job);
  const thumbnails = (['thumb', 'screen'] as const).map((what) => besideResult(folders, job.photoId, job.id, what));
  try {
    for (const file of [path, temporaryFor(path), ...thumbnails]) rmSync(file, { force: true });
  } catch (error) {
    world.log('what a try left could not be deleted', { job: job.id, error: String(error) });
  }
}

/** The finished picture of a job. Throws when there is no file. */
function finishedPicture({ id, opId, photo, task, made }: ApplyJob): FinishedPicture {
  if (made === null || made.picture === null) throw new Error(`There is no finished file to put away (${id})`);
  return { id, opId, photo, recipe: task.recipe, file: { path: made.path, ...made.picture } };
}

/**
 * Delivers a paid picture: first the copy in the output folder, for which no library is needed, then the version. A photo that the
 * library has lost is taken up again. Idempotent.
 *
 * A copy that cannot be saved is a problem to show, nothing else: the result is in the library and stays there. Throws when a database
 * or folder of the studio's own cannot be used.
 * @param again an interrupted try may have put the copy there already
 */
export async function deliver(parts: FilingParts, picture: FinishedPicture, again: boolean): Promise<Delivered> {
  const { store, library, world } = parts;
  const known = await photoOf(parts, picture);
  const photo = known.ok ? known.value : null;
  if (known.ok && (store.version(picture.id)?.saved_to ?? null) !== null) return { problem: null, outside: null };
  const copy = await copied(parts, picture, photo, again);
  if (!known.ok) throw known.error;
  if (photo === null) {
    const path = copy.ok && copy.value !== null ? copy.value : picture.file.path;
    return { problem: outsideLibrary(picture.photo.name, path), outside: path };
  }
  const row: NewVersion = {
    id: picture.id,
    photo_id: photo.id,
    op_id: picture.opId,
    at: world.clock.now(),
    recipe: JSON.stringify(picture.recipe),
    width: picture.file.width,
    height: picture.file.height,
    format: picture.corrected?.format ?? picture.recipe.export.format,
    bytes: picture.file.bytes,
    sha256: picture.file.sha256,
    path: picture.file.path,
    saved_to: copy.ok ? copy.value : null,
    kind: picture.corrected === undefined ? 'applied' : 'corrected',
    source_sha256: picture.file.source ?? picture.photo.origin?.sha256 ?? photo.sha256,
  };
  const isNew = store.addVersion(row, picture.corrected?.isShown ?? true);
  if (!isNew && copy.ok && copy.value !== null) store.setSavedTo(picture.id, copy.value);
  // Taken up under another id, or by another process: its small pictures are not where the library looks for them.
  if (!existsSync(besideResult(parts.folders, photo.id, picture.id, 'screen')))
    await makeThumbnails(parts, { id: picture.id, photoId: photo.id, path: picture.file.path });
  library.announce([photo.id]);
  return { problem: copy.ok ? null : copy.error, outside: null };
}

/** `deliver` for a job; the answer is what went wrong beside the success. */
export const fileResult = async (parts: FilingParts, job: ApplyJob, again = false): Promise<Problem | null> =>
  (await deliver(parts, finishedPicture(job), again)).problem;

/** Whatever is wrong with the library, the copy comes first. */
async function photoOf(
  { store, darkroom, world, folders }: FilingParts,
  { photo }: FinishedPicture,
): Promise<Result<PhotoRow | null, unknown>> {
  try {
    return ok(await adoptPhoto({ store, darkroom, world, folderOf: folders.photo }, photo));
  } catch (error) {
    return fail(error);
  }
}

async function copied(
  { store, outputFolder, world }: FilingParts,
  { photo: { name, origin }, file }: FinishedPicture,
  photo: PhotoRow | null,
  again: boolean,
): Promise<Result<string | null>> {
  const folder = outputFolder();
  if (folder === null) return ok(null);
  const known = photo === null ? origin?.collection.name : store.collectionName(photo.collection_id);
  const collection = known ?? isoOf(photo?.imported_at ?? world.clock.now()).slice(0, 10);
  return saveCopy({ source: file.path, outputFolder: folder, collection, name: photo?.name ?? name }, again);
}
