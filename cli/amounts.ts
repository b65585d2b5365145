/** The wire's decimal strings in words, by the same sentences that refusals and invoices use. */

import { formatAmount, parseAmount, parseMoney } from '../shared/credits/model/amount.ts';
import { amountText, moneyText } from '../shared/credits/model/amount-text.ts';
import type { Money, Unit } from '../shared/ipc/wallet.ts';

/** "497 credits", "€0.4200", "−1 credit". What is no amount is shown as it came. */
export function amountIn(unit: Unit, amount: string): string {
  const negative = amount.startsWith('-');
  const units = parseAmount(negative ? amount.slice(1) : amount, unit);
  if (units === null) return amount;
  return `${negative && units > 0n ? '−' : ''}${amountText(units, { unit })}`;
}

/** "+100 credits", "−1 credit", "0 credits". */
export const signedIn = (unit: Unit, amount: string): string =>
  /^-|^0*(\.0*)?$/.test(amount) ? amountIn(unit, amount) : `+${amountIn(unit, amount)}`;

/** The sum in the unit, as a decimal string. */
export const addAmounts = (unit: Unit, amounts: readonly string[]): string =>
  formatAmount(
    amounts.reduce((sum, amount) => sum + (parseAmount(amount, unit) ?? 0n), 0n),
    unit,
  );

/** "€19.00". */
export function priceOf({ amount, currency }: Money): string {
  const negative = amount.startsWith('-');
  const money = parseMoney(negative ? amount.slice(1) : amount, currency);
  return money === null ? `${amount} ${currency}` : `${negative ? '−' : ''}${moneyText(money)}`;
}

/** "2026-12-01", for tables. */
export const dayOf = (instant: string | null): string => (instant === null ? '—' : instant.slice(0, 10));
/** "2026-12-01 09:30", UTC. */
export const minuteOf = (instant: string): string => instant.slice(0, 16).replace('T', ' ');
