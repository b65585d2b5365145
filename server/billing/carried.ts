/**
 * Money that had been carried to bills which will not come (GS-12): credited on the invoices that it was billed with, the newest first, and paid
 * out where it was paid at a provider. On account the credit note reduces what is owed, or is owed to the customer.
 */
import type pg from 'pg';
import { isCountry } from '../../shared/billing/countries.ts';
import { parseMoney } from '../../shared/credits/model/amount.ts';
import { minMinor, NO_MONEY, subtractMinor } from '../../shared/credits/model/minor.ts';
import type { Entry, EntryOf } from '../../shared/credits/model/model.ts';
import type { AccountId, Minor, OpId } from '../../shared/credits/model/quantities.ts';
import { derivedId } from '../derived-id.ts';
import { creditBill } from './invoices/crediting.ts';
import { type Customer, netLeft } from './invoices/invoices.ts';
import { lineText } from './invoices/texts/texts.ts';
import type { Issuer } from './issuer.ts';
import { owe } from './payments/payouts.ts';

type PaidOut = EntryOf<'carried-paid-out'>;

const isPaidOut = (entry: Entry): entry is PaidOut => entry.kind === 'carried-paid-out';

/** Whether any of the entries pays carried money out. */
export const paysOut = (entries: readonly Entry[]): boolean => entries.some(isPaidOut);

/** In the transaction that writes the entries, after everything else that is billed or credited in it. */
export async function payOutCarried(client: pg.PoolClient, issuer: Issuer, customer: Customer, entries: readonly Entry[]): Promise<void> {
  for (const entry of entries) if (isPaidOut(entry)) await payOut(client, issuer, customer, entry);
}

async function payOut(client: pg.PoolClient, issuer: Issuer, customer: Customer, entry: PaidOut): Promise<void> {
  let left = entry.money.minor;
  let opId = entry.opId;
  for (const billed of await planInvoices(client, customer.accountId)) {
    if (left === 0n) return;
    const minor = minMinor(left, await netLeft(client, customer.accountId, billed.number));
    if (minor <= 0n) continue;
    await credit(client, issuer, customer, entry, { opId, minor, billed });
    left = subtractMinor(left, minor);
    opId = derivedId('carried', customer.accountId, entry.opId, billed.number);
  }
  // Billed by somebody else, or before there were invoices here: owed all the same.
  if (left > 0n) await credit(client, issuer, customer, entry, { opId, minor: left, billed: null });
}

interface Billed {
  readonly number: string;
  readonly op_id: OpId;
  readonly net: Minor;
}

/** What plans were billed with, the newest first. */
async function planInvoices(client: pg.PoolClient, accountId: AccountId): Promise<Billed[]> {
  const { rows } = await client.query<{ number: string; op_id: OpId; net: string; currency: string }>(
    `select i.number, i.op_id, i.document::jsonb -> 'invoice' -> 'net' ->> 'amount' as net,
       i.document::jsonb -> 'invoice' -> 'net' ->> 'currency' as currency
     from invoices i where i.account_id = $1 and i.kind = 'invoice' and i.credits is null
       and (i.op_id like 'due:renewed:%' or i.op_id like 'open:%'
         or exists (select 1 from answers a where a.account_id = i.account_id and a.op_id = i.op_id and a.kind = 'subscription'))
     order by i.issued_at desc, i.number desc`,
    [accountId],
  );
  return rows.map(({ number, op_id, net, currency }) => ({ number, op_id, net: parseMoney(net, currency)?.minor ?? NO_MONEY }));
}

async function credit(
  client: pg.PoolClient,
  issuer: Issuer,
  customer: Customer,
  { at, money: { currency } }: PaidOut,
  { opId, minor, billed }: { readonly opId: OpId; readonly minor: Minor; readonly billed: Billed | null },
): Promise<void> {
  const text = lineText(customer.language, { kind: 'paid-out' });
  const known = customer.country !== null && isCountry(customer.country);
  const note = await creditBill(client, issuer, {
    opId,
    issuedAt: at,
    customer: known ? customer : { ...customer, country: null },
    description: text,
    money: { minor, currency },
    invoice: billed?.number ?? null,
  });
  const payment = billed && (await paymentOf(client, customer.accountId, billed));
  if (!payment) return;
  const gross = parseMoney(note.invoice.total.amount.replace(/^-/, ''), currency);
  if (!gross) throw new Error('A credit note was written without a total.');
  await owe(client, {
    accountId: customer.accountId,
    // A provider knows it by this, so it names the account.
    opId: derivedId('carried paid out', customer.accountId, opId),
    provider: payment.provider,
    paymentId: payment.payment_id,
    minor: gross.minor,
    whole: minor === billed.net,
    currency,
    reason: 'Money kept for renewals',
  });
}

/** The payment at a provider that the invoice was paid with; undefined: on account. */
async function paymentOf(
  client: pg.PoolClient,
  accountId: AccountId,
  { number, op_id }: Billed,
): Promise<{ provider: string; payment_id: string } | undefined> {
  const { rows } = await client.query<{ provider: string; payment_id: string }>(
    `select provider, payment_id from checkouts where account_id = $1 and granted_op = $2 and payment_id is not null
     union all
     select provider, payment_id from collections where account_id = $1 and invoice = $3 and state = 'paid' and payment_id is not null`,
    [accountId, op_id, number],
  );
  return rows[0];
}
