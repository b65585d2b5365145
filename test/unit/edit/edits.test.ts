import { expect, test } from 'vitest';
import { defaultRecipe, type Recipe } from '../../../shared/edit/recipe.ts';
import { edits, oneRecipe, packEdits, unpackEdits } from '../../../shared/ipc/edits.ts';

const idOf = (n: number): string => `01J${String(n).padStart(23, '0')}`;
const ids = Array.from({ length: 500 }, (_, n) => idOf(n));
const paper: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'paper' } };
const brushed: Recipe = { ...paper, strokes: [{ mode: 'keep', radius: 0.1, hardness: 1, points: [[0, 0]] }] };

test('500 photos with the same settings carry them once, whoever made the object', () => {
  const packed = packEdits(ids.map((photoId) => ({ photoId, recipe: structuredClone(paper) })));
  expect(packed.recipes).toEqual([paper]);
  expect(packed.photos).toHaveLength(500);
});

test('order and recipes come back as they were', () => {
  const all = [...oneRecipe(ids.slice(0, 2), paper), { photoId: idOf(2), recipe: brushed }, { photoId: idOf(3), recipe: paper }];
  expect(unpackEdits(edits.parse(packEdits(all)))).toEqual(all);
});

test.each([
  ['no photos', { recipes: [paper], photos: [] }],
  ['no recipes', { recipes: [], photos: [{ photoId: idOf(1), recipe: 0 }] }],
  ['a recipe that is not there', { recipes: [paper], photos: [{ photoId: idOf(1), recipe: 1 }] }],
  ['a recipe before the first', { recipes: [paper], photos: [{ photoId: idOf(1), recipe: -1 }] }],
  ['a path instead of a photo', { recipes: [paper], photos: [{ photoId: '../x', recipe: 0 }] }],
])('%s is not taken', (_, input) => expect(edits.safeParse(input).success).toBe(false));
