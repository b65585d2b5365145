/** Bills for the periods that time brought: written in the same transaction as the renewal itself, so never twice and never not. */
import type pg from 'pg';
import { isCountry } from '../../../shared/billing/countries.ts';
import { addMinor, NO_MONEY, negateMinor } from '../../../shared/credits/model/minor.ts';
import type { Entry, EntryOf } from '../../../shared/credits/model/model.ts';
import type { Policy } from '../../../shared/credits/model/policy.ts';
import { derivedId } from '../../derived-id.ts';
import { type Customer, issueInvoice, lineOf } from '../invoices/invoices.ts';
import { lineText } from '../invoices/texts/texts.ts';
import type { Issuer } from '../issuer.ts';
import { priceFor } from '../payments/bill.ts';
import { insertCollection, renewsThrough } from './store.ts';

/** Days between attempts when a policy names none. */
const RETRY_DAYS: readonly number[] = [1, 3, 5];

type Billed = EntryOf<'renewed'> & { readonly charge: NonNullable<EntryOf<'renewed'>['charge']> };

const billed = (entry: Entry): entry is Billed =>
  entry.kind === 'renewed' && entry.charge !== null && (entry.charge.minor > 0n || entry.carriedUsed > 0n);

/** Whether any of the entries renews a plan for a price. */
export const needsBill = (entries: readonly Entry[]): boolean => entries.some(billed);

/** Writes the invoice of every renewal in the entries, and what is to be charged for it, in their transaction. */
export async function billRenewals(
  client: pg.PoolClient,
  issuer: Issuer,
  policy: Policy,
  customer: Customer,
  entries: readonly Entry[],
): Promise<void> {
  for (const renewed of entries.filter(billed)) await billPeriod(client, issuer, policy, customer, renewed);
}

/** The bill for the first period of an account that was opened on a plan with a price; nothing for any other. */
export async function billOpening(
  client: pg.PoolClient,
  issuer: Issuer,
  policy: Policy,
  customer: Customer,
  entries: readonly Entry[],
): Promise<void> {
  for (const entry of entries) {
    if (entry.kind !== 'plan-changed' || entry.proration === null) continue;
    const charge = { minor: entry.proration.charged, currency: entry.proration.currency };
    await billPeriod(client, issuer, policy, customer, { ...entry, charge, carriedUsed: NO_MONEY });
  }
}

async function billPeriod(
  client: pg.PoolClient,
  issuer: Issuer,
  policy: Policy,
  customer: Customer,
  { charge, carriedUsed, subscription, opId, at }: Pick<Billed, 'charge' | 'carriedUsed' | 'subscription' | 'opId' | 'at'>,
): Promise<void> {
  // The period has begun, and the ledger says so: a country that is none may not lock the account, and is taxed like one that is not known.
  const billedTo = customer.country !== null && isCountry(customer.country) ? customer : { ...customer, country: null };
  const label = policy.plans?.list.find((plan) => plan.id === subscription.plan)?.label ?? subscription.plan;
  const { start: from, end: to } = subscription.period;
  const text = lineText(customer.language, { kind: 'period', plan: label, from, to });
  const lines = [
    lineOf(text, addMinor(charge.minor, carriedUsed)),
    ...(carriedUsed > 0n ? [lineOf(lineText(customer.language, { kind: 'earlier-credit' }), negateMinor(carriedUsed))] : []),
  ];
  const { accountId } = customer;
  const provider = charge.minor > 0n ? await renewsThrough(client, accountId) : null;
  const { invoice } = await issueInvoice(client, issuer, {
    kind: 'invoice',
    opId,
    issuedAt: at,
    description: text,
    customer: billedTo,
    currency: charge.currency,
    lines,
    state: 'open',
    charged: provider !== null,
    credits: null,
  });
  if (provider === null) return;
  await insertCollection(
    client,
    {
      accountId,
      periodStart: from,
      opId,
      reference: `rn_${derivedId('renewal', accountId, from)}`,
      provider,
      invoice: invoice.number,
      description: text,
      customer: billedTo,
      price: priceFor(issuer, billedTo, charge, false),
      retryDays: policy.plans?.retryDays ?? RETRY_DAYS,
    },
    at,
  );
}
