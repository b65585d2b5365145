/** What editing does to recipes: pure. Everything of a recipe but the brush strokes can be shared between photos. */
import { type Background, defaultRecipe, newLogo, type Recipe, type Stroke } from '../../shared/edit/recipe.ts';
import { recipeKey, sameRecipe } from '../../shared/edit/recipe-key.ts';

/** The same but for the brush strokes. */
export const sameSettings = (a: Recipe, b: Recipe): boolean => sameRecipe({ ...a, strokes: [] }, { ...b, strokes: [] });

/** The settings of one photo on another one, which keeps its own brush strokes: they belong to its matte. */
export const withSettingsOf = (target: Recipe, settings: Recipe): Recipe => ({ ...settings, strokes: target.strokes });

/** A new background; the first one also stands the subject on a floor, where it has one. */
export const withBackground = (recipe: Recipe, background: Background | null): Recipe => ({ ...recipe, background });

/** Another logo keeps the place and size of the one before. */
export const withLogo = (recipe: Recipe, fileId: string | null): Recipe => ({
  ...recipe,
  logo: fileId === null ? null : recipe.logo === null ? newLogo(fileId) : { ...recipe.logo, fileId },
});

const MAX_POINTS = 5000;

/** Adds a stroke; longer ones than the contract allows are thinned out, never cut short. */
export function withStroke(recipe: Recipe, stroke: Stroke): Recipe {
  const every = Math.ceil(stroke.points.length / MAX_POINTS);
  const points =
    every === 1 ? stroke.points : stroke.points.filter((_, index) => index % every === 0 || index === stroke.points.length - 1);
  return { ...recipe, strokes: [...recipe.strokes, { ...stroke, points: points.slice(-MAX_POINTS) }].slice(-500) };
}

export const freshRecipe = (): Recipe => structuredClone(defaultRecipe);

/**
 * Which photos can be saved together: one call per distinct set of strokes, since a saved recipe goes to all photos of a call.
 */
export function groupedByRecipe(recipes: ReadonlyMap<string, Recipe>): { photoIds: string[]; recipe: Recipe }[] {
  const groups = new Map<string, { photoIds: string[]; recipe: Recipe }>();
  for (const [photoId, recipe] of recipes) {
    const key = recipeKey(recipe);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { photoIds: [photoId], recipe });
    else group.photoIds.push(photoId);
  }
  return [...groups.values()];
}
