import { describe, expect, test } from 'vitest';
import {
  type BarFacts,
  barredSentence,
  factsOf,
  hintSentence,
  leftOutSentences,
  whatIsApplied,
} from '../../../renderer/studio/apply/bar-sentences.ts';

const facts = (change: Partial<BarFacts>): BarFacts => ({ selected: 1, bare: 0, barred: 0, fresh: 0, done: 0, back: 0, ...change });

describe('the bar says what is applied and what is left out', () => {
  test.each<[Partial<BarFacts>, string, string]>([
    [{ fresh: 1 }, '1 photo', ''],
    [{ selected: 14, fresh: 14 }, '14 photos', ''],
    [{ done: 1 }, 'Nothing to apply', 'This photo already shows this picture. Change a setting to make another.'],
    [{ selected: 14, done: 14 }, 'Nothing to apply', '14 photos already show their finished picture. Change a setting to make another.'],
    [{ selected: 14, fresh: 3, done: 11 }, '3 of 14 photos', '3 of 14 are new; 11 already show their finished picture and are left out.'],
    [{ selected: 2, fresh: 1, done: 1 }, '1 of 2 photos', '1 of 2 is new; 1 already shows its finished picture and is left out.'],
    [{ back: 1 }, '1 photo', 'Its finished picture is there already: applying shows it again for nothing.'],
    [{ selected: 3, fresh: 1, back: 2 }, '3 photos', '2 finished pictures are there already: applying shows them again for nothing.'],
    [{ selected: 3, fresh: 2, barred: 1 }, '2 of 3 photos', '1 photo cannot be applied now and is left out.'],
    [{ selected: 3, fresh: 2, bare: 1 }, '2 of 3 photos', '1 photo has no background and is left out.'],
    [
      { selected: 5, done: 3, bare: 2 },
      'Nothing to apply',
      '3 photos already show their finished picture. Change a setting to make another. 2 photos have no background and are left out.',
    ],
  ])('%o', (change, what, why) => {
    expect(whatIsApplied(facts(change))).toBe(what);
    expect(leftOutSentences(facts(change)).join(' ')).toBe(why);
  });
});

test('what is selected is new, shown already, without a background, or cannot be applied now', () => {
  const made = [
    { photoId: 'a', shown: true },
    { photoId: 'b', shown: false },
  ];
  expect(factsOf(7, 1, { photos: 2, made })).toEqual({ selected: 7, bare: 1, barred: 2, fresh: 2, done: 1, back: 1 });
});

test('photos that cannot be applied are not told to choose a background', () => {
  expect(barredSentence(1)).toBe('Its file is not found or cannot be read, or it is being applied already.');
  expect(barredSentence(3)).toBe('Their files are not found or cannot be read, or they are being applied already.');
});

describe('what is worth a look before applying', () => {
  test.each([
    ['nothing', [null, null], null],
    ['no photo', [], null],
    ['one photo, and why', ['cut off'], "The subject is cut off by the photo's edge."],
    ['one of two', ['undecided', null], '1 of the 2 photos is worth a look before you apply; the gallery marks it with an eye.'],
    [
      'two of three',
      [null, 'interior', 'cut off'],
      '2 of the 3 photos are worth a look before you apply; the gallery marks them with an eye.',
    ],
  ] as const)('%s', (_, gravest, expected) => expect(hintSentence(gravest)).toBe(expected));
});
