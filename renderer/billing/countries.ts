/** Countries by name, as the billing details offer them. */
import { COUNTRY_CODES, isCountry } from '../../shared/billing/countries.ts';

const names = new Intl.DisplayNames('en-GB', { type: 'region' });

/** "Germany"; a code that is no country stays as it is. */
export const countryName = (code: string): string => (isCountry(code) ? (names.of(code) ?? code) : code);

export const countries: readonly { readonly value: string; readonly label: string }[] = COUNTRY_CODES.map((value) => ({
  value,
  label: countryName(value),
})).toSorted((a, b) => a.label.localeCompare(b.label, 'en-GB'));
