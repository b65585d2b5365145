/**
 * Billing calendars. Months, years and days are counted in the account's own time zone, always from the anchor and never
 * from the cycle before: 31 January, 28 February, 31 March. A wall-clock time that daylight saving skips moves forward.
 */
import { Temporal } from 'temporal-polyfill';
import { days } from './durations.ts';
import { EPOCH, timeBetween } from './instants.ts';
import { instantFrom } from './minting.ts';
import type { Cycle } from './model.ts';
import type { Step } from './policy.ts';
import type { Instant, Millis } from './quantities.ts';

const zoned = (at: Instant, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);

/** Whether the name is one of the IANA database. */
export function isTimeZone(timeZone: string): boolean {
  try {
    zoned(EPOCH, timeZone);
    return true;
  } catch {
    return false;
  }
}

/** `count` steps after the anchor; `count` may be negative. */
export function addSteps(anchor: Instant, step: Step, count: number, timeZone: string): Instant {
  const duration =
    'days' in step ? { days: step.days * count } : 'months' in step ? { months: step.months * count } : { years: step.years * count };
  return instantFrom(zoned(anchor, timeZone).add(duration).epochMilliseconds);
}

/** About as long as the step is: where the search for a cycle begins. */
const lengthOf = (step: Step): Millis =>
  days('days' in step ? step.days : 'months' in step ? step.months * 30.436875 : step.years * 365.2425);

/** The cycle that starts `index` steps after the anchor. */
export const cycleNumber = (anchor: Instant, step: Step, index: number, timeZone: string): Cycle => ({
  anchor,
  index,
  start: addSteps(anchor, step, index, timeZone),
  end: addSteps(anchor, step, index + 1, timeZone),
});

/** The cycle that `at` lies in: start <= at < end. */
export function cycleAt(anchor: Instant, step: Step, at: Instant, timeZone: string): Cycle {
  let cycle = cycleNumber(anchor, step, Math.floor(timeBetween(anchor, at) / lengthOf(step)), timeZone);
  while (at < cycle.start) cycle = cycleNumber(anchor, step, cycle.index - 1, timeZone);
  while (at >= cycle.end) cycle = cycleNumber(anchor, step, cycle.index + 1, timeZone);
  return cycle;
}

/** Local midnight of that day in the last December before `at`: a month of 31 days, so that every day of the month exists in it. */
export function dayOfMonthAnchor(day: number, at: Instant, timeZone: string): Instant {
  const year = zoned(at, timeZone).year - 1;
  return instantFrom(Temporal.PlainDate.from({ year, month: 12, day }).toZonedDateTime({ timeZone }).epochMilliseconds);
}

/** Local midnight of the first day of the month that `at` lies in. */
export const monthStart = (at: Instant, timeZone: string): Instant =>
  instantFrom(zoned(at, timeZone).with({ day: 1 }).startOfDay().epochMilliseconds);

/**
 * The end of the last of so many days after the day of `at`, in the zone: the day itself does not count, the last one counts to its end
 * (Regulation (EEC, Euratom) No 1182/71, article 3). The first instant that is too late.
 */
export const afterDays = (at: Instant, count: number, timeZone: string): Instant =>
  instantFrom(
    zoned(at, timeZone)
      .toPlainDate()
      .add({ days: count + 1 })
      .toZonedDateTime({ timeZone }).epochMilliseconds,
  );

/** Midnights between the two: 1 from one day's evening to the next day's morning. */
export const calendarDays = (from: Instant, to: Instant, timeZone: string): number =>
  zoned(from, timeZone).toPlainDate().until(zoned(to, timeZone).toPlainDate()).days;

/** "2026-12-01" in the account's time zone: part of the ids of what time brings. */
export const localDate = (at: Instant, timeZone: string): string => zoned(at, timeZone).toPlainDate().toString();
