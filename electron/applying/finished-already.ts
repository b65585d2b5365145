/** Which photos of a press lack their picture, and which have it: nobody pays twice for the same one. */
import type { PhotoEdit } from '../../shared/ipc/edits.ts';
import type { Library, MadeVersion } from '../library/library.ts';

/** A photo whose finished picture is what its recipe would make, and that picture. */
export interface Finished {
  readonly edit: PhotoEdit;
  readonly version: MadeVersion;
}

interface Wanted {
  /** To be made and paid for. */
  readonly fresh: readonly PhotoEdit[];
  readonly finished: readonly Finished[];
}

/** `again`: finished pictures are wanted anew. */
export function wantedOf(edits: readonly PhotoEdit[], library: Pick<Library, 'made'>, again: boolean): Wanted {
  if (again) return { fresh: edits, finished: [] };
  const fresh: PhotoEdit[] = [];
  const finished: Finished[] = [];
  for (const edit of edits) {
    const version = edit.recipe.background === null ? null : library.made(edit.photoId, edit.recipe);
    if (version === null) fresh.push(edit);
    else finished.push({ edit, version });
  }
  return { fresh, finished };
}

/** Photos that show something else go back to their finished picture, which is free. Answers them. */
export function showFinished(finished: readonly Finished[], library: Pick<Library, 'showVersion' | 'saveRecipes'>): readonly PhotoEdit[] {
  const back = finished.filter(({ version }) => !version.shown);
  library.saveRecipes(back.map(({ edit }) => edit));
  for (const { edit, version } of back) library.showVersion(edit.photoId, version.id);
  return back.map(({ edit }) => edit);
}
