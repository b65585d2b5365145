/**
 * Strokes of the keep and erase brush, drawn onto a matte.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { BrushStroke } from '../../../shared/edit/recipe.ts';

/** @param matte width * height values 0..1, changed in place */
export function drawBrush(
  matte: Float32Array,
  { width, height }: { readonly width: number; readonly height: number },
  stroke: BrushStroke,
): void {
  const radius = Math.max(0.5, stroke.radius * Math.max(width, height));
  const points = stroke.points.map(([x, y]) => [x * width, y * height] as const);
  const reach = radius + 1;
  // The strongest touch of one stroke counts once, however often it passes over the same place.
  const left = Math.max(0, Math.floor(Math.min(...points.map(([x]) => x)) - reach));
  const right = Math.min(width, Math.ceil(Math.max(...points.map(([x]) => x)) + reach));
  const top = Math.max(0, Math.floor(Math.min(...points.map(([, y]) => y)) - reach));
  const bottom = Math.min(height, Math.ceil(Math.max(...points.map(([, y]) => y)) + reach));
  if (left >= right || top >= bottom) return;
  const touch = new Float32Array((right - left) * (bottom - top));
  const first = points[0] ?? [0, 0];
  for (const [n, to] of points.entries()) {
    const from = n === 0 ? first : (points[n - 1] ?? first);
    const x0 = Math.max(left, Math.floor(Math.min(from[0], to[0]) - reach));
    const x1 = Math.min(right, Math.ceil(Math.max(from[0], to[0]) + reach));
    const y0 = Math.max(top, Math.floor(Math.min(from[1], to[1]) - reach));
    const y1 = Math.min(bottom, Math.ceil(Math.max(from[1], to[1]) + reach));
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    const length = dx * dx + dy * dy;
    for (let y = y0; y < y1; y++) {
      for (let x = x0; x < x1; x++) {
        const [px, py] = [x + 0.5 - from[0], y + 0.5 - from[1]];
        const t = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
        const strength = brush(Math.hypot(px - t * dx, py - t * dy), radius, stroke.hardness);
        const i = (y - top) * (right - left) + x - left;
        if (strength > (touch[i] as number)) touch[i] = strength;
      }
    }
  }
  for (let y = top, i = 0; y < bottom; y++) {
    for (let x = left; x < right; x++, i++) {
      const at = y * width + x;
      const before = matte[at] as number;
      const t = touch[i] as number;
      matte[at] = stroke.mode === 'keep' ? before + (1 - before) * t : before * (1 - t);
    }
  }
}

/** Full inside the hard core, then a smooth fall to nothing at the radius; a fully hard brush still has one soft pixel. */
function brush(distance: number, radius: number, hardness: number): number {
  const soft = Math.max(1, radius * (1 - hardness));
  const t = (radius + 0.5 - distance) / soft;
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * (3 - 2 * t);
}
