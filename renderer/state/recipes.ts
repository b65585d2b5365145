/** What editing does to recipes: pure. Everything of a recipe but the strokes can be shared between photos. */
import {
  type Background,
  type BrushStroke,
  type BuiltInBackground,
  canBeTransparent,
  defaultRecipe,
  type HubStroke,
  isBrushStroke,
  isGlassStroke,
  newLogo,
  type Placement,
  type Recipe,
  type Stroke,
} from '../../shared/edit/recipe.ts';
import { recipeKey } from '../../shared/edit/recipe-key.ts';

/** The settings of one photo on another one, which keeps its own strokes: they belong to its matte. */
export const withSettingsOf = (target: Recipe, settings: Recipe): Recipe => ({ ...settings, strokes: target.strokes });

/** Another background; a photo that has this one already keeps its colours. A transparent picture becomes a PNG where it would be a JPEG. */
export function withBackground(recipe: Recipe, background: Background | null): Recipe {
  if (background?.kind === 'built-in' && recipe.background?.kind === 'built-in' && recipe.background.id === background.id) return recipe;
  if (background?.kind === 'transparent' && !canBeTransparent(recipe.export.format))
    return { ...recipe, background, export: { ...recipe.export, format: 'png' } };
  return { ...recipe, background };
}

/** Another colour of a built-in background, for photos that have that one. */
export const withColours = (recipe: Recipe, id: BuiltInBackground['id'], colours: Pick<BuiltInBackground, 'colour' | 'colour2'>): Recipe =>
  recipe.background?.kind === 'built-in' && recipe.background.id === id
    ? { ...recipe, background: { ...recipe.background, ...colours } }
    : recipe;

/** Another mode begins where it places the subject itself; a photo that has it already keeps where it was moved to. */
export const withMode = (recipe: Recipe, mode: Placement['mode']): Recipe =>
  recipe.placement.mode === mode ? recipe : { ...recipe, placement: { ...recipe.placement, mode, offsetX: 0, offsetY: 0 } };

/** Another logo keeps the place and size of the one before. */
export const withLogo = (recipe: Recipe, fileId: string | null): Recipe => ({
  ...recipe,
  logo: fileId === null ? null : recipe.logo === null ? newLogo(fileId) : { ...recipe.logo, fileId },
});

/** The recipe with all panes and openings closed; the same one where none is open. */
export const withoutGlass = (recipe: Recipe): Recipe =>
  recipe.strokes.some(isGlassStroke) ? { ...recipe, strokes: recipe.strokes.filter((stroke) => !isGlassStroke(stroke)) } : recipe;

const MAX_POINTS = 5000;

const MAX_STROKES = 500;

/** Adds what the user did to the cut-out; strokes longer than the contract allows are thinned out, never cut short. */
export const withStroke = (recipe: Recipe, stroke: Stroke): Recipe => ({
  ...recipe,
  strokes: [...recipe.strokes, isBrushStroke(stroke) ? thinned(stroke) : stroke].slice(-MAX_STROKES),
});

function thinned(stroke: BrushStroke): BrushStroke {
  const every = Math.ceil(stroke.points.length / MAX_POINTS);
  const points =
    every === 1 ? stroke.points : stroke.points.filter((_, index) => index % every === 0 || index === stroke.points.length - 1);
  return { ...stroke, points: points.slice(-MAX_POINTS) };
}

/** Another hub that the user shows. A third one is put in the place of that which is nearer to it: a car shows two wheels. */
export function withHub(recipe: Recipe, at: readonly [number, number]): Recipe {
  const hubs = recipe.strokes.filter((stroke) => stroke.mode === 'hub');
  const away = (hub: HubStroke): number => Math.hypot(hub.at[0] - at[0], hub.at[1] - at[1]);
  const [one, other] = hubs;
  const gone = one === undefined || other === undefined ? undefined : away(one) <= away(other) ? one : other;
  const strokes = recipe.strokes.filter((stroke) => stroke !== gone);
  return withStroke({ ...recipe, strokes }, { mode: 'hub', at: [at[0], at[1]] });
}

/** What is to become of the old shadow, in place of what was said before. */
export const withOldShadow = (recipe: Recipe, remove: boolean): Recipe =>
  withStroke({ ...recipe, strokes: recipe.strokes.filter(({ mode }) => mode !== 'old-shadow') }, { mode: 'old-shadow', remove });

/** Whether an act is about the ground under a car: its wheels, or an old shadow. */
export const isOfGround = ({ mode }: Stroke): boolean => mode === 'hub' || mode === 'old-shadow' || mode === 'shadow';

/** As if nothing had been said of wheels and old shadow. */
export const withoutGround = (recipe: Recipe): Recipe => ({ ...recipe, strokes: recipe.strokes.filter((stroke) => !isOfGround(stroke)) });

/** A copy of the default recipe, to be changed freely. */
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
