/** The glass tool: the regions of the photo on the canvas, which of them are taken, and what can be done with them. */
import { create } from 'zustand';
import { type GlassStroke, isBrushStroke, isGlassStroke, type Recipe, type Stroke } from '../../shared/edit/recipe.ts';
import {
  type GlassRegions,
  isWithin,
  isWithinAny,
  likeliestAt,
  nearestInArea,
  type Place,
  type RegionTree,
  regionsOf,
  smallestAt,
  steppedFrom,
} from '../../shared/edit/regions.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { changeRecipe, recipeOf } from './editing.ts';
import { withoutGlass, withStroke } from './recipes.ts';

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
  /** What is being painted, and where the pointer was last; null: nothing is. */
  readonly painting: { readonly stroke: GlassStroke | null; readonly last: Place } | null;
}

/** What the glass tool knows and is set to; nothing of it is kept but the strokes in the recipe. */
export const useGlass = create<GlassState>(() => ({
  photoId: null,
  asking: false,
  regions: null,
  problem: null,
  chosen: null,
  kind: 'pane',
  painting: null,
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
export const patchesIn = ({ tree }: GlassRegions, recipe: Recipe): { readonly stroke: GlassStroke; readonly regions: number[] }[] =>
  recipe.strokes
    .filter(isGlassStroke)
    .map((stroke) => ({ stroke, regions: regionsOf(tree, stroke) }))
    .filter(({ regions }) => regions.length > 0);

/** The proposals that are not taken yet, with the regions they mean. Pure. */
export function proposalsLeft(
  regions: GlassRegions,
  recipe: Recipe,
): { readonly at: Place; readonly region: number; readonly doubtful: boolean }[] {
  const { tree } = regions;
  const taken = patchesIn(regions, recipe).flatMap((patch) => patch.regions);
  return regions.proposals
    .map(({ at, area, doubtful }) => ({ at, region: nearestInArea(tree, at, area), doubtful }))
    .filter(({ region }) => !taken.some((patch) => isWithin(tree, region, patch) || isWithin(tree, patch, region)));
}

/** The patch that is taken at a place, the smallest first; null where none is. Pure. */
function patchAt(regions: GlassRegions, recipe: Recipe, at: Place): GlassStroke | null {
  const here = smallestAt(regions.tree, at);
  const patches = patchesIn(regions, recipe).filter((patch) => here >= 0 && isWithinAny(regions.tree, here, patch.regions));
  return patches.toSorted((a, b) => Math.max(...a.regions) - Math.max(...b.regions))[0]?.stroke ?? null;
}

/** The region that a click there takes: what is proposed, else the likeliest; -1 outside the subject. Pure. */
function meantAt(regions: GlassRegions, recipe: Recipe, at: Place): number {
  const here = smallestAt(regions.tree, at);
  const proposed = proposalsLeft(regions, recipe).find(({ region }) => isWithin(regions.tree, here, region));
  return proposed?.region ?? likeliestAt(regions.tree, at);
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
  const region = same && chosen !== null ? nearestInArea(tree, at, chosen.area) : meantAt(regions, recipe, at);
  if (region >= 0) takeGlass(photoId, at, region);
}

/** Takes a region; the first pane of a photo brings the tint with it that was found for it. One step to undo. */
export function takeGlass(photoId: string, at: Place, region: number): void {
  const { regions, kind } = useGlass.getState();
  const area = regions?.tree.area[region] ?? 0;
  if (regions !== null && area > 0) takeStroke(photoId, glassOfKind(kind, at, area), regions.tint);
}

const glassOfKind = (kind: GlassKind, [x, y]: Place, area: number): GlassStroke => ({
  mode: 'glass',
  at: [x, y],
  area,
  ...(kind === 'opening' ? { hole: true } : {}),
});

function takeStroke(photoId: string, stroke: GlassStroke, tint: number): void {
  changeRecipe(photoId, (recipe) => {
    const taken = withStroke(recipe, stroke);
    return stroke.hole === true || recipe.glassTint !== undefined ? taken : { ...taken, glassTint: tint };
  });
  useGlass.setState({ chosen: stroke });
}

/** The way of the pointer is looked at in steps of this, in fractions of the photo: most regions are wider. */
const PAINT_STEP = 0.004;
/** Places that a stroke holds beside its first (recipe.ts). */
const MOST_PLACES = 500;

/** The pointer was dragged to a place of the photo: what a click on its way would take is taken, once `endPainting` is called. */
export function paintGlass(at: Place): void {
  const { photoId, regions, painting, kind } = useGlass.getState();
  if (photoId === null || regions === null) return;
  const { tree } = regions;
  const recipe = recipeOf(photoId);
  const from = painting?.last ?? at;
  let stroke = painting?.stroke ?? null;
  const taken = stroke === null ? [] : regionsOf(tree, stroke);
  const steps = Math.max(1, Math.ceil(Math.hypot(at[0] - from[0], at[1] - from[1]) / PAINT_STEP));
  for (let n = 1; n <= steps; n++) {
    const place: [number, number] = [along(from[0], at[0], n / steps), along(from[1], at[1], n / steps)];
    const here = smallestAt(tree, place);
    // Only where something new begins: the stroke is found again by these places alone.
    if (here < 0 || isWithinAny(tree, here, taken) || taken.length > MOST_PLACES) continue;
    const region = meantAt(regions, recipe, place);
    const area = tree.area[region] ?? 0;
    if (area <= 0) continue;
    taken.push(region);
    stroke =
      stroke === null ? { ...glassOfKind(kind, place, area), path: [] } : { ...stroke, path: [...(stroke.path ?? []), [...place, area]] };
  }
  useGlass.setState({ painting: { stroke, last: at } });
}

/** Five digits are a hundredth of a pixel on the largest photo. */
const along = (from: number, to: number, share: number): number => Math.round(100_000 * (from + share * (to - from))) / 100_000;

/** The pointer was lifted: what was painted is taken. One step to undo; nothing where the way led past the subject. */
export function endPainting(photoId: string): void {
  const { regions, painting } = useGlass.getState();
  useGlass.setState({ painting: null });
  if (regions !== null && painting?.stroke != null) takeStroke(photoId, painting.stroke, regions.tint);
}

/** Makes the chosen patch larger or smaller; of one that was dragged, every region. One step to undo. */
export function resizeGlass(photoId: string, by: 1 | -1, finest: boolean): void {
  const { regions, chosen } = useGlass.getState();
  if (regions === null || chosen === null) return;
  const { tree } = regions;
  const step = ([x, y]: Place, area: number): number =>
    tree.area[steppedFrom(tree, [x, y], nearestInArea(tree, [x, y], area), { by, finest })] ?? area;
  const path = chosen.path?.map(([x, y, area]): [number, number, number] => [x, y, step([x, y], area)]);
  const resized: GlassStroke = { ...chosen, area: step(chosen.at, chosen.area), ...(path === undefined ? {} : { path }) };
  if (resized.area === chosen.area && resized.path?.every(([, , area], n) => area === chosen.path?.[n]?.[2]) !== false) return;
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
  changeRecipe(photoId, withoutGlass);
  useGlass.setState({ chosen: null });
}
