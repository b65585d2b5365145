/**
 * Nothing for nothing, whatever a customer does, providers tell and staff gives, in all five policies: the statement is in `books.ts`. Here for
 * seconds; `npm run arbitrage` goes on for an hour.
 */
import { describe, expect, it } from 'vitest';
import { runs } from '../../runs.ts';
import { policies } from './policies.ts';
import { search, told } from './search.ts';

/** What is added when a longer search finds something: it stays found. What was searched first goes along where there is time. */
const SEEDS = runs(1) > 1 ? [1, 1000, 1001] : [1000, 1001];
const RUNS = runs(500);

describe('no sequence of acts makes credit that is worth more than what was paid', () => {
  it.each(policies.map((policy) => [policy.id, policy] as const))('%s', (_, policy) => {
    for (const seed of SEEDS) {
      const found = search(policy, { seed, runs: RUNS });
      expect(found === null ? null : told(found)).toBeNull();
    }
  });
});
