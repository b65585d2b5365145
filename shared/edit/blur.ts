/**
 * A blur of what was drawn on an otherwise empty field: three box blurs in each direction, close to a Gaussian, worked out only as far
 * as they reach.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { type Bounds, boundsOf } from './bounds.ts';
import type { Size } from './rect.ts';

/**
 * Beyond its ends the field goes on as it ends there: the shadow of a car that leaves the picture leaves it too.
 *
 * @param field one value per pixel, 0 where nothing was drawn; stays as it is
 * @param sigma standard deviations, in pixels
 * @returns the blurred values of the part that they reach, row by row; everywhere else they are 0. null where nothing was drawn
 */
export function blurred(
  field: Float32Array,
  size: Size,
  sigma: { readonly across: number; readonly down: number },
): { readonly part: Bounds; readonly values: Float32Array } | null {
  const drawn = boundsOf(field, size);
  if (drawn === null) return null;
  const radii = { across: boxRadius(sigma.across), down: boxRadius(sigma.down) };
  const part = reachedFrom(drawn, radii, size);
  const inner = { width: part.right - part.left + 1, height: part.bottom - part.top + 1 };
  let from = new Float32Array(inner.width * inner.height);
  let to = new Float32Array(from.length);
  for (let y = 0; y < inner.height; y++) {
    const start = (part.top + y) * size.width + part.left;
    from.set(field.subarray(start, start + inner.width), y * inner.width);
  }
  for (let pass = 0; pass < PASSES; pass++) {
    if (radii.across >= POINT) {
      for (let y = 0; y < inner.height; y++) blurRow(from, to, { start: y * inner.width, count: inner.width }, radii.across);
      [from, to] = [to, from];
    }
    if (radii.down >= POINT) {
      blurColumns(from, to, inner, radii.down);
      [from, to] = [to, from];
    }
  }
  return { part, values: from };
}

/** How many boxes follow one another: three come close to a Gaussian. */
const PASSES = 3;

/** How far the blur of a part reaches, on its field. */
function reachedFrom(part: Bounds, { across, down }: Radii, { width, height }: Size): Bounds {
  const [beside, above] = [PASSES * (Math.ceil(across) + 1), PASSES * (Math.ceil(down) + 1)];
  return {
    left: Math.max(0, part.left - beside),
    top: Math.max(0, part.top - above),
    right: Math.min(width - 1, part.right + beside),
    bottom: Math.min(height - 1, part.bottom + above),
  };
}

/** In pixels, with a fraction, so that a blur grows smoothly with what it is asked for. */
interface Radii {
  readonly across: number;
  readonly down: number;
}

/** Three boxes of radius r (width 2r+1) have the variance 3((2r+1)^2-1)/12. */
const boxRadius = (sigma: number): number => (Math.sqrt(4 * sigma * sigma + 1) - 1) / 2;

/** Below this a box is a point. */
const POINT = 0.02;

/** One box blur of a row. */
function blurRow(from: Float32Array, to: Float32Array, { start, count }: { start: number; count: number }, radius: number): void {
  const whole = Math.floor(radius);
  const part = radius - whole;
  const norm = 1 / (2 * radius + 1);
  const last = start + count - 1;
  let sum = 0;
  for (let n = start - whole; n <= start + whole; n++) sum += at(from, Math.min(Math.max(n, start), last));
  for (let n = start; n <= last; n++) {
    const after = at(from, Math.min(n + whole + 1, last));
    to[n] = (sum + part * (at(from, Math.max(n - whole - 1, start)) + after)) * norm;
    sum += after - at(from, Math.max(n - whole, start));
  }
}

/** One box blur of all columns at once, row by row, so that memory is read in order. */
function blurColumns(from: Float32Array, to: Float32Array, { width, height }: Size, radius: number): void {
  const whole = Math.floor(radius);
  const part = radius - whole;
  const norm = 1 / (2 * radius + 1);
  const row = (y: number): number => Math.min(Math.max(y, 0), height - 1) * width;
  const sums = new Float64Array(width);
  for (let y = -whole; y <= whole; y++) for (let x = 0, i = row(y); x < width; x++, i++) sums[x] = (sums[x] as number) + at(from, i);
  for (let y = 0; y < height; y++) {
    const [before, after, leaving] = [row(y - whole - 1), row(y + whole + 1), row(y - whole)];
    for (let x = 0, i = y * width; x < width; x++, i++) {
      const entering = at(from, after + x);
      const sum = sums[x] as number;
      to[i] = (sum + part * (at(from, before + x) + entering)) * norm;
      sums[x] = sum + (entering - at(from, leaving + x));
    }
  }
}

/** Typed arrays are dense: an index inside them always holds a number. */
const at = (values: Float32Array, index: number): number => values[index] as number;
