/**
 * How far a matte is from the truth, in the measures of the field: sums and means of absolute and squared differences, gradient and connectivity (Rhemann et al.,
 * "A perceptually motivated online benchmark for image matting", CVPR 2009), intersection over union, and the mean along the outline,
 * which is what an eye sees at 100 %. One place for the samples' test and for `npm run quality`.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { partsOf } from '../../electron/darkroom/filters/connected.ts';
import type { Size } from '../../shared/edit/placement.ts';

/** Pixels to each side of the outline, of a picture 1536 pixels long: the rim itself, where crumbs lie, as far as the edge step reaches, and beyond. */
export const BANDS = [2, 6, 8, 12] as const;

/** What finished mattes of cars have to stay below, on average over all backdrops: as a whole, and within 6 pixels of the outline. */
export const CAR_FLOORS = { mae: 0.0023, outline: 0.049 } as const;

/**
 * By how much an outline of what is hard to cut out may come out worse than the network left it: where the network took the wrong one of two lines, or saw no
 * outline at all (black over its own shadow), the step makes the wrong line sharp.
 */
export const HARD_SLACK = 1.05;

/** Errors of one matte; 0 is best but for `iou`, where 1 is. */
export interface MatteErrors {
  /** Sum of absolute differences (0..1 each), in thousands of pixels. */
  readonly sad: number;
  readonly mse: number;
  readonly mae: number;
  /** Sum of squared differences of the gradients' magnitudes, in thousands. */
  readonly gradient: number;
  /** Sum of how much less connected the one is to the whole than the other, in thousands of pixels. */
  readonly connectivity: number;
  /** Mean absolute error within so many pixels of the outline as `BANDS` says. */
  readonly edgeBands: readonly number[];
  /** Intersection over union at one half. */
  readonly iou: number;
}

/** @param matte bytes, 0..255; @param truth the same size */
export function errorsOf(matte: Uint8Array, truth: Uint8Array, size: Size): MatteErrors {
  let squares = 0;
  for (let i = 0; i < truth.length; i++) squares += ((matte[i] as number) - (truth[i] as number)) ** 2;
  const { mae, iou } = compare(matte, truth);
  return {
    sad: (mae * truth.length) / 1000,
    mse: squares / truth.length / 255 ** 2,
    mae,
    gradient: gradientError(matte, truth, size),
    connectivity: connectivityError(matte, truth, size),
    edgeBands: BANDS.map((reach) => edgeBandError(matte, truth, size, reach)),
    iou,
  };
}

/** How well a matte (bytes) fits the truth: mean absolute error, and intersection over union at one half. */
export function compare(matte: Uint8Array, truth: Uint8Array): { readonly mae: number; readonly iou: number } {
  let [error, both, either] = [0, 0, 0];
  for (let i = 0; i < truth.length; i++) {
    const [a, b] = [matte[i] ?? 0, truth[i] ?? 0];
    error += Math.abs(a - b);
    if (a > 127 && b > 127) both++;
    if (a > 127 || b > 127) either++;
  }
  return { mae: error / truth.length / 255, iou: both / Math.max(1, either) };
}

/**
 * Mean absolute error of a matte (bytes) within `reach` pixels of the truth's outline: what an eye sees at 100 %, and what the mean
 * over a whole picture hides.
 */
export function edgeBandError(matte: Uint8Array, truth: Uint8Array, size: Size, reach: number): number {
  const band = edgeBand(truth, size, reach);
  let [error, pixels] = [0, 0];
  for (let i = 0; i < truth.length; i++) {
    if (band[i] === 0) continue;
    error += Math.abs((matte[i] ?? 0) - (truth[i] ?? 0));
    pixels++;
  }
  return error / Math.max(1, pixels) / 255;
}

/** 1 within `reach` pixels of the truth's outline, else 0. */
export function edgeBand(truth: Uint8Array, { width, height }: Size, reach: number): Uint8Array {
  const band = new Uint8Array(truth.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isOutline(truth, width, x, y)) continue;
      for (let v = Math.max(0, y - reach); v <= Math.min(height - 1, y + reach); v++)
        band.fill(1, v * width + Math.max(0, x - reach), v * width + Math.min(width, x + reach + 1));
    }
  }
  return band;
}

/** Half covered, or next to a pixel of the other side. */
function isOutline(truth: Uint8Array, width: number, x: number, y: number): boolean {
  const i = y * width + x;
  const here = truth[i] ?? 0;
  if (here > 8 && here < 247) return true;
  const inside = here > 127;
  return (x + 1 < width && (truth[i + 1] ?? 0) > 127 !== inside) || (i + width < truth.length && (truth[i + width] ?? 0) > 127 !== inside);
}

const SIGMA = 1.4;
const REACH = 4;

function kernel(weight: (x: number) => number): Float32Array {
  const taps = Float32Array.from({ length: 2 * REACH + 1 }, (_, n) => weight(n - REACH));
  const norm = Math.hypot(...taps);
  return taps.map((tap) => tap / norm);
}
const bell = (x: number): number => Math.exp((-x * x) / (2 * SIGMA * SIGMA));
const SMOOTH = kernel(bell);
const SLOPE = kernel((x) => -x * bell(x));

/** Sum over (|grad matte| - |grad truth|)², in thousands; gradients by first derivatives of a Gaussian of 1.4 pixels. */
export function gradientError(matte: Uint8Array, truth: Uint8Array, size: Size): number {
  const [a, b] = [steepness(matte, size), steepness(truth, size)];
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum / 1000;
}

function steepness(matte: Uint8Array, size: Size): Float32Array {
  const plane = new Float32Array(matte.length);
  for (let i = 0; i < plane.length; i++) plane[i] = (matte[i] as number) / 255;
  const across = alongColumns(alongRows(plane, size, SLOPE), size, SMOOTH);
  const down = alongColumns(alongRows(plane, size, SMOOTH), size, SLOPE);
  for (let i = 0; i < plane.length; i++) plane[i] = Math.sqrt((across[i] as number) ** 2 + (down[i] as number) ** 2);
  return plane;
}

/** Weighted sums along rows; the rim's pixels go on beyond it. */
function alongRows(plane: Float32Array, { width, height }: Size, taps: Float32Array): Float32Array {
  const out = new Float32Array(plane.length);
  const row = new Float32Array(width + 2 * REACH);
  for (let y = 0; y < height; y++) {
    const start = y * width;
    row.fill(plane[start] as number, 0, REACH);
    row.set(plane.subarray(start, start + width), REACH);
    row.fill(plane[start + width - 1] as number, REACH + width);
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let n = 0; n <= 2 * REACH; n++) sum += (taps[n] as number) * (row[x + n] as number);
      out[start + x] = sum;
    }
  }
  return out;
}

/** The same along columns, row by row, so that memory is read in order. */
function alongColumns(plane: Float32Array, { width, height }: Size, taps: Float32Array): Float32Array {
  const out = new Float32Array(plane.length);
  const sums = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    sums.fill(0);
    for (let n = 0; n <= 2 * REACH; n++) {
      const from = Math.min(height - 1, Math.max(0, y + n - REACH)) * width;
      const tap = taps[n] as number;
      for (let x = 0; x < width; x++) sums[x] = (sums[x] as number) + tap * (plane[from + x] as number);
    }
    out.set(sums, y * width);
  }
  return out;
}

const STEPS = 10;
/** Less than this apart, two pixels count as connected. */
const AS_GOOD = 0.15;

/** Sum of |phi(matte) - phi(truth)| in thousands, where phi falls with how far below a pixel the level lies at which it still belongs to the largest whole. */
export function connectivityError(matte: Uint8Array, truth: Uint8Array, size: Size): number {
  const level = levels(matte, truth, size);
  let sum = 0;
  for (let i = 0; i < truth.length; i++)
    sum += Math.abs(phi(matte[i] as number, level[i] as number) - phi(truth[i] as number, level[i] as number));
  return sum / 1000;
}

function phi(byte: number, level: number): number {
  const over = byte / 255 - level;
  return 1 - (over >= AS_GOOD ? over : 0);
}

/** The last of ten levels at which a pixel belongs to the largest region where both mattes are that high. */
function levels(matte: Uint8Array, truth: Uint8Array, size: Size): Float32Array {
  const level = new Float32Array(truth.length);
  const open = new Uint8Array(truth.length).fill(1);
  const both = new Uint8Array(truth.length);
  for (let i = 0; i < both.length; i++) both[i] = Math.min(truth[i] as number, matte[i] as number);
  for (let n = 1; n <= STEPS; n++) {
    const { label, largest } = partsOf(both, size, (255 * n) / STEPS);
    for (let i = 0; i < level.length; i++) {
      if (open[i] === 0) continue;
      if (largest !== 0 && label[i] === largest) level[i] = n / STEPS;
      else open[i] = 0;
    }
  }
  return level;
}
