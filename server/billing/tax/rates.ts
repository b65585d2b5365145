/**
 * Standard rates of value added tax in the European Union, in hundredths of a percent. Digital services to consumers are taxed where the consumer
 * is (Directive 2006/112/EC, art. 58). To change a rate, change this table; invoices that were issued keep theirs.
 */
export const EU_RATES = {
  source: 'European Commission, "Taxes in Europe Database": VAT, standard rates',
  asOf: '2026-01-01',
  ratesBp: {
    AT: 2000,
    BE: 2100,
    BG: 2000,
    CY: 1900,
    CZ: 2100,
    DE: 1900,
    DK: 2500,
    EE: 2400,
    ES: 2100,
    FI: 2550,
    FR: 2000,
    GR: 2400,
    HR: 2500,
    HU: 2700,
    IE: 2300,
    IT: 2200,
    LT: 2100,
    LU: 1700,
    LV: 2100,
    MT: 1800,
    NL: 2100,
    PL: 2300,
    PT: 2300,
    RO: 2100,
    SE: 2500,
    SI: 2200,
    SK: 2300,
  },
} as const;

/**
 * Countries of their own code that count as another one for VAT (Directive 2006/112/EC, art. 7). Northern Ireland belongs to the Union's
 * VAT for goods alone: a service is supplied there as in the rest of the United Kingdom, whatever number begins with XI.
 */
const COUNTS_AS: Readonly<Record<string, string>> = { MC: 'FR', IM: 'GB' };

/** Whose rate and whose numbers are in force there. */
export const vatCountryOf = (country: string): string => COUNTS_AS[country] ?? country;

/** Of the European Union, ISO 3166-1. */
export type MemberState = keyof typeof EU_RATES.ratesBp;

/** Whether the country (ISO 3166-1, capitals) is one of them. */
export const isMemberState = (country: string): country is MemberState => Object.hasOwn(EU_RATES.ratesBp, country);
