/** What is told to the outside, written down in the transaction of what it tells. */
import type pg from 'pg';
import type { AccountId, Instant } from '../shared/credits/model/quantities.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/** The last three are for the account itself, by e-mail only. */
export type EventType =
  | 'operation.settled'
  | 'grant.expiring'
  | 'balance.low'
  | 'invoice.issued'
  | 'report.opened'
  | 'report.answered'
  | 'renewal.failed'
  | 'top-up.failed'
  | 'refund.refused';

/** What people are written to about. Everything else is for programs. */
const BY_EMAIL: ReadonlySet<EventType> = new Set([
  'grant.expiring',
  'balance.low',
  'invoice.issued',
  'renewal.failed',
  'top-up.failed',
  'refund.refused',
]);

/** An event to be told to the outside; `at` in milliseconds since 1970. */
export interface Happening {
  readonly accountId: AccountId;
  /** Derived from what happened, so that telling it is idempotent. */
  readonly eventId: string;
  readonly type: EventType;
  readonly at: Instant;
  /** As webhooks tell it. */
  readonly data: unknown;
}

/** One round trip. Writes nothing when nobody listens: e-mail is off or the account has no address, and no endpoint of its own takes this type. */
export async function announce(client: Queryable, { accountId, eventId, type, at, data }: Happening): Promise<void> {
  await client.query(
    `with targets as (
       select 'email' as target where $6
         and exists (select from settings where name = 'mail' and value = 'on')
         and exists (select from profiles where account_id = $1 and email is not null)
       union all
       select endpoint_id from webhook_endpoints
         where account_id = $1 and $3 = any(types) and disabled_at is null and removed_at is null
     ), event as (
       insert into events (account_id, event_id, type, at, data) select $1, $2, $3, $4, $5 where exists (select from targets)
       on conflict do nothing returning event_id
     )
     insert into deliveries (account_id, event_id, target, state, attempts, next_at)
       select $1, $2, target, 'waiting', 0, $4 from targets, event`,
    [accountId, eventId, type, at, JSON.stringify(data), BY_EMAIL.has(type)],
  );
}

/** An event as it is sent. `at`: when it happened, epoch milliseconds. */
export interface Told {
  readonly accountId: AccountId;
  readonly eventId: string;
  readonly type: EventType;
  readonly at: Instant;
  readonly data: unknown;
}
