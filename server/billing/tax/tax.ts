/**
 * What tax a bill carries: by the customer's country, with the rates as data (rates.ts). In the European Union a consumer pays the rate of the
 * own country; a business with a VAT number in a member state that is not the issuer's accounts for it itself (reverse charge, Directive
 * 2006/112/EC, art. 44 and 196). Elsewhere none is charged, unless issuer.json names a rate.
 */
import { isCountry } from '../../../shared/billing/countries.ts';
import { Refusal } from '../../problems.ts';
import { EU_RATES, isMemberState, vatCountryOf } from './rates.ts';
import { isVatIdOf } from './vat-id.ts';

/** `standard`: the tax is charged; `reverse-charge`: the customer accounts for it; `none`: there is none. */
export type TaxTreatment = 'standard' | 'reverse-charge' | 'none';

/** The tax of a bill. */
export interface Tax {
  readonly treatment: TaxTreatment;
  /** Where the service is taxed. */
  readonly country: string;
  /** Hundredths of a percent. */
  readonly rateBp: number;
  /** "19", "25.5" */
  readonly ratePercent: string;
}

/** What of a customer decides about the tax. */
export interface Taxed {
  /** ISO 3166-1, any case. */
  readonly country: string | null;
  readonly vatId?: string | null;
}

/** What of an issuer decides about the tax. */
export interface Taxing {
  readonly country: string;
  /** Percent by country, in force instead of the table: { "GB": "20" }. */
  readonly taxRates?: Readonly<Record<string, string>> | undefined;
}

/**
 * The tax of this customer. Without a country it is taxed like the issuer's own. Throws `unknown_tax_country` for a country that is
 * none: ask before anything is charged.
 */
export function taxOf({ country, vatId }: Taxed, issuer: Taxing): Tax {
  const code = (country ?? issuer.country).toUpperCase();
  if (!isCountry(code))
    throw new Refusal(
      'unknown_tax_country',
      `“${code}” is not a country that can be billed, so its tax is not known. Nothing was charged. Set the country of the billing address (ISO 3166-1: DE, FR, US …) and try again.`,
      { country: code },
    );
  const at = vatCountryOf(code);
  if (isMemberState(at) && at !== vatCountryOf(issuer.country) && vatId && isVatIdOf(at, vatId))
    return { treatment: 'reverse-charge', country: at, rateBp: 0, ratePercent: '0' };
  const own = issuer.taxRates?.[code] ?? issuer.taxRates?.[at];
  const rateBp = own === undefined ? (isMemberState(at) ? EU_RATES.ratesBp[at] : 0) : Math.round(Number(own) * 100);
  return { treatment: rateBp === 0 ? 'none' : 'standard', country: at, rateBp, ratePercent: String(rateBp / 100) };
}
