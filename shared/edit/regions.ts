/**
 * The regions of a photographed subject, as a tree: small ones became part of larger ones, up to the whole. A click means the smallest
 * region at its place or any that it became part of; how large is the other half of the answer. The darkroom finds the tree, and the
 * canvas shows what it holds, so both choose in it by what is here. Pure.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { boundsOf } from './bounds.ts';
import type { Rect } from './rect.ts';

/** All regions of one subject. */
export interface RegionTree {
  /** Size of `labels` in pixels. */
  readonly width: number;
  readonly height: number;
  /** What `labels` covers, in fractions of the photo. */
  readonly box: Rect;
  /** Per pixel: one more than the smallest region that it belongs to; 0 outside the subject. */
  readonly labels: Uint16Array;
  /** Per region, the smallest first: the larger one that it became part of; -1 for those that stand alone. Always a later one. */
  readonly parent: Int32Array;
  /** Per region: its share of the subject's area. */
  readonly area: Float32Array;
  /** Per region: how much it looks like scenery in a pane, the more the likelier; -Infinity where it cannot be one. */
  readonly rank: Float32Array;
  /** Per region: how much it looks like a pane, or all windows of a side; likewise. */
  readonly pane: Float32Array;
}

/** A place in fractions of the photo. */
export type Place = readonly [x: number, y: number];

/** What a click on a proposal takes. */
export interface GlassProposal {
  readonly at: Place;
  readonly area: number;
  /** It may as well be a roof or a bonnet, or a reflection: shown weaker, and never taken but by a click. */
  readonly doubtful: boolean;
}

/** What a stroke of glass says of where it is (recipe.ts): one region, or all that a drag passed. */
export interface GlassMark {
  readonly at: Place;
  readonly area: number;
  readonly path?: readonly (readonly [x: number, y: number, area: number])[] | undefined;
}

/** What the glass tool works with. */
export interface GlassRegions {
  readonly tree: RegionTree;
  /** The likeliest first, the doubtful last, none within another. */
  readonly proposals: readonly GlassProposal[];
  /** What share of light such glass lets through. */
  readonly tint: number;
}

/** Regions within this much of each other's area are one level; all but one of them are only reached step by step. */
const LEVEL_GROWS = 1.25;

/** The smallest region there; -1 outside the subject. */
export function smallestAt({ width, height, box, labels }: RegionTree, [x, y]: Place): number {
  const column = Math.floor(((x - box.x) / box.width) * width);
  const row = Math.floor(((y - box.y) / box.height) * height);
  if (column < 0 || row < 0 || column >= width || row >= height) return -1;
  return (labels[row * width + column] as number) - 1;
}

/** Every region that holds the place, the smallest first; none outside the subject. */
export function regionsAt(tree: RegionTree, at: Place): number[] {
  const regions: number[] = [];
  for (let region = smallestAt(tree, at); region >= 0; region = tree.parent[region] as number) regions.push(region);
  return regions;
}

/**
 * Those of `regionsAt` that differ enough to be told apart: of all within a quarter of the smallest one's area that which looks most like a
 * patch, of equals the largest.
 */
export function levelsAt(tree: RegionTree, at: Place): number[] {
  const levels: number[] = [];
  let smallest = Number.NEGATIVE_INFINITY;
  for (const region of regionsAt(tree, at)) {
    const area = tree.area[region] as number;
    const last = levels.at(-1);
    if (last === undefined || area > LEVEL_GROWS * smallest) {
      levels.push(region);
      smallest = area;
    } else if ((tree.rank[region] as number) >= (tree.rank[last] as number)) levels[levels.length - 1] = region;
  }
  return levels;
}

/** The region that a click there means when nothing is said about its size; -1 outside the subject. */
export function likeliestAt(tree: RegionTree, at: Place): number {
  let best = -1;
  for (const region of regionsAt(tree, at)) if (best < 0 || (tree.rank[region] as number) > (tree.rank[best] as number)) best = region;
  return best;
}

/** Below this score nothing is taken for a pane. */
const LEAST_PANE_SCORE = 0.15;

/** The pane that a patch of scenery lies in: of all that it became part of, what looks most like one; else itself. */
export function paneAround(tree: RegionTree, region: number): number {
  let [best, most] = [region, LEAST_PANE_SCORE];
  for (let n = region; n >= 0; n = tree.parent[n] as number)
    if ((tree.pane[n] as number) > most) [best, most] = [n, tree.pane[n] as number];
  return best;
}

/** The region of that place whose area is nearest, as a ratio; -1 outside the subject. */
export function nearestInArea(tree: RegionTree, at: Place, area: number): number {
  let [best, off] = [-1, Number.POSITIVE_INFINITY];
  for (const region of regionsAt(tree, at)) {
    const ratio = Math.abs(Math.log((tree.area[region] as number) / area));
    if (ratio < off) [best, off] = [region, ratio];
  }
  return best;
}

/** The regions that a stroke of glass means, none within another; none outside the subject. */
export function regionsOf(tree: RegionTree, { at, area, path = [] }: GlassMark): number[] {
  const marked: readonly (readonly [x: number, y: number, area: number])[] = [[at[0], at[1], area], ...path];
  const regions = new Set(marked.map(([x, y, size]) => nearestInArea(tree, [x, y], size)).filter((region) => region >= 0));
  const isPartOfAnother = (region: number): boolean => {
    for (let above = tree.parent[region] as number; above >= 0; above = tree.parent[above] as number) if (regions.has(above)) return true;
    return false;
  };
  return [...regions].filter((region) => !isPartOfAnother(region));
}

/**
 * The next larger or smaller region around a place.
 *
 * @param finest through every region that there is, not only those that can be told apart
 * @returns `region` itself where there is none
 */
export function steppedFrom(tree: RegionTree, at: Place, region: number, step: { by: 1 | -1; finest: boolean }): number {
  const choices = step.finest ? regionsAt(tree, at) : levelsAt(tree, at);
  const size = tree.area[region] as number;
  const next =
    step.by > 0
      ? choices.find((each) => (tree.area[each] as number) > size)
      : choices.findLast((each) => (tree.area[each] as number) < size);
  return next ?? region;
}

/** Whether a region is one of `regions` or became part of one. */
export const isWithinAny = (tree: RegionTree, region: number, regions: readonly number[]): boolean =>
  regions.some((outer) => isWithin(tree, region, outer));

/** Whether `inner` is `outer` or became part of it. */
export function isWithin(tree: RegionTree, inner: number, outer: number): boolean {
  let region = inner;
  while (region >= 0 && region < outer) region = tree.parent[region] as number;
  return region === outer;
}

/** 1 for each of the smallest regions that became part of any of `regions`, by label; label 0 is none. */
export function membersOf({ parent }: RegionTree, regions: Iterable<number>): Uint8Array {
  const within = new Uint8Array(parent.length);
  for (const region of regions) if (region >= 0) within[region] = 1;
  // A region's parent comes after it: going down, what a region is part of is known before it.
  for (let n = parent.length - 1; n >= 0; n--) {
    const above = parent[n] as number;
    if (above >= 0 && within[above] === 1) within[n] = 1;
  }
  const byLabel = new Uint8Array(parent.length + 1);
  byLabel.set(within, 1);
  return byLabel;
}

/** 1 per pixel of the tree's labels in any of `regions`. */
export function regionMask(tree: RegionTree, regions: Iterable<number>): Uint8Array {
  const members = membersOf(tree, regions);
  const { labels } = tree;
  const mask = new Uint8Array(labels.length);
  for (let i = 0; i < mask.length; i++) mask[i] = members[labels[i] as number] as number;
  return mask;
}

/** Where regions lie together, in fractions of the photo; null for none. */
export function regionBounds(tree: RegionTree, regions: Iterable<number>): Rect | null {
  const bounds = boundsOf(regionMask(tree, regions), tree);
  if (bounds === null) return null;
  const { width, height, box } = tree;
  return {
    x: box.x + (bounds.left / width) * box.width,
    y: box.y + (bounds.top / height) * box.height,
    width: ((bounds.right + 1 - bounds.left) / width) * box.width,
    height: ((bounds.bottom + 1 - bounds.top) / height) * box.height,
  };
}
