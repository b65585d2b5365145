/** What the glass tool says of regions, for those who do not see it and those who want to be sure. Pure. */
import { type RegionTree, regionBounds } from '../../../shared/edit/regions.ts';

const third = (share: number, words: readonly [string, string, string]): string => words[share < 1 / 3 ? 0 : share < 2 / 3 ? 1 : 2];

/** "upper left, 2.4% of the subject". @param regions none within another */
export function whereAndHowLarge(tree: RegionTree, regions: readonly number[]): string {
  const bounds = regionBounds(tree, regions);
  const percent = 100 * regions.reduce((sum, region) => sum + (tree.area[region] ?? 0), 0);
  const size = `${percent < 10 ? percent.toFixed(1) : Math.round(percent)}% of the subject`;
  if (bounds === null) return size;
  const across = (bounds.x + bounds.width / 2 - tree.box.x) / tree.box.width;
  const down = (bounds.y + bounds.height / 2 - tree.box.y) / tree.box.height;
  const row = third(down, ['upper', '', 'lower']);
  const column = third(across, ['left', 'middle', 'right']);
  return `${row === '' ? column : `${row} ${column}`}, ${size}`;
}
