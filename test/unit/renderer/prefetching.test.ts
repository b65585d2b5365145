/** Which photos are likely to be applied, the likeliest first. */
import { expect, test } from 'vitest';
import { wanted } from '../../../renderer/state/prefetching.ts';
import { nothingSelected } from '../../../renderer/state/selecting.ts';
import type { Photo } from '../../../shared/ipc/library.ts';

/** Only the state matters here. */
const photo = (state: Photo['state']) => ({ state }) as Photo;
const photos = new Map([
  ['a', photo('original')],
  ['b', photo('applied')],
  ['c', photo('previewed')],
  ['d', photo('missing')],
  ['e', photo('original')],
]);
const library = { photos, order: ['a', 'b', 'c', 'd', 'e'], visible: ['b', 'c', 'd', 'e'] };

test('what is selected, then what is shown from the active one on, then the rest; nothing that is made or missing', () => {
  const selection = { ...nothingSelected, ids: new Set(['b', 'e']), active: 'e' };
  expect(wanted(library, selection)).toEqual(['b', 'e', 'c', 'a']);
});

test('without a selection, as they are shown', () => {
  expect(wanted(library, nothingSelected)).toEqual(['c', 'e', 'a']);
});

test('no more than are taken', () => {
  const many = Array.from({ length: 1500 }, (_, n) => `p${n}`);
  const all = new Map(many.map((id) => [id, photo('original')]));
  expect(wanted({ photos: all, order: many, visible: many }, nothingSelected)).toEqual(many.slice(0, 1000));
});
