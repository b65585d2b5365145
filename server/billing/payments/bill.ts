/** What a sale comes to for this customer, tax included: the same reckoning as on the invoice that will be written. */
import { NO_MONEY } from '../../../shared/credits/model/minor.ts';
import type { Money } from '../../../shared/credits/model/quantities.ts';
import { type Customer, lineOf, previewInvoice } from '../invoices/invoices.ts';
import type { Issuer } from '../issuer.ts';
import type { Price } from './provider.ts';

/** A merchant of record reckons its own tax: ours is none then (PG-15). Throws unknown_tax_country. */
export function priceFor(issuer: Issuer, customer: Customer, net: Money, merchantOfRecord: boolean): Price {
  if (merchantOfRecord) return { net: net.minor, tax: NO_MONEY, currency: net.currency, taxLabel: '' };
  const { taxMinor, tax } = previewInvoice(issuer, { customer, lines: [lineOf('', net.minor)] });
  return { net: net.minor, tax: taxMinor, currency: net.currency, taxLabel: `VAT ${tax.ratePercent} %` };
}
