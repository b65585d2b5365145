/**
 * Money that the ledger gave back, paid out by the provider that took it. The debt is written in the refund's own transaction and paid
 * afterwards, as often as it takes: the operation id makes it one payout.
 */
import type pg from 'pg';
import { ProviderTrouble } from './provider.ts';
import type { Providers } from './providers.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

export interface Payout {
  readonly accountId: string;
  readonly opId: string;
  readonly provider: string;
  readonly paymentId: string;
  /** Gross, in minor units. */
  readonly minor: bigint;
  /** Everything that was paid and not given back before. */
  readonly whole: boolean;
  readonly currency: string;
  readonly reason: string;
}

export async function owe(client: Queryable, p: Payout): Promise<void> {
  await client.query('insert into payouts values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing', [
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
  account_id: string;
  op_id: string;
  provider: string;
  payment_id: string;
  minor: number;
  whole: boolean;
  currency: string;
  reason: string;
}

export class Payouts {
  readonly #pool: pg.Pool;
  readonly #providers: Providers;

  constructor(pool: pg.Pool, providers: Providers) {
    this.#pool = pool;
    this.#providers = providers;
  }

  /** Pays what is owed. What a provider does not answer stays owed and is asked again by the sweep. */
  async pay(): Promise<void> {
    if (this.#providers.all.length === 0) return;
    const { rows } = await this.#pool.query<Row>('select * from payouts where refund_id is null limit 200');
    for (const row of rows) await this.#payOne(row);
  }

  /** Does what brings the debt, and then pays it at once. */
  async after<T>(work: Promise<T>): Promise<T> {
    const done = await work;
    await this.pay();
    return done;
  }

  async #payOne({ account_id, op_id, provider: id, payment_id, minor, whole, currency, reason }: Row): Promise<void> {
    const provider = this.#providers.hosted(id);
    if (!provider) return;
    try {
      const { refundId } = await provider.refund({
        opId: op_id,
        paymentId: payment_id,
        minor: BigInt(minor),
        full: whole,
        currency,
        reason,
      });
      await this.#pool.query('update payouts set refund_id = $3 where account_id = $1 and op_id = $2', [account_id, op_id, refundId]);
    } catch (error) {
      // Still owed.
      if (!(error instanceof ProviderTrouble)) throw error;
    }
  }
}

/** Whether this refund is one that we asked for. */
export async function isOurRefund(db: Queryable, provider: string, refundId: string, opId: string | null): Promise<boolean> {
  const { rowCount } = await db.query('select 1 from payouts where provider = $1 and (refund_id = $2 or op_id = $3)', [
    provider,
    refundId,
    opId,
  ]);
  return (rowCount ?? 0) > 0;
}
