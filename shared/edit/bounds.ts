/** Where a plane of pixels holds something. Pure. */
import type { Size } from './rect.ts';

/** The first and the last column and row of a part of a picture, all of them inside, in pixels. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What of a plane is looked for. */
interface Wanted {
  /** This very value; without it, whatever is not 0. */
  readonly value?: number;
  /** Only here, which lies within the plane. */
  readonly within?: Bounds;
}

/**
 * The bounds of what a plane holds.
 *
 * @param plane a value per pixel, row by row
 * @returns null when it holds nothing of the kind
 */
export function boundsOf(plane: Uint8Array | Float32Array, { width, height }: Size, { value, within }: Wanted = {}): Bounds | null {
  const window = within ?? { left: 0, top: 0, right: width - 1, bottom: height - 1 };
  const counts = (i: number): boolean => (value === undefined ? plane[i] !== 0 : plane[i] === value);
  let [left, top, right, bottom] = [window.right + 1, -1, window.left - 1, -1];
  for (let y = window.top; y <= window.bottom; y++) {
    const [first, last] = [y * width + window.left, y * width + window.right];
    let from = first;
    while (from <= last && !counts(from)) from++;
    if (from > last) continue;
    let to = last;
    while (!counts(to)) to--;
    left = Math.min(left, window.left + from - first);
    right = Math.max(right, window.right - (last - to));
    if (top < 0) top = y;
    bottom = y;
  }
  return bottom < 0 ? null : { left, top, right, bottom };
}
