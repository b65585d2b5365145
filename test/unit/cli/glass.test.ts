/** `--glass auto`: a photo's own recipe, and what is said of it. */
import { describe, expect, test } from 'vitest';
import { patchesIn, withProposedGlass } from '../../../cli/applying/glass.ts';
import { defaultRecipe, recipe } from '../../../shared/edit/recipe.ts';
import type { GlassRegions } from '../../../shared/edit/regions.ts';

const none = new Float32Array(0);
const found = (areas: readonly number[], tint: number, doubtful = false): GlassRegions => ({
  tree: {
    width: 0,
    height: 0,
    box: { x: 0, y: 0, width: 1, height: 1 },
    labels: new Uint16Array(0),
    parent: new Int32Array(0),
    area: none,
    rank: none,
    pane: none,
  },
  proposals: areas.map((area) => ({ at: [0.5, 0.3], area, doubtful })),
  tint,
});

describe('glass that is taken by itself', () => {
  test('is every proposal, with the tint that was found, and a recipe that can be made', () => {
    const own = withProposedGlass(defaultRecipe, found([0.02, 0.01], 0.7));
    expect([patchesIn(own), own.glassTint]).toEqual([2, 0.7]);
    expect(recipe.safeParse(own).success).toBe(true);
  });
  test('is none where nothing is proposed or nothing is there: the very recipe stays, so nothing is paid for again', () => {
    expect(withProposedGlass(defaultRecipe, found([], 0.65))).toBe(defaultRecipe);
    expect(withProposedGlass(defaultRecipe, null)).toBe(defaultRecipe);
  });
  test('is never what is doubtful', () => {
    expect(withProposedGlass(defaultRecipe, found([0.02, 0.01], 0.7, true))).toBe(defaultRecipe);
  });
});
