/** The glass tool: the regions of the photo on the canvas, which of them are taken, and what can be done with them. */
import { create } from 'zustand';
import { type GlassStroke, isBrushStroke, isGlassStroke, type Recipe, type Stroke } from '../../shared/edit/recipe.ts';
import {
  type GlassRegions,
  isWithin,
  likeliestAt,
  nearestInArea,
  type Place,
  type RegionTree,
  smallestAt,
  steppedFrom,
} from '../../shared/edit/regions.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { changeRecipe, recipeOf } from './editing.ts';
import { withStroke } from './recipes.ts';

/** pane: glass with a tint. opening: nothing in it. */
export type GlassKind = 'pane' | 'opening';

interface GlassState {
  /** Whose regions these are; null: none were asked for. */
  readonly photoId: string | null;
  readonly asking: boolean;
  /** Null before they are there, when there is no subject, and after a problem. */
  readonly regions: GlassRegions | null;
  readonly problem: Problem | null;
  /** The patch that keys and the wheel are about, as it stands in the recipe. */
  readonly chosen: GlassStroke | null;
  readonly kind: GlassKind;
}

/** What the glass tool knows and is set to; nothing of it is kept but the strokes in the recipe. */
export const useGlass = create<GlassState>(() => ({
  photoId: null,
  asking: false,
  regions: null,
  problem: null,
  chosen: null,
  kind: 'pane',
}));

/** The regions of a photo; null while they are not known. */
export const useRegionsOf = (photoId: string): RegionTree | null =>
  useGlass((state) => (state.photoId === photoId ? (state.regions?.tree ?? null) : null));

/** What the next click takes. */
export const setGlassKind = (kind: GlassKind): void => useGlass.setState({ kind });

let lastAsked = 0;

/** Has the regions of a photo found, for its subject as it is with these strokes; the newest wish counts. */
export async function askRegions(photoId: string, strokes: readonly Stroke[]): Promise<void> {
  lastAsked += 1;
  const asked = lastAsked;
  const same = useGlass.getState().photoId === photoId;
  useGlass.setState(same ? { asking: true } : { photoId, asking: true, regions: null, problem: null, chosen: null });
  const answer = await call('darkroom.regions', { photoId, strokes: strokes.filter(drawsSubject) });
  if (asked !== lastAsked) return;
  useGlass.setState(
    answer.ok ? { asking: false, regions: answer.value, problem: null } : { asking: false, regions: null, problem: answer.error },
  );
}

/** Whether a stroke changes the subject that regions are looked for in. */
export const drawsSubject = (stroke: Stroke): boolean => isBrushStroke(stroke) || stroke.mode === 'part';

/** The strokes of glass with the regions they mean; without those that lie outside the subject. Pure. */
export const patchesIn = ({ tree }: GlassRegions, recipe: Recipe): { readonly stroke: GlassStroke; readonly region: number }[] =>
  recipe.strokes
    .filter(isGlassStroke)
    .map((stroke) => ({ stroke, region: nearestInArea(tree, stroke.at, stroke.area) }))
    .filter(({ region }) => region >= 0);

/** The proposals that are not taken yet, with the regions they mean. Pure. */
export function proposalsLeft(regions: GlassRegions, recipe: Recipe): { readonly at: Place; readonly region: number }[] {
  const { tree } = regions;
  const taken = patchesIn(regions, recipe);
  return regions.proposals
    .map(({ at, area }) => ({ at, region: nearestInArea(tree, at, area) }))
    .filter(({ region }) => !taken.some((patch) => isWithin(tree, region, patch.region) || isWithin(tree, patch.region, region)));
}

/** The patch that is taken at a place, the smallest first; null where none is. Pure. */
function patchAt(regions: GlassRegions, recipe: Recipe, at: Place): GlassStroke | null {
  const here = smallestAt(regions.tree, at);
  const patches = patchesIn(regions, recipe).filter(({ region }) => here >= 0 && isWithin(regions.tree, here, region));
  return patches.toSorted((a, b) => a.region - b.region)[0]?.stroke ?? null;
}

/** How a click is meant: `same`: as large as the one before; `back`: what was taken there is given back. */
export interface ClickMeant {
  readonly same: boolean;
  readonly back: boolean;
}

/** A click on the photo: takes the region there, chooses one that is taken, or gives it back. One step to undo. */
export function clickGlass(photoId: string, at: Place, { same, back }: ClickMeant): void {
  const { regions, chosen } = useGlass.getState();
  if (regions === null) return;
  const { tree } = regions;
  const recipe = recipeOf(photoId);
  const patch = patchAt(regions, recipe, at);
  if (back) {
    if (patch !== null) giveGlassBack(photoId, patch);
    return;
  }
  if (patch !== null) {
    useGlass.setState({ chosen: patch });
    return;
  }
  const proposed = proposalsLeft(regions, recipe).find(({ region }) => isWithin(tree, smallestAt(tree, at), region));
  const region = same && chosen !== null ? nearestInArea(tree, at, chosen.area) : (proposed?.region ?? likeliestAt(tree, at));
  if (region >= 0) takeGlass(photoId, at, region);
}

/** Takes a region; the first pane of a photo brings the tint with it that was found for it. One step to undo. */
export function takeGlass(photoId: string, at: Place, region: number): void {
  const { regions, kind } = useGlass.getState();
  if (regions === null) return;
  const area = regions.tree.area[region] ?? 0;
  if (area <= 0) return;
  const stroke: GlassStroke = { mode: 'glass', at: [at[0], at[1]], area, ...(kind === 'opening' ? { hole: true } : {}) };
  changeRecipe(photoId, (recipe) => {
    const taken = withStroke(recipe, stroke);
    return kind === 'opening' || recipe.glassTint !== undefined ? taken : { ...taken, glassTint: regions.tint };
  });
  useGlass.setState({ chosen: stroke });
}

/** Makes the chosen patch larger or smaller. One step to undo. */
export function resizeGlass(photoId: string, by: 1 | -1, finest: boolean): void {
  const { regions, chosen } = useGlass.getState();
  if (regions === null || chosen === null) return;
  const { tree } = regions;
  const region = steppedFrom(tree, chosen.at, nearestInArea(tree, chosen.at, chosen.area), { by, finest });
  const resized: GlassStroke = { ...chosen, area: tree.area[region] ?? chosen.area };
  if (resized.area === chosen.area) return;
  changeRecipe(photoId, (recipe) => ({ ...recipe, strokes: recipe.strokes.map((stroke) => (stroke === chosen ? resized : stroke)) }));
  useGlass.setState({ chosen: resized });
}

/** Closes a patch again. One step to undo. */
export function giveGlassBack(photoId: string, patch: GlassStroke): void {
  changeRecipe(photoId, (recipe) => ({ ...recipe, strokes: recipe.strokes.filter((stroke) => stroke !== patch) }));
  useGlass.setState((state) => (state.chosen === patch ? { chosen: null } : {}));
}

/** Closes all of them. One step to undo. */
export function clearGlass(photoId: string): void {
  changeRecipe(photoId, (recipe) => ({ ...recipe, strokes: recipe.strokes.filter((stroke) => !isGlassStroke(stroke)) }));
  useGlass.setState({ chosen: null });
}
