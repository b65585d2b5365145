/**
 * Value added tax by the customer's country, as data. Standard rates in hundredths of a percent (European Commission, "VAT rates
 * applied in the EU", as of 2026). Digital services to customers in the EU are taxed where the customer is (Directive 2006/112/EC,
 * art. 58); elsewhere none is charged.
 */
const EU_STANDARD_RATES: Readonly<Record<string, number>> = {
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
};

export interface Tax {
  /** Hundredths of a percent. */
  readonly rateBp: number;
  /** "19", "25.5" */
  readonly ratePercent: string;
  readonly label: string;
}

/** The tax of a customer in this country (ISO 3166-1, any case). An unknown country is taxed like the issuer's own. */
export function taxOf(country: string | null, issuerCountry: string): Tax {
  const code = (country ?? issuerCountry).toUpperCase();
  const rateBp = EU_STANDARD_RATES[code] ?? 0;
  const ratePercent = String(rateBp / 100);
  return { rateBp, ratePercent, label: rateBp === 0 ? 'No VAT: supplied outside the European Union' : `VAT ${ratePercent} % (${code})` };
}

/** Rounded half up to the minor unit, once, on the sum: lines never disagree with the total. */
export function taxAmount(netMinor: bigint, rateBp: number): bigint {
  const scaled = netMinor * BigInt(rateBp);
  const half = scaled < 0n ? -5_000n : 5_000n;
  return (scaled + half) / 10_000n;
}
