/**
 * One way of asking the network against the usual one, on one photo that is shipped: whether this machine gains by it, and whether it answers
 * the same here. It is tried with the eight-bit network, as processors without instructions for eight bits are slower with it, and older
 * ones let sums of products run over; and with the graphics processor, whose drivers are as different as their makers.
 */
import type { Raster } from '../files/raster.ts';
import type { ModelSize } from './network.ts';

/** The size at which both precisions are tried: seconds at most, and the ratio of times is the same at the large one. */
export const TRIAL_SIZE: ModelSize = 512;
/** After one that is not counted. In turns, and the best counts: what else the machine does meanwhile says nothing about either. */
const ROUNDS = 2;

/** It has to save at least so much to be worth other mattes than before. */
const WORTH_IT = 0.9;
/** Mean difference of the two mattes, 0..1; and the share of pixels that one takes for the subject and the other does not. */
const MOST_DIFFERENCE = 0.01;
const MOST_FLIPPED = 0.02;

/** What was found: the best times of both in milliseconds, and how far their mattes are apart. */
export interface Trial {
  readonly usualMs: number;
  readonly candidateMs: number;
  /** Mean of the absolute difference, 0..1. */
  readonly difference: number;
  /** Share of pixels on the other side of one half. */
  readonly flipped: number;
}

/** Asks about the sample in one way. */
export type Ask = (picture: Raster) => Promise<Uint8Array>;

/** @param now milliseconds, from wherever */
export async function tryBoth(
  { usual, candidate }: { readonly usual: Ask; readonly candidate: Ask },
  picture: Raster,
  now: () => number,
): Promise<Trial> {
  const differences = compareMattes(await usual(picture), await candidate(picture));
  const best = { usual: Number.POSITIVE_INFINITY, candidate: Number.POSITIVE_INFINITY };
  for (let n = 0; n < ROUNDS; n++) {
    for (const [name, ask] of [['usual', usual] as const, ['candidate', candidate] as const]) {
      const start = now();
      await ask(picture);
      best[name] = Math.min(best[name], now() - start);
    }
  }
  return { usualMs: best.usual, candidateMs: best.candidate, ...differences };
}

/** Why the candidate is not used; null when it is. */
export function objection({ usualMs, candidateMs, difference, flipped }: Trial): 'no faster' | 'another matte' | null {
  if (!(difference <= MOST_DIFFERENCE && flipped < MOST_FLIPPED)) return 'another matte';
  return candidateMs < WORTH_IT * usualMs ? null : 'no faster';
}

function compareMattes(one: Uint8Array, other: Uint8Array): { readonly difference: number; readonly flipped: number } {
  let [sum, flips] = [0, 0];
  for (let i = 0; i < one.length; i++) {
    // Typed arrays are dense: an index inside them always holds a number.
    const [a, b] = [one[i] as number, other[i] as number];
    sum += Math.abs(a - b);
    if (a > 127 !== b > 127) flips++;
  }
  return { difference: sum / one.length / 255, flipped: flips / one.length };
}
