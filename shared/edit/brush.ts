/** What one touch of the keep and erase brush covers. Pure. */

/**
 * Full inside the hard core, then a smooth fall to nothing at the radius; a fully hard brush still has one soft pixel.
 *
 * @param distance from the line of the stroke, in pixels, as `radius` is. @param hardness 0 feathered, 1 hard. @returns 0..1
 */
export function coverageAt(distance: number, radius: number, hardness: number): number {
  const soft = Math.max(1, radius * (1 - hardness));
  const t = (radius + 0.5 - distance) / soft;
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * (3 - 2 * t);
}

/** In pixels, and never less than half of one. @param radius over the picture's longer side */
export const brushRadius = (radius: number, { width, height }: { readonly width: number; readonly height: number }): number =>
  Math.max(0.5, radius * Math.max(width, height));
