/** Invoices and credit notes: numbered without gaps, written in the transaction that books what they bill. */
import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Invoice } from '../../../shared/api/index.ts';
import { parseMoney } from '../../../shared/credits/model/amount.ts';
import { addMinor, negateMinor, sumMinor } from '../../../shared/credits/model/minor.ts';
import type { AccountId, Instant, Minor, OpId } from '../../../shared/credits/model/quantities.ts';
import { derivedId } from '../../derived-id.ts';
import { announce } from '../../outbox.ts';
import { notFound, Refusal } from '../../problems.ts';
import type { Issuer } from '../issuer.ts';
import { type Tax, taxOf } from '../tax/tax.ts';
import { documentOf, type InvoiceDocument, type InvoiceDraft, readDocument, type Totals, totalsOf } from './document.ts';

export { type Customer, type InvoiceDocument, type InvoiceDraft, type InvoiceLine, lineOf, storedCustomer } from './document.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/**
 * Issues the invoice or credit note of an operation, inside the caller's transaction (after the ledger's append, if there is one).
 *
 * Idempotent: one account, operation id and kind has one document for ever; a replay is answered with the first, whatever the draft
 * says now. The issuer's row stays locked until the transaction ends, so numbers have no gap and no double, and whoever rolls back gives
 * its number back. Invoices and credit notes are numbered apart ("BL-2026-000001", "BL-CN-2026-000001"), each from 1 every year.
 *
 * A credit note names its invoice (`draft.credits`), carries the tax of that day, and all credit notes together never exceed it. An invoice that
 * names one bills again what was credited (a dispute that was won), and counts back into it.
 *
 * Throws `unknown_tax_country`, and `not_found` for a credited invoice that the account does not have. Nothing is written then.
 */
export async function issueInvoice(client: Queryable, issuer: Issuer, draft: InvoiceDraft): Promise<InvoiceDocument> {
  await lock(client, issuer);
  const issued = await issuedFor(client, draft);
  if (issued) return issued;
  const credited = draft.credits === null ? null : await loadInvoice(client, draft.customer.accountId, draft.credits);
  const tax = credited?.tax ?? taxOf(draft.customer, issuer);
  const own = totalsOf(draft.lines, tax);
  const totals = credited ? await withinInvoice(client, draft, credited, own) : own;
  const number = await nextNumber(client, issuer, draft);
  const document = documentOf({ number, issuer, draft, tax, totals, creditedAt: credited?.invoice.issuedAt ?? null });
  await client.query(
    `insert into invoices (account_id, number, op_id, issued_at, document, kind, credits, paid_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      draft.customer.accountId,
      number,
      draft.opId,
      draft.issuedAt,
      JSON.stringify(document),
      draft.kind,
      draft.credits,
      document.invoice.state === 'paid' ? draft.issuedAt : null,
    ],
  );
  await announce(client, {
    accountId: draft.customer.accountId,
    eventId: `evt_${derivedId('invoice', number)}`,
    type: 'invoice.issued',
    at: draft.issuedAt,
    data: document.invoice,
  });
  return document;
}

/** What an invoice with these lines would come to, before anything is charged. Throws `unknown_tax_country`. */
export function previewInvoice(issuer: Issuer, draft: Pick<InvoiceDraft, 'customer' | 'lines'>): Totals & { readonly tax: Tax } {
  const tax = taxOf(draft.customer, issuer);
  return { ...totalsOf(draft.lines, tax), tax };
}

/** Notes that an open invoice was paid. The document stays as it was issued; lists say `paid`. The first instant counts. */
export async function markInvoicePaid(client: Queryable, accountId: AccountId, number: string, at: Instant): Promise<void> {
  const { rowCount } = await client.query(
    'update invoices set paid_at = least(coalesce(paid_at, $3), $3) where account_id = $1 and number = $2',
    [accountId, number, at],
  );
  if (rowCount !== 1) throw notFound('invoice');
}

/** The credit note of this operation; null: somebody else wrote it. */
export async function creditNoteOf(client: Queryable, accountId: AccountId, opId: OpId): Promise<Invoice | null> {
  const { rows } = await client.query<{ document: string }>(
    `select document from invoices where account_id = $1 and op_id = $2 and kind = 'credit-note'`,
    [accountId, opId],
  );
  return rows[0] ? readDocument(rows[0].document).invoice : null;
}

/** The issuer's own row: every number of every series is taken while it is held. */
async function lock(client: Queryable, issuer: Issuer): Promise<void> {
  await client.query(
    'insert into invoice_counters values ($1, 0) on conflict (issuer) do update set last_number = invoice_counters.last_number + 1',
    [issuer.id],
  );
}

async function nextNumber(client: Queryable, issuer: Issuer, { kind, issuedAt }: InvoiceDraft): Promise<string> {
  const year = new Date(issuedAt).getUTCFullYear();
  const series = kind === 'credit-note' ? `${issuer.id}-CN-${year}` : `${issuer.id}-${year}`;
  const { rows } = await client.query<{ last_number: number }>(
    'insert into invoice_counters values ($1, 1) on conflict (issuer) do update set last_number = invoice_counters.last_number + 1 returning last_number',
    [series],
  );
  const [row] = rows;
  if (!row) throw new Error('The database gave no invoice number.');
  return `${series}-${String(row.last_number).padStart(6, '0')}`;
}

async function issuedFor(client: Queryable, { customer, opId, kind }: InvoiceDraft): Promise<InvoiceDocument | null> {
  const { rows } = await client.query<{ document: string }>(
    'select document from invoices where account_id = $1 and op_id = $2 and kind = $3',
    [customer.accountId, opId, kind],
  );
  return rows[0] ? readDocument(rows[0].document) : null;
}

/** Never more than was billed; what empties the invoice takes the rest of its tax, so that rounding leaves no cent behind. */
async function withinInvoice(client: Queryable, draft: InvoiceDraft, { invoice }: InvoiceDocument, own: Totals): Promise<Totals> {
  const notes = await notesOf(client, draft.customer.accountId, invoice.number);
  const left = (pick: 'net' | 'tax') => sumMinor([invoice, ...notes].map((each) => minorOf(each[pick])));
  const netLeft = addMinor(left('net'), own.netMinor);
  if (netLeft < 0n)
    throw new Refusal('not_refundable', `That is more than invoice ${invoice.number} still holds. Nothing was refunded.`, {
      why: 'exceeds_invoice',
    });
  const taxMinor = netLeft === 0n ? negateMinor(left('tax')) : own.taxMinor;
  return { netMinor: own.netMinor, taxMinor, totalMinor: addMinor(own.netMinor, taxMinor) };
}

/** What an invoice still holds, net, in minor units: what its credit notes have left of it. Throws not_found. */
export async function netLeft(client: Queryable, accountId: AccountId, number: string): Promise<Minor> {
  const { invoice } = await loadInvoice(client, accountId, number);
  const notes = await notesOf(client, accountId, number);
  return sumMinor([invoice, ...notes].map(({ net }) => minorOf(net)));
}

async function notesOf(client: Queryable, accountId: AccountId, number: string): Promise<Invoice[]> {
  const { rows } = await client.query<{ document: string }>('select document from invoices where account_id = $1 and credits = $2', [
    accountId,
    number,
  ]);
  return rows.map(({ document }) => readDocument(document).invoice);
}

function minorOf({ amount, currency }: Invoice['net']): Minor {
  const money = parseMoney(amount.replace(/^-/, ''), currency);
  if (!money) throw new Error('An invoice was stored with an amount that is none.');
  return amount.startsWith('-') ? negateMinor(money.minor) : money.minor;
}

const LISTED = `select i.document, i.paid_at is not null as paid,
  exists (select 1 from invoices c where c.account_id = i.account_id and c.credits = i.number and c.kind = 'credit-note') as credited
  from invoices i`;

/** As lists tell of it: an invoice that was paid since says so; one that a credit note answers is credited. */
function listed({ document, paid, credited }: { document: string; paid: boolean; credited: boolean }): Invoice {
  const { invoice, dueAt } = readDocument(document);
  return { ...invoice, document: hashOf(document), state: credited ? 'credited' : paid ? 'paid' : invoice.state, dueAt };
}

/** One invoice as lists tell of it. Throws not_found. */
export async function readListed(db: Queryable, accountId: AccountId, number: string): Promise<Invoice> {
  const { rows } = await db.query<Parameters<typeof listed>[0]>(`${LISTED} where i.account_id = $1 and i.number = $2`, [accountId, number]);
  if (!rows[0]) throw notFound('invoice');
  return listed(rows[0]);
}

/** Whether a provider is asked for its money, and books what comes of that. */
export async function isChargedByProvider(db: Queryable, accountId: AccountId, number: string): Promise<boolean> {
  const { rows } = await db.query(`select 1 from collections where account_id = $1 and invoice = $2 and state not in ('paid', 'ended')`, [
    accountId,
    number,
  ]);
  return rows.length > 0;
}

/** Oldest first, after the given number. */
export async function listInvoices(db: Pick<pg.Pool, 'query'>, accountId: AccountId, after: string, limit: number): Promise<Invoice[]> {
  const { rows } = await db.query<Parameters<typeof listed>[0]>(
    `${LISTED}
     where i.account_id = $1 and (i.issued_at, i.number) >
       (coalesce((select a.issued_at from invoices a where a.account_id = $1 and a.number = $2), -1), $2)
     order by i.issued_at, i.number limit $3`,
    [accountId, after, limit],
  );
  return rows.map(listed);
}

/** Throws not_found: for a number of another account just the same. */
export async function loadInvoice(db: Queryable | Pick<pg.Pool, 'query'>, accountId: AccountId, number: string): Promise<InvoiceDocument> {
  return (await loadNamed(db, accountId, number)).document;
}

/** With the hash that lists give for it. Likewise. */
export async function loadNamed(
  db: Queryable | Pick<pg.Pool, 'query'>,
  accountId: AccountId,
  number: string,
): Promise<{ document: InvoiceDocument; hash: string }> {
  const { rows } = await db.query<{ document: string }>('select document from invoices where account_id = $1 and number = $2', [
    accountId,
    number,
  ]);
  const row = rows[0];
  if (!row) throw notFound('invoice');
  return { document: readDocument(row.document), hash: hashOf(row.document) };
}

/** Of the document as it is stored: it never changes once it is issued. */
const hashOf = (document: string): string => createHash('sha256').update(document).digest('hex');
