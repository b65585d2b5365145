/**
 * Which finished picture a photo has already for a recipe, so that nobody pays twice for the same one: the studio and the
 * command line go by this rule alike. The same content of the photo, a recipe that makes the same picture (strokes, assets and
 * file settings included), and a file that is there. A photo whose content was changed since begins anew.
 */
import { existsSync } from 'node:fs';
import type { Recipe } from '../../shared/edit/recipe.ts';
import { pictureKey } from '../../shared/edit/recipe-key.ts';
import { parseRecipe, type VersionRow } from './records.ts';
import type { LibraryStore } from './store.ts';

/** A batch compares thousands of versions, most of them made with a few recipes. */
const MOST_KEYS_KEPT = 4096;

/** Finds the finished picture of a photo that a recipe would make again; keys of recipes are worked out once. */
export class MadeBefore {
  readonly #store: Pick<LibraryStore, 'photo' | 'versions'>;
  readonly #keysByText = new Map<string, string | null>();
  readonly #keysByRecipe = new WeakMap<Recipe, string>();

  constructor(store: Pick<LibraryStore, 'photo' | 'versions'>) {
    this.#store = store;
  }

  /** Answers the picture that is shown when it is this one, else the newest that is; null when it has to be made. */
  find(photoId: string, recipe: Recipe): VersionRow | null {
    const photo = this.#store.photo(photoId);
    if (photo === undefined) return null;
    const key = this.#keyOf(recipe);
    const fits = (version: VersionRow): boolean =>
      version.source_sha256 === photo.sha256 && this.#keyOfText(version.recipe) === key && isThere(version);
    const versions = this.#store.versions(photoId);
    const shown = versions.find(({ id }) => id === photo.current_version_id);
    return shown !== undefined && fits(shown) ? shown : (versions.find(fits) ?? null);
  }

  #keyOfText(text: string): string | null {
    const known = this.#keysByText.get(text);
    if (known !== undefined) return known;
    const recipe = parseRecipe(text);
    const key = recipe === null ? null : pictureKey(recipe);
    if (this.#keysByText.size >= MOST_KEYS_KEPT) this.#keysByText.clear();
    this.#keysByText.set(text, key);
    return key;
  }

  #keyOf(recipe: Recipe): string {
    const key = this.#keysByRecipe.get(recipe) ?? pictureKey(recipe);
    this.#keysByRecipe.set(recipe, key);
    return key;
  }
}

/** The copy or the library's own file: either can be used. */
const isThere = ({ saved_to, path }: VersionRow): boolean => existsSync(path) || (saved_to !== null && existsSync(saved_to));
