/**
 * A shadow's mask, which has a size of its own, read row by row at the size of a canvas.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Size } from '../../../shared/edit/placement.ts';

/** How dark the shadow is, at a size of its own. */
export interface ShadowMask extends Size {
  /** 0 none, 255 all. */
  readonly dark: Uint8Array;
  /** First and last column in use, per row. */
  readonly ends: Int32Array;
}

/** Receives a row of the canvas: `light[x]`, 0..1, is what the shadow leaves, for `first` to `last`. The same array each time. */
type RowOfShade = (y: number, first: number, last: number, light: Float32Array) => void;

/** Calls `row` for every row of the canvas that the shadow reaches. */
export function shadeRows({ dark: mask, ends: filled, ...size }: ShadowMask, canvas: Size, rows: Rows, row: RowOfShade): void {
  const line = new Float32Array(size.width);
  const light = new Float32Array(canvas.width);
  const [stepX, stepY] = [size.width / canvas.width, size.height / canvas.height];
  for (let y = rows.from; y < rows.to; y++) {
    const at = (y + 0.5) * stepY - 0.5;
    const upper = Math.min(size.height - 1, Math.max(0, Math.floor(at)));
    const lower = Math.min(size.height - 1, Math.max(0, Math.floor(at) + 1));
    const left = Math.min(filled[2 * upper] as number, filled[2 * lower] as number);
    const right = Math.max(filled[2 * upper + 1] as number, filled[2 * lower + 1] as number);
    if (right < left) continue;
    const t = at - Math.floor(at);
    for (let x = left; x <= right; x++) {
      const a = mask[upper * size.width + x] as number;
      line[x] = 1 - (a + t * ((mask[lower * size.width + x] as number) - a)) / 255;
    }
    const first = Math.max(0, Math.floor((left - 0.5) / stepX));
    const last = Math.min(canvas.width - 1, Math.ceil((right + 1.5) / stepX));
    for (let x = first; x <= last; x++) {
      const gx = Math.min(right, Math.max(left, (x + 0.5) * stepX - 0.5));
      const n = Math.min(Math.floor(gx), Math.max(left, right - 1));
      const from = line[n] as number;
      light[x] = right === left ? from : from + (gx - n) * ((line[n + 1] as number) - from);
    }
    row(y, first, last, light);
  }
}
