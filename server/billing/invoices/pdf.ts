/** Draws an invoice on A4 as PDF/A-3 with its XML inside. Text stays text, so that it can be searched, copied and read aloud. */
import PDFDocument from 'pdfkit';
import type { Money } from '../../../shared/api.ts';
import { attachXml } from './archive.ts';
import { type InvoiceDocument, negated } from './document.ts';
import { paymentText } from './e-invoice.ts';
import { drawable, FONTS, PLAIN } from './fonts.ts';
import { amountText, countryName, figures, fill, longDate, textsOf } from './words.ts';

const INK = '#16181d';
const QUIET = '#6b7280';
const RULE = '#d9dce1';
const ACCENT = '#1f4fd8';
const MARGIN = 56;
const WIDTH = 595.28;
const RIGHT = WIDTH - MARGIN;
const COLUMNS = { text: MARGIN, quantity: 280, unit: 335, net: 440 } as const;
const FOOT = 745;
/** Below this line a row or the totals begin a new page. */
const LAST_ROW = 690;

type Pdf = InstanceType<typeof PDFDocument>;

/** The finished file; the same bytes for the same document. */
export async function drawInvoice(document: InvoiceDocument, xml: string): Promise<Buffer> {
  const { invoice, issuer, customer } = document;
  const title = textsOf(customer.language)[invoice.kind];
  const issuedAt = new Date(invoice.issuedAt);
  const pdf = new PDFDocument({
    size: 'A4',
    margins: { top: MARGIN, left: MARGIN, right: MARGIN, bottom: 0 },
    pdfVersion: '1.7',
    subset: 'PDF/A-3b',
    font: FONTS.regular,
    tagged: true,
    lang: customer.language,
    displayTitle: true,
    bufferPages: true,
    info: { Title: `${title} ${invoice.number}`, Producer: 'Backlot', Creator: 'Backlot', CreationDate: issuedAt },
  });
  const done = bytesOf(pdf);
  pdf.registerFont('regular', FONTS.regular);
  pdf.registerFont('strong', FONTS.strong);
  drawHead(pdf, document, title);
  const below = drawLines(pdf, document, 330);
  const after = drawTotals(pdf, document, below > LAST_ROW - 60 ? newPage(pdf) : below);
  drawPayment(pdf, document, after);
  drawFeet(pdf, document);
  attachXml(pdf, xml, issuer.name, issuedAt);
  pdf.end();
  return done;
}

function bytesOf(pdf: Pdf): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
}

function drawHead(pdf: Pdf, { invoice, issuer, customer, tax, dueAt }: InvoiceDocument, title: string): void {
  const texts = textsOf(customer.language);
  pdf.rect(0, 0, WIDTH, 6).fill(ACCENT);
  style(pdf, 'strong', 15, INK);
  write(pdf, issuer.name, MARGIN, 52, { width: 270 });
  style(pdf, 'regular', 8.5, QUIET);
  write(pdf, [...issuer.address, `${texts.vatId} ${issuer.vatId}`, issuer.email].join('\n'), 340, 54, {
    width: RIGHT - 340,
    align: 'right',
    lineGap: 2,
  });
  style(pdf, 'strong', 24, INK);
  write(pdf, title, MARGIN, 150, {});
  const facts: [string, string][] = [
    [texts.number, invoice.number],
    [texts.date, longDate(customer.language, invoice.issuedAt)],
    ...(dueAt === null ? [] : [[texts.due, longDate(customer.language, dueAt)] as [string, string]]),
    ...(invoice.credits === null
      ? []
      : [[invoice.kind === 'credit-note' ? texts.credits : texts.concerns, invoice.credits] as [string, string]]),
    [texts.account, customer.accountId],
  ];
  facts.forEach(([name, value], row) => {
    const y = 196 + row * 15;
    style(pdf, 'regular', 8.5, QUIET);
    write(pdf, name, 315, y, { width: 100 });
    pdf.fillColor(INK);
    right(pdf, value, y);
  });
  style(pdf, 'regular', 9, QUIET);
  write(pdf, texts.billTo, MARGIN, 196, {});
  const who = [
    customer.name ?? texts.accountHolder,
    ...customer.address,
    customer.country && countryName(customer.language, customer.country),
    customer.vatId && (tax.treatment === 'reverse-charge' || customer.country === issuer.country) && `${texts.vatId} ${customer.vatId}`,
    customer.email,
  ];
  style(pdf, 'regular', 10, INK);
  write(pdf, who.filter(Boolean).join('\n'), MARGIN, 210, { width: 240, height: 108, lineGap: 1.5, ellipsis: true });
}

function drawTableHead(pdf: Pdf, { customer }: InvoiceDocument, top: number): number {
  const texts = textsOf(customer.language);
  style(pdf, 'regular', 8.5, QUIET);
  write(pdf, texts.description, COLUMNS.text, top, {});
  right(pdf, texts.quantity, top, COLUMNS.unit - 8);
  right(pdf, texts.unitPrice, top, COLUMNS.net - 8);
  right(pdf, texts.net, top);
  rule(pdf, top + 15);
  return top + 25;
}

function drawLines(pdf: Pdf, document: InvoiceDocument, top: number): number {
  const { invoice, customer } = document;
  const { language } = customer;
  const turned = invoice.kind === 'credit-note';
  let y = drawTableHead(pdf, document, top);
  const width = COLUMNS.quantity - COLUMNS.text - 10;
  for (const line of invoice.lines) {
    style(pdf, 'regular', 9.5, INK);
    const height = pdf.heightOfString(drawable(pdf, line.text), { width, features: PLAIN });
    if (y + height > LAST_ROW) y = drawTableHead(pdf, document, newPage(pdf));
    style(pdf, 'regular', 9.5, INK);
    write(pdf, line.text, COLUMNS.text, y, { width });
    right(pdf, figures(language, turned ? negated(line.quantity) : line.quantity), y, COLUMNS.unit - 8);
    right(pdf, amountText(language, line.unitPrice), y, COLUMNS.net - 8);
    right(pdf, amountText(language, shown(document, line.net)), y);
    y += Math.max(height, 14) + 8;
  }
  rule(pdf, y);
  return y + 14;
}

function drawTotals(pdf: Pdf, document: InvoiceDocument, top: number): number {
  const { invoice, customer, tax } = document;
  const { language } = customer;
  const texts = textsOf(language);
  const label = fill(texts.tax[tax.treatment], { rate: figures(language, tax.ratePercent), country: tax.country });
  const rows: [string, Money][] = [
    [texts.net, invoice.net],
    [label, invoice.tax],
  ];
  let y = top;
  for (const [name, money] of rows) {
    style(pdf, 'regular', 10, QUIET);
    right(pdf, name, y, COLUMNS.net - 20);
    pdf.fillColor(INK);
    right(pdf, amountText(language, shown(document, money)), y);
    y += 18;
  }
  style(pdf, 'strong', 13, INK);
  right(pdf, texts.total, y + 4, COLUMNS.net - 80);
  right(pdf, amountText(language, shown(document, invoice.total)), y + 4);
  return y + 44;
}

function drawPayment(pdf: Pdf, document: InvoiceDocument, top: number): void {
  const { treatment } = document.tax;
  const { notes } = textsOf(document.customer.language);
  style(pdf, 'regular', 9.5, INK);
  const text = [...(treatment === 'standard' ? [] : [notes[treatment]]), paymentText(document)].join('\n');
  write(pdf, text, MARGIN, top, { width: RIGHT - MARGIN, lineGap: 3 });
}

/** On every page who billed, which invoice, and which page of how many. */
function drawFeet(pdf: Pdf, { issuer, invoice, customer }: InvoiceDocument): void {
  const { page, vatId } = textsOf(customer.language);
  const { count } = pdf.bufferedPageRange();
  for (let index = 0; index < count; index += 1) {
    pdf.switchToPage(index);
    rule(pdf, FOOT);
    style(pdf, 'regular', 7.5, QUIET);
    write(pdf, `${issuer.name} · ${issuer.address.join(', ')} · ${vatId} ${issuer.vatId}`, MARGIN, FOOT + 9, {
      width: 340,
      height: 20,
      ellipsis: true,
    });
    right(pdf, `${invoice.number} · ${fill(page, { page: String(index + 1), pages: String(count) })}`, FOOT + 9);
  }
}

function newPage(pdf: Pdf): number {
  pdf.addPage();
  return MARGIN;
}

/** A credit note's amounts without their sign: its title says which way they go. */
const shown = ({ invoice }: InvoiceDocument, money: Money): Money =>
  invoice.kind === 'credit-note' ? { ...money, amount: negated(money.amount) } : money;

function style(pdf: Pdf, font: 'regular' | 'strong', size: number, colour: string): void {
  pdf.font(font).fontSize(size).fillColor(colour);
}

function write(pdf: Pdf, text: string, x: number, y: number, options: PDFKit.Mixins.TextOptions): void {
  pdf.text(drawable(pdf, text), x, y, { ...options, features: PLAIN });
}

/** On one line that ends at `end`. */
function right(pdf: Pdf, text: string, y: number, end = RIGHT): void {
  const width = pdf.widthOfString(drawable(pdf, text), { features: PLAIN });
  write(pdf, text, end - width, y, { lineBreak: false });
}

function rule(pdf: Pdf, y: number): void {
  pdf.moveTo(MARGIN, y).lineTo(RIGHT, y).lineWidth(0.7).strokeColor(RULE).stroke();
}
