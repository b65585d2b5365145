/**
 * Forgets what nobody needs any more: events of payment providers, and what was told to the outside. Never what is unfinished: a delivery that still
 * waits keeps its event, however old. Never what protects: a provider sends an event again for days, and by hand for a month, and its signature is
 * good for minutes; what is kept is longer. The ledger, invoices, checkouts and payouts are not touched: an event that comes back after all
 * makes the operation ids that it made before, and nothing happens twice.
 */
import type pg from 'pg';
import { days, hours } from '../shared/credits/model/durations.ts';
import { earlierBy, timeBetween } from '../shared/credits/model/instants.ts';
import type { Instant, Millis } from '../shared/credits/model/quantities.ts';
import type { Clock } from './clock.ts';
import { inRounds } from './rounds.ts';

/** The least that events and messages have to be kept: a provider may send an event again by hand for a month. */
export const SHORTEST_DAYS = 30;
const HOUR_MS = hours(1);
/** A statement's worth: short enough that nobody waits for its locks. */
const ROWS_AT_A_TIME = 2000;

/** Each deletes at most so many rows that are older than $1. Rows that another server deletes at this moment are passed by. */
const FORGETTING = [
  // Parked ones too: what they are about was not heard of in all this time.
  `delete from provider_events where (provider, event_id) in
     (select provider, event_id from provider_events where at < $1 order by at limit $2 for update skip locked)`,
  `delete from deliveries where (account_id, event_id, target) in
     (select account_id, event_id, target from deliveries where done_at < $1 and state <> 'waiting' limit $2 for update skip locked)`,
  `delete from events where (account_id, event_id) in
     (select e.account_id, e.event_id from events e where e.at < $1
        and not exists (select from deliveries d where d.account_id = e.account_id and d.event_id = e.event_id)
      limit $2 for update skip locked)`,
] as const;

/** Forgets events and messages after `days` days, with bounded deletes and at most once an hour. */
export class Retention {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #keptMs: Millis;
  #last: Instant | null = null;

  constructor(pool: pg.Pool, clock: Clock, keptDays: number) {
    this.#pool = pool;
    this.#clock = clock;
    this.#keptMs = days(keptDays);
  }

  /** With every sweep; looks once an hour. */
  async prune(): Promise<void> {
    const now = this.#clock.now();
    if (this.#last !== null && Math.abs(timeBetween(this.#last, now)) < HOUR_MS) return;
    this.#last = now;
    for (const sql of FORGETTING)
      await inRounds(async () => {
        const { rowCount } = await this.#pool.query(sql, [earlierBy(now, this.#keptMs), ROWS_AT_A_TIME]);
        return (rowCount ?? 0) >= ROWS_AT_A_TIME;
      });
  }
}
