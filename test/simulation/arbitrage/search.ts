/** The search itself: sequences are tried until one makes credit for nothing, and then made as short as they come. */
import fc from 'fast-check';
import { decide, type Policy } from '../../../shared/credits/index.ts';
import { Actors } from './acts.ts';
import { momentOf, type Opening, openings, type Step, sequences } from './steps.ts';
import { Broken } from './terms.ts';
import { type Decider, World } from './world.ts';

export interface Searching {
  readonly seed: number;
  readonly runs: number;
  /** Absent: the engine as it is. */
  readonly decider?: Decider;
  /** Staff forgets what it gave back (ST-05). */
  readonly forgetful?: boolean;
  /** False: the first sequence that is found is as good as the shortest. */
  readonly shortest?: boolean;
}

export interface Find {
  readonly policy: string;
  readonly seed: number;
  /** What is wrong, in a sentence. */
  readonly why: string;
  /** The shortest sequence, a line for each act. */
  readonly story: readonly string[];
}

/** Plays one sequence; null: nothing was had for nothing. What the engine throws is a find as well. */
function play(
  policy: Policy,
  opening: Opening,
  steps: readonly Step[],
  { decider = decide, forgetful = false }: Searching,
): Omit<Find, 'policy' | 'seed'> | null {
  const { now, ...params } = opening;
  const world = new World(policy, decider, now, params);
  const actors = new Actors(world, { forgetful });
  try {
    for (const { when, act, a, b } of steps) {
      world.now = momentOf(world, when, b);
      actors.act(act, a, b);
    }
    world.do({ kind: 'sweep' }, 'a sweep');
    return null;
  } catch (error) {
    const why = error instanceof Broken ? error.message : String(error instanceof Error ? error.stack : error);
    return { why, story: world.story };
  }
}

/** The shortest sequence found under the policy; null: none in so many runs. The same seed tries the same sequences. */
export function search(policy: Policy, searching: Searching): Find | null {
  const property = fc.property(openings(policy), sequences(), (opening, steps) => play(policy, opening, steps, searching) === null);
  const { counterexample } = fc.check(property, {
    seed: searching.seed,
    numRuns: searching.runs,
    endOnFailure: searching.shortest === false,
  });
  if (counterexample === null || counterexample === undefined) return null;
  const [opening, steps] = counterexample;
  const found = play(policy, opening, steps, searching);
  return found === null ? null : { policy: policy.id, seed: searching.seed, ...found };
}

/** For people: what is wrong, how it comes about, and how to see it again. */
export const told = ({ policy, seed, why, story }: Find): string =>
  [`${policy}, seed ${seed}: ${why}`, ...story.map((line) => `  ${line}`)].join('\n');
