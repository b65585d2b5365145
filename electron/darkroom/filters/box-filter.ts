/**
 * Means over square windows, by running sums: the cost does not depend on the radius. Windows are cut off at the edges, so a mean
 * is always over pixels that exist.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import { type ScratchMemory, sharedScratch } from './scratch-memory.ts';

/** What a mean is taken over: windows of (2 radius + 1)² pixels in planes of one size. */
export interface Windows {
  readonly size: Size;
  readonly radius: number;
  /** Where working memory is taken from; absent: made for the call. */
  readonly bench?: ScratchMemory;
}

/** Mean over (2 radius + 1)² pixels. `out` may be `plane` itself. */
export function boxMean(plane: Float32Array, windows: Windows, out: Float32Array): void {
  meanOver(windows, out, (y, lines) => rowSums(plane, y * windows.size.width, windows, lines));
}

/** The same of the product of two planes. */
export function boxMeanOfProduct(a: Float32Array, b: Float32Array, windows: Windows, out: Float32Array): void {
  meanOver(windows, out, (y, lines) => rowSumsOfProduct([a, b], y * windows.size.width, windows, lines));
}

/** @param sumRow writes a row's means along the row into `lines` */
function meanOver(windows: Windows, out: Float32Array, sumRow: (y: number, lines: Float32Array) => void): void {
  const { size, bench = sharedScratch } = windows;
  const { width, height } = size;
  const lines = bench.take(width * height);
  for (let y = 0; y < height; y++) sumRow(y, lines);
  columnMeans(lines, windows, out, bench.take(width));
  bench.giveBack(width * height + width);
}

/** Sums along a row, divided by how many there are. */
function rowSums(plane: Float32Array, start: number, { size, radius }: Windows, out: Float32Array): void {
  const { width } = size;
  let sum = 0;
  let count = Math.min(radius, width - 1) + 1;
  for (let x = 0; x < count; x++) sum += plane[start + x] as number;
  for (let x = 0; x < width; x++) {
    out[start + x] = sum / count;
    const entering = x + radius + 1;
    const leaving = x - radius;
    if (entering < width) {
      sum += plane[start + entering] as number;
      count++;
    }
    if (leaving >= 0) {
      sum -= plane[start + leaving] as number;
      count--;
    }
  }
}

function rowSumsOfProduct(
  [a, b]: readonly [Float32Array, Float32Array],
  start: number,
  { size, radius }: Windows,
  out: Float32Array,
): void {
  const { width } = size;
  let sum = 0;
  let count = Math.min(radius, width - 1) + 1;
  for (let x = 0; x < count; x++) sum += (a[start + x] as number) * (b[start + x] as number);
  for (let x = 0; x < width; x++) {
    out[start + x] = sum / count;
    const entering = start + x + radius + 1;
    const leaving = start + x - radius;
    if (entering < start + width) {
      sum += (a[entering] as number) * (b[entering] as number);
      count++;
    }
    if (leaving >= start) {
      sum -= (a[leaving] as number) * (b[leaving] as number);
      count--;
    }
  }
}

/** All columns at once, row by row, so that memory is read in order. */
function columnMeans(lines: Float32Array, { size, radius }: Windows, out: Float32Array, sums: Float32Array): void {
  const { width, height } = size;
  sums.fill(0);
  let count = Math.min(radius, height - 1) + 1;
  for (let y = 0; y < count; y++) for (let x = 0, i = y * width; x < width; x++, i++) sums[x] = (sums[x] as number) + (lines[i] as number);
  for (let y = 0; y < height; y++) {
    const norm = 1 / count;
    const entering = y + radius + 1;
    const leaving = y - radius;
    for (let x = 0, i = y * width; x < width; x++, i++) out[i] = (sums[x] as number) * norm;
    if (entering < height) {
      for (let x = 0, i = entering * width; x < width; x++, i++) sums[x] = (sums[x] as number) + (lines[i] as number);
      count++;
    }
    if (leaving >= 0) {
      for (let x = 0, i = leaving * width; x < width; x++, i++) sums[x] = (sums[x] as number) - (lines[i] as number);
      count--;
    }
  }
}
