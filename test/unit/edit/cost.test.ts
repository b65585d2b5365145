import { describe, expect, test } from 'vitest';
import { costOfEdit, isSecondStep } from '../../../shared/edit/cost.ts';
import type { Recipe } from '../../../shared/edit/recipe.ts';
import { defaultRecipe } from '../../../shared/edit/recipe.ts';
import { recipeHint, recipeRefusalText } from '../../../shared/recipe-refusal.ts';

const logo = { fileId: 'mark', position: { kind: 'anchor', anchor: 'bottom-right' }, size: 0.15, opacity: 1, margin: 0.04 } as const;
const plain: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'paper' } };
const both: Recipe = { ...plain, logo };
const onlyLogo: Recipe = { ...defaultRecipe, logo };
const photo = (applied: Recipe | null, next: Recipe, name = 'IMG_0042.jpg') => ({ name, applied, next });

describe('what an edit means for the wallet', () => {
  test('ST-02: a logo without a background is refused', () => {
    const cost = costOfEdit([photo(null, onlyLogo)], true);
    expect(cost).toMatchObject({ refusal: 'background_required', notices: [] });
  });

  test('ST-02: transparent is a background of one operation, and takes no logo', () => {
    const png = { ...defaultRecipe.export, format: 'png' } as const;
    const clear: Recipe = { ...defaultRecipe, background: { kind: 'transparent' }, export: png };
    expect(costOfEdit([photo(null, clear)], true)).toEqual({ operations: 1, refusal: null, notices: [] });
    expect(costOfEdit([photo(null, { ...clear, logo })], true).refusal).toBe('logo_on_transparent');
    expect(costOfEdit([photo(null, plain), photo(null, { ...clear, logo })], true).refusal).toBe('logo_on_transparent');
  });

  test('a JPEG cannot be transparent', () => {
    const cost = costOfEdit([photo(null, { ...defaultRecipe, background: { kind: 'transparent' } })], true);
    expect(cost.refusal).toBe('format_not_transparent');
  });

  test.each([
    ['background_required', 'A background is required; a logo alone cannot be applied.', 'Choose a background first.'],
    ['logo_on_transparent', 'A logo is not placed on a transparent picture.', 'Choose another background, or take the logo away.'],
    ['format_not_transparent', 'A JPEG cannot be transparent.', 'Choose PNG, WebP or TIFF as the format.'],
  ] as const)('%s: why, what was not charged and the way on; without a charge while settings are made', (refusal, why, next) => {
    expect(recipeRefusalText(refusal)).toBe(`${why} Nothing was charged. ${next}`);
    expect(recipeHint(refusal)).toBe(`${why} ${next}`);
  });

  test.each([
    { name: 'background alone', applied: null, recipe: plain },
    { name: 'background and logo in one go', applied: null, recipe: both },
    { name: 'other settings', applied: both, recipe: both },
  ])('ST-03: $name is one operation', ({ applied, recipe }) => {
    expect(costOfEdit([photo(applied, recipe)], true)).toMatchObject({ operations: 1, refusal: null });
  });

  test('ST-06: three photos are three operations', () => {
    expect(costOfEdit([photo(null, both), photo(null, both), photo(plain, both)], true).operations).toBe(3);
  });

  test.each([
    { before: null, next: plain, second: false },
    { before: null, next: both, second: false },
    { before: plain, next: both, second: true },
    { before: both, next: both, second: false },
    { before: both, next: plain, second: false },
    { before: plain, next: onlyLogo, second: false },
  ])('ST-07: the second step is recognised ($second)', ({ before, next, second }) => {
    expect(isSecondStep(before, next)).toBe(second);
  });

  test('ST-07: it is said before the second step, with the photo named', () => {
    expect(costOfEdit([photo(plain, both)], true).notices.join()).toMatch(/IMG_0042\.jpg already has its background.*2 credits/);
  });

  test('ST-07: and before the first one, when there is a logo that could go along', () => {
    expect(costOfEdit([photo(null, plain)], true).notices.join()).toMatch(/second step/);
    expect(costOfEdit([photo(null, plain)], false).notices).toEqual([]);
    expect(costOfEdit([photo(null, both)], true).notices).toEqual([]);
  });

  test('photos with different recipes: each is named for what it is', () => {
    const { operations, refusal, notices } = costOfEdit(
      [photo(plain, both, 'a.jpg'), photo(null, plain, 'b.jpg'), photo(both, both, 'c.jpg')],
      true,
    );
    expect({ operations, refusal }).toEqual({ operations: 3, refusal: null });
    expect(notices.map((notice) => notice.split('. ')[0])).toEqual([
      'a.jpg already has its background',
      'b.jpg gets no logo',
      'c.jpg was applied before',
    ]);
  });

  test('ST-02: one photo without a background is enough to refuse', () => {
    expect(costOfEdit([photo(null, plain), photo(null, onlyLogo)], true)).toMatchObject({ refusal: 'background_required' });
  });

  test('applying again says that it costs again', () => {
    expect(costOfEdit([photo(both, both), photo(both, both, 'b.jpg')], true).notices.join()).toMatch(/2 photos were applied before/);
  });
});
