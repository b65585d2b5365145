/**
 * Money in minor units: what may be done with it, and where it meets credit. A sum of money is money, a share of it is money, and what money buys is
 * credit: each has a name here, because an expression of several amounts is a plain bigint to the compiler. At run time there is nothing but the bigint.
 */
import { minorFrom, unitsFrom } from './minting.ts';
import type { Minor, Units } from './quantities.ts';

/** No money at all. */
export const NO_MONEY: Minor = minorFrom(0n);

/** Both together. */
export const addMinor = (a: Minor, b: Minor): Minor => minorFrom(a + b);

/** What is left of `from`; below zero where less is there. */
export const subtractMinor = (from: Minor, amount: Minor): Minor => minorFrom(from - amount);

/** The same in the other direction: what is charged as what is credited. */
export const negateMinor = (amount: Minor): Minor => minorFrom(-amount);

/** The smaller of the two. */
export const minMinor = (a: Minor, b: Minor): Minor => (a < b ? a : b);

/** All of them together; nothing for none. */
export function sumMinor(amounts: Iterable<Minor>): Minor {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return minorFrom(total);
}

/** `part` of `whole` parts of it, rounded towards zero to the minor unit. Throws a RangeError for parts of nothing. */
export const shareOfMinor = (amount: Minor, part: bigint, whole: bigint): Minor => minorFrom((amount * part) / whole);

/** The same, rounded half up; of an amount and parts that are not negative. */
export const roundedShareOfMinor = (amount: Minor, part: bigint, whole: bigint): Minor => minorFrom((amount * part + whole / 2n) / whole);

/** Money for credit that is sold by amount, `unitsPerMinor` units for a minor unit: what is over is left out. */
export const moneyForUnits = (units: Units, unitsPerMinor: bigint): Minor => minorFrom(units / unitsPerMinor);

/** The same, rounded up: enough to buy all of it. */
export const moneyCovering = (units: Units, unitsPerMinor: bigint): Minor => minorFrom((units + unitsPerMinor - 1n) / unitsPerMinor);

/** Of the credit that `price` bought what `paid` of it bought, rounded down. Throws a RangeError where nothing was the price. */
export const unitsBought = (units: Units, paid: Minor, price: Minor): Units => unitsFrom((units * paid) / price);

/** The same, rounded up: what goes back with the money. */
export const unitsBoughtUp = (units: Units, paid: Minor, price: Minor): Units => unitsFrom((units * paid + price - 1n) / price);
