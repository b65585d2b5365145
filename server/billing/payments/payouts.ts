/**
 * Money that the ledger gave back, paid out by the provider that took it. The debt is written in the refund's own transaction and paid
 * afterwards, as often as it takes: the operation id makes it one payout.
 */
import type pg from 'pg';
import { minorFrom, NO_ACCOUNT, opIdFrom } from '../../../shared/credits/model/minting.ts';
import type { AccountId, Instant, Minor, OpId } from '../../../shared/credits/model/quantities.ts';
import { transaction } from '../../db/database.ts';
import { PROVIDER_IN_TRANSACTION_MS } from '../../db/limits.ts';
import { Failures } from '../../failures.ts';
import { ProviderTrouble } from './provider.ts';
import type { Providers } from './providers.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/** Money that is owed back through the provider that took it. */
export interface Payout {
  readonly accountId: AccountId;
  readonly opId: OpId;
  readonly provider: string;
  readonly paymentId: string;
  /** Gross, in minor units. */
  readonly minor: Minor;
  /** Everything that was paid and not given back before. */
  readonly whole: boolean;
  readonly currency: string;
  readonly reason: string;
}

/** Writes the debt down, in the transaction that brings it. Once for its operation id. */
export async function owe(client: Queryable, p: Payout): Promise<void> {
  const columns = 'account_id, op_id, provider, payment_id, minor, whole, currency, reason';
  await client.query(`insert into payouts (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`, [
    p.accountId,
    p.opId,
    p.provider,
    p.paymentId,
    p.minor,
    p.whole,
    p.currency,
    p.reason,
  ]);
}

interface Row {
  account_id: AccountId;
  op_id: OpId;
  provider: string;
  payment_id: string;
  minor: number;
  whole: boolean;
  currency: string;
  reason: string;
}

const AT_A_TIME = 200;

/** Pays such debts. A provider is asked until it answers, and pays each once. */
export class Payouts {
  readonly #pool: pg.Pool;
  readonly #providers: Providers;

  constructor(pool: pg.Pool, providers: Providers) {
    this.#pool = pool;
    this.#providers = providers;
  }

  /** Pays what is owed. What a provider does not answer stays owed and is retried by the sweep. */
  async pay(): Promise<void> {
    if (this.#providers.all.length === 0) return;
    const failures = new Failures();
    for (let after: Pick<Row, 'account_id' | 'op_id'> = { account_id: NO_ACCOUNT, op_id: opIdFrom('') }; ; ) {
      const { rows } = await this.#pool.query<Pick<Row, 'account_id' | 'op_id'>>(
        `select account_id, op_id from payouts where refund_id is null and refused_at is null and (account_id, op_id) > ($1, $2)
         order by account_id, op_id limit $3`,
        [after.account_id, after.op_id, AT_A_TIME],
      );
      await failures.each(rows, (row) => this.#payOne(row.account_id, row.op_id));
      const last = rows.at(-1);
      if (!last || rows.length < AT_A_TIME) break;
      after = last;
    }
    failures.report();
  }

  /** Does what brings the debt, and then pays it at once. */
  async after<T>(work: Promise<T>): Promise<T> {
    const done = await work;
    // What cannot be paid now is paid by the next look: the work is done all the same.
    await this.pay().catch(() => undefined);
    return done;
  }

  /** The row stays locked while the provider is asked: two servers never ask for the same one at once. */
  async #payOne(accountId: AccountId, opId: OpId): Promise<void> {
    await transaction(this.#pool, async (client) => {
      await client.query(`set local idle_in_transaction_session_timeout = ${PROVIDER_IN_TRANSACTION_MS}`);
      const { rows } = await client.query<Row>(
        'select * from payouts where account_id = $1 and op_id = $2 and refund_id is null and refused_at is null for update skip locked',
        [accountId, opId],
      );
      const [row] = rows;
      const provider = row && this.#providers.hosted(row.provider);
      if (!row || !provider) return;
      const { payment_id: paymentId, minor, whole, currency, reason } = row;
      try {
        const { refundId } = await provider.refund({ opId, paymentId, minor: minorFrom(BigInt(minor)), full: whole, currency, reason });
        await client.query('update payouts set refund_id = $3 where account_id = $1 and op_id = $2', [accountId, opId, refundId]);
      } catch (error) {
        // Still owed.
        if (!(error instanceof ProviderTrouble)) throw error;
      }
    });
  }
}

/** The refund that we asked for; null: it is none of ours. */
export async function payoutBy(db: Queryable, provider: string, refundId: string, opId: OpId | null): Promise<Payout | null> {
  const { rows } = await db.query<Row>('select * from payouts where provider = $1 and (refund_id = $2 or op_id = $3)', [
    provider,
    refundId,
    opId,
  ]);
  const [row] = rows;
  return row
    ? { ...row, accountId: row.account_id, opId: row.op_id, paymentId: row.payment_id, minor: minorFrom(BigInt(row.minor)) }
    : null;
}

/** It was not paid, and is not asked for again. */
export async function refusePayout(client: Queryable, { accountId, opId }: Payout, now: Instant): Promise<void> {
  await client.query('update payouts set refused_at = $3 where account_id = $1 and op_id = $2 and refused_at is null', [
    accountId,
    opId,
    now,
  ]);
}
