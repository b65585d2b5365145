/** What goes back of a bill as its credit note, and the same billed again when the money is there after all. */
import type pg from 'pg';
import { negateMinor } from '../../../shared/credits/model/minor.ts';
import type { Instant, Money, OpId } from '../../../shared/credits/model/quantities.ts';
import type { Issuer } from '../issuer.ts';
import { type Customer, type InvoiceDocument, issueInvoice, lineOf } from './invoices.ts';
import { lineText } from './texts/texts.ts';

/** An amount, before tax, of an operation. */
interface Amount {
  readonly opId: OpId;
  readonly issuedAt: Instant;
  readonly customer: Customer;
  readonly money: Money;
}

interface Crediting extends Amount {
  /** The one line of the note, in the customer's language. */
  readonly description: string;
  /** The number of the invoice that it is about; null: of no invoice of ours. */
  readonly invoice: string | null;
}

/** Issues the credit note in the caller's transaction, settled as it is. The same operation writes it once. */
export function creditBill(client: pg.PoolClient, issuer: Issuer, { money, invoice, ...note }: Crediting): Promise<InvoiceDocument> {
  return issueInvoice(client, issuer, {
    kind: 'credit-note',
    ...note,
    currency: money.currency,
    lines: [lineOf(note.description, negateMinor(money.minor))],
    state: 'paid',
    credits: invoice,
  });
}

interface Rebilling extends Amount {
  /** What it was for, as the customer knows it. */
  readonly of: string;
  /** The number of the invoice that the credit note was about. */
  readonly invoice: string;
}

/** What a credit note took off is billed again: a dispute was won, or a refund was refused. In the caller's transaction, paid as it is. */
export async function rebill(client: pg.PoolClient, issuer: Issuer, { money, of, invoice, ...bill }: Rebilling): Promise<void> {
  const text = lineText(bill.customer.language, { kind: 'restored', of });
  await issueInvoice(client, issuer, {
    kind: 'invoice',
    ...bill,
    description: text,
    currency: money.currency,
    lines: [lineOf(text, money.minor)],
    state: 'paid',
    credits: invoice,
  });
}
