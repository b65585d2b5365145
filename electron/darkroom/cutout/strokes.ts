/**
 * Strokes of the keep and erase brush, drawn onto a matte.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Bounds } from '../../../shared/edit/bounds.ts';
import { brushRadius, coverageAt } from '../../../shared/edit/brush.ts';
import type { BrushStroke } from '../../../shared/edit/recipe.ts';
import { SnappedStroke } from '../../../shared/edit/snapping.ts';
import type { Raster } from '../files/raster.ts';

/** @param guide the photo, reduced. @param matte values 0..1, one per pixel of it, changed in place */
export function drawBrush(matte: Float32Array, guide: Raster, stroke: BrushStroke): void {
  if (stroke.snap !== true) {
    drawPlain(matte, guide, stroke);
    return;
  }
  const covered = snappedOn(guide, stroke);
  if (covered === null) return;
  const { bounds, touch } = covered;
  for (let y = bounds.top, n = 0; y <= bounds.bottom; y++)
    for (let i = y * guide.width + bounds.left; i <= y * guide.width + bounds.right; i++, n++)
      matte[i] = touched(matte[i] as number, stroke.mode, touch[n] as number);
}

/** What a stroke that snaps covers, within its bounds, row by row. */
interface Covered {
  readonly bounds: Bounds;
  readonly touch: Float32Array;
}

/** Strokes of one guide that are kept: each new one has all before it drawn again, and none of them has changed. */
const MOST_KEPT = 32;
const kept = new WeakMap<Raster['data'], Map<string, Covered | null>>();

/** Null where nothing of the photo is covered. */
function snappedOn(guide: Raster, { radius, hardness, points }: BrushStroke): Covered | null {
  const ofGuide = kept.get(guide.data) ?? new Map<string, Covered | null>();
  kept.set(guide.data, ofGuide);
  const key = JSON.stringify([radius, hardness, points]);
  const covered = ofGuide.get(key) ?? coveredBy(guide, { radius, hardness, points });
  ofGuide.delete(key);
  ofGuide.set(key, covered);
  for (const oldest of ofGuide.keys()) {
    if (ofGuide.size <= MOST_KEPT) break;
    ofGuide.delete(oldest);
  }
  return covered;
}

function coveredBy(guide: Raster, { points, ...brush }: Pick<BrushStroke, 'radius' | 'hardness' | 'points'>): Covered | null {
  const stroke = new SnappedStroke({ ...guide, channels: 3 }, brush);
  stroke.follow(points);
  const { bounds } = stroke;
  if (bounds === null) return null;
  const wide = bounds.right - bounds.left + 1;
  const touch = new Float32Array(wide * (bounds.bottom - bounds.top + 1));
  for (let y = bounds.top, n = 0; y <= bounds.bottom; y++, n += wide) {
    const line = y * guide.width + bounds.left;
    touch.set(stroke.touch.subarray(line, line + wide), n);
  }
  return { bounds, touch };
}

const touched = (before: number, mode: BrushStroke['mode'], touch: number): number =>
  mode === 'keep' ? before + (1 - before) * touch : before * (1 - touch);

function drawPlain(matte: Float32Array, { width, height }: Raster, stroke: BrushStroke): void {
  const radius = brushRadius(stroke.radius, { width, height });
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
        const strength = coverageAt(Math.hypot(px - t * dx, py - t * dy), radius, stroke.hardness);
        const i = (y - top) * (right - left) + x - left;
        if (strength > (touch[i] as number)) touch[i] = strength;
      }
    }
  }
  for (let y = top, i = 0; y < bottom; y++) {
    for (let x = left; x < right; x++, i++) {
      const at = y * width + x;
      matte[at] = touched(matte[at] as number, stroke.mode, touch[i] as number);
    }
  }
}
