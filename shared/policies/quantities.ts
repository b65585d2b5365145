/** Quantities as a declaration writes them. */

import { parseAmount, parseMoney } from '../credits/model/amount.ts';
import { unitsFrom } from '../credits/model/minting.ts';
import type { Money, Units } from '../credits/model/quantities.ts';

/** Money from a decimal string: eur('19.00'). Throws on anything else: a declaration is code. */
export const eur = (amount: string): Money => moneyOf(amount, 'EUR');
/** Dollars of a decimal string: "7.00". */
export const usd = (amount: string): Money => moneyOf(amount, 'USD');

function moneyOf(amount: string, currency: string): Money {
  const money = parseMoney(amount, currency);
  if (money === null) throw new RangeError(`"${amount}" is not an amount of ${currency}.`);
  return money;
}

/** Credits where a policy counts them whole: credits(50). */
export const credits = (count: number): Units => unitsFrom(BigInt(count));

/** Balance units (four decimals of a euro) from a decimal string. */
export function euroUnits(amount: string): Units {
  const units = parseAmount(amount, { scale: 4 });
  if (units === null) throw new RangeError(`"${amount}" is not an amount of balance.`);
  return units;
}
