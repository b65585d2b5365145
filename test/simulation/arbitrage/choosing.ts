/** Choosing by a number, so that fast-check can make it smaller. */
import type { Minor } from '../../../shared/credits/model/quantities.ts';
import { cents } from '../../quantities.ts';

/** Undefined: there is nothing to choose from. */
export const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % list.length];

/** From a hundredth of it to all of it. */
export const someOf = (minor: Minor, b: number): Minor => cents((minor * BigInt(1 + (b % 100))) / 100n);
