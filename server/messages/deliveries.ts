/**
 * Sends what waits. A delivery is leased by one server, so that two never send it at once; after a crash its lease ends. At-least-once: between the
 * other side's yes and our note of it lies one moment in which a crash sends twice: the id is the same then, for the receiver to know it by.
 */
import type pg from 'pg';
import { days, minutes } from '../../shared/credits/model/durations.ts';
import { laterBy } from '../../shared/credits/model/instants.ts';
import type { AccountId, Instant } from '../../shared/credits/model/quantities.ts';
import { type Clock, systemClock } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { lease } from '../db/lease.ts';
import type { Vault } from '../identity/vault.ts';
import type { EventType, Told } from '../outbox.ts';
import { inRounds } from '../rounds.ts';
import { aboutSecret, type EndpointRow, giveUpOn } from './endpoints.ts';
import type { Targets } from './targets.ts';
import { DeliveryTrouble, post } from './webhook.ts';

interface Row {
  readonly account_id: AccountId;
  readonly event_id: string;
  readonly target: string;
  readonly attempts: number;
  readonly type: EventType;
  readonly at: Instant;
  readonly data: string;
}

const AT_A_TIME = 8;
/** What to wait after the first, second … attempt that failed; after the last it is given up. */
const WAIT_MINUTES = [1, 5, 30, 120, 360, 720, 1440, 1440, 1440];
/** An endpoint that has failed for so long is switched off. */
const DISABLED_AFTER_MS = days(5);

const DUE_DELIVERIES = {
  table: 'deliveries',
  key: ['account_id', 'event_id', 'target'],
  due: `next_at <= $2 and ($3 or target <> 'email')`,
  order: 'next_at',
  columns: 't.account_id, t.event_id, t.target, t.attempts, e.type, e.at, e.data',
  join: 'join events e using (account_id, event_id)',
};

/** Sends what is due, with retries that back off, until it arrives or is given up. */
export class Deliveries {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #mail: ((told: Told) => Promise<void>) | null;
  readonly #targets: Targets;
  readonly #vault: Vault;
  readonly #ending = new AbortController();

  /** `mail`: null where e-mail is off; what waits for it stays. */
  constructor(parts: {
    pool: pg.Pool;
    clock: Clock;
    mail: ((told: Told) => Promise<void>) | null;
    targets: Targets;
    vault: Vault;
  }) {
    this.#pool = parts.pool;
    this.#clock = parts.clock;
    this.#mail = parts.mail;
    this.#targets = parts.targets;
    this.#vault = parts.vault;
  }

  /** What is under way is aborted, and retried later. */
  close(): void {
    this.#ending.abort();
  }

  /** Everything that is due now. */
  async sendAll(): Promise<void> {
    await inRounds(async () => {
      const now = this.#clock.now();
      const rows = await this.#lease(now);
      await Promise.all(rows.map((row) => this.#attempt(row, now)));
      return rows.length >= AT_A_TIME && !this.#ending.signal.aborted;
    });
  }

  #lease(now: Instant): Promise<Row[]> {
    return lease<Row & pg.QueryResultRow>(this.#pool, DUE_DELIVERIES, AT_A_TIME, [now, this.#mail !== null]);
  }

  async #attempt(row: Row, now: Instant): Promise<void> {
    // Written by announce.
    const data: unknown = JSON.parse(row.data);
    const told = { accountId: row.account_id, eventId: row.event_id, type: row.type, at: row.at, data };
    try {
      if (row.target === 'email') await this.#mail?.(told);
      else await this.#toEndpoint(row.target, told, now);
      await this.#note(row, 'sent', null, null, now);
    } catch (error) {
      const trouble = error instanceof DeliveryTrouble ? error : new DeliveryTrouble('failed on the server');
      const wait = trouble.final ? undefined : WAIT_MINUTES[row.attempts];
      const next = wait === undefined ? null : laterBy(now, minutes(wait));
      await this.#note(row, next === null ? 'failed' : 'waiting', next, trouble.message, now);
      if (row.target !== 'email') await this.#endpointFailed(row, now, trouble.final);
    }
  }

  async #toEndpoint(endpointId: string, told: Told, now: Instant): Promise<void> {
    const { rows } = await this.#pool.query<EndpointRow>('select * from webhook_endpoints where account_id = $1 and endpoint_id = $2', [
      told.accountId,
      endpointId,
    ]);
    const [endpoint] = rows;
    if (!endpoint || endpoint.removed_at !== null || endpoint.disabled_at !== null) throw new DeliveryTrouble('switched off', true);
    const secret = this.#vault.open(endpoint.secret, aboutSecret(told.accountId, endpointId));
    if (secret === null) throw new DeliveryTrouble('its secret was sealed with another key');
    await post({ url: endpoint.url, secret }, told, systemClock.now(), this.#targets, this.#ending.signal);
    if (endpoint.failing_since !== null)
      await this.#pool.query(
        'update webhook_endpoints set failing_since = null where account_id = $1 and endpoint_id = $2 and $3 >= failing_since',
        [told.accountId, endpointId, now],
      );
  }

  async #endpointFailed({ account_id: accountId, target }: Row, now: Instant, gone: boolean): Promise<void> {
    await transaction(this.#pool, async (client) => {
      const { rows } = await client.query<{ off: boolean }>(
        `update webhook_endpoints set failing_since = coalesce(failing_since, $3),
           disabled_at = case when $4 or $3 - coalesce(failing_since, $3) >= $5 then $3 else disabled_at end
         where account_id = $1 and endpoint_id = $2 and disabled_at is null and removed_at is null returning disabled_at is not null as off`,
        [accountId, target, now, gone, DISABLED_AFTER_MS],
      );
      if (rows[0]?.off) await giveUpOn(client, { accountId, target, now }, 'the endpoint was switched off');
    });
  }

  async #note(row: Row, state: 'sent' | 'waiting' | 'failed', nextAt: Instant | null, trouble: string | null, now: Instant): Promise<void> {
    await this.#pool.query(
      `update deliveries set state = $4, attempts = $5, next_at = $6, trouble = $7, leased_until = null, done_at = case when $6::bigint is null then $8::bigint end
       where account_id = $1 and event_id = $2 and target = $3`,
      [row.account_id, row.event_id, row.target, state, row.attempts + 1, nextAt, trouble, now],
    );
  }
}
