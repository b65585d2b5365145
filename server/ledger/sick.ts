/**
 * Accounts that cannot be swept: whose policy this server does not have, whose ledger cannot be read, whose row is locked. They are tried again with a pause
 * that doubles, and staff sees them. Kept in the database: servers that share it share the list.
 */
import type pg from 'pg';
import type { SickAccount } from '../../shared/api/index.ts';
import { hours, minutes } from '../../shared/credits/model/durations.ts';
import type { AccountId, Instant } from '../../shared/credits/model/quantities.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { messageOf } from '../failures.ts';
import type { Journal } from '../journal.ts';
import { Refusal } from '../problems.ts';
import type { Policies } from './policies.ts';

const FIRST_PAUSE_MS = minutes(1);
const LONGEST_PAUSE_MS = hours(1);
const REASON_LENGTH = 500;

const subject = (accountId: AccountId): string => `account ${accountId} cannot be swept`;

/** The list of accounts that cannot be swept. */
export class SickAccounts {
  readonly #pool: pg.Pool;
  readonly #background: pg.Pool;
  readonly #clock: Clock;
  readonly #journal: Journal;

  constructor(parts: { pool: pg.Pool; background: pg.Pool; clock: Clock; journal: Journal }) {
    this.#pool = parts.pool;
    this.#background = parts.background;
    this.#clock = parts.clock;
    this.#journal = parts.journal;
  }

  /** It failed once more: retried after 1, 2, 4 … minutes, at least once an hour. */
  async note(accountId: AccountId, error: unknown): Promise<{ readonly code: string; readonly reason: string }> {
    const code = error instanceof Refusal ? error.code : 'internal';
    const reason = messageOf(error).slice(0, REASON_LENGTH);
    this.#journal.state(subject(accountId), reason);
    await this.#pool.query(
      `insert into sick_accounts values ($1, $2::bigint, $3, $4, 1, $2::bigint + $5::bigint)
       on conflict (account_id) do update set code = $3, reason = $4, tries = sick_accounts.tries + 1,
         next_try = $2::bigint + least($6::bigint, $5::bigint * (2 ^ least(sick_accounts.tries, 20))::bigint)`,
      [accountId, this.#clock.now(), code, reason, FIRST_PAUSE_MS, LONGEST_PAUSE_MS],
    );
    return { code, reason };
  }

  async healed(accountId: AccountId): Promise<void> {
    this.#journal.state(subject(accountId), null);
    await this.#pool.query('delete from sick_accounts where account_id = $1', [accountId]);
  }

  /** Longest first, after `after` (an account's id, as the page before ended with). */
  async list(after: string | null, limit: number): Promise<SickAccount[]> {
    const { rows } = await this.#pool.query<{
      account_id: AccountId;
      since: Instant;
      code: string;
      reason: string;
      tries: number;
      next_try: Instant;
    }>(
      `select * from sick_accounts where $1::text is null
         or (since, account_id) > (select s.since, s.account_id from sick_accounts s where s.account_id = $1)
       order by since, account_id limit $2`,
      [after, limit],
    );
    return rows.map((row) => ({
      accountId: row.account_id,
      since: rfc3339(row.since),
      code: row.code,
      reason: row.reason,
      tries: row.tries,
      nextTry: rfc3339(row.next_try),
    }));
  }

  /**
   * At a start: what was in the way may be mended, so everybody is tried again soon; accounts whose policy this server does not have are listed before
   * they are due.
   */
  async review(policies: Policies): Promise<void> {
    const known = policies.all.map(({ id }) => id);
    await this.#background.query(
      `delete from sick_accounts s using profiles p where s.account_id = p.account_id and s.code = 'unknown_policy' and p.policy = any($1)`,
      [known],
    );
    await this.#background.query('update sick_accounts set next_try = 0 where next_try > 0');
    const { rows } = await this.#background.query<{ policy: string; accounts: number }>(
      'select policy, count(*) as accounts from profiles where policy is not null and policy <> all($1) group by policy order by policy',
      [known],
    );
    for (const { policy, accounts } of rows) {
      const reason = `This server has no policy ${policy}. Start it with --policy-file and the file that declares it.`;
      this.#journal.state(
        `policy ${policy} is missing`,
        `${accounts} accounts are under it and are not swept until the server is started with it (--policy-file)`,
      );
      await this.#background.query(
        `insert into sick_accounts select account_id, $2, 'unknown_policy', $3, 0, 0 from profiles where policy = $1 on conflict do nothing`,
        [policy, this.#clock.now(), reason],
      );
    }
  }
}
