/** Every kind of invoice in every language: read back whole, within the rules of EN 16931 and the schema, in a file that can be archived. */
import { describe, expect, test } from 'vitest';
import { type InvoiceDocument, negated } from '../../../server/billing/invoices/document.ts';
import { paymentText, toXml } from '../../../server/billing/invoices/e-invoice.ts';
import { drawInvoice } from '../../../server/billing/invoices/pdf.ts';
import { amountText, countryName, figures, fill, longDate, textsOf } from '../../../server/billing/invoices/texts/texts.ts';
import { languages } from '../../../shared/api/index.ts';
import { lacking } from './archived-pdf.ts';
import { brokenRules } from './en16931.ts';
import { readInvoice, schemaErrors, valuesOf } from './read-invoice.ts';
import { KINDS, sampleInvoice } from './sample-invoices.ts';

const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

/** All that has to be read on the pages, as it is written there. */
function said(document: InvoiceDocument): readonly string[] {
  const { invoice, customer, issuer, tax, dueAt } = document;
  const { language } = customer;
  const texts = textsOf(language);
  const turned = (decimal: string): string => (invoice.kind === 'credit-note' ? negated(decimal) : decimal);
  const money = ({ amount, currency }: { amount: string; currency: string }): string =>
    amountText(language, { amount: turned(amount), currency });
  const label = fill(texts.tax[tax.treatment], { rate: figures(language, tax.ratePercent), country: tax.country });
  return [
    texts[invoice.kind],
    issuer.name,
    ...issuer.address,
    customer.name ?? texts.accountHolder,
    ...customer.address,
    ...(customer.country === null ? [] : [countryName(language, customer.country)]),
    ...(tax.treatment === 'reverse-charge' ? [`${texts.vatId} ${customer.vatId}`, texts.notes['reverse-charge']] : []),
    ...(tax.treatment === 'none' ? [texts.notes.none] : []),
    `${texts.number} ${invoice.number}`,
    `${texts.date} ${longDate(language, invoice.issuedAt)}`,
    ...(dueAt === null ? [] : [`${texts.due} ${longDate(language, dueAt)}`]),
    ...(invoice.credits === null ? [] : [invoice.credits]),
    ...invoice.lines.map(
      (line) => `${line.text} ${figures(language, turned(line.quantity))} ${amountText(language, line.unitPrice)} ${money(line.net)}`,
    ),
    `${texts.net} ${money(invoice.net)} ${label} ${money(invoice.tax)} ${texts.total} ${money(invoice.total)}`,
    paymentText(document),
  ];
}

describe.each(languages)('in %s', (language) => {
  test.each(Object.keys(KINDS))('%s', { timeout: 30_000 }, async (kind) => {
    const document = sampleInvoice(kind, language);
    const xml = await toXml(document);
    expect(brokenRules(xml)).toEqual([]);
    // The schema sees no language.
    if (language === 'en') expect(await schemaErrors(xml)).toEqual([]);
    if (document.invoice.credits !== null) expect(valuesOf(xml, 'ram:IssuerAssignedID')).toEqual([document.invoice.credits]);
    const pdf = await drawInvoice(document, xml);
    expect(lacking(pdf)).toEqual([]);
    const read = await readInvoice(pdf);
    expect(read.xml).toBe(xml);
    const page = plain(read.lines.join(' '));
    expect(said(document).filter((words) => !page.includes(plain(words)))).toEqual([]);
  });
});

describe('the page', () => {
  test('breaks no date and no amount', async () => {
    const document = sampleInvoice('forty lines for nobody by name', 'de');
    const { lines } = await readInvoice(await drawInvoice(document, '<x/>'));
    expect(lines.filter((line) => /\d\.$|(Juni|Juli)$|^EUR/.test(line))).toEqual([]);
  });

  test('keeps the last line with the totals, and names itself where it goes on', async () => {
    for (let count = 10; count <= 18; count += 1) {
      const document = sampleInvoice('forty lines for nobody by name', 'en');
      const some = { ...document, invoice: { ...document.invoice, lines: document.invoice.lines.slice(0, count) } };
      const { byPage } = await readInvoice(await drawInvoice(some, '<x/>'));
      const last = byPage.at(-1) ?? [];
      expect(last.findIndex((line) => line.startsWith('Total '))).toBeGreaterThan(
        last.findIndex((line) => line.includes(`Plus ${count} plan, `)),
      );
      expect(last.some((line) => line.includes(`Plus ${count} plan, `))).toBe(true);
      for (const page of byPage.slice(1)) {
        expect(page).toContain(`Invoice ${document.invoice.number}`.concat(` ${document.issuer.name}`));
        expect(page).toContain('Description Quantity Unit price Net');
      }
    }
  });

  test('has room for the longest name and address there may be', async () => {
    const document = sampleInvoice('a renewal with reverse charge, charged', 'en');
    const customer = {
      ...document.customer,
      name: 'Wędrówka '.repeat(22).trim(),
      address: Array<string>(5).fill('Aleja '.repeat(16).trim()),
    };
    const page = plain((await readInvoice(await drawInvoice({ ...document, customer }, '<x/>'))).lines.join(' '));
    expect(page).toContain(customer.name);
    expect(page).toContain(`${customer.address.join(' ')} Poland VAT ID PL1234567890 rechnung@example.com`);
  });
});
