/** Countries by name, as the billing details offer them. */
import { COUNTRY_CODES, countryName } from '../../shared/billing/countries.ts';

/** Every country that can be billed, by its name in English. */
export const countries: readonly { readonly value: string; readonly label: string }[] = COUNTRY_CODES.map((value) => ({
  value,
  label: countryName(value),
})).toSorted((a, b) => a.label.localeCompare(b.label, 'en-GB'));
