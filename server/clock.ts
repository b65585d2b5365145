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

let lastAt = Number.NaN;
let lastText = '';

/** A batch says the same instant hundreds of times. */
export function rfc3339(at: Instant): string {
  if (at !== lastAt) {
    lastText = new Date(at).toISOString();
    lastAt = at;
  }
  return lastText;
}
