/** The bounds on what the network says. Whatever a header, a body or a silence claims, nothing grows past these. */

/** Retry-After is honoured up to here; a longer one is cut short. */
export const LONGEST_RETRY_AFTER_MS = 5 * 60_000;
/** No two tries follow each other faster than this. */
export const SHORTEST_WAIT_MS = 100;
/** The wallet with its history page, a file of an invoice or a picture: none comes near it. Counted after decompression. */
export const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;
/** How long an answer is waited for at first: enough for a batch of 500 on a slow line. */
export const FIRST_PATIENCE_MS = 20_000;
/** After answers that came too late, up to this is waited: a slow server is still a server. */
export const LONGEST_PATIENCE_MS = 120_000;
/** An answer that trickles in is given up after this, however busy it looks. */
export const LONGEST_ANSWER_MS = 5 * 60_000;
/** The system may have to fetch a script first to say which proxy; then it goes straight. */
export const SYSTEM_PROXY_WITHIN_MS = 5000;
/** The server says something on its stream every 10 seconds, and at once when it is opened. */
export const FIRST_WORD_WITHIN_MS = 20_000;
/** A stream that says nothing for so long is taken for dead: heartbeats come more often. */
export const QUIET_AT_MOST_MS = 65_000;
/** Without a stream that works, the ledger is asked for at least this often. */
export const LONGEST_POLL_MS = 45_000;
/** A stream that lasted this long works; one that ends before counts as one more that does not come through. */
export const STEADY_STREAM_MS = 60_000;

/**
 * `Retry-After` (RFC 9110, 10.2.3) in milliseconds, between 0 and LONGEST_RETRY_AFTER_MS. A date counts from the answer's own `Date`, because this
 * machine's clock may be wrong. Null when it says nothing that can be used: then the back-off decides alone.
 */
export function retryAfterMs(header: unknown, date?: unknown): number | null {
  if (typeof header !== 'string') return null;
  const text = header.trim();
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - (typeof date === 'string' ? Date.parse(date) : Number.NaN);
  return Number.isNaN(ms) || ms < 0 ? null : Math.min(ms, LONGEST_RETRY_AFTER_MS);
}
