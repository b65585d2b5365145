/**
 * What the user did to one photo's matte, in the order it was done: the brush keeps and erases, connected parts come and go, and glass
 * opens holes with something in them.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { type GlassStroke, isBrushStroke, isGlassStroke, type Stroke } from '../../../shared/edit/recipe.ts';
import { paneAround, type RegionTree, regionsOf } from '../../../shared/edit/regions.ts';
import type { Raster } from '../files/raster.ts';
import { unitPlane } from '../filters/planes.ts';
import type { GlassLayer } from '../glass/layer.ts';
import { glassLayer, planeOf, throughOf } from '../glass/patches.ts';
import { addPart, dropPart } from './part-strokes.ts';
import { drawBrush } from './strokes.ts';

/** What is known beside the matte. */
export interface Beside {
  /** Of the subject; without them glass says nothing. */
  readonly regions: RegionTree | null;
  /** What the network saw half-heartedly, too, as bytes of the guide's size: what a part can be brought back from. */
  readonly seen: Uint8Array | null;
}

/** Strokes of the brush and dropped parts need nothing else. */
export const NOTHING_BESIDE: Beside = { regions: null, seen: null };

/** The matte with everything but glass, 0..1: the solid subject, in which regions are looked for. */
export function solidMatte(guide: Raster, matte: Uint8Array, strokes: readonly Stroke[], seen: Uint8Array | null): Float32Array {
  const solid = unitPlane(matte);
  for (const stroke of strokes) drawSolid(solid, guide, stroke, { matte, seen });
  return solid;
}

/** @returns the matte with all that was done, 0..1, and the glass in it; null without */
export function drawActs(
  guide: Raster,
  matte: Uint8Array,
  strokes: readonly Stroke[],
  { regions, seen }: Beside,
): { readonly rough: Float32Array; readonly glass: GlassLayer | null } {
  const rough = unitPlane(matte);
  const glazed = regions !== null && strokes.some(isGlassStroke) ? new Glazed(guide, regions) : null;
  for (const stroke of strokes) {
    if (isGlassStroke(stroke)) glazed?.open(rough, stroke);
    else drawSolid(rough, guide, stroke, { matte, seen });
  }
  return { rough, glass: glazed?.layer(solidMatte(guide, matte, strokes, seen)) ?? null };
}

/** The network's own matte, and what it saw half-heartedly. */
interface Network {
  readonly matte: Uint8Array;
  readonly seen: Uint8Array | null;
}

/** Strokes that open no holes to see through; what is said of wheels and shadows is no matter of the matte. */
function drawSolid(matte: Float32Array, guide: Raster, stroke: Stroke, network: Network): void {
  if (isBrushStroke(stroke)) drawBrush(matte, guide, stroke);
  else if (stroke.mode === 'part' && stroke.keep) addPart(matte, guide, stroke.at, network);
  else if (stroke.mode === 'part') dropPart(matte, guide, stroke.at);
}

/** Glass as it is opened, stroke by stroke. */
class Glazed {
  readonly #guide: Raster;
  readonly #regions: RegionTree;
  readonly #through: Float32Array;
  readonly #panes = new Set<number>();

  constructor(guide: Raster, regions: RegionTree) {
    this.#guide = guide;
    this.#regions = regions;
    this.#through = new Float32Array(guide.width * guide.height);
  }

  /** Takes the patch out of the matte. */
  open(matte: Float32Array, stroke: GlassStroke): void {
    const patch = throughOf(this.#regions, stroke, this.#guide);
    if (patch === null) return;
    for (let i = 0; i < patch.length; i++) {
      const share = patch[i] as number;
      if (share === 0) continue;
      matte[i] = (matte[i] as number) * (1 - share);
      if (stroke.hole !== true && share > (this.#through[i] as number)) this.#through[i] = share;
    }
    if (stroke.hole !== true) for (const region of regionsOf(this.#regions, stroke)) this.#panes.add(paneAround(this.#regions, region));
  }

  /** @param subject the matte without any glass */
  layer(subject: Float32Array): GlassLayer | null {
    return glassLayer(this.#guide, { through: this.#through, panes: planeOf(this.#regions, this.#panes, this.#guide), subject });
  }
}
