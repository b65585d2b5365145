/** Draws an invoice on A4. Text stays text, so that it can be searched, copied and read aloud. */
import PDFDocument from 'pdfkit';
import type { Money } from '../../shared/api.ts';
import type { InvoiceDocument } from './invoices.ts';

const INK = '#16181d';
const QUIET = '#6b7280';
const RULE = '#d9dce1';
const ACCENT = '#1f4fd8';
const MARGIN = 56;
const RIGHT = 595.28 - MARGIN;
const COLUMNS = { text: MARGIN, quantity: 320, unit: 380, net: 465 } as const;

/** The finished file. */
export function drawInvoice(document: InvoiceDocument): Promise<Buffer> {
  const { invoice } = document;
  const title = invoice.kind === 'credit-note' ? 'Credit note' : 'Invoice';
  const pdf = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    pdfVersion: '1.7',
    tagged: true,
    lang: 'en',
    displayTitle: true,
    info: { Title: `${title} ${invoice.number}`, Author: document.issuer.name, CreationDate: new Date(invoice.issuedAt) },
  });
  const done = new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
  drawHead(pdf, document, title);
  const below = drawLines(pdf, document, 320);
  const after = drawTotals(pdf, document, below);
  drawFoot(pdf, document, after);
  pdf.end();
  return done;
}

type Pdf = InstanceType<typeof PDFDocument>;

function drawHead(pdf: Pdf, { invoice, issuer, customer }: InvoiceDocument, title: string): void {
  pdf.rect(0, 0, 595.28, 6).fill(ACCENT);
  pdf.fillColor(INK).font('Helvetica-Bold').fontSize(15).text(issuer.name, MARGIN, 52);
  pdf.font('Helvetica').fontSize(8.5).fillColor(QUIET);
  pdf.text([...issuer.address, `VAT ID ${issuer.vatId}`, issuer.email].join('\n'), 340, 54, {
    width: RIGHT - 340,
    align: 'right',
    lineGap: 2,
  });

  pdf.fillColor(INK).font('Helvetica-Bold').fontSize(26).text(title, MARGIN, 150);
  const facts: [string, string][] = [
    ['Number', invoice.number],
    ['Date', dayOf(invoice.issuedAt)],
    ['Account', customer.accountId],
    ...(invoice.credits ? [['Credits invoice', invoice.credits] as [string, string]] : []),
  ];
  facts.forEach(([name, value], row) => {
    const y = 196 + row * 15;
    pdf.font('Helvetica').fontSize(9).fillColor(QUIET).text(name, 315, y, { width: 80 });
    pdf.fillColor(INK).text(value, 390, y, { width: RIGHT - 390, align: 'right', lineBreak: false });
  });
  pdf.fontSize(9).fillColor(QUIET).text('For', MARGIN, 196);
  const who = [
    customer.name ?? 'Account holder',
    customer.email,
    customer.country && (new Intl.DisplayNames('en', { type: 'region' }).of(customer.country) ?? customer.country),
  ];
  pdf.fontSize(10.5).fillColor(INK).text(who.filter(Boolean).join('\n'), MARGIN, 210, { width: 260, lineGap: 2 });
}

function drawLines(pdf: Pdf, { invoice }: InvoiceDocument, top: number): number {
  pdf.font('Helvetica').fontSize(8.5).fillColor(QUIET);
  pdf.text('Description', COLUMNS.text, top);
  right(pdf, 'Quantity', COLUMNS.quantity, COLUMNS.unit - 8, top);
  right(pdf, 'Unit price', COLUMNS.unit, COLUMNS.net - 8, top);
  right(pdf, 'Net', COLUMNS.net, RIGHT, top);
  rule(pdf, top + 15);
  let y = top + 25;
  pdf.fontSize(10).fillColor(INK);
  for (const line of invoice.lines) {
    pdf.text(line.text, COLUMNS.text, y, { width: COLUMNS.quantity - COLUMNS.text - 10 });
    const after = pdf.y;
    right(pdf, line.quantity, COLUMNS.quantity, COLUMNS.unit - 8, y);
    right(pdf, show(line.unitPrice), COLUMNS.unit, COLUMNS.net - 8, y);
    right(pdf, show(line.net), COLUMNS.net, RIGHT, y);
    y = Math.max(after, y + 14) + 8;
  }
  rule(pdf, y);
  return y + 14;
}

function drawTotals(pdf: Pdf, { invoice, taxLabel }: InvoiceDocument, top: number): number {
  const rows: [string, string][] = [
    ['Net', show(invoice.net)],
    [taxLabel, show(invoice.tax)],
  ];
  let y = top;
  for (const [name, value] of rows) {
    pdf.font('Helvetica').fontSize(10).fillColor(QUIET).text(name, 250, y, { width: 205, align: 'right' });
    pdf.fillColor(INK);
    right(pdf, value, COLUMNS.net, RIGHT, y);
    y += 18;
  }
  pdf
    .font('Helvetica-Bold')
    .fontSize(13)
    .fillColor(INK)
    .text('Total', 250, y + 4, { width: 205, align: 'right' });
  right(pdf, show(invoice.total), COLUMNS.net - 20, RIGHT, y + 4);
  return y + 60;
}

function drawFoot(pdf: Pdf, { payment, issuer, invoice }: InvoiceDocument, top: number): void {
  pdf
    .font('Helvetica')
    .fontSize(10)
    .fillColor(INK)
    .text(payment, MARGIN, top, { width: RIGHT - MARGIN });
  rule(pdf, 745);
  pdf
    .fontSize(8)
    .fillColor(QUIET)
    .text(`${issuer.name} · ${issuer.address.join(', ')} · VAT ID ${issuer.vatId}`, MARGIN, 754, { width: 380, lineBreak: false });
  right(pdf, invoice.number, 420, RIGHT, 754);
}

function rule(pdf: Pdf, y: number): void {
  pdf.moveTo(MARGIN, y).lineTo(RIGHT, y).lineWidth(0.7).strokeColor(RULE).stroke();
}

function right(pdf: Pdf, text: string, from: number, to: number, y: number): void {
  pdf.text(text, from, y, { width: to - from, align: 'right', lineBreak: false });
}

const show = (money: Money): string => `${money.amount} ${money.currency}`;
const dayOf = (instant: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(new Date(instant));
