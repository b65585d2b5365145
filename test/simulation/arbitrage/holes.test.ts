/** It bites: every hole that was there once is found within the runs that the engine as it is passes. */
import { describe, expect, it } from 'vitest';
import { runs } from '../../runs.ts';
import { holes } from './holes.ts';
import { policyOf } from './policies.ts';
import { search, told } from './search.ts';

const RUNS = 1000;
/** One by one, the others where there is time. */
const SEEDS = [11, 12, 13].slice(0, runs(1, 3));

describe('the search for arbitrage finds what was open once', () => {
  it.each(Object.entries(holes))('%s', (_, { policy, decider }) => {
    for (const seed of SEEDS) {
      const found = search(policyOf(policy), { seed, runs: RUNS, decider, shortest: false });
      expect(found, `seed ${seed}`).not.toBeNull();
    }
  });

  it('ST-05: a picture’s charge comes back with every report', () => {
    expect(search(policyOf('background-studio'), { seed: 11, runs: RUNS, forgetful: true, shortest: false })).not.toBeNull();
  });

  it('and tells the shortest sequence, a line for each act', () => {
    const hole = holes['PG-16: money back for what is held'];
    const found = hole && search(policyOf(hole.policy), { seed: 14, runs: RUNS, decider: hole.decider });
    const [why, opened, ...acts] = found ? told(found).split('\n') : [];
    expect(why).toMatch(/^pay-as-you-go, seed 14: top-up: 0 of \d+ are kept, for 0 spent and \d+ to spend of \d+, which no money backs$/);
    expect(opened).toMatch(/ {2}opened without a plan/);
    expect(acts.at(0)).toMatch(/top up/);
    expect(acts.at(-1)).toMatch(/refund of op-\d+: \d+ back, 0 taken/);
    expect(acts.length).toBeLessThan(8);
  });
});
