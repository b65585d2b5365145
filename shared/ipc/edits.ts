/**
 * Which photo is to become what: every photo with a recipe of its own, in the order in which credit is used. Most photos of
 * a batch share their settings, so a recipe travels once and the photos name its place.
 */
import { z } from 'zod';
import { type Recipe, recipe } from '../edit/recipe.ts';
import { recipeKey } from '../edit/recipe-key.ts';
import { photoId } from './library.ts';

const MOST_PHOTOS = 20_000;

/** As it travels: `recipe` is an index of `recipes`. */
export const edits = z
  .object({
    recipes: z.array(recipe).min(1).max(MOST_PHOTOS),
    photos: z
      .array(z.object({ photoId, recipe: z.int().min(0) }))
      .min(1)
      .max(MOST_PHOTOS),
  })
  .refine(({ recipes, photos }) => photos.every((photo) => photo.recipe < recipes.length), 'A photo names a recipe that is not there.');

type Edits = z.infer<typeof edits>;

/** One photo with the recipe that it is to be made with. */
export interface PhotoEdit {
  readonly photoId: string;
  readonly recipe: Recipe;
}

/** The same recipe for all of them. */
export const oneRecipe = (photoIds: readonly string[], shared: Recipe): PhotoEdit[] =>
  photoIds.map((id) => ({ photoId: id, recipe: shared }));

/** For the way to the main process: equal recipes become one. */
export function packEdits(all: readonly PhotoEdit[]): Edits {
  const recipes: Recipe[] = [];
  const places = new Map<string, number>();
  const known = new Map<Recipe, number>();
  const placeOf = (each: Recipe): number => {
    const key = recipeKey(each);
    const place = places.get(key) ?? recipes.push(each) - 1;
    places.set(key, place);
    known.set(each, place);
    return place;
  };
  return { photos: all.map((one) => ({ photoId: one.photoId, recipe: known.get(one.recipe) ?? placeOf(one.recipe) })), recipes };
}

/** What `packEdits` packed; photos that shared a recipe share the object. */
export const unpackEdits = ({ recipes, photos }: Edits): PhotoEdit[] =>
  photos.flatMap((photo) => {
    const named = recipes[photo.recipe];
    return named === undefined ? [] : [{ photoId: photo.photoId, recipe: named }];
  });
