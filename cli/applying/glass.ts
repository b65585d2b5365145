/** `--glass auto`: what looks like the old scenery seen through a pane is opened, photo by photo, and said. */
import { GLASS_TINT, type GlassStroke, type Recipe } from '../../shared/edit/recipe.ts';
import type { GlassRegions } from '../../shared/edit/regions.ts';
import type { Session } from '../command.ts';
import type { OpenedStudio } from './studio.ts';

/** A recipe with every proposal taken that is not doubtful, and the tint that was found; the same one where there is none. */
export function withProposedGlass(recipe: Recipe, regions: GlassRegions | null): Recipe {
  const sure = (regions?.proposals ?? []).filter(({ doubtful }) => !doubtful);
  if (regions === null || sure.length === 0) return recipe;
  const patches = sure.map(({ at, area }): GlassStroke => ({ mode: 'glass', at: [at[0], at[1]], area }));
  const tint = Math.min(GLASS_TINT.clearest, Math.max(GLASS_TINT.darkest, regions.tint));
  return { ...recipe, strokes: [...recipe.strokes, ...patches], glassTint: tint };
}

/** How many patches of glass a recipe opens. */
export const patchesIn = ({ strokes }: Recipe): number => strokes.filter(({ mode }) => mode === 'glass').length;

/**
 * Each photo's own recipe. A photo in which no regions can be found keeps the one for all: what is wrong with it is said when it is
 * applied. Nothing is charged by looking.
 */
export async function glassRecipes(
  session: Session,
  { studio }: OpenedStudio,
  photos: readonly { readonly id: string; readonly name: string }[],
  recipe: Recipe,
): Promise<ReadonlyMap<string, Recipe>> {
  const recipes = new Map<string, Recipe>();
  for (const [index, { id, name }] of photos.entries()) {
    session.screen.progress(`looking for glass ${index + 1}/${photos.length}`);
    const found = await studio.previews.regions(id, recipe.strokes, 'full');
    const own = withProposedGlass(recipe, found.ok ? found.value : null);
    recipes.set(id, own);
    const count = patchesIn(own);
    if (count > 0)
      session.screen.note(
        `${name}: the new background shows through ${count === 1 ? '1 patch' : `${count} patches`} of glass that ${count === 1 ? 'was' : 'were'} found automatically. Look at the picture; without --glass auto the glass stays as it was photographed.`,
      );
  }
  return recipes;
}
