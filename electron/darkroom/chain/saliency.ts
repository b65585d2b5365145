/**
 * What draws the eye in a picture, without a network: what cannot be reached from the picture's border without crossing a change of
 * colour. The minimum barrier distance of Zhang et al. (2015), in its raster-scan form, for lightness and both colours; the middle
 * counts a little more. Walls, floors and windows run to the border and fall away, however bright they are.
 */
import type { Size } from '../../../shared/edit/placement.ts';

/** One plane of a small picture, row by row. */
type Plane = Float32Array;

const PASSES = 3;
/** How much less the corners count than the middle. */
const FALL_OFF = 0.5;

/** 0 (nothing) .. 1 (the most in this picture) for each pixel. */
export function saliency(planes: readonly Plane[], { width, height }: Size): Plane {
  const sum = new Float32Array(width * height);
  for (const plane of planes) {
    const barrier = barriers(plane, width, height);
    // Typed arrays are dense: an index inside them always holds a number.
    for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] as number) + (barrier[at] as number);
  }
  let most = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const away = Math.hypot((2 * x) / width - 1, (2 * y) / height - 1) / Math.SQRT2;
      const at = y * width + x;
      sum[at] = (sum[at] as number) * (1 - FALL_OFF * away);
      most = Math.max(most, sum[at] as number);
    }
  }
  // Squared: what is clearly something outweighs wide stretches of what may be.
  if (most > 0) for (let at = 0; at < sum.length; at++) sum[at] = ((sum[at] as number) / most) ** 2;
  return sum;
}

/** For each pixel the smallest range of values that a way to the border has to cross. */
function barriers(plane: Plane, width: number, height: number): Plane {
  const distance = new Float32Array(plane.length).fill(Number.POSITIVE_INFINITY);
  const highest = plane.slice();
  const lowest = plane.slice();
  for (let x = 0; x < width; x++) distance[x] = distance[(height - 1) * width + x] = 0;
  for (let y = 0; y < height; y++) distance[y * width] = distance[y * width + width - 1] = 0;
  const relax = (at: number, from: number): void => {
    const value = plane[at] as number;
    const [high, low] = [Math.max(highest[from] as number, value), Math.min(lowest[from] as number, value)];
    if (high - low >= (distance[at] as number)) return;
    distance[at] = high - low;
    highest[at] = high;
    lowest[at] = low;
  };
  for (let pass = 0; pass < PASSES; pass++) {
    for (let y = 1; y < height - 1; y++) {
      for (let x = 1; x < width - 1; x++) {
        relax(y * width + x, y * width + x - 1);
        relax(y * width + x, (y - 1) * width + x);
      }
    }
    for (let y = height - 2; y > 0; y--) {
      for (let x = width - 2; x > 0; x--) {
        relax(y * width + x, y * width + x + 1);
        relax(y * width + x, (y + 1) * width + x);
      }
    }
  }
  return distance;
}

/** A window within this share of the best one is as good: then the one in the middle of those is taken. */
const AS_GOOD = 0.985;

/**
 * Where along one side a window shows most of it: its first pixel.
 * @param weights how much draws the eye in each column (or row)
 */
export function bestWindow(weights: ArrayLike<number>, length: number): number {
  const last = weights.length - length;
  if (last <= 0) return 0;
  const sums: number[] = [];
  let inside = 0;
  for (let at = 0; at < weights.length; at++) {
    inside += weights[at] ?? 0;
    if (at >= length) inside -= weights[at - length] ?? 0;
    if (at >= length - 1) sums.push(inside);
  }
  const most = Math.max(...sums);
  if (most <= 0) return Math.round(last / 2);
  const good = sums.flatMap((sum, at) => (sum >= AS_GOOD * most ? [at] : []));
  const best = sums.indexOf(most);
  // Of several stretches that are as good, the one with the best.
  let [first, end] = [best, best];
  while (good.includes(first - 1)) first -= 1;
  while (good.includes(end + 1)) end += 1;
  return Math.round((first + end) / 2);
}
