/**
 * Instants: how to come from one to another, and which of several comes first. An instant and a duration are both milliseconds, and the difference of
 * two instants is no instant: so each has a name here, because an expression of them is a plain number to the compiler. Steps of a calendar are in
 * `calendar.ts`.
 */
import { instantFrom, millisFrom } from './minting.ts';
import type { Instant, Millis } from './quantities.ts';

/** Where counting begins: 1 January 1970, UTC. */
export const EPOCH: Instant = instantFrom(0);

/** Behind every instant: of what does not come by itself. */
export const NEVER: Instant = instantFrom(Number.POSITIVE_INFINITY);

/** Before every instant: of what never happened. */
export const LONG_AGO: Instant = instantFrom(Number.NEGATIVE_INFINITY);

/** So long after the instant. */
export const laterBy = (at: Instant, by: Millis): Instant => instantFrom(at + by);

/** So long before the instant. */
export const earlierBy = (at: Instant, by: Millis): Instant => instantFrom(at - by);

/** How long it is from the one to the other; below zero where `to` comes first. */
export const timeBetween = (from: Instant, to: Instant): Millis => millisFrom(to - from);

/** Whichever comes first. */
export const earliest = (a: Instant, b: Instant): Instant => (a < b ? a : b);

/** Whichever comes last. */
export const latest = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** The instant that an RFC 3339 text names; NaN for a text that names none, so that whoever did not check before can tell. */
export const parseInstant = (text: string): Instant => instantFrom(Date.parse(text));
