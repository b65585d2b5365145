/** What is told of a cut-out before anybody pays for it. */
import { describe, expect, test } from 'vitest';
import type { Ground } from '../../../shared/edit/ground.ts';
import { hintsOf, undecidedShare } from '../../../shared/edit/hints.ts';

const INSIDE = { x: 0.1, y: 0.2, width: 0.8, height: 0.6 };
const AT_LEFT = { x: 0, y: 0.2, width: 0.8, height: 0.6 };

/** A car with its left hub there. */
const standing = (how: Ground['standing'], hub: number): Ground => ({
  wheels: [
    { at: [hub, 0.7], halfAxes: [0.06, 0.09], lean: 0 },
    { at: [0.7, 0.7], halfAxes: [0.06, 0.09], lean: 0 },
  ],
  standing: how,
  score: 1,
  camera: { horizon: 0.4, eyeMetres: 1.5, focal: 1 },
  contacts: [
    [0.1, 0.8],
    [0.7, 0.8],
    [0.7, 0.6],
    [0.1, 0.6],
  ],
  footprint: [
    [0, 0.8],
    [0.8, 0.8],
    [0.8, 0.6],
    [0, 0.6],
  ],
  shadowRemoved: false,
});

describe('hints', () => {
  test.each([
    ['a subject inside of the photo', { subject: INSIDE, undecided: 0.1, ground: null }, []],
    ['nothing found', { subject: null, undecided: 0, ground: null }, []],
    ['cut off at one side', { subject: AT_LEFT, undecided: 0, ground: null }, ['cut off']],
    ['cut off at two sides', { subject: { x: 0, y: 0.2, width: 1, height: 0.6 }, undecided: 0, ground: null }, ['cut off']],
    ['cut off at three sides', { subject: { x: 0, y: 0.2, width: 1, height: 0.8 }, undecided: 0, ground: null }, ['interior']],
    [
      'cut off at every side, and undecided',
      { subject: { x: 0, y: 0, width: 1, height: 1 }, undecided: 0.5, ground: null },
      ['interior', 'undecided'],
    ],
    ['undecided and cut off', { subject: AT_LEFT, undecided: 0.2, ground: null }, ['undecided', 'cut off']],
    ['a wheel beyond the edge', { subject: AT_LEFT, undecided: 0, ground: standing('sure', 0.03) }, ['wheel cut off']],
    [
      'a wheel that the user showed, beyond the edge',
      { subject: AT_LEFT, undecided: 0, ground: standing('shown', 0.03) },
      ['wheel cut off'],
    ],
    ['a wheel that is only guessed', { subject: AT_LEFT, undecided: 0, ground: standing('unsure', 0.03) }, ['cut off']],
    ['another end than the wheels', { subject: AT_LEFT, undecided: 0, ground: standing('sure', 0.2) }, ['cut off']],
  ])('%s', (_, facts, expected) => expect(hintsOf(facts)).toEqual(expected));
});

describe('the undecided share', () => {
  const matte = (...values: readonly number[]): Uint8Array => Uint8Array.from(values);
  test.each([
    ['of a decided matte', matte(255, 255, 0, 255, 255, 0, 0, 0, 0), { x: 0, y: 0, width: 1, height: 1 }, 0],
    ['counts what was found only', matte(255, 128, 0, 0, 0, 0, 0, 0, 0), { x: 0, y: 0, width: 1, height: 1 }, 0.5],
    ['counts inside of the box only', matte(255, 128, 0, 128, 128, 0, 0, 0, 0), { x: 0, y: 0, width: 0.66, height: 0.33 }, 0.5],
    ['of nothing', matte(0, 0, 0, 0, 0, 0, 0, 0, 0), { x: 0, y: 0, width: 1, height: 1 }, 0],
  ])('%s', (_, values, box, expected) => expect(undecidedShare(values, 3, box)).toBe(expected));
});
