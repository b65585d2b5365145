/** Every invoice parsed back: what stands on the pages and in the XML is what the record says, whatever was billed to whom. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentOf, type InvoiceDocument, lineOf, negated, totalsOf } from '../../../server/billing/invoices/document.ts';
import { toXml } from '../../../server/billing/invoices/e-invoice.ts';
import { drawInvoice } from '../../../server/billing/invoices/pdf.ts';
import { amountText, figures, textsOf } from '../../../server/billing/invoices/texts/texts.ts';
import type { Issuer } from '../../../server/billing/issuer.ts';
import { taxOf } from '../../../server/billing/tax/tax.ts';
import { languages } from '../../../shared/api/index.ts';
import { accountNamed, cents, instant, opNamed } from '../../quantities.ts';
import { runs } from '../../runs.ts';
import { askedOf, lacking } from './archived-pdf.ts';
import { partsOf, readInvoice, schemaErrors, valuesOf } from './read-invoice.ts';

const ISSUER: Issuer = {
  id: 'BL',
  name: 'Backlot & Söhne <Studio>',
  address: ['Example Street 1', '10115 Berlin', 'Germany'],
  country: 'DE',
  vatId: 'DE000000000',
  email: 'billing@backlot.example',
};

const name = fc.constantFrom(
  'Łódź Auto Sp. z o.o.',
  'Αυτοκίνητα Αθήνα',
  'Автосалон «Юг»',
  'Škoda Děčín',
  'O’Neill & Fils <SARL>',
  'Ğüneş Otomotiv',
  null,
);
const where = fc.constantFrom(
  { country: 'DE', vatId: null },
  { country: 'DE', vatId: 'DE123456789' },
  { country: 'PL', vatId: null },
  { country: 'PL', vatId: 'PL1234567890' },
  { country: 'FI', vatId: null },
  { country: 'GR', vatId: 'EL123456789' },
  { country: 'US', vatId: null },
  { country: null, vatId: null },
);
const line = fc
  .record({
    text: fc.constantFrom('100 credits, Studio', 'Kredyty: 100', 'Unused time of Professional <Plus> & more', 'Тариф', 'Formule Étoile'),
    minor: fc.bigInt({ min: 1n, max: 9_999_999_999n }),
    quantity: fc.constantFrom('1', '3', '2.5', '0.3333'),
  })
  .map(({ text, minor, quantity }) => lineOf(text, cents(minor), quantity));

const anyDocument: fc.Arbitrary<InvoiceDocument> = fc
  .record({
    kind: fc.constantFrom('invoice' as const, 'credit-note' as const),
    state: fc.constantFrom('open' as const, 'paid' as const),
    language: fc.constantFrom(...languages),
    currency: fc.constantFrom('EUR', 'USD'),
    customer: fc.record({
      name,
      email: fc.constantFrom('rechnung@example.com', null),
      address: fc.constantFrom([], ['ul. Piękna 1', '90-001 Łódź']),
    }),
    where,
    lines: fc.array(line, { minLength: 1, maxLength: 6 }),
    iban: fc.constantFrom(undefined, 'DE02120300000000202051'),
    number: fc.integer({ min: 1, max: 999_999 }),
  })
  .map(({ kind, state, language, currency, customer, where: place, lines, iban, number }) => {
    const note = kind === 'credit-note';
    // What is billed, less a proration where there is enough to take it off.
    const billed = lines.length > 2 ? [...lines, lineOf('Proration', cents(-(lines[0]?.netMinor ?? 0n)))] : lines;
    const own = note ? billed.map((l) => ({ ...l, quantity: negated(l.quantity), netMinor: cents(-l.netMinor) })) : billed;
    const issuer = iban === undefined ? ISSUER : { ...ISSUER, iban };
    const draft = {
      kind,
      state: note ? ('paid' as const) : state,
      opId: opNamed('op'),
      issuedAt: instant(Date.UTC(2026, 5, 10, 23, 59)),
      description: billed[0]?.text ?? '',
      customer: { ...customer, ...place, accountId: accountNamed('acc_01M84AGHQ376YRDZA1X4KYPHM8'), language },
      currency,
      lines: own,
      credits: note ? 'BL-2026-000001' : null,
    };
    const tax = taxOf(draft.customer, issuer);
    return documentOf({
      number: `BL-${note ? 'CN-' : ''}2026-${String(number).padStart(6, '0')}`,
      issuer,
      draft,
      tax,
      totals: totalsOf(own, tax),
      creditedAt: note ? '2026-05-01T00:00:00.000Z' : null,
    });
  });

/** Without the sign on a credit note: its title says which way the money goes. */
const shown = ({ invoice }: InvoiceDocument, amount: string): string => (invoice.kind === 'credit-note' ? negated(amount) : amount);
const plain = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const centsIn = (decimal: string): bigint => BigInt(Math.sign(Number(decimal)) < 0 ? -1 : 1) * BigInt(decimal.replaceAll(/[-.]/g, ''));

test('the pages and the XML say what the record says, and the schema finds nothing', { timeout: 240_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyDocument, async (document) => {
      const xml = await toXml(document);
      const read = await readInvoice(await drawInvoice(document, xml));
      expect(read.xml).toBe(xml);
      expectPages(document, read.lines);
      expectXml(document, xml);
      expect(await schemaErrors(xml)).toEqual([]);
    }),
    { numRuns: runs(8, 12), seed: 20_261_123 },
  );
});

function expectPages(document: InvoiceDocument, lines: readonly string[]): void {
  const { invoice, customer, tax } = document;
  const { language } = customer;
  const texts = textsOf(language);
  const money = ({ amount, currency }: { amount: string; currency: string }): string =>
    plain(amountText(language, { amount: shown(document, amount), currency }));
  expect(lines).toContain(plain(`${texts.number} ${invoice.number}`));
  expect(lines).toContain(plain(`${texts.account} ${customer.accountId}`));
  expect(lines).toContain(texts[invoice.kind]);
  if (customer.name !== null) expect(lines).toContain(customer.name);
  for (const { text, quantity, unitPrice, net } of invoice.lines) {
    const figure = figures(language, shown(document, quantity));
    expect(lines).toContain(plain(`${text} ${figure} ${plain(amountText(language, unitPrice))} ${money(net)}`));
  }
  expect(lines).toContain(plain(`${texts.net} ${money(invoice.net)}`));
  expect(
    lines.some(
      (l) => l.endsWith(money(invoice.tax)) && l.includes(tax.treatment === 'standard' ? `${figures(language, tax.ratePercent)} %` : ''),
    ),
  ).toBe(true);
  expect(lines).toContain(plain(`${texts.total} ${money(invoice.total)}`));
}

function expectXml(document: InvoiceDocument, xml: string): void {
  const { invoice, customer, tax, issuer } = document;
  const one = (element: string): string => {
    const [value] = valuesOf(xml, element);
    if (value === undefined) throw new Error(`There is no ${element}.`);
    return value;
  };
  const amount = (element: string): bigint => centsIn(one(element));
  const [header = ''] = partsOf(xml, 'ram:ApplicableHeaderTradeSettlement');
  const items = partsOf(xml, 'ram:IncludedSupplyChainTradeLineItem');
  const [sums = ''] = partsOf(header, 'ram:SpecifiedTradeSettlementHeaderMonetarySummation');
  const sum = (element: string): bigint => centsIn(valuesOf(sums, element)[0] ?? '0.00');
  // The record.
  expect(one('ram:TypeCode')).toBe(invoice.kind === 'credit-note' ? '381' : '380');
  expect(valuesOf(xml, 'ram:ID')).toContain(invoice.number);
  expect(valuesOf(xml, 'ram:Name')).toContain(issuer.name);
  if (customer.name !== null) expect(valuesOf(xml, 'ram:Name')).toContain(customer.name);
  expect(items).toHaveLength(invoice.lines.length);
  invoice.lines.forEach((l, index) => {
    const item = items[index] ?? '';
    expect(valuesOf(item, 'ram:Name')).toEqual([l.text]);
    expect(valuesOf(item, 'ram:LineTotalAmount')).toEqual([shown(document, l.net.amount)]);
    expect(valuesOf(item, 'ram:BilledQuantity')).toEqual([shown(document, l.quantity)]);
    // BR-27: prices are not negative.
    expect(centsIn(valuesOf(item, 'ram:ChargeAmount')[0] ?? '-1')).toBeGreaterThanOrEqual(0n);
  });
  expect([sum('ram:TaxBasisTotalAmount'), sum('ram:TaxTotalAmount'), sum('ram:GrandTotalAmount')]).toEqual(
    [invoice.net, invoice.tax, invoice.total].map((m) => centsIn(shown(document, m.amount))),
  );
  // BR-CO-10: the lines make their sum; 13: there are no allowances, so it is the net; 15: with the tax it is the total; 16: less what is paid, it is due.
  expect(items.reduce((all, item) => all + centsIn(valuesOf(item, 'ram:LineTotalAmount')[0] ?? ''), 0n)).toBe(sum('ram:LineTotalAmount'));
  expect(sum('ram:TaxBasisTotalAmount')).toBe(sum('ram:LineTotalAmount'));
  expect(sum('ram:GrandTotalAmount')).toBe(sum('ram:TaxBasisTotalAmount') + sum('ram:TaxTotalAmount'));
  expect(sum('ram:DuePayableAmount')).toBe(sum('ram:GrandTotalAmount') - sum('ram:TotalPrepaidAmount'));
  // BR-CO-17: the tax is the base times the rate, rounded to cents; 14: the parts make the whole.
  const scaled = amount('ram:BasisAmount') * BigInt(tax.rateBp);
  expect(amount('ram:CalculatedAmount')).toBe((scaled + 5_000n) / 10_000n);
  expect(amount('ram:CalculatedAmount')).toBe(sum('ram:TaxTotalAmount'));
  // BR-AE, BR-O: who accounts for it, and why there is none.
  const category = { standard: 'S', 'reverse-charge': 'AE', none: 'O' }[tax.treatment];
  expect(new Set(valuesOf(xml, 'ram:CategoryCode'))).toEqual(new Set([category]));
  const vatIds = [...xml.matchAll(/<ram:ID schemeID="VA">([^<]*)</g)].map(([, id]) => id);
  expect(vatIds).toEqual({ S: [issuer.vatId], AE: [issuer.vatId, customer.vatId], O: [] }[category]);
  expect(valuesOf(xml, 'ram:ExemptionReasonCode')).toEqual({ S: [], AE: ['VATEX-EU-AE'], O: ['VATEX-EU-O'] }[category]);
  expect(valuesOf(xml, 'ram:RateApplicablePercent').length > 0).toBe(category !== 'O');
}

describe('the file', () => {
  const [document] = fc.sample(anyDocument, { numRuns: 1, seed: 7 });
  if (!document) throw new Error('There is no sample.');

  test('is PDF/A-3 that announces Factur-X, and the same bytes every time', async () => {
    const xml = await toXml(document);
    const pdf = await drawInvoice(document, xml);
    expect(await toXml(document)).toBe(xml);
    expect((await drawInvoice(document, xml)).equals(pdf)).toBe(true);
    const { metadata } = await readInvoice(pdf);
    expect(Object.fromEntries(metadata)).toMatchObject({
      'pdfaid:part': '3',
      'pdfaid:conformance': 'B',
      'fx:documenttype': 'INVOICE',
      'fx:documentfilename': 'factur-x.xml',
      'fx:conformancelevel': 'EN 16931',
      'dc:creator': [ISSUER.name],
    });
    expect(lacking(pdf)).toEqual([]);
  });

  const spoilt: readonly (readonly [lacks: string, find: string | RegExp, put: string])[] = [
    ['a header with four bytes past 127 after it', '%PDF-1.7', '%PDF-1.4'],
    ['nothing after its end', /$/, 'more'],
    ['an ID in the trailer', '/ID [', '/IX ['],
    ['no encryption', /trailer\n<</, 'trailer\n<</Encrypt 1 0 R'],
    ['metadata that agree with the document information', '<pdfaid:conformance>B', '<pdfaid:conformance>Z'],
    ['metadata that agree with the document information', '<xmp:CreateDate>2026', '<xmp:CreateDate>2025'],
    ['an output intent with its profile', '/GTS_PDFA1', '/GTS_PDFX1'],
    ['every typeface embedded, every letter readable', '/FontFile2', '/FontFileX'],
    ['every typeface embedded, every letter readable', '/ToUnicode', '/ToUnicodX'],
    ['the XML as an associated file', '/AFRelationship', '/AFRelationshiX'],
    ['nothing that acts', '/Lang', '/OpenAction 1 0 R /Lang'],
    ['nothing that shines through', '/MediaBox', '/ca 0.5 /MediaBox'],
    ['only codecs that are allowed', '/FlateDecode', '/LZWDecode'],
    ['no annotations, forms and layers', '/MediaBox', '/Annots [] /MediaBox'],
    ['a language', '/Lang (', '/Lung ('],
    ['a structure for those who listen', '/StructTreeRoot ', '/StructTreeRooX '],
  ];

  test.each(spoilt)('is found to lack %s with %s spoilt', async (lacks, find, put) => {
    const pdf = await drawInvoice(document, await toXml(document));
    const wrong = Buffer.from(pdf.toString('latin1').replace(find, put), 'latin1');
    expect(lacking(wrong)).toContain(lacks);
  });

  test('is judged by everything that is asked of it', () => {
    expect(new Set(spoilt.map(([lacks]) => lacks))).toEqual(new Set(askedOf));
  });

  test('goes on to further pages when there are many lines, each with its number', async () => {
    const lines = Array.from({ length: 70 }, (_, i) => ({ ...document.invoice.lines[0], text: `Position ${i + 1}` }));
    const long = { ...document, invoice: { ...document.invoice, lines } } as InvoiceDocument;
    const read = await readInvoice(await drawInvoice(long, '<x/>'));
    expect(read.pages).toBeGreaterThan(2);
    for (const { text } of lines) expect(read.lines.filter((l) => l.startsWith(`${text} `))).toHaveLength(1);
    const feet = read.lines.filter((l) => l.includes(`${long.invoice.number} · `));
    expect(feet).toHaveLength(read.pages);
  });

  test('has no letter without a picture: what the typeface lacks is a question mark, and whole in the XML', async () => {
    const foreign = { ...document, customer: { ...document.customer, name: '株式会社 Łódź' } };
    const xml = await toXml(foreign);
    const read = await readInvoice(await drawInvoice(foreign, xml));
    expect(read.lines).toContain('???? Łódź');
    expect(valuesOf(read.xml, 'ram:Name')).toContain('株式会社 Łódź');
  });
});
