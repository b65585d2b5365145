/**
 * Where colour changes in a photo, and how much of that has to be crossed to come to a place. Pure.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Bounds } from './bounds.ts';
import type { Size } from './rect.ts';

/** A picture to find edges in, interleaved, as displayed. */
export interface EdgePicture extends Size {
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array;
  readonly channels: 3 | 4;
}

/** How fast colour changes at each pixel, in steps of 8 bits per pixel: what it costs to come there. */
export interface Barriers extends Size {
  readonly strength: Uint8Array;
}

/** Changes of no more than this are noise and shading. */
const NOISE = 1.5;

const known = new WeakMap<EdgePicture['data'], Barriers>();

/** Kept for as long as the picture's data is. */
export function barriersOf(picture: EdgePicture): Barriers {
  const found = known.get(picture.data) ?? measured(picture);
  known.set(picture.data, found);
  return found;
}

/** The steepest of the three channels. In whatever direction it is crossed: a way along a slope leads over it in many small steps. */
function measured(picture: EdgePicture): Barriers {
  const { width, height } = picture;
  const strength = new Uint8Array(width * height);
  for (let channel = 0; channel < 3; channel++) {
    const sums = sumsOfNine(picture, channel);
    for (let y = 0, i = 0; y < height; y++) {
      const [up, low] = [y > 0 ? width : 0, y + 1 < height ? width : 0];
      for (let x = 0; x < width; x++, i++) {
        const across = (sums[x + 1 < width ? i + 1 : i] as number) - (sums[x > 0 ? i - 1 : i] as number);
        const down = (sums[i + low] as number) - (sums[i - up] as number);
        const steep = Math.round(Math.sqrt(across * across + down * down) / 18 - NOISE);
        if (steep > (strength[i] as number)) strength[i] = steep;
      }
    }
  }
  return { width, height, strength };
}

/** Of one channel over 3 x 3 pixels, nine times 8 bits: less noise. At the rim the last row and column count again. */
function sumsOfNine({ data, channels, width, height }: EdgePicture, channel: number): Uint16Array {
  const shift = data instanceof Uint16Array ? 8 : 0;
  const rows = new Uint16Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const [left, right] = [x > 0 ? i - 1 : i, x + 1 < width ? i + 1 : i];
      const at = (n: number): number => (data[channels * n + channel] as number) >> shift;
      rows[i] = at(left) + at(i) + at(right);
    }
  }
  const sums = new Uint16Array(rows.length);
  for (let i = 0; i < sums.length; i++) {
    const [up, low] = [i >= width ? i - width : i, i + width < sums.length ? i + width : i];
    sums[i] = (rows[up] as number) + (rows[i] as number) + (rows[low] as number);
  }
  return sums;
}

/** What is further away than so much is as far away as this. */
const FURTHEST = 96;

/** What lies on the easiest way to each pixel of a window. */
export interface Crossed {
  /** The sum of strengths, 0 up to `FURTHEST`. */
  readonly sum: Uint8Array;
  /** The largest of them, short of the pixel itself. */
  readonly peak: Uint8Array;
}

/**
 * How much has to be crossed to come from the nearest of some pixels to each pixel of a window: the least sum of strengths on any way there
 * within the window (Dijkstra 1959, with a bucket for each distance).
 *
 * @param starts indices in the window, row by row
 */
export function crossedFrom(starts: readonly number[], { width, strength }: Barriers, { left, top, right, bottom }: Bounds): Crossed {
  const [wide, tall] = [right - left + 1, bottom - top + 1];
  const sum = new Uint8Array(wide * tall).fill(FURTHEST);
  const peak = new Uint8Array(wide * tall).fill(255);
  const buckets: number[][] = Array.from({ length: FURTHEST }, () => []);
  const reach = (pixel: number, i: number, before: number, highest: number): void => {
    const distance = before + (strength[i] as number);
    if (distance >= (sum[pixel] as number)) return;
    sum[pixel] = distance;
    peak[pixel] = highest;
    buckets[distance]?.push(pixel);
  };
  for (const start of starts) {
    sum[start] = 0;
    peak[start] = 0;
    buckets[0]?.push(start);
  }
  for (const [distance, bucket] of buckets.entries()) {
    // It grows while it is emptied: nothing stands between many neighbours.
    for (let pixel = bucket.pop(); pixel !== undefined; pixel = bucket.pop()) {
      if (sum[pixel] !== distance) continue;
      const x = pixel % wide;
      const i = (top + (pixel - x) / wide) * width + left + x;
      // Of where it starts nothing was crossed.
      const highest = distance === 0 ? 0 : Math.max(peak[pixel] as number, strength[i] as number);
      if (x > 0) reach(pixel - 1, i - 1, distance, highest);
      if (x < wide - 1) reach(pixel + 1, i + 1, distance, highest);
      if (pixel >= wide) reach(pixel - wide, i - width, distance, highest);
      if (pixel + wide < sum.length) reach(pixel + wide, i + width, distance, highest);
    }
  }
  return { sum, peak };
}
