import { expect, test } from 'vitest';
import { inRounds, ROUNDS_A_RUN } from '../../../server/rounds.ts';

test.each([
  ['nothing to do', 1, 1, true],
  ['a few rounds', 7, 7, true],
  ['as many as there may be', ROUNDS_A_RUN, ROUNDS_A_RUN, true],
  ['more than that: the rest is for the next run', ROUNDS_A_RUN + 1, ROUNDS_A_RUN, false],
])('%s', async (_, needed, done, ended) => {
  let rounds = 0;
  const round = async (): Promise<boolean> => {
    rounds += 1;
    return rounds < needed;
  };
  expect(await inRounds(round)).toBe(ended);
  expect(rounds).toBe(done);
});
