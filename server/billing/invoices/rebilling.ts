/** What a credit note took off is billed again: a dispute was won, or a refund was refused. */
import type pg from 'pg';
import type { Instant, Money, OpId } from '../../../shared/credits/model/quantities.ts';
import type { Issuer } from '../issuer.ts';
import { type Customer, issueInvoice, lineOf } from './invoices.ts';
import { lineText } from './texts/texts.ts';

/** A credited amount that counts again: the money is there after all. */
interface Rebilling {
  readonly opId: OpId;
  readonly issuedAt: Instant;
  readonly customer: Customer;
  /** What it was for, as the customer knows it. */
  readonly of: string;
  readonly money: Money;
  /** The number of the invoice that the credit note was about. */
  readonly invoice: string;
}

/** Issues the invoice, paid as it is, in the caller's transaction. */
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
