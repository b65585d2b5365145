import { specOf } from './backdrops/backdrop.ts';
import { type Background, GLASS_TINT, isGlassStroke, type Recipe } from './recipe.ts';

/** A text that is the same for two recipes exactly when they hold the same settings. Field order does not matter. */
export const recipeKey = (recipe: Recipe): string => canonical(recipe);

/** Whether two recipes hold the same settings; whether they make the same picture is for `pictureKey` to say. */
export const sameRecipe = (a: Recipe, b: Recipe): boolean => a === b || recipeKey(a) === recipeKey(b);

/**
 * A text that is the same for two recipes that make the same file of the same photo, however they are written: a setting that
 * is not used (the quality of a PNG, the softness of no shadow) or that only spells out its default makes no other picture.
 */
export const pictureKey = ({ background, shadow, logo, export: file, glassTint, neutralGlass, ...rest }: Recipe): string =>
  canonical({
    ...rest,
    glass: rest.strokes.some((stroke) => isGlassStroke(stroke) && stroke.hole !== true)
      ? { tint: glassTint ?? GLASS_TINT.usual, neutral: neutralGlass ?? false }
      : undefined,
    background: drawn(background),
    shadow: shadow.kind === 'none' || shadow.strength === 0 ? 'none' : shadow,
    logo: logo?.position.kind === 'free' ? { ...logo, margin: 0 } : logo,
    export: file.format === 'jpeg' || file.format === 'webp' ? file : { ...file, quality: 0 },
  });

const drawn = (background: Background | null): unknown => (background?.kind === 'built-in' ? specOf(background) : background);

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  return `{${fields
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${name}:${canonical(field)}`)
    .join()}}`;
}
