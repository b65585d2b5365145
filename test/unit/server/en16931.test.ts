/** The rules can fail: each finds the one thing that was made wrong in an invoice that keeps them all. */
import { expect, test } from 'vitest';
import { documentOf, lineOf, totalsOf } from '../../../server/billing/invoices/document.ts';
import { toXml } from '../../../server/billing/invoices/e-invoice.ts';
import { taxOf } from '../../../server/billing/tax/tax.ts';
import { accountNamed, cents, instant, opNamed } from '../../quantities.ts';
import { brokenRules, ruleIds } from './en16931.ts';

const ISSUER = {
  id: 'BL',
  name: 'Backlot Studio',
  address: ['Example Street 1', '10115 Berlin'],
  country: 'DE',
  vatId: 'DE000000000',
  email: 'billing@backlot.example',
  iban: 'DE02120300000000202051',
};

function invoiceFor(country: string, vatId: string | null): Promise<string> {
  const lines = [lineOf('Pack', cents(999n)), lineOf('Plan', cents(2000n))];
  const customer = {
    accountId: accountNamed('acc_1'),
    name: 'Garage',
    email: null,
    country,
    vatId,
    address: ['1 Street'],
    language: 'en',
  } as const;
  const tax = taxOf(customer, ISSUER);
  const draft = {
    kind: 'invoice',
    state: 'open',
    opId: opNamed('op'),
    issuedAt: instant(Date.UTC(2026, 5, 10)),
    description: 'Pack',
    customer,
    currency: 'EUR',
    lines,
    credits: 'BL-2026-000001',
  } as const;
  const totals = totalsOf(lines, tax);
  return toXml(documentOf({ number: 'BL-2026-000002', issuer: ISSUER, draft, tax, totals, creditedAt: '2026-05-01T00:00:00.000Z' }));
}
const BASES = { S: await invoiceFor('DE', null), AE: await invoiceFor('FR', 'FR40303265045'), O: await invoiceFor('US', null) };

test.each(Object.entries(BASES))('an invoice of category %s keeps every rule', (_, xml) => {
  expect(brokenRules(xml)).toEqual([]);
});

const without = (element: string): RegExp => new RegExp(`<${element}[ >][\\s\\S]*?</${element}>`);
const inside = (outer: string, element: string): RegExp =>
  new RegExp(`(<${outer}>(?:(?!</${outer}>)[\\s\\S])*?)<${element}[ >][\\s\\S]*?</${element}>`);
const value = (element: string): RegExp => new RegExp(`(<${element}(?: [^>]*)?>)[^<]*(</${element}>)`);
const all = (pattern: RegExp): RegExp => new RegExp(pattern, 'g');
const LINE_SUM = 'ram:SpecifiedTradeSettlementLineMonetarySummation';
const REASONS = /<ram:ExemptionReason(?:Code)?>[^<]*<\/ram:ExemptionReason(?:Code)?>/g;
const VAT_IDS = /<ram:SpecifiedTaxRegistration>[\s\S]*?<\/ram:SpecifiedTaxRegistration>/g;

type Wrong = readonly [id: string, base: keyof typeof BASES, find: RegExp, put: string];
const WRONG: readonly Wrong[] = [
  ['BR-01', 'S', without('ram:GuidelineSpecifiedDocumentContextParameter'), ''],
  ['BR-02', 'S', inside('rsm:ExchangedDocument', 'ram:ID'), '$1'],
  ['BR-03', 'S', without('ram:IssueDateTime'), ''],
  ['BR-04', 'S', inside('rsm:ExchangedDocument', 'ram:TypeCode'), '$1'],
  ['BR-05', 'S', without('ram:InvoiceCurrencyCode'), ''],
  ['BR-06', 'S', inside('ram:SellerTradeParty', 'ram:Name'), '$1'],
  ['BR-07', 'S', inside('ram:BuyerTradeParty', 'ram:Name'), '$1'],
  ['BR-08', 'S', inside('ram:SellerTradeParty', 'ram:PostalTradeAddress'), '$1'],
  ['BR-09', 'S', inside('ram:SellerTradeParty', 'ram:CountryID'), '$1'],
  ['BR-10', 'S', inside('ram:BuyerTradeParty', 'ram:PostalTradeAddress'), '$1'],
  ['BR-11', 'S', inside('ram:BuyerTradeParty', 'ram:CountryID'), '$1'],
  ['BR-12', 'S', inside('ram:SpecifiedTradeSettlementHeaderMonetarySummation', 'ram:LineTotalAmount'), '$1'],
  ['BR-13', 'S', without('ram:TaxBasisTotalAmount'), ''],
  ['BR-14', 'S', without('ram:GrandTotalAmount'), ''],
  ['BR-15', 'S', without('ram:DuePayableAmount'), ''],
  ['BR-16', 'S', all(without('ram:IncludedSupplyChainTradeLineItem')), ''],
  ['BR-21', 'S', without('ram:LineID'), ''],
  ['BR-22', 'S', without('ram:BilledQuantity'), ''],
  ['BR-23', 'S', / unitCode="C62"/, ''],
  ['BR-24', 'S', inside(LINE_SUM, 'ram:LineTotalAmount'), '$1'],
  ['BR-25', 'S', inside('ram:SpecifiedTradeProduct', 'ram:Name'), '$1'],
  ['BR-26', 'S', without('ram:ChargeAmount'), ''],
  ['BR-27', 'S', value('ram:ChargeAmount'), '$1-9.99$2'],
  ['BR-45', 'S', without('ram:BasisAmount'), ''],
  ['BR-46', 'S', without('ram:CalculatedAmount'), ''],
  ['BR-47', 'S', /(<ram:BasisAmount>[^<]*<\/ram:BasisAmount>\s*)<ram:CategoryCode>S<\/ram:CategoryCode>/, '$1'],
  ['BR-48', 'S', /(<\/ram:BasisAmount>[\s\S]*?)<ram:RateApplicablePercent>19<\/ram:RateApplicablePercent>/, '$1'],
  ['BR-49', 'S', inside('ram:SpecifiedTradeSettlementPaymentMeans', 'ram:TypeCode'), '$1'],
  ['BR-50', 'S', without('ram:IBANID'), ''],
  ['BR-55', 'S', inside('ram:InvoiceReferencedDocument', 'ram:IssuerAssignedID'), '$1'],
  ['BR-CO-04', 'S', inside('ram:SpecifiedLineTradeSettlement', 'ram:CategoryCode'), '$1'],
  ['BR-CO-09', 'S', /DE000000000/, '12345'],
  [
    'BR-CO-10',
    'S',
    inside('ram:SpecifiedTradeSettlementHeaderMonetarySummation', 'ram:LineTotalAmount'),
    '$1<ram:LineTotalAmount>1.00</ram:LineTotalAmount>',
  ],
  ['BR-CO-13', 'S', value('ram:TaxBasisTotalAmount'), '$11.00$2'],
  ['BR-CO-14', 'S', value('ram:TaxTotalAmount'), '$11.00$2'],
  ['BR-CO-15', 'S', value('ram:GrandTotalAmount'), '$11.00$2'],
  ['BR-CO-16', 'S', value('ram:DuePayableAmount'), '$11.00$2'],
  ['BR-CO-17', 'S', value('ram:CalculatedAmount'), '$19.99$2'],
  ['BR-CO-18', 'S', /(<\/ram:SpecifiedTradeSettlementPaymentMeans>\s*)<ram:ApplicableTradeTax>[\s\S]*?<\/ram:ApplicableTradeTax>/, '$1'],
  ['BR-CO-25', 'S', without('ram:SpecifiedTradePaymentTerms'), ''],
  ['BR-CO-26', 'O', inside('ram:SellerTradeParty', 'ram:SpecifiedLegalOrganization'), '$1'],
  ['BR-S-01', 'S', /(<\/ram:BasisAmount>\s*<ram:CategoryCode>)S/, '$1Z'],
  ['BR-S-02', 'S', VAT_IDS, ''],
  ['BR-S-05', 'S', value('ram:RateApplicablePercent'), '$10$2'],
  ['BR-S-08', 'S', value('ram:BasisAmount'), '$11.00$2'],
  ['BR-S-10', 'S', /(<\/ram:CalculatedAmount>\s*<ram:TypeCode>VAT<\/ram:TypeCode>)/, '$1<ram:ExemptionReason>x</ram:ExemptionReason>'],
  ['BR-AE-01', 'AE', /(<\/ram:BasisAmount>\s*<ram:CategoryCode>)AE/, '$1Z'],
  ['BR-AE-02', 'AE', /<ram:SpecifiedTaxRegistration>\s*<ram:ID schemeID="VA">FR[\s\S]*?<\/ram:SpecifiedTaxRegistration>/, ''],
  ['BR-AE-05', 'AE', value('ram:RateApplicablePercent'), '$120$2'],
  ['BR-AE-08', 'AE', value('ram:BasisAmount'), '$11.00$2'],
  ['BR-AE-09', 'AE', value('ram:CalculatedAmount'), '$11.00$2'],
  ['BR-AE-10', 'AE', REASONS, ''],
  ['BR-O-01', 'O', /(<\/ram:BasisAmount>\s*<ram:CategoryCode>)O/, '$1Z'],
  [
    'BR-O-02',
    'O',
    /(<\/ram:PostalTradeAddress>\s*)(<\/ram:SellerTradeParty>)/,
    '$1<ram:SpecifiedTaxRegistration><ram:ID schemeID="VA">DE000000000</ram:ID></ram:SpecifiedTaxRegistration>$2',
  ],
  ['BR-O-05', 'O', /(<ram:CategoryCode>O<\/ram:CategoryCode>)/, '$1<ram:RateApplicablePercent>0</ram:RateApplicablePercent>'],
  ['BR-O-08', 'O', value('ram:BasisAmount'), '$11.00$2'],
  ['BR-O-09', 'O', value('ram:CalculatedAmount'), '$11.00$2'],
  ['BR-O-10', 'O', REASONS, ''],
  [
    'BR-O-11',
    'O',
    /(<ram:ApplicableTradeTax>(?:(?!<ram:ApplicableTradeTax>)[\s\S])*?<ram:BasisAmount>[\s\S]*?<\/ram:ApplicableTradeTax>)/,
    '$1$1',
  ],
  ['BR-O-12', 'O', /<ram:CategoryCode>O/, '<ram:CategoryCode>S'],
  ['BR-Z-01', 'AE', /<ram:CategoryCode>AE/, '<ram:CategoryCode>Z'],
  ['BR-Z-02', 'O', /<ram:CategoryCode>O/g, '<ram:CategoryCode>Z'],
  ['BR-Z-05', 'S', /<ram:CategoryCode>S/g, '<ram:CategoryCode>Z'],
  ['BR-Z-08', 'S', /(<\/ram:BasisAmount>\s*<ram:CategoryCode>)S/, '$1Z'],
  ['BR-Z-09', 'S', /(<\/ram:BasisAmount>\s*<ram:CategoryCode>)S/, '$1Z'],
  ['BR-Z-10', 'AE', /<ram:CategoryCode>AE/g, '<ram:CategoryCode>Z'],
  ['BR-E-01', 'AE', /<ram:CategoryCode>AE/, '<ram:CategoryCode>E'],
  ['BR-E-02', 'O', /<ram:CategoryCode>O/g, '<ram:CategoryCode>E'],
  ['BR-E-05', 'S', /<ram:CategoryCode>S/g, '<ram:CategoryCode>E'],
  ['BR-E-08', 'S', /(<\/ram:BasisAmount>\s*<ram:CategoryCode>)S/, '$1E'],
  ['BR-E-09', 'S', /(<\/ram:BasisAmount>\s*<ram:CategoryCode>)S/, '$1E'],
  ['BR-E-10', 'S', /<ram:CategoryCode>S/g, '<ram:CategoryCode>E'],
  ['BR-DEC-09', 'S', /29\.99(<\/ram:LineTotalAmount>\s*<ram:TaxBasis)/, '29.990$1'],
  ['BR-DEC-12', 'S', value('ram:TaxBasisTotalAmount'), '$129.990$2'],
  ['BR-DEC-13', 'S', value('ram:TaxTotalAmount'), '$15.700$2'],
  ['BR-DEC-14', 'S', value('ram:GrandTotalAmount'), '$135.690$2'],
  ['BR-DEC-16', 'S', /(<\/ram:GrandTotalAmount>)/, '$1<ram:TotalPrepaidAmount>0.000</ram:TotalPrepaidAmount>'],
  ['BR-DEC-18', 'S', value('ram:DuePayableAmount'), '$135.690$2'],
  ['BR-DEC-19', 'S', value('ram:BasisAmount'), '$129.990$2'],
  ['BR-DEC-20', 'S', value('ram:CalculatedAmount'), '$15.700$2'],
  ['BR-DEC-23', 'S', /9\.99(<\/ram:LineTotalAmount>)/, '9.990$1'],
  ['BR-CL-01', 'S', /(<ram:TypeCode>)380/, '$1999'],
  ['BR-CL-04', 'S', value('ram:InvoiceCurrencyCode'), '$1euro$2'],
  ['BR-CL-14', 'S', value('ram:CountryID'), '$1QQ$2'],
  ['BR-CL-17', 'S', /(<\/ram:BasisAmount>\s*<ram:CategoryCode>)S/, '$1X'],
  ['BR-CL-18', 'S', value('ram:CategoryCode'), '$1X$2'],
  ['BR-CL-23', 'S', /unitCode="C62"/, 'unitCode="piece"'],
];

test.each(WRONG)('%s finds what breaks it', (id, base, find, put) => {
  const wrong = BASES[base].replace(find, put);
  expect(wrong).not.toBe(BASES[base]);
  expect(brokenRules(wrong)).toContain(id);
});

test('no rule is left out', () => {
  expect(WRONG.map(([id]) => id).toSorted()).toEqual([...ruleIds].toSorted());
});
