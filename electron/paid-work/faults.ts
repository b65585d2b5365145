/**
 * Faults of this machine — a database, a disk, a folder — counted for each piece of work, apart from faults of the network: what fails
 * rests by itself while everything else goes on, and what fails too often ends visibly instead of being tried without end.
 */
import { waitMs } from '../wallet/http/verdict.ts';
import type { World } from '../world.ts';

/** So often a step is tried in one process before its work is given up. */
export const MOST_LOCAL_FAULTS = 3;

export interface LocalFaults {
  /** Notes a fault of this piece of work and lets it rest; answers how many there have been in a row. */
  note(key: string): number;
  /** Lets it rest so long, without counting a fault. */
  rest(key: string, ms: number): void;
  /** Whether it has to wait before it is tried again. */
  isResting(key: string): boolean;
  /** How often it has failed in a row. */
  count(key: string): number;
  /** A step of it has succeeded. */
  clear(key: string): void;
  stop(): void;
}

/** @param wake called when something has rested enough */
export function createLocalFaults(world: Pick<World, 'rng' | 'timers'>, wake: () => void): LocalFaults {
  const counts = new Map<string, number>();
  const resting = new Map<string, () => void>();
  function rest(key: string, ms: number): void {
    resting.get(key)?.();
    const cancel = world.timers.after(ms, () => {
      resting.delete(key);
      wake();
    });
    resting.set(key, cancel);
  }
  return {
    note(key) {
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      rest(key, waitMs(count, world.rng.next(), null));
      return count;
    },
    rest,
    isResting: (key) => resting.has(key),
    count: (key) => counts.get(key) ?? 0,
    clear(key) {
      counts.delete(key);
      resting.get(key)?.();
      resting.delete(key);
    },
    stop() {
      for (const cancel of resting.values()) cancel();
      resting.clear();
    },
  };
}
