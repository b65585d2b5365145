/** VAT identification numbers of the member states and some neighbours: their form, as data. Whether one is registered only the register can say. */
import { isCountry } from '../../../shared/billing/countries.ts';
import { isMemberState, type MemberState, vatCountryOf } from './rates.ts';

/** After the prefix. European Commission, VIES, "VAT number structure", as of 2026-01-01. */
const FORMS: Readonly<Record<MemberState, RegExp>> = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  ES: /^[A-Z0-9]\d{7}[A-Z0-9]$/,
  FI: /^\d{8}$/,
  FR: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
  GR: /^\d{9}$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^\d[A-Z0-9+*]\d{5}[A-Z]{1,2}$/,
  IT: /^\d{11}$/,
  LT: /^(\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^\d{9}B\d{2}$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{12}$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
};

/** Neighbours whose numbers are known by their whole form: HM Revenue & Customs, the Swiss UID register, Brønnøysund, as of 2026-01-01. */
const OTHER_FORMS: Readonly<Record<string, RegExp>> = {
  GB: /^(GB|XI)(\d{9}|\d{12}|GD[0-4]\d\d|HA[5-9]\d\d)$/,
  CH: /^CHE\d{9}(MWST|TVA|IVA)?$/,
  NO: /^(NO)?\d{9}(MVA)?$/,
};

/** Greece's numbers begin with EL. */
const prefixOf = (country: MemberState): string => (country === 'GR' ? 'EL' : country);

/** As it is written on invoices: capital letters, without spaces, dots and dashes. */
export const tidyVatId = (text: string): string => text.toUpperCase().replaceAll(/[\s.-]/g, '');

/** Whether it begins with a country as EN 16931 asks of a VAT number (BR-CO-09): ISO 3166-1, EL for Greece, XI for Northern Ireland. */
export const hasVatPrefix = (vatId: string): boolean => /^(EL|XI)/.test(vatId) || isCountry(vatId.slice(0, 2));

/** Whether it can be a number of that country, by its form; of one whose form is not known, any can. */
export function canBeVatIdOf(country: string, vatId: string): boolean {
  const code = vatCountryOf(country);
  if (isMemberState(code)) return isVatIdOf(code, vatId);
  return OTHER_FORMS[code]?.test(tidyVatId(vatId)) ?? true;
}

/** Whether this is a number of that member state, by its form. */
export function isVatIdOf(country: MemberState, vatId: string): boolean {
  const tidy = tidyVatId(vatId);
  const prefix = prefixOf(country);
  return tidy.startsWith(prefix) && FORMS[country].test(tidy.slice(prefix.length));
}
