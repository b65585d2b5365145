import { describe, expect, test } from 'vitest';
import { allOf, clicked, kept, moved, nothingSelected, selectOnly } from '../../../renderer/state/selecting.ts';

const order = ['a', 'b', 'c', 'd', 'e', 'f'];
const plain = { toggle: false, range: false };
const ctrl = { toggle: true, range: false };
const shift = { toggle: false, range: true };
const ids = (selection: { ids: ReadonlySet<string> }): string => [...selection.ids].sort().join('');

describe('clicks', () => {
  test('a plain click selects one photo and forgets the rest', () => {
    expect(ids(clicked(allOf(nothingSelected, order), order, 'c', plain))).toBe('c');
  });
  test('Ctrl adds and takes away; the photo on the canvas stays while it is selected', () => {
    const two = clicked(selectOnly('b'), order, 'e', ctrl);
    expect([ids(two), two.active]).toEqual(['be', 'b']);
    const without = clicked(two, order, 'b', ctrl);
    expect([ids(without), without.active]).toEqual(['e', 'e']);
    expect(clicked(without, order, 'e', ctrl)).toMatchObject({ active: null });
  });
  test('Shift selects from the anchor, in both directions, again and again from the same anchor', () => {
    const down = clicked(selectOnly('c'), order, 'e', shift);
    expect([ids(down), down.active, down.cursor]).toEqual(['cde', 'c', 'e']);
    const up = clicked(down, order, 'a', shift);
    expect([ids(up), up.active]).toEqual(['abc', 'c']);
  });
  test('Ctrl and Shift together add a range', () => {
    const start = clicked(selectOnly('a'), order, 'd', ctrl);
    expect(ids(clicked(start, order, 'f', { toggle: true, range: true }))).toBe('adef');
  });
});

describe('arrow keys', () => {
  test.each([
    ['c', 1, 'd'],
    ['c', -1, 'b'],
    ['a', -1, 'a'],
    ['f', 3, 'f'],
    ['b', 3, 'e'],
  ])('from %s by %i to %s', (from, steps, to) => {
    expect(moved(selectOnly(from), order, steps, false)).toEqual(selectOnly(to));
  });
  test('with Shift the range grows from the anchor while the canvas keeps its photo', () => {
    const once = moved(selectOnly('b'), order, 1, true);
    const twice = moved(once, order, 1, true);
    expect([ids(twice), twice.active, twice.cursor]).toEqual(['bcd', 'b', 'd']);
    expect(ids(moved(twice, order, -1, true))).toBe('bc');
  });
  test('with nothing selected they start at an end', () => {
    expect(moved(nothingSelected, order, 1, false).active).toBe('a');
    expect(moved(nothingSelected, order, -1, false).active).toBe('f');
    expect(moved(nothingSelected, [], 1, false)).toBe(nothingSelected);
  });
});

describe('what the gallery shows changes', () => {
  test('photos that went away leave the selection, and another one takes the canvas', () => {
    const three = clicked(selectOnly('b'), order, 'd', shift);
    const after = kept(three, ['a', 'c', 'd']);
    expect([ids(after), after.active]).toEqual(['cd', 'c']);
  });
  test('nothing changes as long as everything is still there', () => {
    const selection = clicked(selectOnly('b'), order, 'd', shift);
    expect(kept(selection, [...order, 'g'])).toBe(selection);
  });
  test('selecting all keeps the photo on the canvas', () => {
    expect(allOf(selectOnly('d'), order)).toMatchObject({ active: 'd' });
    expect(allOf(selectOnly('x'), order)).toMatchObject({ active: 'a' });
  });
});
