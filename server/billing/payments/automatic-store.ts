/** Automatic charges in the database, and the accounts whose balance is watched for them. */
import type pg from 'pg';
import type { AccountId, Instant, OpId, Seq } from '../../../shared/credits/model/quantities.ts';
import { type HostedProviderId, isHostedProvider } from '../../../shared/payment-ways.ts';
import { lease, leaseEnd } from '../../db/lease.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/** due: not charged yet, as far as is known · pending: the bank works on it · done: its checkout says what became of it */
export interface AutomaticCharge {
  readonly accountId: AccountId;
  readonly opId: OpId;
  readonly reference: string;
  readonly provider: string;
  readonly state: 'due' | 'pending' | 'done';
  /** When it was triggered. */
  readonly at: Instant;
  /** What the provider was asked to prepare; null: it was not asked yet. */
  readonly paymentId: string | null;
}

const COLUMNS = `account_id as "accountId", op_id as "opId", reference, provider, state, at, payment_id as "paymentId"`;

/**
 * Writes the charge down, in the transaction that fixes its price. False, and nothing is written, when the account's ledger has moved on since `seq`
 * or another charge is open: the row of the account stays locked, so that whoever books meanwhile comes before or after.
 */
export async function beginCharge(client: Queryable, charge: Omit<AutomaticCharge, 'state' | 'paymentId'>, seq: Seq): Promise<boolean> {
  const { rows } = await client.query<{ seq: Seq }>('select seq from accounts where account_id = $1 for update', [charge.accountId]);
  if (rows[0]?.seq !== seq) return false;
  const { rowCount } = await client.query(
    `insert into automatic_charges (account_id, op_id, reference, provider, state, at, next_at, leased_until)
     values ($1, $2, $3, $4, 'due', $5, $5, ${leaseEnd()}) on conflict do nothing`,
    [charge.accountId, charge.opId, charge.reference, charge.provider, charge.at],
  );
  return rowCount === 1;
}

const DUE_CHARGES = {
  table: 'automatic_charges',
  key: ['account_id', 'op_id'],
  due: 'next_at <= $2',
  order: 'next_at',
  columns: `t.account_id as "accountId", t.op_id as "opId", reference, provider, state, at, payment_id as "paymentId"`,
};

/** Leases charges that are due; after a crash they are free again, and the provider knows what was paid. `now`: epoch milliseconds. */
export const leaseCharges = (db: Queryable, now: Instant, limit: number): Promise<AutomaticCharge[]> =>
  lease<AutomaticCharge & pg.QueryResultRow>(db, DUE_CHARGES, limit, [now]);

/** The charge of this reference; null: there is none. */
export async function chargeBy(db: Queryable, reference: string): Promise<AutomaticCharge | null> {
  const { rows } = await db.query<AutomaticCharge>(`select ${COLUMNS} from automatic_charges where reference = $1`, [reference]);
  return rows[0] ?? null;
}

/** The newest of this account; null: nothing was ever charged automatically at a provider. */
export async function lastCharge(db: Queryable, accountId: AccountId): Promise<AutomaticCharge | null> {
  const { rows } = await db.query<AutomaticCharge>(
    `select ${COLUMNS} from automatic_charges where account_id = $1 order by at desc, op_id limit 1`,
    [accountId],
  );
  return rows[0] ?? null;
}

/** Before the bank is asked: after a crash the same payment is asked for, so that it is idempotent. */
export async function rememberPrepared(db: Queryable, reference: string, paymentId: string): Promise<void> {
  await db.query('update automatic_charges set payment_id = $2 where reference = $1', [reference, paymentId]);
}

/** Due again at `nextAt` (epoch ms), its lease given up. One that is done stays done. */
export async function checkLater(db: Queryable, reference: string, state: 'due' | 'pending', nextAt: Instant): Promise<void> {
  await db.query(`update automatic_charges set state = $2, next_at = $3, leased_until = null where reference = $1 and state <> 'done'`, [
    reference,
    state,
    nextAt,
  ]);
}

/** Done: its checkout says what became of it. */
export async function closeCharge(db: Queryable, reference: string): Promise<void> {
  await db.query(`update automatic_charges set state = 'done', next_at = null, leased_until = null where reference = $1`, [reference]);
}

/** Of the account and its provider: the method stays there, and may be charged for what the account turned on. */
export async function keepMethod(client: Queryable, accountId: AccountId, provider: string): Promise<void> {
  await client.query('update provider_customers set keeps_method = true where account_id = $1 and provider = $2', [accountId, provider]);
}

/** Where a payment method of this account was kept; null: nowhere. What renews comes first. */
export async function keepsMethodAt(db: Queryable, accountId: AccountId): Promise<HostedProviderId | null> {
  const { rows } = await db.query<{ provider: string }>(
    'select provider from provider_customers where account_id = $1 and keeps_method order by renews desc, provider',
    [accountId],
  );
  return rows.map(({ provider }) => provider).find(isHostedProvider) ?? null;
}

/** Inside the transaction that turns it on or off. */
export async function watch(client: Queryable, accountId: AccountId, on: boolean): Promise<void> {
  await client.query(
    on ? 'insert into auto_top_ups values ($1, 0, null) on conflict do nothing' : 'delete from auto_top_ups where account_id = $1',
    [accountId],
  );
}

/** Accounts that were written to since somebody looked, or that time may have brought something. */
export async function accountsToCheck(db: Queryable, now: Instant, limit: number): Promise<{ accountId: AccountId; seq: Seq }[]> {
  const { rows } = await db.query<{ accountId: AccountId; seq: Seq }>(
    `select w.account_id as "accountId", a.seq from auto_top_ups w join accounts a using (account_id)
     where a.seq > w.looked_at_seq or w.next_look <= $1 order by w.account_id limit $2`,
    [now, limit],
  );
  return rows;
}

/** Checked up to `seq`. `nextCheckAt` (epoch ms): checked anew then, whatever is written; null: only after a write. */
export async function markChecked(db: Queryable, accountId: AccountId, seq: Seq, nextCheckAt: Instant | null): Promise<void> {
  await db.query('update auto_top_ups set looked_at_seq = greatest(looked_at_seq, $2), next_look = $3 where account_id = $1', [
    accountId,
    seq,
    nextCheckAt,
  ]);
}
