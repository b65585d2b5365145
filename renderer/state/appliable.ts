/** What a press of Apply is about: the selected photos that can be applied, each with its own recipe. */
import { useMemo, useRef } from 'react';
import type { Recipe } from '../../shared/edit/recipe.ts';
import { recipeKey } from '../../shared/edit/recipe-key.ts';
import type { PhotoEdit } from '../../shared/ipc/edits.ts';
import type { Photo } from '../../shared/ipc/library.ts';
import { useEditing } from './editing.ts';
import { useLibrary } from './library.ts';
import type { Selection } from './selecting.ts';
import { selectedInOrder, useSelection } from './selection.ts';

/** What a press of Apply would ask for. */
export interface Wish {
  /** In the order shown, which is the order in which credit is used. */
  readonly edits: readonly PhotoEdit[];
  /** Selected photos that could be applied and have no background yet: nothing is applied to them. */
  readonly bare: readonly string[];
}

/** Which of these photos can be applied: not those that cannot be read or are already on their way. Pure. */
export function applicable(ids: readonly string[], stateOf: (id: string) => string | undefined): readonly string[] {
  const barred = new Set(['unreadable', 'missing', 'queued', 'working', undefined]);
  return ids.filter((id) => !barred.has(stateOf(id)));
}

/** Pure. */
function wishOf(
  selection: Selection,
  visible: readonly string[],
  photos: ReadonlyMap<string, Photo>,
  drafts: ReadonlyMap<string, Recipe>,
): Wish {
  const edits: PhotoEdit[] = [];
  const bare: string[] = [];
  for (const photoId of applicable(selectedInOrder(selection, visible), (id) => photos.get(id)?.state)) {
    const recipe = drafts.get(photoId) ?? photos.get(photoId)?.recipe ?? null;
    if (recipe === null || recipe.background === null) bare.push(photoId);
    else edits.push({ photoId, recipe });
  }
  return { edits, bare };
}

const keys = new WeakMap<Recipe, string>();
function keyOf(recipe: Recipe): string {
  const key = keys.get(recipe) ?? recipeKey(recipe);
  keys.set(recipe, key);
  return key;
}

/** The same photos in the same order, each to become the same. Pure. */
export const sameEdits = (a: readonly PhotoEdit[], b: readonly PhotoEdit[]): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every(({ photoId, recipe }, index) => {
      const other = b[index];
      return other !== undefined && other.photoId === photoId && (other.recipe === recipe || keyOf(other.recipe) === keyOf(recipe));
    }));

/** Whether something of it can be made that is not the finished picture which its photo shows: a photo to look at, at least. Pure. */
export const hasNews = ({ edits, bare }: Wish, photos: ReadonlyMap<string, Pick<Photo, 'state' | 'editedSince'>>): boolean =>
  bare.length > 0 || edits.some(({ photoId }) => photos.get(photoId)?.state !== 'applied' || photos.get(photoId)?.editedSince === true);

/** The wish at this moment, for code that is no component. */
export const currentWish = (): Wish => {
  const { photos, visible } = useLibrary.getState();
  return wishOf(useSelection.getState(), visible, photos, useEditing.getState().drafts);
};

/** The same object as long as it is the same wish: a progress line of a batch asks for no new price. */
export function useWish(): Wish {
  const selection = useSelection();
  const visible = useLibrary((state) => state.visible);
  const photos = useLibrary((state) => state.photos);
  const drafts = useEditing((state) => state.drafts);
  const next = useMemo(() => wishOf(selection, visible, photos, drafts), [selection, visible, photos, drafts]);
  const last = useRef(next);
  const same =
    sameEdits(last.current.edits, next.edits) &&
    last.current.bare.length === next.bare.length &&
    last.current.bare.every((id, index) => next.bare[index] === id);
  if (!same) last.current = next;
  return last.current;
}
