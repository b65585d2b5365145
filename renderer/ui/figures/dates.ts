/** Dates in words. Never relative alone: whoever reads it can check it against a calendar. */
const LOCALE = 'en-GB';
const DAY_MS = 86_400_000;

/** Whole calendar days from one instant to another in the reader's time zone: tomorrow at 00:05 is 1. */
export function calendarDays(from: Date, to: Date): number {
  const midnight = (date: Date): number => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(to) - midnight(from)) / DAY_MS);
}

/** "15 December"; with the year when it is another one: "15 December 2027". */
export function absoluteDate(date: Date, now: Date): string {
  const year = date.getFullYear() === now.getFullYear() ? undefined : ('numeric' as const);
  return new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long', ...(year === undefined ? {} : { year }) }).format(date);
}

/** "14:02". */
export const clockTime = (date: Date): string =>
  new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', hour12: false }).format(date);

/** "15 Dec 2026, 14:02": for lines of a history. */
export const stamp = (date: Date): string =>
  new Intl.DateTimeFormat(LOCALE, {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(date);

/** "15 Dec, 14:02:31": for steps that are seconds apart. */
export const exactTime = (date: Date): string =>
  new Intl.DateTimeFormat(LOCALE, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  }).format(date);

/** "today", "tomorrow", "in 23 days", "yesterday", "4 days ago". */
export function relativeDays(date: Date, now: Date): string {
  const days = calendarDays(now, date);
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(days, 'day');
}

/** "expires in 23 days, 15 December"; "expired yesterday, 22 November". */
export const expiryText = (date: Date, now: Date): string =>
  `${date.getTime() <= now.getTime() ? 'expired' : 'expires'} ${relativeDays(date, now)}, ${absoluteDate(date, now)}`;

/** "14:02" today, else "22 November, 14:02". */
export const asOfText = (date: Date, now: Date): string =>
  calendarDays(date, now) === 0 ? clockTime(date) : `${absoluteDate(date, now)}, ${clockTime(date)}`;

/** "about 4 seconds", "about 2 minutes": for what is left to do. */
export function durationText(seconds: number): string {
  if (seconds < 90) return `about ${Math.max(1, Math.round(seconds))} ${Math.round(seconds) <= 1 ? 'second' : 'seconds'}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `about ${minutes} minutes`;
  return `about ${Math.round(minutes / 60)} hours`;
}
