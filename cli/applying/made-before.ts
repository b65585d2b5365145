/**
 * Which finished pictures an earlier run has left for the same photo and the same recipe: a command that was killed and is run
 * again takes those and pays for none of them twice. A photo whose content was changed since begins anew.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Library } from '../../electron/library/library.ts';
import { openDatabase } from '../../electron/storage/sqlite.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import { sameRecipe } from '../../shared/edit/recipe-key.ts';
import type { Version } from '../../shared/ipc/library.ts';

export type MadeVersion = Omit<Version, 'charged'>;

export interface MadeBefore {
  /** To be called for every photo of a run, once it is imported and before anything is asked for. */
  see(photoId: string, sha256: string): void;
  /** The newest version of the photo's present content with this recipe whose file is there. */
  find(photoId: string, recipe: Recipe): MadeVersion | null;
  close(): void;
}

const migrations = ['CREATE TABLE content (photo_id TEXT PRIMARY KEY, sha256 TEXT NOT NULL, older_versions TEXT NOT NULL) STRICT'];

export function openMadeBefore(folder: string, library: Library): MadeBefore {
  const db = openDatabase({ path: join(folder, 'made-before.db'), migrations, durability: 'full' });
  const known = db.prepare<[string], { sha256: string; older_versions: string }>(
    'SELECT sha256, older_versions FROM content WHERE photo_id = ?',
  );
  const keep = db.prepare<[string, string, string]>(
    `INSERT INTO content (photo_id, sha256, older_versions) VALUES (?, ?, ?)
     ON CONFLICT (photo_id) DO UPDATE SET sha256 = excluded.sha256, older_versions = excluded.older_versions`,
  );
  return {
    see(photoId, sha256) {
      const before = known.get(photoId);
      if (before?.sha256 === sha256) return;
      // Versions from before anybody looked are of unknown content: they count as older too.
      keep.run(photoId, sha256, JSON.stringify(library.versions(photoId).map(({ id }) => id)));
    },
    find(photoId, recipe) {
      const older: unknown = JSON.parse(known.get(photoId)?.older_versions ?? '[]');
      const excluded = new Set(Array.isArray(older) ? older : []);
      const fits = (version: MadeVersion): boolean =>
        version.kind === 'applied' && !excluded.has(version.id) && sameRecipe(version.recipe, recipe) && fileOf(library, version) !== null;
      return library.versions(photoId).find(fits) ?? null;
    },
    close: () => void db.close(),
  };
}

/** Null when the library's file is gone. */
export function fileOf(library: Library, { photoId, id }: MadeVersion): string | null {
  const path = library.locateVersion(photoId, id);
  return path.ok && existsSync(path.value) ? path.value : null;
}
