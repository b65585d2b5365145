import type { Recipe } from './recipe.ts';

/** A text that is the same for two recipes exactly when they make the same picture of the same photo. Field order does not matter. */
export const recipeKey = (recipe: Recipe): string => canonical(recipe);

export const sameRecipe = (a: Recipe, b: Recipe): boolean => a === b || recipeKey(a) === recipeKey(b);

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${name}:${canonical(field)}`)
    .join()}}`;
}
