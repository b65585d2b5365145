import type { Rect } from '../../../shared/edit/rect.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Smaller than this is a click, not an area. */
const SMALLEST = 0.01;

/** The rectangle between two corners (fractions), inside the picture; null when it is too small to mean anything. */
export function dragged(from: Point, to: Point): Rect | null {
  const inside = (value: number): number => Math.min(1, Math.max(0, value));
  const x = inside(Math.min(from.x, to.x));
  const y = inside(Math.min(from.y, to.y));
  const width = inside(Math.max(from.x, to.x)) - x;
  const height = inside(Math.max(from.y, to.y)) - y;
  return width < SMALLEST || height < SMALLEST ? null : { x, y, width, height };
}
