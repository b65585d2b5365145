/**
 * The tree of a subject's regions (shared/edit/regions.ts), with what was measured of each of them on the way.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { RegionTree } from '../../../shared/edit/regions.ts';
import type { Raster } from '../files/raster.ts';
import { contourStrength, labOf } from './contours.ts';
import { hullOf, stageOf } from './hull.ts';
import { type Merged, mergeRegions, nodesFor } from './merging.ts';
import { neighboursOf } from './neighbours.ts';
import { likenessOf, type Scenery, sceneryBehind } from './scenery.ts';
import { watershed } from './watershed.ts';

/** A region of the tree can be scenery seen through a pane when its share of the subject is between these. */
const LEAST_PATCH = 0.0004;
const MOST_PATCH = 0.06;

/** The tree, and what its regions were measured to be. */
export interface Measured {
  /** Its `pane` is not known yet. */
  readonly tree: RegionTree;
  readonly merged: Merged;
  /** Which rows of the stage the subject takes. */
  readonly rows: { readonly top: number; readonly height: number };
  /** The median contour strength inside the hull. */
  readonly usual: number;
  readonly scenery: Scenery;
}

/**
 * @param guide the photo, reduced, 8 bits
 * @param matte of the same size, 0..1, before any glass was said to be in it
 * @returns null when nothing is there
 */
export async function measureRegions(guide: Raster, matte: Float32Array): Promise<Measured | null> {
  const hull = hullOf(matte, guide);
  if (hull === null) return null;
  const stage = await stageOf(guide, hull);
  const lab = labOf(stage.data);
  const strength = contourStrength(lab, stage);
  const leaves = watershed(strength, stage.inside, stage);
  const scenery = sceneryBehind(guide, hull);
  const likeness = likenessOf(stage, leaves, scenery);
  const neighbours = neighboursOf(leaves, { lab, strength, likeness, size: stage }, nodesFor(leaves.count));
  const merged = mergeRegions(neighbours, leaves.count);
  const hullArea = hull.area * stage.scale ** 2;
  const usual = medianInside(strength, stage.inside);
  const { width, height, box } = stage;
  const { parent, count } = merged;
  const area = Float32Array.from({ length: count }, (_, n) => (merged.sums.area[n] as number) / hullArea);
  const rank = Float32Array.from({ length: count }, (_, n) => rankOf(merged, n, area[n] as number, usual));
  const pane = new Float32Array(count).fill(Number.NEGATIVE_INFINITY);
  const tree: RegionTree = { width, height, box, labels: leaves.labels, parent: parent.slice(0, count), area, rank, pane };
  const rows = { top: (hull.top / guide.height - box.y) * (height / box.height), height: hull.height * stage.scale };
  return { tree, merged, rows, usual, scenery };
}

/**
 * How much a region looks like a patch of scenery: a strong outline, and a long way up from where it closed to where it was merged
 * into something else. It did not close before what changes inside of it: the smallest regions begin at no height at all, slivers that
 * lie on the slope of a contour, too, and would be taken for what they are the rim of.
 */
function rankOf({ sums, height, parent }: Merged, n: number, area: number, usual: number): number {
  if (area < LEAST_PATCH || area > MOST_PATCH) return Number.NEGATIVE_INFINITY;
  const outline = (sums.outlineStrength[n] as number) / Math.max(1, sums.outline[n] as number);
  const above = parent[n] as number;
  const own = Math.max(height[n] as number, (sums.inner[n] as number) / (sums.area[n] as number));
  const merging = above < 0 ? own : (height[above] as number);
  return Math.log(outline / usual + 0.1) + Math.log((merging + 0.3) / (own + 0.3));
}

/** Of strengths inside, to a hundredth of the largest that matters. */
function medianInside(strength: Float32Array, inside: Uint8Array): number {
  const bins = new Uint32Array(BINS);
  let count = 0;
  for (let i = 0; i < strength.length; i++) {
    if (inside[i] === 0) continue;
    const bin = Math.min(BINS - 1, Math.floor((strength[i] as number) / BIN));
    bins[bin] = (bins[bin] as number) + 1;
    count++;
  }
  let below = 0;
  for (let bin = 0; bin < BINS; bin++) {
    below += bins[bin] as number;
    if (2 * below >= count) return (bin + 0.5) * BIN;
  }
  return BIN;
}

/** Strengths are counted in steps of this, in units of Lab per pixel. */
const BIN = 0.02;
const BINS = 2000;
