/** Invoices and credit notes: numbered without gaps, written in the transaction that books what they bill. */
import type pg from 'pg';
import type { Invoice } from '../../shared/api.ts';
import { formatMoney } from '../../shared/credits/amount.ts';
import { rfc3339 } from '../clock.ts';
import { notFound } from '../problems.ts';
import type { Issuer } from './issuer.ts';
import { taxAmount, taxOf } from './tax.ts';

export interface Customer {
  readonly accountId: string;
  readonly name: string | null;
  readonly email: string | null;
  readonly country: string | null;
}

/** What is kept for ever; the PDF is drawn from it. */
export interface InvoiceDocument {
  readonly invoice: Invoice;
  readonly issuer: Issuer;
  readonly customer: Customer;
  readonly taxLabel: string;
  /** How and when it was or is to be paid, in a sentence. */
  readonly payment: string;
}

export interface InvoiceLine {
  readonly text: string;
  readonly quantity: string;
  readonly unitMinor: bigint;
  readonly netMinor: bigint;
}

export interface InvoiceDraft {
  readonly kind: 'invoice' | 'credit-note';
  readonly opId: string;
  readonly issuedAt: number;
  readonly description: string;
  readonly customer: Customer;
  readonly currency: string;
  /** Net, in minor units; a credit note's are negative. */
  readonly lines: readonly InvoiceLine[];
  readonly state: 'open' | 'paid';
  readonly credits: string | null;
}

type Queryable = Pick<pg.ClientBase, 'query'>;

/** Takes the next number and writes the invoice. The counter's row stays locked until the transaction ends: no gap, no double. */
export async function issueInvoice(client: Queryable, issuer: Issuer, draft: InvoiceDraft): Promise<InvoiceDocument> {
  const series = `${issuer.id}-${new Date(draft.issuedAt).getUTCFullYear()}`;
  const { rows } = await client.query<{ last_number: number }>(
    'insert into invoice_counters values ($1, 1) on conflict (issuer) do update set last_number = invoice_counters.last_number + 1 returning last_number',
    [series],
  );
  const number = `${series}-${String(rows[0]?.last_number ?? 0).padStart(6, '0')}`;
  const document = documentOf(number, issuer, draft);
  await client.query('insert into invoices values ($1, $2, $3, $4, $5)', [
    draft.customer.accountId,
    number,
    draft.opId,
    draft.issuedAt,
    JSON.stringify(document),
  ]);
  return document;
}

function documentOf(number: string, issuer: Issuer, draft: InvoiceDraft): InvoiceDocument {
  const money = (minor: bigint) => formatMoney({ minor, currency: draft.currency });
  const net = draft.lines.reduce((sum, line) => sum + line.netMinor, 0n);
  const tax = taxOf(draft.customer.country, issuer.country);
  const taxMinor = taxAmount(net, tax.rateBp);
  return {
    invoice: {
      number,
      kind: draft.kind,
      issuedAt: rfc3339(draft.issuedAt),
      description: draft.description,
      net: money(net),
      taxRatePercent: tax.ratePercent,
      tax: money(taxMinor),
      total: money(net + taxMinor),
      state: draft.state,
      opId: draft.opId,
      credits: draft.credits,
      lines: draft.lines.map((l) => ({ text: l.text, quantity: l.quantity, unitPrice: money(l.unitMinor), net: money(l.netMinor) })),
    },
    issuer,
    customer: draft.customer,
    taxLabel: tax.label,
    payment:
      draft.kind === 'credit-note'
        ? 'This amount is returned to you.'
        : draft.state === 'paid'
          ? 'Paid. Thank you.'
          : 'Payable within 14 days by bank transfer, quoting the invoice number.',
  };
}

/** An invoice that a credit note answers is shown as credited. */
export async function listInvoices(db: Pick<pg.Pool, 'query'>, accountId: string, after: string, limit: number): Promise<Invoice[]> {
  const { rows } = await db.query<{ document: string; credited: boolean }>(
    `select i.document, exists (select 1 from invoices c where c.account_id = i.account_id and c.document::jsonb #>> '{invoice,credits}' = i.number) as credited
     from invoices i where i.account_id = $1 and i.number > $2 order by i.number limit $3`,
    [accountId, after, limit],
  );
  return rows.map(({ document, credited }) => {
    const { invoice } = parse(document);
    return credited ? { ...invoice, state: 'credited' } : invoice;
  });
}

/** Throws not_found: for a number of another account just the same. */
export async function loadInvoice(db: Queryable | Pick<pg.Pool, 'query'>, accountId: string, number: string): Promise<InvoiceDocument> {
  const { rows } = await db.query<{ document: string }>('select document from invoices where account_id = $1 and number = $2', [
    accountId,
    number,
  ]);
  const row = rows[0];
  if (!row) throw notFound('invoice');
  return parse(row.document);
}

/** Written by issueInvoice only. */
const parse = (document: string): InvoiceDocument => JSON.parse(document) as InvoiceDocument;
