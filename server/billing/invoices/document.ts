/** What an invoice is: its draft, its lines, its totals, and the document that is kept for ever. Pure; amounts are minor units as bigint. */

import { z } from 'zod';
import { type Invoice, invoice, languages } from '../../../shared/api/index.ts';
import { inOneLine } from '../../../shared/api/text.ts';
import { taxAmount } from '../../../shared/billing/tax.ts';
import { accountId } from '../../../shared/credits/codec/quantities.ts';
import { formatMoney } from '../../../shared/credits/model/amount.ts';
import { days } from '../../../shared/credits/model/durations.ts';
import { laterBy } from '../../../shared/credits/model/instants.ts';
import { addMinor, NO_MONEY, negateMinor } from '../../../shared/credits/model/minor.ts';
import { minorFrom } from '../../../shared/credits/model/minting.ts';
import type { AccountId, Instant, Minor, OpId } from '../../../shared/credits/model/quantities.ts';
import { rfc3339 } from '../../clock.ts';
import { parseStored } from '../../db/stored.ts';
import { type Issuer, storedIssuer } from '../issuer.ts';
import type { Tax } from '../tax/tax.ts';
import type { Language } from './texts/texts.ts';

/** Whom an invoice names, as it was when it was issued. null: nothing was said. */
export interface Customer {
  readonly accountId: AccountId;
  readonly name: string | null;
  readonly email: string | null;
  readonly country: string | null;
  readonly vatId: string | null;
  readonly address: readonly string[];
  readonly language: Language;
}

/** A customer as documents, checkouts and renewals keep it: the first invoices knew neither address, VAT number nor language. */
export const storedCustomer: z.ZodType<Customer> = z.object({
  accountId,
  name: z.string().nullable(),
  email: z.string().nullable(),
  country: z.string().nullable(),
  vatId: z.string().nullable().default(null),
  address: z.array(z.string()).default([]),
  language: z.enum(languages).default('en'),
});

/** A line: quantity × unit price in minor units, without tax. */
export interface InvoiceLine {
  readonly text: string;
  /** A decimal with up to four places: "1", "-1", "2.5". */
  readonly quantity: string;
  readonly unitMinor: Minor;
  /** quantity × unit price, rounded half away from zero to the minor unit (checked). */
  readonly netMinor: Minor;
}

/** What is to be billed or credited, before it has a number. */
export interface InvoiceDraft {
  readonly kind: 'invoice' | 'credit-note';
  /** What it bills. One operation has at most one invoice and one credit note. */
  readonly opId: OpId;
  readonly issuedAt: Instant;
  readonly description: string;
  readonly customer: Customer;
  readonly currency: string;
  /** Net, in minor units; a credit note's are negative. */
  readonly lines: readonly InvoiceLine[];
  readonly state: 'open' | 'paid';
  /** Open, and charged to a kept payment method: nobody has to transfer anything. */
  readonly charged?: boolean;
  /** The number of the invoice that a credit note belongs to; of an invoice, the one whose credited amount is billed again. */
  readonly credits: string | null;
}

/** What is kept for ever; the PDF and the XML are drawn from it. */
export interface InvoiceDocument {
  readonly invoice: Invoice;
  readonly issuer: Issuer;
  readonly customer: Customer;
  readonly tax: Tax;
  /** When the invoice that is credited was issued. */
  readonly creditedAt: string | null;
  readonly dueAt: string | null;
  readonly charged?: boolean;
}

const tax: z.ZodType<Tax> = z.object({
  treatment: z.enum(['standard', 'reverse-charge', 'none']),
  country: z.string(),
  rateBp: z.number(),
  ratePercent: z.string(),
});

/** A document as it was stored. The first ones had neither `tax` nor what comes behind it. */
const stored = z.object({
  invoice,
  issuer: storedIssuer,
  customer: storedCustomer,
  tax: tax.optional(),
  creditedAt: z.string().nullable().default(null),
  dueAt: z.string().nullable().default(null),
  charged: z.exactOptional(z.boolean()),
});

/** Reads what was issued, today or by an older server; without a tax of its own, the tax follows from what stands on the invoice. */
export function readDocument(text: string): InvoiceDocument {
  const { tax: known, ...read } = parseStored(stored, text, 'invoice');
  if (known !== undefined) return { ...read, tax: known };
  const { taxRatePercent: ratePercent } = read.invoice;
  const rateBp = Math.round(Number(ratePercent) * 100);
  const country = read.customer.country ?? read.issuer.country;
  return { ...read, tax: { treatment: rateBp === 0 ? 'none' : 'standard', country, rateBp, ratePercent } };
}

/** The sums of a draft, in minor units. */
export interface Totals {
  readonly netMinor: Minor;
  readonly taxMinor: Minor;
  readonly totalMinor: Minor;
}

const DAYS_TO_PAY = 14;
/** From an invoice's date to the day it is due. */
export const daysToPay = ({ daysToPay = DAYS_TO_PAY }: Issuer): number => daysToPay;
const QUANTITY_SCALE = 10_000n;

/**
 * One line; its net is rounded half away from zero to the minor unit, by itself. What is taken off is a negative quantity of a positive price, as
 * EN 16931 wants it (BR-27).
 */
export function lineOf(text: string, minor: Minor, quantity = '1'): InvoiceLine {
  const [unitMinor, count] = minor < 0n ? [negateMinor(minor), negated(quantity)] : [minor, quantity];
  return { text, quantity: count, unitMinor, netMinor: netOf(unitMinor, count) };
}

/** The decimal with the other sign. */
export const negated = (decimal: string): string =>
  decimal.startsWith('-') ? decimal.slice(1) : /[1-9]/.test(decimal) ? `-${decimal}` : decimal;

function netOf(unitMinor: Minor, quantity: string): Minor {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,4}))?$/.exec(quantity);
  if (!match) throw new RangeError(`A quantity has up to four decimal places, not "${quantity}".`);
  const [, sign, whole = '', fraction = ''] = match;
  const count = BigInt(whole + fraction.padEnd(4, '0'));
  const scaled = unitMinor * (sign === '-' ? -count : count);
  return minorFrom((scaled + (scaled < 0n ? -QUANTITY_SCALE : QUANTITY_SCALE) / 2n) / QUANTITY_SCALE);
}

/** The sum of the lines; tax once, on that sum. */
export function totalsOf(lines: readonly InvoiceLine[], tax: Pick<Tax, 'rateBp'>): Totals {
  let netMinor = NO_MONEY;
  for (const line of lines) {
    if (line.netMinor !== netOf(line.unitMinor, line.quantity)) throw new Error(`The line "${line.text}" does not add up.`);
    netMinor = addMinor(netMinor, line.netMinor);
  }
  const taxMinor = taxAmount(netMinor, tax.rateBp);
  return { netMinor, taxMinor, totalMinor: addMinor(netMinor, taxMinor) };
}

/** What makes a draft a document: its number and its day. */
interface Numbered {
  readonly number: string;
  readonly issuer: Issuer;
  readonly draft: InvoiceDraft;
  readonly tax: Tax;
  readonly totals: Totals;
  readonly creditedAt: string | null;
}

/** What comes to nothing has nothing to be paid: it is never open. */
export function documentOf({ number, issuer, draft, tax, totals, creditedAt }: Numbered): InvoiceDocument {
  const state = totals.totalMinor === 0n ? 'paid' : draft.state;
  const money = (minor: Minor) => formatMoney({ minor, currency: draft.currency });
  return {
    invoice: {
      number,
      kind: draft.kind,
      issuedAt: rfc3339(draft.issuedAt),
      description: draft.description,
      net: money(totals.netMinor),
      taxRatePercent: tax.ratePercent,
      taxTreatment: tax.treatment,
      tax: money(totals.taxMinor),
      total: money(totals.totalMinor),
      state,
      opId: draft.opId,
      credits: draft.credits,
      lines: draft.lines.map((l) => ({ text: l.text, quantity: l.quantity, unitPrice: money(l.unitMinor), net: money(l.netMinor) })),
    },
    issuer,
    customer: draft.customer,
    tax,
    creditedAt,
    ...(draft.charged && { charged: true }),
    dueAt:
      draft.kind === 'invoice' && state === 'open' && !draft.charged ? rfc3339(laterBy(draft.issuedAt, days(daysToPay(issuer)))) : null,
  };
}

/** What was stored before texts were checked may hold signs that neither XML nor a page can show: the document without them, each text in one line. */
export function readable(document: InvoiceDocument): InvoiceDocument {
  const clean = (value: unknown): unknown => {
    if (typeof value === 'string') return inOneLine(value);
    if (Array.isArray(value)) return value.map(clean);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, clean(inner)]));
  };
  // The same members with the same kinds of values.
  const cleaned = clean(document) as InvoiceDocument;
  const { name, address } = cleaned.customer;
  return { ...cleaned, customer: { ...cleaned.customer, name: name || null, address: address.filter((line) => line !== '') } };
}
