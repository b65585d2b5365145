/**
 * What could be scenery seen through glass: shown to the user, never done by itself.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { type GlassProposal, type GlassRegions, isWithin, membersOf, type RegionTree } from '../../../shared/edit/regions.ts';
import { labOf } from './contours.ts';
import type { Extents } from './extents.ts';
import type { Measured } from './measuring.ts';
import type { Merged } from './merging.ts';
import { Paint } from './paint.ts';
import { explainedBy, shownBehind, tintFrom } from './scenery.ts';

/** From this score on a region is taken for a pane: of eleven such ten were. */
const SURE_PANE = 0.25;
/** From this one on it may be one: its patches are shown as doubtful. */
const LEAST_PANE = 0.15;
/** Panes that are looked into. */
const MOST_PANES = 8;
/** Glass lets red light through no better than other: redder than this, as `a` of Lab, a region is paint, unless it is surely a pane. */
const REDDEST = 2;
/** More than this many at once is no help, and so many of them doubtful. */
const MOST_PROPOSALS = 5;
const MOST_DOUBTFUL = 2;
/** Smaller ones are for who clicks them: a share of the subject. */
const LEAST_PROPOSED = 0.002;
/** Of two patches the larger is shown before the smaller: what its size counts against its outline. */
const LARGER = 1;
/** A patch may be so much larger than what lies in the pane that was found. */
const HARDLY_LARGER = 1.5;
/** A patch is as bright as the brightest of its pane, nearly: a share of what all but this share of the pane stay below. */
const SHARE_OF_BRIGHTEST = 0.7;
const BRIGHTEST = 0.92;
/** Darker than this against what is beside the car, it is the cabin. */
const LEAST_K = 0.3;
/** Darker than this, in L of Lab as labOf has it, it is a reflection on dark glass: what is behind would be as dark. */
const LEAST_LIGHTNESS = 50;
/** So much of its light may be other than what is behind. */
const MOST_REST = 0.35;
/** Glass lets through no more light than there is; what is behind is a guess, hence the rest. Brighter is a reflection, or the cabin in the sun. */
const MOST_K = 1.2;
/** A pane has a frame: it shares no more of its outline with the subject than a matte may err by. */
const MOST_SILHOUETTE = 0.05;
/** From here on a region's colour is the paint's own, with light that it mirrors. */
const LEANS_TO_PAINT = 0.4;

/** What was found out on the way to the tree's scores. */
interface Found {
  readonly extents: Extents;
  /** Scores as if nothing spoke for a roof or a bonnet. */
  readonly unsuspected: Float32Array;
}

/** What is outlined when the glass tool is opened; none where no glass shows any scenery, as in three cars of ten. */
export function proposalsIn(measured: Measured, { extents, unsuspected }: Found): Omit<GlassRegions, 'tree'> {
  const { tree, merged } = measured;
  const worth = tree.rank.map((rank, n) => rank + LARGER * Math.log(tree.area[n] as number));
  const isSure = (n: number): boolean => (tree.pane[n] as number) >= SURE_PANE;
  const litIn = (panes: readonly number[]): ReadonlySet<number> => new Set(panes.flatMap((pane) => litPatches(tree, merged, pane)));
  const lit = litIn(bestApart(tree, tree.pane, MOST_PANES, isSure));
  const isPaint = paintIn(measured, extents);
  const isGlass = (n: number): boolean => lightFits(merged, n) && !isPaint(n);
  const first = bestApart(tree, worth, MOST_PROPOSALS, (n) => lit.has(n) && isGlass(n));
  const whole = new Set(first.map((n) => wholeOf(tree, merged, n, isGlass)));
  const sure = bestApart(tree, worth, MOST_PROPOSALS, (n) => whole.has(n));
  // Not quite a pane, or one but for what speaks for a roof or a bonnet.
  const isDoubtful = (n: number): boolean => (tree.pane[n] as number) >= LEAST_PANE || (unsuspected[n] as number) >= SURE_PANE;
  const perhaps = bestApart(tree, unsuspected, MOST_PANES, (n) => !isSure(n) && isDoubtful(n));
  const dim = new Set([...litIn(perhaps), ...lit]);
  const isApart = (n: number): boolean => !sure.some((other) => isWithin(tree, n, other) || isWithin(tree, other, n));
  const isRed = (n: number): boolean => (merged.sums.a[n] as number) > REDDEST * (merged.sums.area[n] as number);
  const doubtful = bestApart(
    tree,
    worth,
    Math.min(MOST_DOUBTFUL, MOST_PROPOSALS - sure.length),
    (n) => dim.has(n) && isApart(n) && !isRed(n) && !isPaint(n),
  );
  const ks = sure.map((n) => likeness(merged, n).k).toSorted((a, b) => a - b);
  const proposed = (n: number): Omit<GlassProposal, 'doubtful'> => ({ at: placeIn(tree, n, extents), area: tree.area[n] as number });
  return {
    proposals: [...sure.map((n) => ({ ...proposed(n), doubtful: false })), ...doubtful.map((n) => ({ ...proposed(n), doubtful: true }))],
    tint: tintFrom(ks[ks.length >> 1] ?? null),
  };
}

/** What was taken for a pane may lack a corner: the patch is whatever looks more like one around it, is as bright, and hardly larger. */
function wholeOf(tree: RegionTree, merged: Merged, patch: number, fits: (region: number) => boolean): number {
  const leastK = SHARE_OF_BRIGHTEST * likeness(merged, patch).k;
  const largest = HARDLY_LARGER * (tree.area[patch] as number);
  let best = patch;
  for (let n = tree.parent[patch] as number; n >= 0 && (tree.area[n] as number) <= largest; n = tree.parent[n] as number)
    if ((tree.rank[n] as number) > (tree.rank[best] as number) && isLit(merged, n, leastK) && fits(n)) best = n;
  return best;
}

/** Whether a region shows what is behind the car, as far as brightness and colour tell. */
function isLit(merged: Merged, n: number, leastK: number): boolean {
  if ((merged.sums.l[n] as number) < LEAST_LIGHTNESS * (merged.sums.area[n] as number)) return false;
  const { k, rest } = likeness(merged, n);
  return k >= Math.max(LEAST_K, leastK) && rest <= MOST_REST;
}

/** Whether a region could be glass by where it lies and how bright it is: with a frame all around, and not brighter than what is behind. */
const lightFits = (merged: Merged, n: number): boolean =>
  likeness(merged, n).k <= MOST_K && (merged.sums.silhouette[n] as number) <= MOST_SILHOUETTE * (merged.sums.outline[n] as number);

/** Tells what is painted by its colour, against what is behind the middle of a region. */
function paintIn({ tree, merged, rows, scenery }: Measured, { left, right, top, bottom }: Extents): (region: number) => boolean {
  const paint = new Paint(merged, rows);
  const middle = (from: number, to: number, length: number): number => (from + to + 1) / 2 / length;
  return (n) => {
    const x = middle(left[n] as number, right[n] as number, tree.width);
    const y = middle(top[n] as number, bottom[n] as number, tree.height);
    const { box } = tree;
    const [, a, b] = labOf(shownBehind(scenery, [box.x + x * box.width, box.y + y * box.height]));
    const leaning = paint.leaning(n, { a: a[0] as number, b: b[0] as number });
    return leaning !== null && leaning >= LEANS_TO_PAINT;
  };
}

const likeness = ({ sums }: Merged, n: number): { readonly k: number; readonly rest: number } =>
  explainedBy(sums.seen[n] as number, sums.both[n] as number, sums.behind[n] as number);

/** The regions of highest score, none of them within another. */
function bestApart(tree: RegionTree, score: Float32Array, most: number, fits: (region: number) => boolean): number[] {
  const ranked = Array.from(score.keys())
    .filter((n) => score[n] !== Number.NEGATIVE_INFINITY && fits(n))
    .sort((a, b) => (score[b] as number) - (score[a] as number));
  const chosen: number[] = [];
  for (const n of ranked) {
    if (chosen.some((other) => isWithin(tree, n, other) || isWithin(tree, other, n))) continue;
    chosen.push(n);
    if (chosen.length === most) break;
  }
  return chosen;
}

/** The regions of a pane that show what is behind the car: as bright as the brightest of it, nearly. */
function litPatches(tree: RegionTree, merged: Merged, pane: number): number[] {
  const inside: number[] = [];
  const leaves: { readonly k: number; readonly area: number }[] = [];
  const within = new Uint8Array(pane + 1);
  within[pane] = 1;
  // What a region is part of comes after it.
  for (let n = pane; n >= 0; n--) {
    const above = tree.parent[n] as number;
    if (above >= 0 && above <= pane && within[above] === 1) within[n] = 1;
    if (within[n] === 0) continue;
    inside.push(n);
    if (n < merged.leaves) leaves.push({ k: likeness(merged, n).k, area: merged.sums.area[n] as number });
  }
  leaves.sort((a, b) => a.k - b.k);
  const whole = merged.sums.area[pane] as number;
  let [below, brightest] = [0, 0];
  for (const { k, area } of leaves) {
    below += area;
    brightest = k;
    if (below >= BRIGHTEST * whole) break;
  }
  const canBe = (n: number): boolean => tree.rank[n] !== Number.NEGATIVE_INFINITY && (tree.area[n] as number) >= LEAST_PROPOSED;
  return inside.filter((n) => canBe(n) && isLit(merged, n, SHARE_OF_BRIGHTEST * brightest));
}

/** The place of a region that is furthest from its rim, over rows, columns and diagonals: a click there finds it again. */
function placeIn({ width, height, box, labels, ...tree }: RegionTree, region: number, extents: Extents): readonly [number, number] {
  const members = membersOf({ width, height, box, labels, ...tree }, [region]);
  const [left, top] = [extents.left[region] as number, extents.top[region] as number];
  const wide = (extents.right[region] as number) - left + 3;
  const tall = (extents.bottom[region] as number) - top + 3;
  // How many steps the rim is away; a frame of nothing all around.
  const far = new Uint16Array(wide * tall);
  const least = (i: number, step: number): number =>
    Math.min(
      far[i - 1 * step] as number,
      far[i - wide * step] as number,
      far[i - (wide + 1) * step] as number,
      far[i - (wide - 1) * step] as number,
    );
  for (let y = 1; y < tall - 1; y++) {
    for (let x = 1, i = y * wide + 1; x < wide - 1; x++, i++)
      if (members[labels[(top + y - 1) * width + left + x - 1] as number] === 1) far[i] = 1 + least(i, 1);
  }
  let best = wide + 1;
  for (let i = far.length - wide - 2; i > wide; i--) {
    if (far[i] === 0) continue;
    far[i] = Math.min(far[i] as number, 1 + least(i, -1));
    if ((far[i] as number) > (far[best] as number)) best = i;
  }
  const [x, y] = [left + (best % wide) - 0.5, top + Math.floor(best / wide) - 0.5];
  return [box.x + (x / width) * box.width, box.y + (y / height) * box.height];
}
