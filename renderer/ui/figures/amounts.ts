import type { Money, Unit } from '../../../shared/ipc/wallet.ts';

/**
 * Amounts arrive as exact decimal strings and never become floating point: Intl formats decimal strings digit for digit.
 */
const LOCALE = 'en-GB';
/** U+2212, as wide as a plus sign with tabular figures. */
const MINUS = '−';

// Intl accepts exact decimal strings; the library types ask for a template literal type that a plain string cannot prove.
const asNumeric = (amount: string): `${number}` => amount as `${number}`;

/** Whether amounts are money, and not credits. */
export const isCurrency = (unit: Unit): boolean => /^[A-Z]{3}$/.test(unit.code);
/** Whether a decimal string is zero, however it is written. */
export const isZero = (amount: string): boolean => /^-?0*(\.0*)?$/.test(amount);
/** Whether a decimal string is below zero. */
export const isNegative = (amount: string): boolean => amount.startsWith('-') && !isZero(amount);
const isOne = (amount: string): boolean => /^0*1(\.0*)?$/.test(amount);

/** "1,497", "€12.3456", "€5.0000": without the unit's name. Money below a cent exists, so every decimal is shown: digits line up. */
export function formatAmount(amount: string, unit: Unit): string {
  const options: Intl.NumberFormatOptions = isCurrency(unit)
    ? {
        style: 'currency',
        currency: unit.code,
        currencyDisplay: 'narrowSymbol',
        minimumFractionDigits: unit.scale,
        maximumFractionDigits: unit.scale,
      }
    : { maximumFractionDigits: unit.scale };
  return new Intl.NumberFormat(LOCALE, options).format(asNumeric(amount)).replace('-', MINUS);
}

/** "+12", "−1", "0": for history lines. */
export function formatSigned(amount: string, unit: Unit): string {
  const text = formatAmount(amount, unit);
  return isZero(amount) || isNegative(amount) ? text : `+${text}`;
}

/** "1 credit", "497 credits", "€12.5000". */
export function formatWithUnit(amount: string, unit: Unit): string {
  if (isCurrency(unit)) return formatAmount(amount, unit);
  return `${formatAmount(amount, unit)} ${unitName(amount, unit)}`;
}

/** "credit" or "credits"; nothing for currencies. */
export const unitName = (amount: string, unit: Unit): string => (isCurrency(unit) ? '' : isOne(amount) ? unit.code : `${unit.code}s`);

/** "€19.00"; `fine` keeps up to four decimals, for prices per credit. */
export const formatMoney = (money: Money, fine = false): string =>
  new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency: money.currency,
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: fine ? 4 : 2,
  })
    .format(asNumeric(money.amount))
    .replace('-', MINUS);

/** "2 to 3 credits", "€0.0050 to €0.0100", "free". */
export function formatSpan(from: string, to: string, unit: Unit): string {
  if (isZero(to)) return 'free';
  if (from === to) return formatWithUnit(to, unit);
  return `${formatAmount(from, unit)} to ${formatWithUnit(to, unit)}`;
}

/** "€12.34" and "56": a large amount of money with what is below a cent apart, so that it can be shown smaller. */
export function splitAmount(amount: string, unit: Unit): readonly [string, string] {
  const text = formatAmount(amount, unit);
  if (!isCurrency(unit) || unit.scale <= 2) return [text, ''];
  const cut = unit.scale - 2;
  return [text.slice(0, -cut), text.slice(-cut)];
}

/** How wide each part is drawn, as fractions of the whole. Only for drawing: rounding here moves pixels, never credit. */
export function shares(amounts: readonly string[]): number[] {
  const numbers = amounts.map((amount) => Math.max(0, Number(amount)));
  const total = numbers.reduce((sum, number) => sum + number, 0);
  return numbers.map((number) => (total === 0 ? 0 : number / total));
}

/** "1 photo", "3 photos". */
export const count = (number: number, one: string, many = `${one}s`): string =>
  `${new Intl.NumberFormat(LOCALE).format(number)} ${number === 1 ? one : many}`;
