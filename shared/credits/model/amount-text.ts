/** Amounts, money and days as people read them, in the product's voice. */
import { formatAmount, formatMoney } from './amount.ts';
import type { PolicyTerms } from './policy.ts';
import type { Instant, Money, Units } from './quantities.ts';

/** "1 credit", "500 credits", "€0.4200". */
export function amountText(amount: Units, terms: Pick<PolicyTerms, 'unit'>): string {
  const digits = formatAmount(amount, terms.unit);
  if (terms.unit.code !== 'credit') return withSymbol(digits, terms.unit.code);
  return `${digits} ${digits === '1' ? 'credit' : 'credits'}`;
}

const SYMBOLS: Readonly<Record<string, string>> = { EUR: '€', USD: '$' };

/** Money with its symbol and two decimals: "€12.50". */
export function moneyText(money: Money): string {
  const { amount, currency } = formatMoney(money);
  return withSymbol(amount, currency);
}

/** "€0.0500" from decimal digits. */
export const withSymbol = (digits: string, currency: string): string => `${SYMBOLS[currency] ?? `${currency} `}${digits}`;

/** "15 December 2026", in the account's time zone. */
export const dateText = (at: Instant, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone }).format(at);
