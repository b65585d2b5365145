/** The library: photos, collections, finished versions and recipes. Originals are only ever read. */
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Recipe } from '../../shared/edit/recipe.ts';
import { oneRecipe, type PhotoEdit } from '../../shared/ipc/edits.ts';
import type { Collection, Photo, Version } from '../../shared/ipc/library.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import { contentFingerprint } from '../darkroom/files/regular-file.ts';
import type { Darkroom } from '../darkroom/port.ts';
import type { Emit } from '../events.ts';
import type { World } from '../world.ts';
import { type Imported, importPaths } from './import.ts';
import { MadeBefore } from './made-before.ts';
import { fileProblem, problemOf } from './problems.ts';
import { type Activity, type PhotoRow, toPhoto, toVersion } from './records.ts';
import type { LibraryStore } from './store.ts';

/** A finished picture that a recipe would make again. */
export type MadeVersion = Omit<Version, 'charged'> & {
  /** It is the picture that the photo shows now. */
  readonly shown: boolean;
};

interface LibraryParts {
  readonly store: LibraryStore;
  readonly darkroom: Darkroom;
  readonly world: World;
  readonly emit: Emit;
  readonly folderOf: (photoId: string) => string;
}

const versionUnknown: Problem = { code: 'version_unknown', message: 'That version does not belong to this photo. Nothing was changed.' };

/** The photos of this data folder, and what is known of each. */
export class Library {
  readonly #parts: LibraryParts;
  readonly #madeBefore: MadeBefore;
  /** What a batch does with photos right now. */
  readonly #activities = new Map<string, Activity>();
  /** The newest import; the next begins when it has ended. */
  #imports: Promise<unknown> = Promise.resolve();
  /** Counted again only when photos came or went: a batch announces often. Null: to be counted. */
  #collections: Collection[] | null = null;

  constructor(parts: LibraryParts) {
    this.#parts = parts;
    this.#madeBefore = new MadeBefore(parts.store);
  }

  snapshot(): { photos: Photo[]; collections: Collection[] } {
    const { store } = this.#parts;
    return { photos: store.photos().map((row) => toPhoto(row, this.#activities.get(row.id))), collections: store.collections() };
  }

  /** Imports files and folders one call after the other; see importPaths. */
  importPaths(paths: readonly string[]): Promise<Imported> {
    const announce = (ids: readonly string[]): void => {
      this.#collections = null;
      this.announce(ids);
    };
    const run = this.#imports.then(() => importPaths({ ...this.#parts, announce }, paths));
    this.#imports = run.catch(() => undefined);
    return run;
  }

  /** Takes photos out of the library. Files, results and what was paid stay. */
  remove(photoIds: readonly string[]): void {
    const { store, world, emit } = this.#parts;
    const removed = store.removePhotos(photoIds, world.clock.now());
    this.#collections = null;
    if (removed.length > 0) emit('library.changed', { photos: [], removed, collections: this.#countedCollections() });
  }

  /** Newest first. What they cost is applying's knowledge. */
  versions(photoId: string): Omit<Version, 'charged'>[] {
    return this.#parts.store.versions(photoId).flatMap((row) => {
      const version = toVersion(row);
      return version === null ? [] : [version];
    });
  }

  /** The finished picture that the photo has already for this recipe; null when it has to be made. */
  made(photoId: string, recipe: Recipe): MadeVersion | null {
    const row = this.#madeBefore.find(photoId, recipe);
    const version = row === null ? null : toVersion(row);
    return version === null ? null : { ...version, shown: this.#parts.store.photo(photoId)?.current_version_id === version.id };
  }

  saveRecipe(photoIds: readonly string[], recipe: Recipe): void {
    this.saveRecipes(oneRecipe(photoIds, recipe));
  }

  /** Each photo's own, all of them or none. */
  saveRecipes(edits: readonly PhotoEdit[]): void {
    this.#parts.store.saveRecipes(edits);
    this.announce(edits.map(({ photoId }) => photoId));
  }

  /** Shows the untouched original again. Free, offline; versions stay. Answers how many photos changed. */
  revert(photoIds: readonly string[]): { reverted: number } {
    const changed = photoIds.filter((id) => this.#show(id, null));
    if (changed.length > 0) this.announce(changed);
    return { reverted: changed.length };
  }

  /** `versionId` null: the original. */
  showVersion(photoId: string, versionId: string | null): Result<void> {
    if (versionId !== null && this.#parts.store.version(versionId)?.photo_id !== photoId) return fail(versionUnknown);
    if (this.#show(photoId, versionId)) this.announce([photoId]);
    return ok(undefined);
  }

  /** Where the original or the current result lies, for the system's file manager. */
  locate(photoId: string, what: 'original' | 'result'): Result<string> {
    const { store } = this.#parts;
    const row = store.photo(photoId);
    if (row === undefined) return fail({ code: 'photo_unknown', message: 'This photo is not in the library any more.' });
    if (what === 'original') return ok(row.path);
    const version = row.current_version_id === null ? undefined : store.version(row.current_version_id);
    if (version === undefined)
      return fail({ code: 'no_result', message: `${row.name} shows its original; there is no result to reveal.`, file: row.name });
    return ok(version.saved_to ?? version.path);
  }

  /** Where a version lies for the user: the copy, or the library's own file when the copy is not there. */
  locateVersion(photoId: string, versionId: string): Result<string> {
    const { store } = this.#parts;
    const version = store.version(versionId);
    if (version === undefined || version.photo_id !== photoId) return fail(versionUnknown);
    const path = [version.saved_to, version.path].find((each) => each !== null && existsSync(each));
    return typeof path === 'string' ? ok(path) : fail(fileProblem('file_missing', store.photo(photoId)?.name ?? basename(version.path)));
  }

  /** The photo with its original proven to be there and unchanged; a problem is remembered on the photo. */
  async original(photoId: string): Promise<Result<PhotoRow>> {
    const { store } = this.#parts;
    const row = store.photo(photoId);
    if (row === undefined || row.removed_at !== null)
      return fail({ code: 'photo_unknown', message: 'This photo is not in the library any more. Nothing was charged.' });
    try {
      const facts = await stat(row.path);
      if (facts.size !== row.bytes || Math.round(facts.mtimeMs) !== row.modified_ms) {
        if ((await contentFingerprint(row.path)) !== row.sha256)
          return this.#markTroubled(row, 'unreadable', fileProblem('file_changed', row.name));
      }
    } catch (error) {
      const problem = problemOf(error, row.name);
      return this.#markTroubled(row, problem.code === 'file_missing' ? 'missing' : 'unreadable', problem);
    }
    if (row.condition === 'missing' || row.condition === 'unreadable') {
      store.setCondition(photoId, 'fine', null);
      this.announce([photoId]);
    }
    return ok(row);
  }

  /** What a batch does with photos right now; null when it is done with them. */
  setActivity(photoIds: readonly string[], activity: Activity | null): void {
    for (const id of photoIds) {
      if (activity === null) this.#activities.delete(id);
      else this.#activities.set(id, activity);
    }
    this.announce(photoIds);
  }

  /** A photo failed while it was worked on. */
  markFailed(photoId: string, problem: Problem): void {
    const { store } = this.#parts;
    const row = store.photo(photoId);
    if (row === undefined || row.condition === 'missing' || row.condition === 'unreadable') return;
    store.setCondition(photoId, 'failed', problem);
    this.announce([photoId]);
  }

  /** Tells the page how these photos are now; those that were removed are left out. */
  announce(photoIds: readonly string[]): void {
    const photos = photoIds.flatMap((id) => this.#seen(id));
    this.#parts.emit('library.changed', { photos, removed: [], collections: this.#countedCollections() });
  }

  #seen(id: string): Photo[] {
    const row = this.#parts.store.photo(id);
    return row === undefined || row.removed_at !== null ? [] : [toPhoto(row, this.#activities.get(id))];
  }

  #countedCollections(): Collection[] {
    this.#collections ??= this.#parts.store.collections();
    return this.#collections;
  }

  /** False: it is shown already, or the photo is gone. */
  #show(photoId: string, versionId: string | null): boolean {
    const { store } = this.#parts;
    const row = store.photo(photoId);
    if (row === undefined || row.removed_at !== null || row.current_version_id === versionId) return false;
    store.showVersion(photoId, versionId);
    return true;
  }

  #markTroubled(row: PhotoRow, condition: 'missing' | 'unreadable', problem: Problem): Result<never> {
    if (row.condition !== condition || row.problem === null) {
      this.#parts.store.setCondition(row.id, condition, problem);
      this.announce([row.id]);
    }
    return fail(problem);
  }
}

/** Where a photo's caches and results lie below the data folder. */
export const libraryFolders = (dataFolder: string) => ({
  photo: (photoId: string): string => join(dataFolder, 'photos', photoId),
  results: (photoId: string): string => join(dataFolder, 'results', photoId),
  assets: join(dataFolder, 'assets'),
});
