import { describe, expect, test } from 'vitest';
import { recipeRefused, refusal, summary, total } from '../../../electron/applying/sentences.ts';
import type { Job } from '../../../electron/paid-work/job.ts';
import { refusalText } from '../../../shared/credits/read/sentences.ts';
import { defaultRecipe } from '../../../shared/edit/recipe.ts';
import { backgroundStudio } from '../../../shared/policies/index.ts';
import { opNamed } from '../../quantities.ts';

const credit = { code: 'credit', scale: 0 };
const euro = { code: 'EUR', scale: 4 };

const job = (name: string, more: Partial<Job>): Job => ({
  id: name,
  batchId: 'b',
  photo: { id: name, name, origin: null },
  position: 0,
  chunk: 0,
  task: { recipe: defaultRecipe },
  key: null,
  state: 'settled',
  opId: opNamed(name),
  sent: true,
  lapses: 0,
  made: null,
  charged: '1',
  problem: null,
  ...more,
});
const applied = (count: number): Job[] => Array.from({ length: count }, (_, index) => job(`ok ${index}`, {}));
const failed = (name: string): Job =>
  job(name, {
    state: 'released',
    charged: null,
    problem: { code: 'read_failed', message: `${name} could not be read; it was not charged.`, file: name },
  });
const cancelled = (name: string): Job =>
  job(name, { state: 'released', charged: null, problem: { code: 'cancelled', message: 'Cancelled.' } });
const short = (name: string): Job =>
  job(name, { state: 'refused', charged: null, problem: { code: 'insufficient_credit', message: 'Short.' } });
const unsaved = (name: string): Job =>
  job(name, { problem: { code: 'copy_not_saved', message: `The finished ${name} is safe in the library.` } });

test.each(['background_required', 'logo_on_transparent'] as const)('%s: the server and the studio say it in the same words', (code) =>
  expect(refusalText({ code }, backgroundStudio(), 'UTC')).toBe(recipeRefused(code).message),
);

describe('the sentence at the end', () => {
  test.each<[string, readonly Job[], boolean, string]>([
    ['all of one', applied(1), false, 'Applied to 1 photo. 1 credit used.'],
    ['all of three', applied(3), false, 'Applied to 3 photos. 3 credits used.'],
    [
      'one could not be read',
      [...applied(11), failed('IMG_0042.jpg')],
      false,
      'Applied to 11 of 12 photos. 11 credits used. IMG_0042.jpg could not be read; it was not charged.',
    ],
    [
      'five could not be read: three are named',
      [...applied(1), ...['a', 'b', 'c', 'd', 'e'].map(failed)],
      false,
      'Applied to 1 of 6 photos. 1 credit used. a could not be read; it was not charged. b could not be read; it was not charged. c could not be read; it was not charged. 2 photos more could not be applied and were not charged.',
    ],
    [
      'the credit ran out',
      [...applied(2), short('c')],
      false,
      'Applied to 2 of 3 photos. 2 credits used. 1 photo had to be left out because the credit ran out. It was not charged.',
    ],
    [
      'cancelled',
      [...applied(2), cancelled('c'), cancelled('d')],
      true,
      'Cancelled. Applied to 2 of 4 photos. 2 credits used. 2 photos not started. They were not charged.',
    ],
    ['nothing worked', [failed('a')], false, 'Applied to 0 of 1 photo. 0 credits used. a could not be read; it was not charged.'],
    [
      'a copy could not be saved',
      [...applied(1), unsaved('b')],
      false,
      'Applied to 2 photos. 2 credits used. The finished b is safe in the library.',
    ],
    [
      'two copies could not be saved',
      [unsaved('a'), unsaved('b')],
      false,
      'Applied to 2 photos. 2 credits used. 2 photos are safe in the library, but no copy could be put into the output folder.',
    ],
  ])('%s', (_title, jobs, wasCancelled, sentence) => expect(summary(jobs, credit, wasCancelled)).toBe(sentence));

  test('amounts are summed without floating point', () => {
    expect(total(['0.1000', '0.2000'], euro)).toBe('0.3000');
    expect(total(['9007199254740993', '1'], credit)).toBe('9007199254740994');
  });
});

describe('a refusal', () => {
  const problem = { type: 'about:blank', title: 'Not enough', status: 402, detail: 'Not enough credit.', code: 'insufficient_credit' };
  test('counts what is missing and names the way on', () => {
    expect(refusal({ ...problem, required: '12', available: '11', shortfall: '1' }, 12, credit).message).toBe(
      'Not enough credit: 12 photos need 12 credits, 11 are left. Nothing was charged. Apply to as many as possible (11), or buy more.',
    );
    expect(refusal({ ...problem, required: '3', available: '0', shortfall: '3' }, 3, credit).message).toBe(
      'Not enough credit: 3 photos need 3 credits, 0 are left. Nothing was charged. Buy more, or wait for the next reset.',
    );
  });
  test('of another kind keeps the server’s words', () => {
    expect(refusal({ ...problem, code: 'fair_use_reached', detail: 'The fair-use cap is reached.' }, 3, credit).message).toBe(
      'The fair-use cap is reached.',
    );
  });
});
