/** Renewals to be charged, in the database. */
import type pg from 'pg';
import { z } from 'zod';
import { minorFrom } from '../../../shared/credits/model/minting.ts';
import type { AccountId, Instant, OpId } from '../../../shared/credits/model/quantities.ts';
import { lease } from '../../db/lease.ts';
import { parseStored } from '../../db/stored.ts';
import { type Customer, storedCustomer } from '../invoices/invoices.ts';
import type { Price } from '../payments/provider.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/**
 * due: not tried yet · pending: the bank works on it · past_due: declined, tried again at `nextAt` · paid · ended: given up, the plan ended
 * and its invoice was credited
 */
type CollectionState = 'due' | 'pending' | 'past_due' | 'paid' | 'ended';

/** A renewal that is to be charged: one for each account and period. */
export interface Collection {
  readonly accountId: AccountId;
  /** With the account: what there is only one of. */
  readonly periodStart: Instant;
  /** The renewal's own operation. */
  readonly opId: OpId;
  readonly reference: string;
  readonly provider: string;
  readonly invoice: string;
  readonly description: string;
  readonly customer: Customer;
  readonly price: Price;
  /** Days to wait after the first, second … attempt that failed. */
  readonly retryDays: readonly number[];
  readonly state: CollectionState;
  /** Attempts that were declined. */
  readonly attempts: number;
  readonly nextAt: Instant | null;
  readonly paymentId: string | null;
  readonly reason: string | null;
}

interface Row {
  account_id: AccountId;
  period_start: Instant;
  op_id: OpId;
  reference: string;
  provider: string;
  invoice: string;
  content: string;
  net: number;
  tax: number;
  currency: string;
  retry_days: number[];
  state: CollectionState;
  attempts: number;
  next_at: Instant | null;
  payment_id: string | null;
  reason: string | null;
}

/** What insertCollection keeps as one text. */
const content = z.object({ description: z.string(), customer: storedCustomer });

function read(row: Row): Collection {
  const { description, customer } = parseStored(content, row.content, 'renewal to be charged');
  return {
    accountId: row.account_id,
    periodStart: row.period_start,
    opId: row.op_id,
    reference: row.reference,
    provider: row.provider,
    invoice: row.invoice,
    description,
    customer,
    price: { net: minorFrom(BigInt(row.net)), tax: minorFrom(BigInt(row.tax)), currency: row.currency, taxLabel: '' },
    retryDays: row.retry_days,
    state: row.state,
    attempts: row.attempts,
    nextAt: row.next_at,
    paymentId: row.payment_id,
    reason: row.reason,
  };
}

/** The provider that charges this account's renewals; null: they are billed on account. */
export async function renewsThrough(db: Queryable, accountId: AccountId): Promise<string | null> {
  const { rows } = await db.query<{ provider: string }>('select provider from provider_customers where account_id = $1 and renews', [
    accountId,
  ]);
  return rows[0]?.provider ?? null;
}

/** null: on account from now on. */
export async function renewThrough(client: Queryable, accountId: AccountId, provider: string | null): Promise<void> {
  await client.query('update provider_customers set renews = coalesce(provider = $2, false) where account_id = $1', [accountId, provider]);
}

type Fresh = Omit<Collection, 'state' | 'attempts' | 'paymentId' | 'reason' | 'nextAt'>;

/** Inside the transaction that writes the renewal and its invoice. */
export async function insertCollection(client: Queryable, c: Fresh, now: Instant): Promise<void> {
  const content = JSON.stringify({ description: c.description, customer: c.customer });
  const { net, tax, currency } = c.price;
  await client.query(
    `insert into collections (account_id, period_start, op_id, reference, provider, invoice, content, net, tax, currency, retry_days, state, attempts, next_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'due', 0, $12) on conflict do nothing`,
    [c.accountId, c.periodStart, c.opId, c.reference, c.provider, c.invoice, content, net, tax, currency, c.retryDays, now],
  );
}

const DUE_COLLECTIONS = {
  table: 'collections',
  key: ['account_id', 'period_start'],
  due: 'next_at <= $2',
  order: 'next_at',
  columns: 't.*',
};

/** Leases renewals that are due; after a crash they are free again, and the provider knows what was paid. `now`: epoch milliseconds. */
export async function leaseCollections(db: Queryable, now: Instant, limit: number): Promise<Collection[]> {
  return (await lease<Row & pg.QueryResultRow>(db, DUE_COLLECTIONS, limit, [now])).map(read);
}

/** Before the bank is asked: whoever comes after a crash asks for the same payment. */
export async function rememberPayment(db: Queryable, reference: string, paymentId: string): Promise<void> {
  await db.query('update collections set payment_id = $2 where reference = $1', [reference, paymentId]);
}

/** What a collection is after an attempt. `nextAt` null: it is not retried. */
export interface After {
  readonly state: CollectionState;
  readonly attempts: number;
  readonly nextAt: Instant | null;
  readonly reason: string | null;
}

/** What an attempt came to. False when it was paid or ended meanwhile: that stays. */
export async function record(client: Queryable, reference: string, after: After): Promise<boolean> {
  const { rowCount } = await client.query(
    `update collections set state = $2, attempts = $3, next_at = $4, reason = $5, leased_until = null
     where reference = $1 and state not in ('paid', 'ended')`,
    [reference, after.state, after.attempts, after.nextAt, after.reason],
  );
  return rowCount === 1;
}

/** The collection of this reference, or of this payment at the provider; null: there is none. */
export async function collectionBy(db: Queryable, key: 'reference' | 'payment_id', value: string): Promise<Collection | null> {
  const { rows } = await db.query<Row>(`select * from collections where ${key} = $1`, [value]);
  return rows[0] ? read(rows[0]) : null;
}

/** The newest that is not simply paid: what the account has to know about. */
export async function unpaidOf(db: Queryable, accountId: AccountId): Promise<Collection | null> {
  const { rows } = await db.query<Row>('select * from collections where account_id = $1 order by period_start desc limit 1', [accountId]);
  const [row] = rows;
  return row && row.state !== 'paid' ? read(row) : null;
}
