/** Stretches of time as they are written down in code: each says its unit, and comes out in milliseconds. Days here have 24 hours; those of a calendar are in `calendar.ts`. */
import { millisFrom } from './minting.ts';
import type { Millis } from './quantities.ts';

/** No time at all. */
export const NO_TIME: Millis = millisFrom(0);

/** So many seconds. */
export const seconds = (count: number): Millis => millisFrom(count * 1000);

/** So many minutes. */
export const minutes = (count: number): Millis => millisFrom(count * 60_000);

/** So many hours. */
export const hours = (count: number): Millis => millisFrom(count * 3_600_000);

/** So many times 24 hours. */
export const days = (count: number): Millis => millisFrom(count * 86_400_000);

/** One after the other. */
export const addMillis = (a: Millis, b: Millis): Millis => millisFrom(a + b);

/** So many times as long. */
export const timesMillis = (duration: Millis, times: number): Millis => millisFrom(duration * times);

/** The shorter of the two. */
export const minMillis = (a: Millis, b: Millis): Millis => (a < b ? a : b);

/** The longer of the two. */
export const maxMillis = (a: Millis, b: Millis): Millis => (a > b ? a : b);
