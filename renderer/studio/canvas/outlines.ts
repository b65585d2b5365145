/** The outline of regions as a path, along the edges of their pixels. Pure. */
import { type RegionTree, regionMask } from '../../../shared/edit/regions.ts';

/** An SVG path in pixels of the tree: one closed loop for each side, holes too. */
export function outlinePath(tree: RegionTree, regions: Iterable<number>): string {
  const { width, height } = tree;
  const mask = regionMask(tree, regions);
  const inside = (x: number, y: number): boolean => x >= 0 && y >= 0 && x < width && y < height && mask[y * width + x] === 1;
  // Sides with the region to their right, by the corner they begin at; two begin at a corner where pixels only touch.
  const wide = width + 1;
  const sides = new Map<number, number[]>();
  const add = (from: number, to: number): void => void sides.set(from, [...(sides.get(from) ?? []), to]);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (mask[y * width + x] !== 1) continue;
      const corner = y * wide + x;
      if (!inside(x, y - 1)) add(corner, corner + 1);
      if (!inside(x + 1, y)) add(corner + 1, corner + wide + 1);
      if (!inside(x, y + 1)) add(corner + wide + 1, corner + wide);
      if (!inside(x - 1, y)) add(corner + wide, corner);
    }
  }
  let path = '';
  for (const start of sides.keys()) {
    let [at, step] = [start, 0];
    for (let next = sides.get(at)?.pop(); next !== undefined; next = sides.get(at)?.pop()) {
      // Only where it turns.
      if (next - at !== step) path += `${step === 0 ? 'M' : 'L'}${at % wide} ${Math.floor(at / wide)}`;
      step = next - at;
      at = next;
    }
    if (step !== 0) path += 'Z';
  }
  return path;
}
