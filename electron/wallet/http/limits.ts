/** The bounds on what the network says. Whatever a header, a body or a silence claims, nothing grows past these. */

import { minMillis, minutes, seconds } from '../../../shared/credits/model/durations.ts';
import { millisFrom } from '../../../shared/credits/model/minting.ts';
import type { Millis } from '../../../shared/credits/model/quantities.ts';

/** Retry-After is honoured up to here; a longer one is cut short. */
export const LONGEST_RETRY_AFTER_MS = minutes(5);
/** No two tries follow each other faster than this. */
export const SHORTEST_WAIT_MS = millisFrom(100);
/** The wallet with its history page, a file of an invoice or a picture: none comes near it. Counted after decompression. */
export const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;
/** How long an answer is waited for at first: enough for a batch of 500 on a slow line. */
export const FIRST_PATIENCE_MS = seconds(20);
/** After answers that came too late, up to this is waited: a slow server is still a server. */
export const LONGEST_PATIENCE_MS = minutes(2);
/** An answer that trickles in is given up after this, however busy it looks. */
export const LONGEST_ANSWER_MS = minutes(5);
/** The system may have to fetch a script first to say which proxy; then it goes straight. */
export const SYSTEM_PROXY_WITHIN_MS = seconds(5);
/** The server says something on its stream every 10 seconds, and at once when it is opened. */
export const FIRST_WORD_WITHIN_MS = seconds(20);
/** A stream that says nothing for so long is taken for dead: heartbeats come more often. */
export const QUIET_AT_MOST_MS = seconds(65);
/** Without a stream that works, the ledger is asked for at least this often. */
export const LONGEST_POLL_MS = seconds(45);
/** A stream that lasted this long works; one that ends before counts as one more that does not come through. */
export const STEADY_STREAM_MS = minutes(1);

/**
 * `Retry-After` (RFC 9110, 10.2.3) in milliseconds, between 0 and LONGEST_RETRY_AFTER_MS. A date counts from the answer's own `Date`, because this
 * machine's clock may be wrong. Null when it says nothing that can be used: then the back-off decides alone.
 */
export function retryAfterMs(header: unknown, date?: unknown): Millis | null {
  if (typeof header !== 'string') return null;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - (typeof date === 'string' ? Date.parse(date) : Number.NaN);
  return Number.isNaN(ms) || ms < 0 ? null : minMillis(millisFrom(ms), LONGEST_RETRY_AFTER_MS);
}
