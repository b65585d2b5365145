/**
 * One payment with the credit that it brings, and what became of each part of it: what the books are about. Credit is a plain bigint here, as money is:
 * the books share no arithmetic with the engine.
 */
import type { Instant } from '../../../shared/credits/index.ts';
import type { Pledges } from './pledges.ts';
import { Broken } from './terms.ts';

/** Parts of a minor unit: worth is reckoned in them and rounded down, far below a cent. */
export const PARTS = 1_000_000_000n;

export interface Lot {
  readonly id: string;
  readonly what: string;
  /** Minor units, carried money that it used included. */
  price: bigint;
  /** All that it brings. */
  readonly units: bigint;
  /** Minor units. */
  back: bigint;
  /** Of the price what was carried before. */
  readonly carried: bigint;
  /** Of what went back, what had been paid out before as well. */
  twice: bigint;
  /** bigint owed by the account, by the payment that was taken back. */
  readonly debts: Map<string, bigint>;
  /** By the act that gave it, in parts of a minor unit. */
  readonly gifts: Map<string, bigint>;
  /** Less than a unit for each rounding, in parts of a minor unit. */
  rounding: bigint;
}

export interface Line {
  readonly id: string;
  readonly lot: Lot | null;
  readonly granted: bigint;
  readonly at: Instant;
  expiresAt: Instant | null;
  available: bigint;
  held: bigint;
  spent: bigint;
  expired: bigint;
  refunded: bigint;
}

export const newLot = ({
  id,
  what,
  price,
  units,
  carried = 0n,
}: Pick<Lot, 'id' | 'what' | 'price' | 'units'> & { carried?: bigint }): Lot => ({
  id,
  what,
  price,
  units,
  back: 0n,
  carried,
  twice: 0n,
  debts: new Map(),
  gifts: new Map(),
  rounding: 0n,
});

/** At the price of the lot, in parts of a minor unit, rounded down. */
export const worth = ({ price, units }: Lot, amount: bigint): bigint => (units === 0n ? 0n : (price * PARTS * amount) / units);

/** `live`: what can be spent, and what is held and promised to nobody. */
export interface Sums {
  readonly live: bigint;
  readonly spent: bigint;
}

export const NO_SUMS: Sums = { live: 0n, spent: 0n };

export function sumsByLot(lines: Iterable<Line>, pledges: Pledges): ReadonlyMap<Lot, Sums> {
  const sums = new Map<Lot, Sums>();
  for (const { id, lot, available, held, spent } of lines) {
    if (lot === null) continue;
    const before = sums.get(lot) ?? NO_SUMS;
    sums.set(lot, { live: before.live + available + held - pledges.of(id), spent: before.spent + spent });
  }
  return sums;
}

/**
 * What money for so much credit lost when it was rounded down to the cent, in parts of a minor unit: it may have been given back with the rest before
 * that credit comes back.
 */
export function fractionOf(lot: Lot, credit: bigint, minor: bigint): bigint {
  const over = worth(lot, credit) - minor * PARTS;
  return over > 0n ? least(over, PARTS) : 0n;
}

export const least = (one: bigint, other: bigint): bigint => (one < other ? one : other);

const debtOf = ({ debts }: Lot): bigint => [...debts.values()].reduce((sum, units) => sum + units, 0n);

export function owes({ debts }: Lot, payment: string, units: bigint): void {
  if (units < 0n) throw new Broken(`${units} are owed for ${payment}`);
  debts.set(payment, (debts.get(payment) ?? 0n) + units);
}

/** So much less is owed for the payment, wherever it is owed; the lots with what is not owed any more of them. */
export function lessOwed(lots: Iterable<Lot>, payment: string, units: bigint): Map<Lot, bigint> {
  let left = units;
  const settled = new Map<Lot, bigint>();
  for (const lot of lots) {
    const owed = lot.debts.get(payment) ?? 0n;
    const part = least(owed, left);
    if (part === 0n) continue;
    lot.debts.set(payment, owed - part);
    settled.set(lot, part);
    left -= part;
  }
  if (left > 0n) throw new Broken(`${left} more of the debt for ${payment} are struck than were owed`);
  return settled;
}

/** The statement of the books, of one lot. */
export function check(lot: Lot, { live, spent }: Sums): void {
  const gifts = [...lot.gifts.values()].reduce((sum, gift) => sum + gift, 0n);
  const kept = (lot.price - lot.back) * PARTS + lot.rounding;
  if (lot.back - lot.twice > lot.price) throw new Broken(`${lot.back} of ${lot.price} went back for ${lot.what}`);
  const said = `${lot.what}: ${lot.price - lot.back} of ${lot.price} are kept, for ${spent} spent and ${live} to spend of ${lot.units}`;
  if (kept + lot.twice * PARTS < worth(lot, live)) throw new Broken(`${said}, which no money backs`);
  if (kept + gifts + worth(lot, debtOf(lot)) < worth(lot, live + spent)) throw new Broken(`${said} (${debtOf(lot)} owed)`);
}
