/** The wire's decimal strings and instants in words, by the same sentences that refusals and invoices use. */

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

/** The account's time zone by its IANA name; undefined: the server is too old to say, and its times stand as they come, in UTC. */
export type Zone = string | undefined;

/** Year, month and day as ISO 8601 writes them, which is how Sweden writes them, too. */
const inZone = (instant: string, timeZone: Zone, clock: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: timeZone ?? 'UTC', year: 'numeric', month: '2-digit', day: '2-digit', ...clock }).format(
    new Date(instant),
  );

/** "2026-12-01", for tables: the day that it is in the account's time zone, as the sentences of the policy count it. Null: a dash. */
export const dayOf = (instant: string | null, timeZone: Zone): string => (instant === null ? '—' : inZone(instant, timeZone, {}));
/** "2026-12-01 09:30" in the account's time zone. */
export const minuteOf = (instant: string, timeZone: Zone): string => inZone(instant, timeZone, { hour: '2-digit', minute: '2-digit' });

/** "2026-12-01 09:30 in Europe/Berlin": for sentences. */
export const momentOf = (instant: string, timeZone: Zone): string => `${minuteOf(instant, timeZone)} in ${timeZone ?? 'UTC'}`;
