/** The one clock of the server. Everything that depends on time asks it, so that a test can decide what time it is. */
import type { Instant } from '../shared/credits/model.ts';

export interface Clock {
  now(): Instant;
}

export const systemClock: Clock = { now: () => Date.now() };

/** Runs with the system until it is set, then stands still at what it was set to. */
export class TestClock implements Clock {
  #fixed: Instant | undefined;
  now(): Instant {
    return this.#fixed ?? Date.now();
  }
  set(now: Instant): void {
    this.#fixed = now;
  }
}

const written = new Map<Instant, string>();
const REMEMBERED = 1024;

/** A batch says the same instant hundreds of times, and an account's grants say theirs in every wallet. */
export function rfc3339(at: Instant): string {
  const known = written.get(at);
  if (known !== undefined) return known;
  if (written.size >= REMEMBERED) written.clear();
  const text = new Date(at).toISOString();
  written.set(at, text);
  return text;
}
