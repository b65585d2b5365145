import { describe, expect, test } from 'vitest';
import { groundSaid, isAsked } from '../../../renderer/studio/ground/ground-sentences.ts';
import type { Ground } from '../../../shared/edit/ground.ts';
import type { Stroke } from '../../../shared/edit/recipe.ts';

const corners: Ground['contacts'] = [
  [0.2, 0.8],
  [0.7, 0.8],
  [0.8, 0.7],
  [0.3, 0.7],
];
const wheel: Ground['wheels'][number] = { at: [0.2, 0.7], halfAxes: [0.05, 0.1], lean: 0 };
const standing = (by: Ground['standing'], shadowRemoved = false): Ground => ({
  wheels: [wheel, wheel],
  standing: by,
  score: 6,
  camera: { horizon: 0.3, eyeMetres: 1.4, focal: 1.2 },
  contacts: corners,
  footprint: corners,
  shadowRemoved,
});
const hub: Stroke = { mode: 'hub', at: [0.2, 0.7] };
const keep: Stroke = { mode: 'old-shadow', remove: false };
const remove: Stroke = { mode: 'old-shadow', remove: true };

describe('what is said of the ground', () => {
  test.each<[string, Ground | null, Stroke[], string, string[]]>([
    ['nothing is known', null, [], 'No wheels', []],
    ['sure, and a shadow went', standing('sure', true), [], 'Removed', ['keep']],
    ['sure, and there was none', standing('sure'), [], 'None', []],
    ['unsure: asks', standing('unsure'), [], 'Asks', ['confirm', 'keep']],
    ['unsure, and confirmed', standing('unsure', true), [remove], 'Removed', ['keep', 'again']],
    ['unsure, and not wanted', standing('unsure'), [keep], 'Kept', ['remove', 'again']],
    ['sure, and not wanted', standing('sure'), [keep], 'Kept', ['remove', 'again']],
    ['one hub was shown', standing('sure'), [hub], 'One wheel', ['again']],
    ['both were shown', standing('shown', true), [hub, hub], 'Removed', ['keep', 'again']],
    ['both were shown beside the car', null, [hub, hub], 'No wheels', ['again']],
  ])('%s', (_, ground, strokes, summary, offers) => {
    expect(groundSaid({ ground, looked: true, strokes })).toMatchObject({ summary, offers });
  });

  test('nobody has looked while the cut-out is quick', () =>
    expect(groundSaid({ ground: null, looked: false, strokes: [] }).sentence).toContain('looked for'));
});

test('nobody is asked twice, nor while showing the wheels', () => {
  const ask = (strokes: Stroke[]) => isAsked({ ground: standing('unsure'), looked: true, strokes });
  expect([ask([]), ask([keep]), ask([remove]), ask([hub])]).toEqual([true, false, false, false]);
});
