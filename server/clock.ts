/** The one clock of the server. Everything that depends on time asks it, so that a test can decide what time it is. */

import { days } from '../shared/credits/model/durations.ts';
import { instantFrom } from '../shared/credits/model/minting.ts';
import type { Instant } from '../shared/credits/model/quantities.ts';

/** Tells the time in milliseconds since 1970, UTC. */
export interface Clock {
  now(): Instant;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => instantFrom(Date.now()) };

/** Runs with the system until it is set, then stands still at what it was set to. */
export class TestClock implements Clock {
  #fixed: Instant | undefined;
  now(): Instant {
    return this.#fixed ?? instantFrom(Date.now());
  }
  set(now: Instant): void {
    this.#fixed = now;
  }
}

const DAY_MS = days(1);
const dates = new Map<number, string>();
const DAYS_REMEMBERED = 1024;
const twoDigits = Array.from({ length: 60 }, (_, number) => String(number).padStart(2, '0'));

/** As `Date.prototype.toISOString`, for whole milliseconds. Every answer says several instants, nearly all of the same few days. */
export function rfc3339(at: Instant): string {
  const day = Math.floor(at / DAY_MS) * DAY_MS;
  let date = dates.get(day);
  if (date === undefined) {
    date = new Date(day).toISOString().slice(0, -'00:00:00.000Z'.length);
    if (dates.size >= DAYS_REMEMBERED) dates.clear();
    dates.set(day, date);
  }
  const ms = at - day;
  const seconds = Math.floor(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  const time = `${twoDigits[Math.floor(minutes / 60)]}:${twoDigits[minutes % 60]}:${twoDigits[seconds % 60]}`;
  return `${date}${time}.${String(ms % 1000).padStart(3, '0')}Z`;
}
