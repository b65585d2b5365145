/** The check of the schema is compiled once for all invoices: it stays as strict, and no invoice leaves anything behind for the next. */
import { expect, test } from 'vitest';
import { toXml } from '../../../server/billing/invoices/e-invoice.ts';
import { sampleInvoice } from './sample-invoices.ts';

const document = sampleInvoice('a pack for a business at home, by transfer', 'en');
const { invoice, customer } = document;

test.each([
  ['a currency', { ...document, invoice: { ...invoice, total: { ...invoice.total, currency: 'EURO' } } }],
  ['a country', { ...document, customer: { ...customer, country: 'XQ' } }],
  ['no lines', { ...document, invoice: { ...invoice, lines: [] } }],
])('%s that the schema does not know is refused, and the next invoice is written as the one before', async (_what, strange) => {
  const xml = await toXml(document);
  await expect(toXml(strange)).rejects.toThrow('validation failed');
  expect(await toXml(document)).toBe(xml);
});
