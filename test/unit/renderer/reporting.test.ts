/** What is said before pictures are sent, and of how they are on their way. */
import { describe, expect, test } from 'vitest';
import { isOpen, picturesText } from '../../../renderer/reports/progress.ts';
import { sentTo, usuallyWithin, whatGoes } from '../../../renderer/studio/report/desk-sentences.ts';
import type { ReportDesk } from '../../../shared/api/index.ts';

const terms: ReportDesk['terms'] = {
  id: 't',
  takes: ['original', 'result', 'recipe', 'strokes'],
  operator: 'Studio Nord',
  store: 'folder',
  keptDays: 30,
  secondLook: false,
};

describe('the consent', () => {
  test('names what goes where, who sees it and for how long', () => {
    expect(whatGoes({ terms })).toBe(
      'Sent: the original, the finished picture, what it was made of and what the brush did. Place and serial numbers are taken out before; they stay on this computer.',
    );
    expect(sentTo({ terms })).toBe(
      'To Studio Nord, encrypted on its server. Its retouchers look at it. 30 days after the answer all of it is deleted, at once when you withdraw.',
    );
    expect(sentTo({ terms: { ...terms, store: 's3', keptDays: 1, secondLook: true } })).toBe(
      'To Studio Nord, encrypted in a store that it rents or runs. Two retouchers look at it. One day after the answer all of it is deleted, at once when you withdraw.',
    );
  });

  test.each([
    [null, null],
    [1, 'Usually answered within an hour.'],
    [4, 'Usually answered within 4 hours.'],
  ])('promises a time from real figures only (%s)', (usuallyWithinHours, said) => {
    expect(usuallyWithin({ usuallyWithinHours })).toBe(said);
  });
});

test.each([
  ['packing', 'Copies of the pictures are made'],
  ['sending', 'Pictures: 40 kB of 2.5 MB sent'],
  ['there', 'with its pictures'],
  ['failed', 'without pictures'],
] as const)('pictures that are %s are told so', (state, said) => {
  expect(picturesText({ pictures: { state, bytes: 2_500_000, sent: 40_000, problem: null } })).toBe(said);
});

test('a report without pictures says nothing of them, and only one without an answer can be withdrawn', () => {
  expect(picturesText({ pictures: null })).toBeNull();
  const states = ['waiting', 'open', 'in_progress', 'corrected', 'declined', 'withdrawn'] as const;
  expect(states.map((state) => isOpen({ state }))).toEqual([true, true, true, false, false, false]);
});
