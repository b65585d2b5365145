/**
 * Reads ledgers from where it stopped and tells what is new in them. The ledger itself is the outbox of its events: whatever is appended is told,
 * whoever appended it and whenever this server was down. What a wallet warns of by itself is told when it begins.
 */
import type pg from 'pg';
import { z } from 'zod';
import { lapsesAt } from '../../shared/credits/model/draft.ts';
import { days } from '../../shared/credits/model/durations.ts';
import { earlierBy } from '../../shared/credits/model/instants.ts';
import type { AccountState, Entry } from '../../shared/credits/model/model.ts';
import type { PolicyTerms } from '../../shared/credits/model/policy.ts';
import type { AccountId, Instant, Seq } from '../../shared/credits/model/quantities.ts';
import { NO_UNITS } from '../../shared/credits/model/units.ts';
import { pinned } from '../../shared/credits/model/versions.ts';
import { type Alert, alertSubject, alerts } from '../../shared/credits/read/alerts.ts';
import type { Clock } from '../clock.ts';
import { rfc3339 } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { derivedId } from '../derived-id.ts';
import { Failures } from '../failures.ts';
import { readChunk, readEntry } from '../ledger/encoding.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { LedgerStorage } from '../ledger/storage.ts';
import { amountsOf } from '../ledger/wire.ts';
import { announce, type Happening } from '../outbox.ts';

/** What an account was warned of already, as its column keeps it. */
const subjects = z.array(z.string());

const ACCOUNTS_AT_A_TIME = 200;
const CHUNKS_AT_A_TIME = 500;

interface Row {
  readonly seq: Seq;
  readonly alerts: string;
}

/** Begins where the ledger stands: what happened before somebody listened is not told. Inside the transaction of whoever begins to listen. */
export async function beginFollowing(client: Pick<pg.ClientBase, 'query'>, ledger: Ledger, accountId: AccountId): Promise<void> {
  const { state, seq } = await ledger.newest(accountId);
  const now = ledger.now(state);
  const policy = ledger.policyOf(state);
  await client.query('insert into followers values ($1, $2, $3, $4) on conflict do nothing', [
    accountId,
    seq,
    JSON.stringify(alerts(policy, state, now).map(alertSubject)),
    nextLook(pinned(policy, state), state, now),
  ]);
}

/** Turns new entries and new warnings into events, from a cursor that is kept per account. */
export class Follower {
  readonly #ledger: Ledger;
  readonly #storage: Pick<LedgerStorage, 'chunks'>;
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #background: pg.Pool;
  readonly #mail: boolean;

  /** `background`: for the looks through all accounts. `mail`: every account is followed; otherwise those with webhook endpoints. */
  constructor(parts: {
    ledger: Ledger;
    storage: Pick<LedgerStorage, 'chunks'>;
    pool: pg.Pool;
    background: pg.Pool;
    clock: Clock;
    mail: boolean;
  }) {
    this.#ledger = parts.ledger;
    this.#storage = parts.storage;
    this.#pool = parts.pool;
    this.#background = parts.background;
    this.#clock = parts.clock;
    this.#mail = parts.mail;
  }

  /** Everything new. Several servers at once do no harm: each account's place moves on once. */
  async followAll(): Promise<void> {
    const failures = new Failures();
    if (this.#mail) await this.#takeNewAccounts(failures);
    for (let after = ''; ; ) {
      const { rows } = await this.#background.query<{ account_id: AccountId }>(
        `select f.account_id from followers f join accounts a using (account_id)
         where f.account_id > $1 and (a.seq > f.seq or f.next_look <= $2) order by f.account_id limit $3`,
        [after, this.#clock.now(), ACCOUNTS_AT_A_TIME],
      );
      await failures.each(rows, ({ account_id: accountId }) => this.#follow(accountId));
      const last = rows.at(-1);
      if (!last || rows.length < ACCOUNTS_AT_A_TIME) break;
      after = last.account_id;
    }
    failures.report();
  }

  /** What is new in these. */
  async followSome(accountIds: readonly string[]): Promise<void> {
    const { rows } = await this.#pool.query<{ account_id: AccountId }>('select account_id from followers where account_id = any($1)', [
      accountIds,
    ]);
    const failures = new Failures();
    await failures.each(rows, ({ account_id: accountId }) => this.#follow(accountId));
    failures.report();
  }

  async #takeNewAccounts(failures: Failures): Promise<void> {
    for (let after = ''; ; ) {
      const { rows } = await this.#background.query<{ account_id: AccountId }>(
        `select account_id from accounts a where account_id > $1 and not exists (select from followers f where f.account_id = a.account_id)
         order by account_id limit $2`,
        [after, ACCOUNTS_AT_A_TIME],
      );
      await failures.each(rows, ({ account_id: accountId }) => beginFollowing(this.#pool, this.#ledger, accountId));
      const last = rows.at(-1);
      if (!last || rows.length < ACCOUNTS_AT_A_TIME) return;
      after = last.account_id;
    }
  }

  async #follow(accountId: AccountId): Promise<void> {
    const { rows } = await this.#pool.query<Row>('select seq, alerts from followers where account_id = $1', [accountId]);
    const [row] = rows;
    if (!row) return;
    const { state, seq } = await this.#ledger.newest(accountId);
    const policy = this.#ledger.policyOf(state);
    const now = this.#ledger.now(state);
    const warnings = alerts(policy, state, now);
    const known = new Set(subjects.parse(JSON.parse(row.alerts)));
    const begun = warnings.filter((alert) => !known.has(alertSubject(alert)));
    const told = [
      ...(await this.#entriesAfter(accountId, row.seq, seq)).flatMap((entry) => settled(accountId, policy, entry)),
      ...begun.flatMap((alert) => warned(accountId, policy, alert, seq, now)),
    ];
    await transaction(this.#pool, async (client) => {
      const { rowCount } = await client.query(
        'update followers set seq = $2, alerts = $3, next_look = $4 where account_id = $1 and seq = $5 and alerts = $6',
        [accountId, seq, JSON.stringify(warnings.map(alertSubject)), nextLook(pinned(policy, state), state, now), row.seq, row.alerts],
      );
      // Otherwise somebody else was quicker, and told it.
      if (rowCount === 1) for (const happening of told) await announce(client, happening);
    });
  }

  async #entriesAfter(accountId: AccountId, after: Seq, until: Seq): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (let at = after; at < until; ) {
      const chunks = await this.#storage.chunks(accountId, at, CHUNKS_AT_A_TIME);
      for (const { firstSeq, entries: stored } of chunks)
        readChunk(stored).forEach((entry, index) => {
          const seq = firstSeq + index;
          if (seq > after && seq <= until) entries.push(readEntry(entry));
        });
      const last = chunks.at(-1);
      if (!last) break;
      at = last.lastSeq;
    }
    return entries;
  }
}

function settled(accountId: AccountId, terms: PolicyTerms, entry: Entry): Happening[] {
  if (entry.kind !== 'settled') return [];
  const amounts = amountsOf(terms);
  const { holdId, at } = entry;
  const data = {
    opId: holdId,
    charged: amounts.total(entry.charged),
    returned: amounts.total(entry.returned),
    slices: amounts.slices(entry.charged),
    at: rfc3339(at),
  };
  return [{ accountId, eventId: `evt_${derivedId('settled', accountId, holdId)}`, type: 'operation.settled', at, data }];
}

/** `seq` tells one time that a balance ran low from the next. */
function warned(accountId: AccountId, terms: PolicyTerms, alert: Alert, seq: Seq, now: Instant): Happening[] {
  const { format } = amountsOf(terms);
  const unit = terms.unit.code;
  const event = { accountId, eventId: `evt_${derivedId('warned', accountId, alertSubject(alert), seq)}`, at: now };
  switch (alert.kind) {
    case 'out_of_credit':
      return [{ ...event, type: 'balance.low', data: { available: format(NO_UNITS), threshold: null, unit } }];
    case 'low_balance':
      return [{ ...event, type: 'balance.low', data: { available: format(alert.available), threshold: format(alert.threshold), unit } }];
    case 'expiring': {
      const { bucket } = alert;
      const label = terms.buckets.find((rule) => rule.id === bucket)?.label ?? bucket;
      const data = { bucket, label, amount: format(alert.amount), unit, expiresAt: rfc3339(alert.at) };
      return [{ ...event, type: 'grant.expiring', data }];
    }
    default:
      return [];
  }
}

/** When time alone begins the next warning of expiry; null: it does not. */
function nextLook(terms: PolicyTerms, state: AccountState, now: Instant): Instant | null {
  let next: Instant | null = null;
  for (const grant of state.grants.values()) {
    const lapse = lapsesAt(grant, state.closedAt);
    if (lapse === null || grant.available === 0n) continue;
    for (const count of terms.alerts.expiringDays) {
      const at = earlierBy(lapse, days(count));
      if (at > now && (next === null || at < next)) next = at;
    }
  }
  return next;
}
