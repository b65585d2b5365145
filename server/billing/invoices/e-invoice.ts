/** The invoice as data: EN 16931 in UN/CEFACT's syntax (CII), made by @e-invoice-eu/core from its UBL-shaped form. */
import type { Invoice as Ubl } from '@e-invoice-eu/core';
import type { Money } from '../../../shared/api/index.ts';
import type { TaxTreatment } from '../tax/tax.ts';
import { hasVatPrefix } from '../tax/vat-id.ts';
import { daysToPay, type InvoiceDocument, negated, readable } from './document.ts';
import { fill, textsOf } from './texts/texts.ts';

type Line = Ubl['ubl:Invoice']['cac:InvoiceLine'][number];
type Party = Ubl['ubl:Invoice']['cac:AccountingSupplierParty']['cac:Party'];
type Buyer = Ubl['ubl:Invoice']['cac:AccountingCustomerParty']['cac:Party'];

/** UNCL 5305: S standard rate, AE reverse charge, O outside the scope of tax. */
const CATEGORY: Readonly<Record<TaxTreatment, 'S' | 'AE' | 'O'>> = { standard: 'S', 'reverse-charge': 'AE', none: 'O' };
const EXEMPTION: Readonly<Record<Exclude<TaxTreatment, 'standard'>, 'VATEX-EU-AE' | 'VATEX-EU-O'>> = {
  'reverse-charge': 'VATEX-EU-AE',
  none: 'VATEX-EU-O',
};
const VAT = { 'cbc:ID': 'VAT' };
/** A number for tax that is none for VAT: BT-32, not BT-31 (BR-CO-09). */
const TAX_NUMBER = { 'cbc:ID': 'FC' };
const COMMERCIAL_INVOICE = '380';
const CREDIT_NOTE = '381';
const CREDIT_TRANSFER = '30';
const NOT_DEFINED = '1';
/** UN/ECE Recommendation 20: one. */
const ONE = 'C62';

/** The XML of an issued document, always the same for the same document. A credit note's amounts are positive in it (type 381). */
export async function toXml(stored: InvoiceDocument): Promise<string> {
  const document = readable(stored);
  // Half a second to load: only a server that writes invoices pays for it, and not at its start.
  const { writeCii } = await import('./cii.ts');
  const xml = await writeCii({ 'ubl:Invoice': ublOf(document) }, document.customer.language);
  return withReference(xml, document);
}

const BEFORE_REFERENCE = '</ram:SpecifiedTradeSettlementHeaderMonetarySummation>';

/** Names the invoice that is credited (BG-3), after the totals. The library takes it and leaves it out of this syntax. */
function withReference(xml: string, { invoice: { credits }, creditedAt }: InvoiceDocument): string {
  if (credits === null) return xml;
  if (!xml.includes(BEFORE_REFERENCE)) throw new Error('The XML of an invoice has no totals.');
  const day = creditedAt === null ? null : dayOf(creditedAt).replaceAll('-', '');
  const issued =
    day === null
      ? ''
      : `<ram:FormattedIssueDateTime><qdt:DateTimeString format="102">${day}</qdt:DateTimeString></ram:FormattedIssueDateTime>`;
  // A number is capital letters, digits and dashes: nothing to escape.
  const reference = `<ram:InvoiceReferencedDocument><ram:IssuerAssignedID>${credits}</ram:IssuerAssignedID>${issued}</ram:InvoiceReferencedDocument>`;
  return xml.replace(BEFORE_REFERENCE, `${BEFORE_REFERENCE}${reference}`);
}

function ublOf(document: InvoiceDocument): Ubl['ubl:Invoice'] {
  const { invoice, customer, dueAt } = document;
  const { currency } = invoice.total;
  const issued = dayOf(invoice.issuedAt);
  return {
    'cbc:ID': invoice.number,
    'cbc:IssueDate': issued,
    ...(dueAt === null ? {} : { 'cbc:DueDate': dayOf(dueAt) }),
    'cbc:InvoiceTypeCode': invoice.kind === 'credit-note' ? CREDIT_NOTE : COMMERCIAL_INVOICE,
    // The library's type is a list of the currencies' codes; ours are ISO 4217 by the policy.
    'cbc:DocumentCurrencyCode': currency as Ubl['ubl:Invoice']['cbc:DocumentCurrencyCode'],
    'cbc:BuyerReference': String(customer.accountId),
    'cac:AccountingSupplierParty': { 'cac:Party': sellerOf(document) },
    'cac:AccountingCustomerParty': { 'cac:Party': buyerOf(document) },
    'cac:Delivery': { 'cbc:ActualDeliveryDate': issued },
    'cac:PaymentMeans': [paymentOf(document)],
    'cac:PaymentTerms': { 'cbc:Note': paymentText(document) },
    'cac:TaxTotal': [taxOf(document)],
    'cac:LegalMonetaryTotal': totalsOf(document),
    'cac:InvoiceLine': linesOf(document),
  } as Ubl['ubl:Invoice'];
}

/** How and when it was or is to be paid, in a sentence; the PDF says the same. */
export function paymentText({ invoice, issuer, customer, charged }: InvoiceDocument): string {
  const { payment } = textsOf(customer.language);
  if (invoice.kind === 'credit-note') return payment.returned;
  if (!/[1-9]/.test(invoice.total.amount)) return payment.nothing;
  if (invoice.state === 'paid') return payment.paid;
  if (charged) return payment.charged;
  const days = String(daysToPay(issuer));
  return issuer.iban === undefined ? fill(payment.open, { days }) : fill(payment.openTo, { days, iban: issuer.iban });
}

const dayOf = (instant: string): string => instant.slice(0, 10);

/** What is outside the scope of VAT names nobody's VAT number (BR-O-02 to BR-O-04). */
const taxScheme = (document: InvoiceDocument, vatId: string | null) =>
  vatId === null || document.tax.treatment === 'none'
    ? undefined
    : { 'cbc:CompanyID': vatId, 'cac:TaxScheme': hasVatPrefix(vatId) ? VAT : TAX_NUMBER };

function sellerOf(document: InvoiceDocument): Party {
  const { issuer } = document;
  const scheme = taxScheme(document, issuer.vatId);
  return {
    'cac:PostalAddress': addressOf(issuer.address, issuer.country),
    ...(scheme ? { 'cac:PartyTaxScheme': [scheme] } : {}),
    // Some identifier there has to be (BR-CO-26); the VAT number may not be it outside the scope of VAT.
    'cac:PartyLegalEntity': { 'cbc:RegistrationName': issuer.name, 'cbc:CompanyID': issuer.registration ?? issuer.id },
    'cac:Contact': { 'cbc:ElectronicMail': issuer.email },
  } as Party;
}

function buyerOf(document: InvoiceDocument): Buyer {
  const { customer, tax } = document;
  const scheme = taxScheme(document, tax.treatment === 'reverse-charge' ? customer.vatId : null);
  return {
    'cac:PartyIdentification': { 'cbc:ID': customer.accountId },
    'cac:PostalAddress': addressOf(customer.address, customer.country?.toUpperCase() ?? tax.country),
    ...(scheme ? { 'cac:PartyTaxScheme': scheme } : {}),
    'cac:PartyLegalEntity': { 'cbc:RegistrationName': customer.name ?? textsOf(customer.language).accountHolder },
    ...(customer.email === null ? {} : { 'cac:Contact': { 'cbc:ElectronicMail': customer.email } }),
  } as Buyer;
}

function addressOf([first, second, ...rest]: readonly string[], country: string) {
  return {
    ...(first === undefined ? {} : { 'cbc:StreetName': first }),
    ...(second === undefined ? {} : { 'cbc:AdditionalStreetName': second }),
    ...(rest.length === 0 ? {} : { 'cac:AddressLine': { 'cbc:Line': rest.join(', ') } }),
    'cac:Country': { 'cbc:IdentificationCode': country },
  };
}

function paymentOf({ invoice, issuer, charged }: InvoiceDocument) {
  if (issuer.iban === undefined || invoice.state === 'paid' || charged) return { 'cbc:PaymentMeansCode': NOT_DEFINED };
  return {
    'cbc:PaymentMeansCode': CREDIT_TRANSFER,
    'cbc:PaymentID': invoice.number,
    'cac:PayeeFinancialAccount': { 'cbc:ID': issuer.iban, 'cbc:Name': issuer.name },
  };
}

/** A credit note's amounts without their sign: its type says which way they go. */
const amountOf =
  ({ invoice }: InvoiceDocument) =>
  (money: Money): string =>
    invoice.kind === 'credit-note' ? negated(money.amount) : money.amount;

const ZERO = '0.00';

function totalsOf(document: InvoiceDocument) {
  const { invoice } = document;
  const amount = amountOf(document);
  const { currency } = invoice.total;
  const paid = invoice.kind === 'invoice' && invoice.state === 'paid';
  const total = amount(invoice.total);
  return {
    'cbc:LineExtensionAmount': amount(invoice.net),
    'cbc:LineExtensionAmount@currencyID': currency,
    'cbc:TaxExclusiveAmount': amount(invoice.net),
    'cbc:TaxExclusiveAmount@currencyID': currency,
    'cbc:TaxInclusiveAmount': total,
    'cbc:TaxInclusiveAmount@currencyID': currency,
    ...(paid ? { 'cbc:PrepaidAmount': total, 'cbc:PrepaidAmount@currencyID': currency } : {}),
    'cbc:PayableAmount': paid ? ZERO : total,
    'cbc:PayableAmount@currencyID': currency,
  };
}

/** What is outside the scope of VAT has no rate, not even zero (BR-O-05). */
function categoryOf({ tax }: InvoiceDocument) {
  const id = CATEGORY[tax.treatment];
  return { 'cbc:ID': id, ...(id === 'O' ? {} : { 'cbc:Percent': tax.ratePercent }), 'cac:TaxScheme': VAT };
}

function taxOf(document: InvoiceDocument) {
  const { invoice, tax, customer } = document;
  const amount = amountOf(document);
  const { currency } = invoice.total;
  const { treatment } = tax;
  const why =
    treatment === 'standard'
      ? {}
      : { 'cbc:TaxExemptionReasonCode': EXEMPTION[treatment], 'cbc:TaxExemptionReason': textsOf(customer.language).notes[treatment] };
  return {
    'cbc:TaxAmount': amount(invoice.tax),
    'cbc:TaxAmount@currencyID': currency,
    'cac:TaxSubtotal': [
      {
        'cbc:TaxableAmount': amount(invoice.net),
        'cbc:TaxableAmount@currencyID': currency,
        'cbc:TaxAmount': amount(invoice.tax),
        'cbc:TaxAmount@currencyID': currency,
        'cac:TaxCategory': { ...categoryOf(document), ...why },
      },
    ],
  };
}

function linesOf(document: InvoiceDocument): Line[] {
  const { invoice } = document;
  const amount = amountOf(document);
  const turned = invoice.kind === 'credit-note';
  return invoice.lines.map(
    (line, index) =>
      // The library's types are lists of codes, which these are by construction; its own validator checks them when it runs.
      ({
        'cbc:ID': String(index + 1),
        'cbc:InvoicedQuantity': turned ? negated(line.quantity) : line.quantity,
        'cbc:InvoicedQuantity@unitCode': ONE,
        'cbc:LineExtensionAmount': amount(line.net),
        'cbc:LineExtensionAmount@currencyID': line.net.currency,
        'cac:Item': { 'cbc:Name': line.text, 'cac:ClassifiedTaxCategory': categoryOf(document) },
        'cac:Price': { 'cbc:PriceAmount': line.unitPrice.amount, 'cbc:PriceAmount@currencyID': line.unitPrice.currency },
      }) as Line,
  );
}
