/** A world that stands still: time moves when a test says so, names count up, chance is a list. */
import type { World } from '../../../electron/world.ts';
import { instant } from '../../quantities.ts';

export interface FakeWorld extends World {
  readonly lines: string[];
  /** Lets time pass, running what is due in order. */
  pass(ms: number): void;
  /** Jumps to the next planned task and runs it; false when nothing is planned. */
  runNext(): boolean;
  planned(): number;
}

export const startOfTest = instant(Date.UTC(2026, 10, 23, 9, 0, 0));

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** A well-formed ULID that counts up, so that order is the order of making. */
export function ulidOf(count: number, prefix = '01J'): string {
  let text = '';
  for (let rest = count; text.length < 26 - prefix.length; rest = Math.floor(rest / 32)) text = (digits[rest % 32] ?? '0') + text;
  return prefix + text;
}

let made = 0;

export function fakeWorld(roll: () => number = () => 0.5): FakeWorld {
  let now: number = startOfTest;
  let tasks: { at: number; run: () => void }[] = [];
  const lines: string[] = [];
  const runNext = (): boolean => {
    const [next, ...rest] = tasks.toSorted((a, b) => a.at - b.at);
    if (next === undefined) return false;
    tasks = rest;
    now = Math.max(now, next.at);
    next.run();
    return true;
  };
  return {
    clock: { now: () => instant(now) },
    // Unique in the whole test run: a reopened studio must not make an id twice.
    ids: {
      next: () => {
        made += 1;
        return ulidOf(made);
      },
    },
    rng: { next: roll },
    timers: {
      after(delayMs, run) {
        const task = { at: now + delayMs, run };
        tasks.push(task);
        return () => {
          tasks = tasks.filter((other) => other !== task);
        };
      },
    },
    log: (line, facts) => void lines.push(`${line} ${JSON.stringify(facts ?? {})}`),
    lines,
    pass(ms) {
      const until = now + ms;
      while (tasks.some((task) => task.at <= until)) runNext();
      now = until;
    },
    runNext,
    planned: () => tasks.length,
  };
}
