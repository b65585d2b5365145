/**
 * One matte from two looks at the photo. The small input sees the whole and the large one sees detail, and each loses things the
 * other finds: the large one leaves holes in large plain parts, the small one drops dark or shiny parts and thin lines. Both say
 * so: what they wrongly take for the subject they take half-heartedly.
 *
 * So the large answer stands, except in regions (not edges) where the two disagree. Each such region belongs to the subject when
 * the one that claims it is sure of it. The limits below were measured; docs/darkroom.md has the figures.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */

import { boxMean, boxMeanOfProduct } from '../filters/box-filter.ts';
import { flood } from '../filters/connected.ts';
import { unitPlane } from '../filters/planes.ts';

const SMALL = 512;
const LARGE = 1024;

/** How far apart the two have to be, on average over a neighbourhood, to disagree; and how far what surrounds such a place still belongs to it. */
const DISAGREE = 0.18;
const DISAGREE_STILL = 0.05;
/** The neighbourhood: wider than an edge of the small matte is soft. */
const NEIGHBOURHOOD = 4;
/**
 * How sure the claimant has to be, on average over the region and the rim around it. Of two answers that are as sure the large one's
 * stands, so it needs less to keep what it found than the small one to add; but wide parts are what the small one sees better. Each limit
 * is far from what was measured on either side of it, so that small changes of a network decide nothing.
 */
const SURE = { large: 0.74, small: 0.82, smallWide: 0.72 } as const;
/** Share of the picture from which on a region is wide. */
const WIDE = 0.01;
/** Regions below this share of the picture are left to the large answer. */
const LEAST_AREA = 0.0002;

/**
 * @param small 512 x 512 bytes
 * @param large 1024 x 1024 bytes
 * @returns 1024 x 1024 bytes
 */
export function combine(small: Uint8Array, large: Uint8Array): Uint8Array {
  const a = unitPlane(small);
  const b = unitPlane(halved(large));
  const [meanA, meanB] = [blurred(a), blurred(b)];
  const difference = meanA.map((value, i) => value - (meanB[i] as number));
  // What is decided for the small answer: 1 take it, 0 leave the large one; softened so that it ends without a step.
  const take = decide(difference, a, b);
  const weight = blurred(take);
  const out = large.slice();
  const [from, to] = columnsInUse(weight);
  for (let y = 0; y < LARGE; y++) {
    // Nearly everywhere the small answer has no weight: there is nothing to work out there.
    const [up, low] = rowsUnder(y);
    const left = Math.min(from[up] as number, from[low] as number);
    const right = Math.max(to[up] as number, to[low] as number);
    for (let x = Math.max(0, 2 * left - 2); x < Math.min(LARGE, 2 * right + 4); x++) {
      const w = bilinear(weight, x, y);
      const i = y * LARGE + x;
      if (w !== 0) out[i] = Math.round((1 - w) * (large[i] as number) + w * 255 * bilinear(a, x, y));
    }
  }
  return out;
}

/** First and last column with any weight, by row; a row without any has its first behind its last. */
function columnsInUse(weight: Float32Array): readonly [from: Int32Array, to: Int32Array] {
  const [from, to] = [new Int32Array(SMALL).fill(SMALL), new Int32Array(SMALL).fill(-SMALL)];
  for (let y = 0, i = 0; y < SMALL; y++) {
    for (let x = 0; x < SMALL; x++, i++) {
      if (weight[i] === 0) continue;
      if (to[y] === -SMALL) from[y] = x;
      to[y] = x;
    }
  }
  return [from, to];
}

/** The rows of the small plane between which a row of the large one lies. */
function rowsUnder(y: number): readonly [up: number, low: number] {
  const up = Math.floor(Math.min(SMALL - 1, Math.max(0, y / 2 - 0.25)));
  return [up, Math.min(SMALL - 1, up + 1)];
}

/** Looks at each connected region of one kind of disagreement and says where the small answer is the better one. */
function decide(difference: Float32Array, a: Float32Array, b: Float32Array): Float32Array {
  const take = new Float32Array(difference.length);
  const seen = new Uint8Array(difference.length);
  const queue = new Int32Array(difference.length);
  for (let start = 0; start < difference.length; start++) {
    if (seen[start] === 1 || Math.abs(difference[start] as number) < DISAGREE) continue;
    const sign = Math.sign(difference[start] as number);
    const claimant = sign > 0 ? a : b;
    queue[0] = start;
    seen[start] = 1;
    const reached = flood({ width: SMALL, height: SMALL }, queue, 1, (i) => {
      if (seen[i] === 1 || sign * (difference[i] as number) < DISAGREE_STILL) return false;
      seen[i] = 1;
      return true;
    });
    let [claimed, core] = [0, 0];
    for (let n = 0; n < reached; n++) {
      const i = queue[n] as number;
      if (sign * (difference[i] as number) < DISAGREE) continue;
      claimed += claimant[i] as number;
      core++;
    }
    if (core < LEAST_AREA * difference.length) continue;
    const small = core >= WIDE * difference.length ? SURE.smallWide : SURE.small;
    const sure = claimed / core >= (sign > 0 ? small : SURE.large);
    // The small answer is taken where it claims and is sure, and where the large one claims and is not.
    if (sure === sign > 0) for (let n = 0; n < reached; n++) take[queue[n] as number] = 1;
  }
  return grown(take);
}

/**
 * Decides wide regions that the network is unsure of: those are not edges, a chair that is 80 % there is there, a carpet that is
 * 20 % there is not. At edges only the very ends are pulled in; the guided filter does the rest.
 *
 * @param matte side * side bytes, changed in place
 */
export function hardenRegions(matte: Uint8Array, side: number): void {
  const reach = Math.max(1, Math.round((NEIGHBOURHOOD * side) / SMALL));
  const plane = unitPlane(matte);
  const mean = new Float32Array(plane.length);
  const square = new Float32Array(plane.length);
  const windows = { size: { width: side, height: side }, radius: reach };
  boxMean(plane, windows, mean);
  boxMeanOfProduct(plane, plane, windows, square);
  for (let i = 0; i < plane.length; i++) {
    const value = plane[i] as number;
    if (value === 0 || value === 1) continue;
    const deviation = Math.sqrt(Math.max(0, (square[i] as number) - (mean[i] as number) ** 2));
    const flat = 1 - smoothstep(FLAT, VARIED, deviation);
    const ends = Math.min(1, Math.max(0, (value - NOTHING) / (ALL - NOTHING)));
    matte[i] = Math.round(255 * (ends + flat * (smoothstep(0.3, 0.6, value) - ends)));
  }
}

const NOTHING = 0.06;
const ALL = 0.88;
/** Standard deviations of the matte over a neighbourhood: below the first it is a plain region, above the second an edge. */
const FLAT = 0.04;
const VARIED = 0.15;

function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** The region as found is smaller than what disagrees, by the neighbourhood's reach. */
function grown(take: Float32Array): Float32Array {
  const near = blurred(take);
  return near.map((value) => (value > 0 ? 1 : 0));
}

function halved(large: Uint8Array): Uint8Array {
  const out = new Uint8Array(SMALL * SMALL);
  for (let y = 0; y < SMALL; y++) {
    for (let x = 0; x < SMALL; x++) {
      const i = 2 * y * LARGE + 2 * x;
      const sum = (large[i] as number) + (large[i + 1] as number) + (large[i + LARGE] as number) + (large[i + LARGE + 1] as number);
      out[y * SMALL + x] = (sum + 2) >> 2;
    }
  }
  return out;
}

function blurred(plane: Float32Array): Float32Array {
  const out = new Float32Array(plane.length);
  boxMean(plane, { size: { width: SMALL, height: SMALL }, radius: NEIGHBOURHOOD }, out);
  return out;
}

/** The small plane's value at a pixel of the large one. */
function bilinear(plane: Float32Array, x: number, y: number): number {
  const gx = Math.min(SMALL - 1, Math.max(0, x / 2 - 0.25));
  const gy = Math.min(SMALL - 1, Math.max(0, y / 2 - 0.25));
  const x0 = Math.floor(gx);
  const x1 = Math.min(SMALL - 1, x0 + 1);
  const [y0, y1] = rowsUnder(y);
  const [tx, ty] = [gx - x0, gy - y0];
  const top = (plane[y0 * SMALL + x0] as number) * (1 - tx) + (plane[y0 * SMALL + x1] as number) * tx;
  const bottom = (plane[y1 * SMALL + x0] as number) * (1 - tx) + (plane[y1 * SMALL + x1] as number) * tx;
  return top * (1 - ty) + bottom * ty;
}
