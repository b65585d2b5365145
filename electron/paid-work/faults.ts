/**
 * Faults of this machine — a database, a disk, a folder — counted for each piece of work, apart from faults of the network: what fails
 * rests by itself while everything else goes on, and what fails too often ends visibly instead of being tried without end.
 */

import type { Millis } from '../../shared/credits/model/quantities.ts';
import { waitMs } from '../wallet/http/verdict.ts';
import type { World } from '../world.ts';

/** So often a step is tried in one process before its work is given up. */
export const MOST_LOCAL_FAULTS = 3;

/** Faults of this machine by the work that met them, each with its backoff. */
export class LocalFaults {
  readonly #world: Pick<World, 'rng' | 'timers'>;
  readonly #wake: () => void;
  readonly #counts = new Map<string, number>();
  readonly #resting = new Map<string, () => void>();

  /** @param wake called when something has rested enough */
  constructor(world: Pick<World, 'rng' | 'timers'>, wake: () => void) {
    this.#world = world;
    this.#wake = wake;
  }

  /** Notes a fault of this piece of work and lets it rest; answers how many there have been in a row. */
  note(key: string): number {
    const count = this.count(key) + 1;
    this.#counts.set(key, count);
    this.rest(key, waitMs(count, this.#world.rng.next(), null));
    return count;
  }

  /** Lets it rest so long, without counting a fault. */
  rest(key: string, ms: Millis): void {
    this.#resting.get(key)?.();
    const cancel = this.#world.timers.after(ms, () => {
      this.#resting.delete(key);
      this.#wake();
    });
    this.#resting.set(key, cancel);
  }

  /** Whether it is in its backoff. */
  isResting(key: string): boolean {
    return this.#resting.has(key);
  }

  /** How often it has failed in a row. */
  count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** A step of it has succeeded. */
  clear(key: string): void {
    this.#counts.delete(key);
    this.#resting.get(key)?.();
    this.#resting.delete(key);
  }

  /** Nothing wakes any more. */
  stop(): void {
    for (const cancel of this.#resting.values()) cancel();
    this.#resting.clear();
  }
}
