/**
 * The smallest regions: one for each place where nothing happens, grown until they meet at a contour (watershed by flooding, Meyer
 * 1994, with a queue of buckets).
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import { blurred } from './contours.ts';

/** Pixels to each side within which a seed is alone: wider, and mirrors, wipers and stickers are lost in what lies behind them. */
const SEED_APART = 2;
/** Levels of the flood, and their height in units of contour strength: whatever is stronger is flooded last. */
const LEVELS = 2048;
const LEVEL = 1 / 64;

/** The smallest regions, by pixel. */
export interface Leaves {
  /** 1 up to and including `count`; 0 outside the hull. */
  readonly labels: Uint16Array;
  readonly count: number;
}

/** @param inside 1 inside the hull, which is what is flooded; never at the rim of the picture */
export function watershed(strength: Float32Array, inside: Uint8Array, size: Size): Leaves {
  const { width } = size;
  const labels = new Uint16Array(strength.length);
  const seeds = seedsOf(blurred(strength, size), inside, size);
  // Per level the pixels that wait there, in the order they came: the first, the last, and after each the one that follows it.
  const head = new Int32Array(LEVELS).fill(-1);
  const tail = new Int32Array(LEVELS).fill(-1);
  const following = new Int32Array(strength.length).fill(-1);
  const enter = (pixel: number, least: number): void => {
    const level = Math.max(least, Math.min(LEVELS - 1, Math.floor((strength[pixel] as number) / LEVEL)));
    const last = tail[level] as number;
    if (last < 0) head[level] = pixel;
    else following[last] = pixel;
    tail[level] = pixel;
  };
  for (const [n, seed] of seeds.entries()) {
    labels[seed] = n + 1;
    enter(seed, 0);
  }
  for (let level = 0; level < LEVELS; level++) {
    for (let i = head[level] as number; i >= 0; i = head[level] as number) {
      const next = following[i] as number;
      head[level] = next;
      if (next < 0) tail[level] = -1;
      for (let side = 0; side < 4; side++) {
        const j = side === 0 ? i - 1 : side === 1 ? i + 1 : side === 2 ? i - width : i + width;
        if (inside[j] !== 1 || labels[j] !== 0) continue;
        labels[j] = labels[i] as number;
        enter(j, level);
      }
    }
  }
  return { labels, count: seeds.length };
}

/** Pixels around which nothing is smaller; of equals the first. */
function seedsOf(strength: Float32Array, inside: Uint8Array, size: Size): number[] {
  const seeds: number[] = [];
  const taken = new Uint8Array(strength.length);
  for (let i = 0; i < strength.length; i++) {
    if (inside[i] !== 1 || !isLeast(i, strength, inside, taken, size)) continue;
    taken[i] = 1;
    seeds.push(i);
  }
  return seeds;
}

/** Whether nothing within `SEED_APART` is smaller, or a seed already. */
function isLeast(i: number, strength: Float32Array, inside: Uint8Array, taken: Uint8Array, { width, height }: Size): boolean {
  const here = strength[i] as number;
  // Most pixels have a smaller one right beside them.
  if ((inside[i - 1] === 1 && (strength[i - 1] as number) < here) || (inside[i + 1] === 1 && (strength[i + 1] as number) < here))
    return false;
  const [x, y] = [i % width, Math.floor(i / width)];
  for (let ny = Math.max(0, y - SEED_APART); ny <= Math.min(height - 1, y + SEED_APART); ny++) {
    for (let nx = Math.max(0, x - SEED_APART); nx <= Math.min(width - 1, x + SEED_APART); nx++) {
      const n = ny * width + nx;
      if (inside[n] === 1 && ((strength[n] as number) < here || taken[n] === 1)) return false;
    }
  }
  return true;
}
