/** Decimal strings to units and back. bigint only: there is no floating point anywhere near credit or money. */

import { minorFrom, unitsFrom } from './minting.ts';
import type { Unit } from './policy.ts';
import type { Instant, Money, Units } from './quantities.ts';

/** The largest amount anything may come to: what a signed 64-bit column holds. */
export const MAX_UNITS: Units = unitsFrom(2n ** 63n - 1n);

/** "12" with scale 0, "0.4200" with scale 4. Negative amounts carry a minus sign. */
export function formatAmount(amount: bigint, unit: Pick<Unit, 'scale'>): string {
  const digits = (amount < 0n ? -amount : amount).toString().padStart(unit.scale + 1, '0');
  const whole = digits.slice(0, digits.length - unit.scale);
  const sign = amount < 0n ? '-' : '';
  return unit.scale === 0 ? sign + whole : `${sign}${whole}.${digits.slice(digits.length - unit.scale)}`;
}

/** Units of a decimal string; null when it is not one, is finer than the unit, or past 2^63-1. Zero is an amount, a sign is not. */
export function parseAmount(text: string, unit: Pick<Unit, 'scale'>): Units | null {
  const match = /^(\d{1,40})(?:\.(\d{1,40}))?$/.exec(text);
  if (match === null) return null;
  const [, whole = '', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(unit.scale))) return null;
  const units = unitsFrom(BigInt(whole + fraction.slice(0, unit.scale).padEnd(unit.scale, '0')));
  return units > MAX_UNITS ? null : units;
}

/** Minor digits of the currencies this product sells in; ISO 4217 has two for all of them. */
const MINOR_DIGITS = 2;

/** { amount: "19.00", currency: "EUR" } */
export const formatMoney = (money: Money): { amount: string; currency: string } => ({
  amount: formatAmount(money.minor, { scale: MINOR_DIGITS }),
  currency: money.currency,
});

/** Money of a decimal string in whole units of the currency; null where it is none, or finer than a minor unit. */
export function parseMoney(amount: string, currency: string): Money | null {
  const minor = parseAmount(amount, { scale: MINOR_DIGITS });
  return minor === null ? null : { minor: minorFrom(minor), currency };
}

/** RFC 3339, UTC. */
export const formatInstant = (at: Instant): string => new Date(at).toISOString();

/** The sum of the amounts; 0 of none. */
export const sum = (amounts: Iterable<{ readonly amount: Units }>): Units => {
  let total = 0n;
  for (const { amount } of amounts) total += amount;
  return unitsFrom(total);
};
