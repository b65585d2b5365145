import { expect, test } from 'vitest';
import { defaultRecipe, type Recipe, recipe, type Stroke } from '../../../shared/edit/recipe.ts';
import { pictureKey, recipeKey } from '../../../shared/edit/recipe-key.ts';

const brushed: Recipe = { ...defaultRecipe, strokes: [{ mode: 'keep', radius: 0.1, hardness: 1, points: [[0, 0]] }] };
const hub: Stroke = { mode: 'hub', at: [0.25, 0.7] };

test('a recipe of before there were kinds of strokes is valid as it is, and keeps its key', () => {
  const written = JSON.stringify(brushed);
  const read = recipe.parse(JSON.parse(written));
  expect(read).toEqual(brushed);
  expect(JSON.stringify(read)).toBe(written);
  expect(recipeKey(read)).toBe(recipeKey(brushed));
});

test.each<[string, Stroke]>([
  ['a hub', hub],
  ['a shadow that goes', { mode: 'old-shadow', remove: true }],
  ['a shadow that stays', { mode: 'old-shadow', remove: false }],
])('%s is part of the recipe and makes another picture', (_, stroke) => {
  const changed: Recipe = { ...brushed, strokes: [...brushed.strokes, stroke] };
  expect(recipe.parse(structuredClone(changed))).toEqual(changed);
  expect(pictureKey(changed)).not.toBe(pictureKey(brushed));
});

test.each([
  ['a hub outside the photo', { mode: 'hub', at: [1.2, 0.5] }],
  ['a hub with a radius', { mode: 'hub', at: [0.2, 0.5], radius: 0.1 }],
  ['a brush stroke without points', { mode: 'keep', radius: 0.1, hardness: 1, points: [] }],
  ['a kind that nobody knows', { mode: 'smudge', at: [0.2, 0.5] }],
])('%s is not taken', (_, stroke) => expect(recipe.safeParse({ ...defaultRecipe, strokes: [stroke] }).success).toBe(false));
