/**
 * Credit: what may be done with it. A sum of amounts is an amount and a share of one is an amount: each has a name here, because an expression of
 * several amounts is a plain bigint to the compiler. At run time there is nothing but the bigint. What money buys is in `minor.ts`.
 */
import { unitsFrom } from './minting.ts';
import type { Units } from './quantities.ts';

/** No credit at all. */
export const NO_UNITS: Units = unitsFrom(0n);

/** Both together. */
export const addUnits = (a: Units, b: Units): Units => unitsFrom(a + b);

/** What is left of `from`; below zero where less is there. */
export const subtractUnits = (from: Units, amount: Units): Units => unitsFrom(from - amount);

/** What `amount` leaves of `from`; nothing when it is more. */
export const remainingUnits = (from: Units, amount: Units): Units => (from > amount ? unitsFrom(from - amount) : NO_UNITS);

/** The same in the other direction: what comes in as what goes out. */
export const negateUnits = (amount: Units): Units => unitsFrom(-amount);

/** The smaller of the two; Math.min does not take bigints. */
export const minUnits = (a: Units, b: Units): Units => (a < b ? a : b);

/** The larger of the two. */
export const maxUnits = (a: Units, b: Units): Units => (a > b ? a : b);

/** All of them together; nothing for none. */
export function sumUnits(amounts: Iterable<Units>): Units {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return unitsFrom(total);
}

/** So many times the amount. */
export const timesUnits = (amount: Units, times: bigint): Units => unitsFrom(amount * times);

/** `part` of `whole` parts of it, rounded towards zero to the unit. Throws a RangeError for parts of nothing. */
export const shareOfUnits = (amount: Units, part: bigint, whole: bigint): Units => unitsFrom((amount * part) / whole);

/** The same, rounded up; of an amount and parts that are not negative. */
export const shareOfUnitsUp = (amount: Units, part: bigint, whole: bigint): Units => unitsFrom((amount * part + whole - 1n) / whole);
