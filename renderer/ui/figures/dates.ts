/**
 * Dates in words. Never relative alone: whoever reads it can check it against a calendar. `timeZone` is an IANA name, that of the account
 * for all that has to do with it; undefined: that of this computer. It is always asked for, so that none is forgotten.
 */
const LOCALE = 'en-GB';
const DAY_MS = 86_400_000;

/** Year, month and day as they are written in ISO 8601, which is how Sweden writes them. */
const isoDay = (date: Date, timeZone: string | undefined): string => new Intl.DateTimeFormat('sv-SE', { timeZone }).format(date);

/** Whole calendar days from one instant to another: tomorrow at 00:05 is 1. */
export function calendarDays(from: Date, to: Date, timeZone: string | undefined): number {
  const midnight = (date: Date): number => Date.parse(isoDay(date, timeZone));
  return Math.round((midnight(to) - midnight(from)) / DAY_MS);
}

/** The zone's name where this computer goes by another one, so that dates in it can be told; null where both are the same. */
export function foreignZone(timeZone: string, here = new Intl.DateTimeFormat().resolvedOptions().timeZone): string | null {
  const canonical = (name: string): string => new Intl.DateTimeFormat(LOCALE, { timeZone: name }).resolvedOptions().timeZone;
  return canonical(timeZone) === canonical(here) ? null : timeZone;
}

/** "15 December"; with the year when it is another one: "15 December 2027". */
export function absoluteDate(date: Date, now: Date, timeZone: string | undefined): string {
  const isSameYear = isoDay(date, timeZone).slice(0, 4) === isoDay(now, timeZone).slice(0, 4);
  return new Intl.DateTimeFormat(LOCALE, { timeZone, day: 'numeric', month: 'long', ...(!isSameYear && { year: 'numeric' }) }).format(date);
}

/** "14:02". */
const clockTime = (date: Date, timeZone: string | undefined): string =>
  new Intl.DateTimeFormat(LOCALE, { timeZone, hour: '2-digit', minute: '2-digit', hour12: false }).format(date);

/** "15 Dec 2026, 14:02": for lines of a history. */
export const stamp = (date: Date, timeZone: string | undefined): string =>
  new Intl.DateTimeFormat(LOCALE, {
    timeZone,
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(date);

/** "15 Dec, 14:02:31": for steps that are seconds apart. */
export const exactTime = (date: Date, timeZone: string | undefined): string =>
  new Intl.DateTimeFormat(LOCALE, {
    timeZone,
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  }).format(date);

/** "today", "tomorrow", "in 23 days", "yesterday", "4 days ago". */
export function relativeDays(date: Date, now: Date, timeZone: string | undefined): string {
  const days = calendarDays(now, date, timeZone);
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(days, 'day');
}

/** "expires in 23 days, 15 December"; "expired yesterday, 22 November". */
export const expiryText = (date: Date, now: Date, timeZone: string | undefined): string =>
  `${date.getTime() <= now.getTime() ? 'expired' : 'expires'} ${relativeDays(date, now, timeZone)}, ${absoluteDate(date, now, timeZone)}`;

/** "14:02"; " in Europe/Berlin" behind it where `here`, that of this computer, whose clock the reader has before the eyes, is another zone. */
export function clockText(date: Date, timeZone: string | undefined, here?: string): string {
  const foreign = timeZone === undefined ? null : foreignZone(timeZone, here);
  return `${clockTime(date, timeZone)}${foreign === null ? '' : ` in ${foreign}`}`;
}

/** "14:02" today, else "22 November, 14:02"; with the zone where it is not `here`, see {@link clockText}: a page that names the zone once passes it. */
export const asOfText = (date: Date, now: Date, timeZone: string | undefined, here?: string): string =>
  `${calendarDays(date, now, timeZone) === 0 ? '' : `${absoluteDate(date, now, timeZone)}, `}${clockText(date, timeZone, here)}`;

/** "about 4 seconds", "about 2 minutes": for what is left to do. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} ${Math.round(seconds) <= 1 ? 'second' : 'seconds'}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${minutes} minutes`;
  return `about ${Math.round(minutes / 60)} hours`;
}
