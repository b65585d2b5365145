/**
 * What the outside world gives: clock, ids, randomness and timers. `wallet/`, `library/` and `applying/` take these as
 * arguments and never reach for them, so that a test or a simulation decides what time it is and what fails.
 */
import { monotonicFactory } from 'ulid';
import { instantFrom, opIdFrom } from '../shared/credits/model/minting.ts';
import type { Instant, Millis, OpId } from '../shared/credits/model/quantities.ts';

/** Tells the time. */
export interface Clock {
  now(): Instant;
}

/** Names things. */
export interface Ids {
  /** A ULID: 26 characters, later ones sort after earlier ones. */
  next(): string;
}

/** The id of a new operation: written down before anything is sent, and permanent. */
export const newOpId = (ids: Ids): OpId => opIdFrom(ids.next());

interface Rng {
  /** Uniform in [0, 1). */
  next(): number;
}

/** Lets something happen later. */
export interface Timers {
  /** Runs `task` once after `delayMs`, or after 24 days if that is sooner. Calling the answer cancels it. */
  after(delayMs: Millis, task: () => void): () => void;
}

/** One line for the log file: what happened and the facts around it. Never a token, never a path from another machine. */
export type Log = (line: string, facts?: Readonly<Record<string, unknown>>) => void;

/** Clock, ids, randomness, timers and log: all that the core takes from outside, so that a test can decide each. */
export interface World {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly rng: Rng;
  readonly timers: Timers;
  readonly log: Log;
}

/** Node's timers hold 31 bits of milliseconds; what is longer would fire at once. */
const LONGEST_DELAY_MS = 2 ** 31 - 1;

/** The machine's own clock, random numbers and timers. Timers do not keep the process alive. */
export function realWorld(log: Log = () => undefined): World {
  const ulid = monotonicFactory();
  return {
    clock: { now: () => instantFrom(Date.now()) },
    ids: { next: () => ulid() },
    rng: { next: () => Math.random() },
    timers: {
      after(delayMs, task) {
        const timer = setTimeout(task, Math.min(delayMs, LONGEST_DELAY_MS));
        timer.unref();
        return () => clearTimeout(timer);
      },
    },
    log,
  };
}

/** RFC 3339 UTC, as everything on the wire and towards the renderer. */
export const isoOf = (at: Instant): string => new Date(at).toISOString();
