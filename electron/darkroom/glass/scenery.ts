/**
 * What stands behind the subject, guessed from what is beside it, and how much of a region looks like it: where a pane shows the old
 * scenery, its light is nearly that of the scenery, times what the glass lets through.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { toSrgb } from '../../../shared/edit/backdrops/colour.ts';
import { GLASS_TINT } from '../../../shared/edit/recipe.ts';
import type { Raster } from '../files/raster.ts';
import type { Reduced } from '../filters/planes.ts';
import { pullPush, type ThreePlanes } from '../filters/pull-push.ts';
import type { Hull, Stage } from './hull.ts';
import type { Leaves } from './watershed.ts';

/** Pixels of the guide that one of the guess stands for; as far from the subject as that its own edge has no say. */
const STEP = 4;
/** What glass lets through of what is behind the car is not what it lets through of what is beside it: nothing beyond is believed. */
const LEAST_TINT = 0.35;
const MOST_TINT = 0.85;

/** Linear light behind the subject. */
export type Scenery = ThreePlanes;

/** @param guide of the size that the hull was found at, 8 bits */
export function sceneryBehind({ data, width, height }: Raster, { mask }: Hull): Scenery {
  const size = { width: Math.ceil(width / STEP), height: Math.ceil(height / STEP) };
  const covered = new Uint8Array(size.width * size.height);
  for (let y = 0, i = 0; y < height; y++) {
    const line = Math.floor(y / STEP) * size.width;
    for (let x = 0; x < width; x++, i++) if (mask[i] === 1) covered[line + Math.floor(x / STEP)] = 1;
  }
  const sums = Array.from({ length: 4 }, () => new Float32Array(covered.length));
  const [weight, red, green, blue] = sums as [Float32Array, Float32Array, Float32Array, Float32Array];
  const unit = 1 / (STEP * STEP);
  for (let n = 0; n < covered.length; n++) {
    if (besideSubject(covered, n, size.width)) continue;
    const [left, top] = [STEP * (n % size.width), STEP * Math.floor(n / size.width)];
    for (let y = top; y < Math.min(height, top + STEP); y++) {
      for (let x = left, p = 3 * (y * width + x); x < Math.min(width, left + STEP); x++, p += 3) {
        weight[n] = (weight[n] as number) + unit;
        red[n] = (red[n] as number) + unit * (LINEAR[data[p] as number] as number);
        green[n] = (green[n] as number) + unit * (LINEAR[data[p + 1] as number] as number);
        blue[n] = (blue[n] as number) + unit * (LINEAR[data[p + 2] as number] as number);
      }
    }
  }
  const plane = (of: Float32Array): Reduced => ({ data: of, ...size, step: STEP });
  return pullPush([plane(red), plane(green), plane(blue)], plane(weight));
}

/** Covered itself, or next to what is. Beyond the frame nothing is: an index there reads as none. */
const besideSubject = (covered: Uint8Array, n: number, width: number): boolean =>
  covered[n] === 1 ||
  covered[n - 1] === 1 ||
  covered[n + 1] === 1 ||
  covered[n - width] === 1 ||
  covered[n + width] === 1 ||
  covered[n - width - 1] === 1 ||
  covered[n - width + 1] === 1 ||
  covered[n + width - 1] === 1 ||
  covered[n + width + 1] === 1;

/** Display value to linear light (IEC 61966-2-1). */
const LINEAR = Float32Array.from({ length: 256 }, (_, value) => {
  const v = value / 255;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});

/** What is behind a place of the photo, as three bytes that a screen would show. */
export function shownBehind([red, green, blue]: Scenery, [x, y]: readonly [number, number]): Uint8Array {
  const within = (share: number, length: number): number => Math.min(length - 1, Math.max(0, Math.floor(share * length)));
  const at = within(y, red.height) * red.width + within(x, red.width);
  return Uint8Array.from([red, green, blue], ({ data }) => Math.round(255 * toSrgb(Math.min(1, data[at] as number))));
}

/** Per smallest region: the products of its light with itself and with that behind it, summed over pixels and channels. */
export interface Likeness {
  readonly seen: Float64Array;
  readonly both: Float64Array;
  readonly behind: Float64Array;
}

/** Sums over the stage; see `explainedBy`. */
export function likenessOf(stage: Stage, { labels, count }: Leaves, scenery: Scenery): Likeness {
  const likeness = { seen: new Float64Array(count), both: new Float64Array(count), behind: new Float64Array(count) };
  const [red, green, blue] = scenery;
  const { box } = stage;
  const within = (share: number, length: number): number => Math.min(length - 1, Math.floor(share * length));
  const columns = Int32Array.from({ length: stage.width }, (_, x) => within(box.x + ((x + 0.5) / stage.width) * box.width, red.width));
  for (let y = 0, i = 0; y < stage.height; y++) {
    const line = within(box.y + ((y + 0.5) / stage.height) * box.height, red.height) * red.width;
    for (let x = 0; x < stage.width; x++, i++) {
      const label = labels[i] as number;
      if (label === 0) continue;
      const at = line + (columns[x] as number);
      const r = LINEAR[stage.data[3 * i] as number] as number;
      const g = LINEAR[stage.data[3 * i + 1] as number] as number;
      const b = LINEAR[stage.data[3 * i + 2] as number] as number;
      const [br, bg, bb] = [red.data[at] as number, green.data[at] as number, blue.data[at] as number];
      const n = label - 1;
      likeness.seen[n] = (likeness.seen[n] as number) + r * r + g * g + b * b;
      likeness.both[n] = (likeness.both[n] as number) + r * br + g * bg + b * bb;
      likeness.behind[n] = (likeness.behind[n] as number) + br * br + bg * bg + bb * bb;
    }
  }
  return likeness;
}

/**
 * How bright a region is against what is behind it (k of I = k B, by least squares), and what of its light that does not explain,
 * 0..1.
 */
export function explainedBy(seen: number, both: number, behind: number): { readonly k: number; readonly rest: number } {
  if (behind <= 0 || seen <= 0) return { k: 0, rest: 1 };
  return { k: both / behind, rest: Math.sqrt(Math.max(0, 1 - (both * both) / (behind * seen))) };
}

/** What glass lets through that shows scenery this bright, as far as that can be believed; without any: what is usual. */
export const tintFrom = (k: number | null): number =>
  k === null ? GLASS_TINT.usual : Math.min(MOST_TINT, Math.max(LEAST_TINT, Math.round(100 * k) / 100));
