/**
 * Where regions lie on the stage, and how round they are.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import { membersOf, type RegionTree } from '../../../shared/edit/regions.ts';

/** Per region the first and last column and row, in pixels of the stage. */
export interface Extents {
  readonly left: Int32Array;
  readonly top: Int32Array;
  readonly right: Int32Array;
  readonly bottom: Int32Array;
}

/** @param leaves how many of the regions are smallest ones, which `labels` tells apart */
export function extentsOf(labels: Uint16Array, parent: Int32Array, leaves: number, { width, height }: Size): Extents {
  const count = parent.length;
  const left = new Int32Array(count).fill(width);
  const top = new Int32Array(count).fill(height);
  const right = new Int32Array(count).fill(-1);
  const bottom = new Int32Array(count).fill(-1);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const n = (labels[i] as number) - 1;
      if (n < 0) continue;
      if (x < (left[n] as number)) left[n] = x;
      if (x > (right[n] as number)) right[n] = x;
      if (y < (top[n] as number)) top[n] = y;
      bottom[n] = y;
    }
  }
  for (let n = 0; n < count; n++) {
    const up = parent[n] as number;
    if (up < leaves) continue;
    left[up] = Math.min(left[up] as number, left[n] as number);
    top[up] = Math.min(top[up] as number, top[n] as number);
    right[up] = Math.max(right[up] as number, right[n] as number);
    bottom[up] = Math.max(bottom[up] as number, bottom[n] as number);
  }
  return { left, top, right, bottom };
}

/** A region's share of its convex hull, 0..1. */
export function solidity(tree: RegionTree, region: number, extents: Extents): number {
  const members = membersOf(tree, [region]);
  const upper: Point[] = [];
  const lower: Point[] = [];
  let area = 0;
  for (let x = extents.left[region] as number; x <= (extents.right[region] as number); x++) {
    let [first, last] = [-1, -1];
    for (let y = extents.top[region] as number; y <= (extents.bottom[region] as number); y++) {
      if (members[tree.labels[y * tree.width + x] as number] !== 1) continue;
      if (first < 0) first = y;
      last = y;
      area++;
    }
    if (first < 0) continue;
    // Both sides of the column: a pixel is as wide as it is.
    for (const side of [x, x + 1]) {
      extend(upper, [side, first], 1);
      extend(lower, [side, last + 1], -1);
    }
  }
  const outline = [...upper, ...lower.toReversed()];
  let twice = 0;
  for (const [n, [x, y]] of outline.entries()) {
    const [nextX, nextY] = outline[(n + 1) % outline.length] ?? [x, y];
    twice += x * nextY - nextX * y;
  }
  return twice === 0 ? 0 : area / (Math.abs(twice) / 2);
}

type Point = readonly [x: number, y: number];

/** Adds the next point of one side of a convex hull (Andrew's monotone chain, 1979). */
function extend(chain: Point[], point: Point, side: 1 | -1): void {
  for (;;) {
    const [last, before] = [chain.at(-1), chain.at(-2)];
    if (last === undefined || before === undefined) break;
    const turn = (last[0] - before[0]) * (point[1] - before[1]) - (last[1] - before[1]) * (point[0] - before[0]);
    if (side * turn > 0) break;
    chain.pop();
  }
  chain.push(point);
}
