/** Draws an invoice on A4 as PDF/A-3 with its XML inside. Text stays text, so that it can be searched, copied and read aloud. */
import PDFDocument from 'pdfkit';
import type { Money } from '../../../shared/api/index.ts';
import { hasVatPrefix } from '../tax/vat-id.ts';
import { attachXml } from './archive.ts';
import { type InvoiceDocument, negated, readable } from './document.ts';
import { paymentText } from './e-invoice.ts';
import { FONTS } from './fonts.ts';
import { FOOT, INK, MARGIN, QUIET, RIGHT, Sheet } from './sheet.ts';
import { amountText, countryName, figures, fill, longDate, textsOf } from './texts/texts.ts';

/** Where each column ends; the text begins at the margin. */
const COLUMNS = { quantity: 340, unit: 438, net: RIGHT } as const;
const TEXT_WIDTH = 236;
const FACTS = 315;
const TOTALS = 300;
/** Nothing but the foot stands below this line. */
const LAST = FOOT - 16;
const FIRST_ON_NEXT = 76;
const TOTALS_HEIGHT = 88;

type Pdf = InstanceType<typeof PDFDocument>;

/** The finished file; the same bytes for the same document. */
export async function drawInvoice(stored: InvoiceDocument, xml: string): Promise<Buffer> {
  const document = readable(stored);
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
  const sheet = new Sheet(pdf);
  const closing = closingOf(document);
  const head = drawHead(sheet, document, title);
  const below = drawLines(sheet, document, head, TOTALS_HEIGHT + closingHeight(sheet, closing));
  const after = drawTotals(sheet, document, below);
  drawClosing(sheet, closing, after);
  drawMargins(sheet, document, title);
  attachXml(pdf, xml, issuer.name, issuedAt);
  sheet.end();
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

/** Who bills whom, what and when. Answers where the table may begin: however long names and addresses are, nothing of them is cut off. */
function drawHead(sheet: Sheet, document: InvoiceDocument, title: string): number {
  const { invoice, issuer, customer, tax, dueAt } = document;
  const { language } = customer;
  const texts = textsOf(language);
  sheet.band();
  sheet.style('strong', 15, INK);
  const nameEnds = sheet.column([issuer.name], MARGIN, 52, { width: 270 });
  sheet.style('regular', 8.5, QUIET);
  const address = [...issuer.address, taxNumberOf(document), issuer.email];
  const addressEnds = sheet.column(address, 340, 54, { width: RIGHT - 340, align: 'right', lineGap: 2 });
  const top = Math.max(150, nameEnds + 24, addressEnds + 24);
  sheet.style('strong', 24, INK);
  sheet.write(title, MARGIN, top, {}, 'H1');
  const facts: [string, string][] = [
    [texts.number, invoice.number],
    [texts.date, longDate(language, invoice.issuedAt)],
    ...(dueAt === null ? [] : [[texts.due, longDate(language, dueAt)] as [string, string]]),
    ...(invoice.credits === null
      ? []
      : [[invoice.kind === 'credit-note' ? texts.credits : texts.concerns, invoice.credits] as [string, string]]),
    [texts.account, customer.accountId],
  ];
  sheet.style('regular', 9, QUIET);
  sheet.write(texts.billTo, MARGIN, top + 46, {});
  const who = [
    customer.name ?? texts.accountHolder,
    ...customer.address,
    customer.country && countryName(language, customer.country),
    customer.vatId && (tax.treatment === 'reverse-charge' || customer.country === issuer.country) && `${texts.vatId} ${customer.vatId}`,
    customer.email,
  ].filter((line) => typeof line === 'string');
  sheet.style('regular', 10, INK);
  const whoEnds = sheet.column(who, MARGIN, top + 60, { width: 240, lineGap: 1.5 });
  facts.forEach(([name, value], row) => {
    const y = top + 46 + row * 15;
    sheet.style('regular', 8.5, QUIET);
    sheet.write(name, FACTS, y, { lineBreak: false });
    sheet.style('regular', 8.5, INK);
    sheet.right(value, y);
  });
  return Math.max(top + 150, whoEnds + 28, top + 46 + facts.length * 15 + 28);
}

function drawTableHead(sheet: Sheet, { customer }: InvoiceDocument, top: number): number {
  const texts = textsOf(customer.language);
  sheet.style('regular', 8.5, QUIET);
  sheet.within('TR', () => {
    sheet.write(texts.description, MARGIN, top, { lineBreak: false }, 'TH');
    sheet.right(texts.quantity, top, COLUMNS.quantity, 'TH');
    sheet.right(texts.unitPrice, top, COLUMNS.unit, 'TH');
    sheet.right(texts.net, top, COLUMNS.net, 'TH');
  });
  sheet.rule(top + 15);
  return top + 25;
}

/** The table goes on to further pages under its head; its last line stays together with the `rest` that follows. */
function drawLines(sheet: Sheet, document: InvoiceDocument, top: number, rest: number): number {
  const { invoice, customer } = document;
  const { language } = customer;
  const turned = invoice.kind === 'credit-note';
  let y = top;
  sheet.within('Table', () => {
    y = drawTableHead(sheet, document, top);
    invoice.lines.forEach((line, index) => {
      sheet.style('regular', 9.5, INK);
      const height = Math.max(sheet.heightOf(line.text, TEXT_WIDTH), 14) + 8;
      if (y + height + (index === invoice.lines.length - 1 ? rest : 0) > LAST) {
        sheet.newPage();
        y = drawTableHead(sheet, document, FIRST_ON_NEXT);
      }
      sheet.style('regular', 9.5, INK);
      sheet.within('TR', () => {
        sheet.write(line.text, MARGIN, y, { width: TEXT_WIDTH }, 'TD');
        sheet.right(figures(language, turned ? negated(line.quantity) : line.quantity), y, COLUMNS.quantity, 'TD');
        sheet.right(amountText(language, line.unitPrice), y, COLUMNS.unit, 'TD');
        sheet.right(amountText(language, shown(document, line.net)), y, COLUMNS.net, 'TD');
      });
      y += height;
    });
  });
  sheet.rule(y);
  return y + 14;
}

function drawTotals(sheet: Sheet, document: InvoiceDocument, top: number): number {
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
    sheet.style('regular', 10, QUIET);
    sheet.write(name, TOTALS, y, { lineBreak: false });
    sheet.style('regular', 10, INK);
    sheet.right(amountText(language, shown(document, money)), y);
    y += 18;
  }
  sheet.rule(y + 1, TOTALS);
  sheet.style('strong', 13, INK);
  sheet.write(texts.total, TOTALS, y + 10, { lineBreak: false });
  sheet.right(amountText(language, shown(document, invoice.total)), y + 10);
  return y + 50;
}

/** Why there is no tax, and how it is paid. */
function closingOf(document: InvoiceDocument): string[] {
  const { treatment } = document.tax;
  const { notes } = textsOf(document.customer.language);
  return [...(treatment === 'standard' ? [] : [notes[treatment]]), paymentText(document)];
}

const CLOSING = { width: RIGHT - MARGIN, lineGap: 3 } as const;

function drawClosing(sheet: Sheet, lines: readonly string[], top: number): void {
  sheet.style('regular', 9.5, INK);
  sheet.column(lines, MARGIN, top, CLOSING);
}

function closingHeight(sheet: Sheet, lines: readonly string[]): number {
  sheet.style('regular', 9.5, INK);
  return sheet.heightOf(lines.join('\n'), CLOSING.width, CLOSING.lineGap);
}

/** At the foot of every page who billed, which invoice, and which page of how many; at the head of further pages, what goes on there. */
function drawMargins(sheet: Sheet, document: InvoiceDocument, title: string): void {
  const { issuer, invoice, customer } = document;
  const { page: pageOf } = textsOf(customer.language);
  sheet.eachPage((page, pages) => {
    sheet.rule(FOOT);
    sheet.style('regular', 7.5, QUIET);
    const number = fill(pageOf, { page: String(page), pages: String(pages) });
    const who = `${issuer.name} · ${issuer.address.join(', ')} · ${taxNumberOf(document)}`;
    sheet.aside(who, FOOT + 9, `${invoice.number} · ${number}`, 340);
    if (page === 1) return;
    sheet.style('regular', 8.5, QUIET);
    sheet.aside(`${title} ${invoice.number}`, 40, issuer.name, 340);
  });
}

/** Called a VAT number only where it is one. */
const taxNumberOf = ({ issuer: { vatId }, customer }: InvoiceDocument): string =>
  hasVatPrefix(vatId) ? `${textsOf(customer.language).vatId} ${vatId}` : vatId;

/** A credit note's amounts without their sign: its title says which way they go. */
const shown = ({ invoice }: InvoiceDocument, money: Money): Money =>
  invoice.kind === 'credit-note' ? { ...money, amount: negated(money.amount) } : money;
