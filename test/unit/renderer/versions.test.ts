import { expect, test } from 'vitest';
import { costText, recipeText, shortPath } from '../../../renderer/studio/versions/describe.ts';
import { defaultRecipe, type Recipe } from '../../../shared/edit/recipe.ts';

const logo = { fileId: 'mark', position: { kind: 'anchor', anchor: 'bottom-right' }, size: 0.15, opacity: 1, margin: 0.04 } as const;
const showroom: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'showroom' } };
const own: Recipe = { ...defaultRecipe, background: { kind: 'file', fileId: 'bg' }, logo };
const credit = { code: 'credit', scale: 0 };

test.each([
  [showroom, [], 'Showroom'],
  [{ ...showroom, logo }, [], 'Showroom, logo'],
  [own, [{ id: 'bg', name: 'hall.jpg' }], 'hall.jpg, logo'],
  [own, [], 'Own background, logo'],
] as const)('a version says what was put behind the photo', (recipe, assets, words) => expect(recipeText(recipe, assets)).toBe(words));

test.each([
  [{ kind: 'applied', charged: '1' }, '1 credit'],
  [{ kind: 'applied', charged: null }, null],
  [{ kind: 'corrected', charged: null }, 'Corrected, free'],
] as const)('%j costs %s', (version, words) => expect(costText(version, credit)).toBe(words));

test.each([
  ['/home/someone/Pictures/Saturday/IMG_1-1.jpg', 'Saturday/IMG_1-1.jpg'],
  ['C:\\Pictures\\Saturday\\IMG_1-1.jpg', 'Saturday/IMG_1-1.jpg'],
])('%s is shown as %s', (path, words) => expect(shortPath(path)).toBe(words));
