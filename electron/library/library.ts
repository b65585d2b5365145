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
import { createMadeBefore } from './made-before.ts';
import { fileProblem, problemOf } from './problems.ts';
import { type Activity, type PhotoRow, toPhoto, toVersion } from './records.ts';
import type { LibraryStore } from './store.ts';

export interface Library {
  snapshot(): { photos: Photo[]; collections: Collection[] };
  /** Imports files and folders one call after the other; see importPaths. */
  importPaths(paths: readonly string[]): Promise<Imported>;
  /** Takes photos out of the library. Files, results and what was paid stay. */
  remove(photoIds: readonly string[]): void;
  /** Newest first. What they cost is applying's knowledge. */
  versions(photoId: string): Omit<Version, 'charged'>[];
  /** The finished picture that the photo has already for this recipe; null when it has to be made. */
  made(photoId: string, recipe: Recipe): MadeVersion | null;
  saveRecipe(photoIds: readonly string[], recipe: Recipe): void;
  /** Each photo's own, all of them or none. */
  saveRecipes(edits: readonly PhotoEdit[]): void;
  /** Shows the untouched original again. Free, offline; versions stay. Answers how many photos changed. */
  revert(photoIds: readonly string[]): { reverted: number };
  showVersion(photoId: string, versionId: string | null): Result<void>;
  /** Where the original or the current result lies, for the system's file manager. */
  locate(photoId: string, what: 'original' | 'result'): Result<string>;
  /** Where a version lies for the user: the copy, or the library's own file when the copy is not there. */
  locateVersion(photoId: string, versionId: string): Result<string>;
  /** The photo with its original proven to be there and unchanged; a problem is remembered on the photo. */
  original(photoId: string): Promise<Result<PhotoRow>>;
  /** What a batch does with photos right now; null when it is done with them. */
  setActivity(photoIds: readonly string[], activity: Activity | null): void;
  /** A photo failed while it was worked on. */
  markFailed(photoId: string, problem: Problem): void;
  /** Tells the renderer how these photos are now. */
  announce(photoIds: readonly string[]): void;
}

export type MadeVersion = Omit<Version, 'charged'> & {
  /** It is the picture that the photo shows now. */
  readonly shown: boolean;
};

export interface LibraryParts {
  readonly store: LibraryStore;
  readonly darkroom: Darkroom;
  readonly world: World;
  readonly emit: Emit;
  readonly folderOf: (photoId: string) => string;
}

const versionUnknown: Problem = { code: 'version_unknown', message: 'That version does not belong to this photo. Nothing was changed.' };

export function createLibrary(parts: LibraryParts): Library {
  const { store, world, emit } = parts;
  const madeBefore = createMadeBefore(store);
  const activities = new Map<string, Activity>();
  let imports: Promise<unknown> = Promise.resolve();

  const seen = (id: string): Photo[] => {
    const row = store.photo(id);
    return row === undefined || row.removed_at !== null ? [] : [toPhoto(row, activities.get(id))];
  };
  /** Counted again only when photos came or went: a batch announces often. */
  let counted: Collection[] | null = null;
  const collections = (): Collection[] => {
    counted ??= store.collections();
    return counted;
  };
  const announce = (ids: readonly string[]): void =>
    emit('library.changed', { photos: ids.flatMap(seen), removed: [], collections: collections() });
  const announceImported = (ids: readonly string[]): void => {
    counted = null;
    announce(ids);
  };

  function show(photoId: string, versionId: string | null): boolean {
    const row = store.photo(photoId);
    if (row === undefined || row.removed_at !== null || row.current_version_id === versionId) return false;
    store.showVersion(photoId, versionId);
    return true;
  }

  function saveRecipes(edits: readonly PhotoEdit[]): void {
    store.saveRecipes(edits);
    announce(edits.map(({ photoId }) => photoId));
  }

  function troubled(row: PhotoRow, condition: 'missing' | 'unreadable', problem: Problem): Result<never> {
    if (row.condition !== condition || row.problem === null) {
      store.setCondition(row.id, condition, problem);
      announce([row.id]);
    }
    return fail(problem);
  }

  return {
    announce,
    snapshot: () => ({ photos: store.photos().map((row) => toPhoto(row, activities.get(row.id))), collections: store.collections() }),
    importPaths(paths) {
      const run = imports.then(() => importPaths({ ...parts, announce: announceImported }, paths));
      imports = run.catch(() => undefined);
      return run;
    },
    remove(photoIds) {
      const removed = store.removePhotos(photoIds, world.clock.now());
      counted = null;
      if (removed.length > 0) emit('library.changed', { photos: [], removed, collections: collections() });
    },
    versions: (photoId) =>
      store.versions(photoId).flatMap((row) => {
        const version = toVersion(row);
        return version === null ? [] : [version];
      }),
    made(photoId, recipe) {
      const row = madeBefore(photoId, recipe);
      const version = row === null ? null : toVersion(row);
      return version === null ? null : { ...version, shown: store.photo(photoId)?.current_version_id === version.id };
    },
    saveRecipe: (photoIds, recipe) => saveRecipes(oneRecipe(photoIds, recipe)),
    saveRecipes,
    revert(photoIds) {
      const changed = photoIds.filter((id) => show(id, null));
      if (changed.length > 0) announce(changed);
      return { reverted: changed.length };
    },
    showVersion(photoId, versionId) {
      if (versionId !== null && store.version(versionId)?.photo_id !== photoId) {
        return fail(versionUnknown);
      }
      if (show(photoId, versionId)) announce([photoId]);
      return ok(undefined);
    },
    locate(photoId, what) {
      const row = store.photo(photoId);
      if (row === undefined) return fail({ code: 'photo_unknown', message: 'This photo is not in the library any more.' });
      if (what === 'original') return ok(row.path);
      const version = row.current_version_id === null ? undefined : store.version(row.current_version_id);
      if (version === undefined)
        return fail({ code: 'no_result', message: `${row.name} shows its original; there is no result to reveal.`, file: row.name });
      return ok(version.saved_to ?? version.path);
    },
    locateVersion(photoId, versionId) {
      const version = store.version(versionId);
      if (version === undefined || version.photo_id !== photoId) return fail(versionUnknown);
      const path = [version.saved_to, version.path].find((each) => each !== null && existsSync(each));
      return typeof path === 'string' ? ok(path) : fail(fileProblem('file_missing', store.photo(photoId)?.name ?? basename(version.path)));
    },
    async original(photoId) {
      const row = store.photo(photoId);
      if (row === undefined || row.removed_at !== null)
        return fail({ code: 'photo_unknown', message: 'This photo is not in the library any more. Nothing was charged.' });
      try {
        const facts = await stat(row.path);
        if (facts.size !== row.bytes || Math.round(facts.mtimeMs) !== row.modified_ms) {
          if ((await contentFingerprint(row.path)) !== row.sha256)
            return troubled(row, 'unreadable', fileProblem('file_changed', row.name));
        }
      } catch (error) {
        const problem = problemOf(error, row.name);
        return troubled(row, problem.code === 'file_missing' ? 'missing' : 'unreadable', problem);
      }
      if (row.condition === 'missing' || row.condition === 'unreadable') {
        store.setCondition(photoId, 'fine', null);
        announce([photoId]);
      }
      return ok(row);
    },
    setActivity(photoIds, activity) {
      for (const id of photoIds) {
        if (activity === null) activities.delete(id);
        else activities.set(id, activity);
      }
      announce(photoIds);
    },
    markFailed(photoId, problem) {
      const row = store.photo(photoId);
      if (row === undefined || row.condition === 'missing' || row.condition === 'unreadable') return;
      store.setCondition(photoId, 'failed', problem);
      announce([photoId]);
    },
  };
}

/** Where a photo's caches and results lie below the data folder. */
export const libraryFolders = (dataFolder: string) => ({
  photo: (photoId: string): string => join(dataFolder, 'photos', photoId),
  results: (photoId: string): string => join(dataFolder, 'results', photoId),
  assets: join(dataFolder, 'assets'),
});
