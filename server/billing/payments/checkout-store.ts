/** Checkouts in the database: written before the provider is asked, so that whatever comes back finds what was agreed. */
import type pg from 'pg';
import { z } from 'zod';
import { subscriptionQuote } from '../../../shared/api/index.ts';
import { minorFrom } from '../../../shared/credits/model/minting.ts';
import type { AccountId, Instant, OpId } from '../../../shared/credits/model/quantities.ts';
import type { HostedProviderId } from '../../../shared/payment-ways.ts';
import { parseStored } from '../../db/stored.ts';
import { type Customer, storedCustomer } from '../invoices/invoices.ts';
import type { Price } from './provider.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

const bought = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pack'), packId: z.string(), credits: z.string(), automatic: z.exactOptional(z.boolean()) }),
  z.object({ kind: z.literal('top-up'), credits: z.string(), automatic: z.exactOptional(z.boolean()) }),
  z.object({
    kind: z.literal('plan'),
    action: z.enum(['subscribe', 'change', 'resume']),
    plan: z.string().nullable(),
    interval: z.enum(['month', 'year']).nullable(),
    slots: z.int().nullable(),
    /** As it was shown. */
    quote: subscriptionQuote,
    /** What was agreed to be given back of the period before, in minor units. Absent: from before that was noted. */
    back: z.exactOptional(z.string()),
  }),
]);

/** What is bought: a pack, an amount, or a plan. Strings, as it is stored. */
export type Bought = z.infer<typeof bought>;

/**
 * open: nothing is charged yet · paid: charged, and what was bought is there · failed: declined, nothing charged, may be tried again on the same page ·
 * expired: left, nothing charged · returned: was charged, could not be granted any more, and the money goes back
 */
type CheckoutState = 'open' | 'paid' | 'failed' | 'expired' | 'returned';

/** A payment on a provider’s page, or an automatic charge: what was agreed, and what became of it. */
export interface Checkout {
  readonly accountId: AccountId;
  readonly opId: OpId;
  readonly fingerprint: string;
  readonly reference: string;
  readonly provider: Exclude<HostedProviderId, 'invoice'>;
  readonly bought: Bought;
  readonly price: Price;
  readonly description: string;
  /** As they were when the price was fixed: the invoice says what was paid, whatever they have moved to since. */
  readonly customer: Customer;
  readonly pricedAt: Instant;
  /** The customer lets the payment method stay at the provider. */
  readonly keepsMethod: boolean;
  readonly state: CheckoutState;
  readonly url: string | null;
  readonly paymentId: string | null;
  /** The operation that granted it. */
  readonly grantedOp: OpId | null;
  readonly reason: string | null;
  /** It was to go back, or a part of it, and the provider did not give it back. */
  readonly refundRefused: boolean;
}

interface Row {
  account_id: AccountId;
  op_id: OpId;
  fingerprint: string;
  reference: string;
  provider: HostedProviderId;
  content: string;
  net: number;
  tax: number;
  currency: string;
  priced_at: Instant;
  state: CheckoutState;
  url: string | null;
  payment_id: string | null;
  granted_op: OpId | null;
  reason: string | null;
  refund_refused: boolean;
}

/** What insertCheckout keeps as one text. */
const content = z.object({
  bought,
  description: z.string(),
  taxLabel: z.string(),
  customer: storedCustomer,
  /** Absent: of a plan's checkout it was kept, of another not. */
  keepsMethod: z.exactOptional(z.boolean()),
});

function read(row: Row): Checkout {
  const { bought, description, taxLabel, customer, keepsMethod } = readContent(row.content);
  return {
    accountId: row.account_id,
    opId: row.op_id,
    fingerprint: row.fingerprint,
    reference: row.reference,
    provider: row.provider,
    bought,
    description,
    customer,
    price: { net: minorFrom(BigInt(row.net)), tax: minorFrom(BigInt(row.tax)), currency: row.currency, taxLabel },
    pricedAt: row.priced_at,
    keepsMethod: keepsMethod ?? bought.kind === 'plan',
    state: row.state,
    url: row.url,
    paymentId: row.payment_id,
    grantedOp: row.granted_op,
    reason: row.reason,
    refundRefused: row.refund_refused,
  };
}

/** What was agreed, as any version of the server kept it. Throws when it is something else. */
export const readContent = (text: string): z.infer<typeof content> => parseStored(content, text, 'checkout');

/** False when this operation id has a checkout already. */
export async function insertCheckout(
  db: Queryable,
  c: Omit<Checkout, 'state' | 'url' | 'paymentId' | 'grantedOp' | 'reason' | 'refundRefused'>,
): Promise<boolean> {
  const { bought, description, customer, keepsMethod } = c;
  const kept: z.input<typeof content> = { bought, description, taxLabel: c.price.taxLabel, customer, keepsMethod };
  const { net, tax, currency } = c.price;
  const made = await db.query(
    `insert into checkouts (account_id, op_id, fingerprint, reference, provider, kind, content, net, tax, currency, priced_at, state)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open') on conflict (account_id, op_id) do nothing`,
    [c.accountId, c.opId, c.fingerprint, c.reference, c.provider, c.bought.kind, JSON.stringify(kept), net, tax, currency, c.pricedAt],
  );
  return made.rowCount === 1;
}

/** The checkout of this operation id; null: there is none. */
export async function checkoutOf(db: Queryable, accountId: AccountId, opId: OpId): Promise<Checkout | null> {
  const { rows } = await db.query<Row>('select * from checkouts where account_id = $1 and (op_id = $2 or granted_op = $2)', [
    accountId,
    opId,
  ]);
  return rows[0] ? read(rows[0]) : null;
}

/** The checkout that a provider knows by this reference or payment; null: there is none. */
export async function checkoutBy(
  db: Queryable,
  key: 'reference' | 'payment_id',
  provider: string,
  value: string,
): Promise<Checkout | null> {
  const { rows } = await db.query<Row>(`select * from checkouts where provider = $1 and ${key} = $2`, [provider, value]);
  return rows[0] ? read(rows[0]) : null;
}

/** The provider’s page is open at `url`. */
export async function placed(db: Queryable, reference: string, checkoutId: string, url: string): Promise<void> {
  await db.query('update checkouts set checkout_id = $2, url = $3 where reference = $1', [reference, checkoutId, url]);
}

/** Declined or left: only while nothing was paid. A later payment still counts. Answers whose checkout it is; null: nothing changed. */
export async function markUnpaid(db: Queryable, reference: string, state: 'failed' | 'expired', reason: string): Promise<AccountId | null> {
  const { rows } = await db.query<{ account_id: AccountId }>(
    `update checkouts set state = $2, reason = $3 where reference = $1 and state in ('open', 'failed') returning account_id`,
    [reference, state, reason],
  );
  return rows[0]?.account_id ?? null;
}

/** Inside the transaction that grants. False when it was paid meanwhile. */
export async function paid(client: Queryable, reference: string, paymentId: string, grantedOp: OpId): Promise<boolean> {
  const { rowCount } = await client.query(
    `update checkouts set state = 'paid', payment_id = $2, granted_op = $3, reason = null where reference = $1 and payment_id is null`,
    [reference, paymentId, grantedOp],
  );
  return rowCount === 1;
}

/** It was paid and could not be used: the money goes back. */
export async function returned(client: Queryable, reference: string, paymentId: string, reason: string): Promise<void> {
  await client.query(`update checkouts set state = 'returned', payment_id = $2, reason = $3 where reference = $1 and payment_id is null`, [
    reference,
    paymentId,
    reason,
  ]);
}

/** What was to go back of this payment did not. */
export async function refundRefusedOf(client: Queryable, provider: string, paymentId: string): Promise<void> {
  await client.query('update checkouts set refund_refused = true where provider = $1 and payment_id = $2', [provider, paymentId]);
}

/** The provider’s own id of the account; null: it never paid there. */
export async function customerAt(db: Queryable, accountId: AccountId, provider: string): Promise<string | null> {
  const { rows } = await db.query<{ customer_id: string }>(
    'select customer_id from provider_customers where account_id = $1 and provider = $2',
    [accountId, provider],
  );
  return rows[0]?.customer_id ?? null;
}

/** Keeps the provider’s own id of the account. A second time changes it. */
export async function rememberCustomer(db: Queryable, accountId: AccountId, provider: string, customerId: string): Promise<void> {
  await db.query('insert into provider_customers values ($1, $2, $3) on conflict (account_id, provider) do update set customer_id = $3', [
    accountId,
    provider,
    customerId,
  ]);
}
