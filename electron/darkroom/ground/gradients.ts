/**
 * Edges of a plane, as arrows towards its bright side.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';

/** One arrow per pixel of a plane. */
export interface Gradients {
  readonly size: Size;
  /** Change per pixel to the right and downwards. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** Length of the arrow. */
  readonly strength: Float32Array;
}

/** Sobel's operator, scaled to change per pixel; 0 along the rim. */
export function gradientsOf(plane: Float32Array, size: Size): Gradients {
  const { width, height } = size;
  const [gx, gy, strength] = [new Float32Array(plane.length), new Float32Array(plane.length), new Float32Array(plane.length)];
  const at = (i: number): number => plane[i] as number;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const [up, down] = [i - width, i + width];
      const dx = (at(up + 1) - at(up - 1) + 2 * (at(i + 1) - at(i - 1)) + at(down + 1) - at(down - 1)) / 8;
      const dy = (at(down - 1) - at(up - 1) + 2 * (at(down) - at(up)) + at(down + 1) - at(up + 1)) / 8;
      gx[i] = dx;
      gy[i] = dy;
      strength[i] = Math.sqrt(dx * dx + dy * dy);
    }
  }
  return { size, x: gx, y: gy, strength };
}
