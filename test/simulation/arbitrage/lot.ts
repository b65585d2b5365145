/** One payment with the credit that it brings, and what became of each part of it: what the books are about. */
import type { Instant, Units } from '../../../shared/credits/index.ts';

/** Parts of a minor unit: worth is reckoned in them and rounded down, far below a cent. */
export const PARTS = 1_000_000_000n;

export interface Lot {
  readonly id: string;
  readonly what: string;
  /** Minor units, carried money that it used included. */
  price: bigint;
  /** All that it brings. */
  readonly units: Units;
  /** Minor units. */
  back: bigint;
  /** Units owed by the account. */
  debt: Units;
  /** By the act that gave it, in parts of a minor unit. */
  readonly gifts: Map<string, bigint>;
  /** Of them what leaves credit that can still be spent: part of a plan's payment that staff gave back. */
  live: bigint;
  /** Less than a unit for each rounding, in parts of a minor unit. */
  rounding: bigint;
}

export interface Line {
  readonly id: string;
  readonly lot: Lot | null;
  readonly granted: Units;
  readonly at: Instant;
  expiresAt: Instant | null;
  available: Units;
  held: Units;
  spent: Units;
  expired: Units;
  refunded: Units;
  /** Of what is held: promised back to staff, or to the bank. */
  pledged: { staff: Units; bank: Units };
}

export const newLot = (id: string, what: string, price: bigint, units: Units): Lot => ({
  id,
  what,
  price,
  units,
  back: 0n,
  debt: 0n,
  gifts: new Map(),
  live: 0n,
  rounding: 0n,
});

/** At the price of the lot, in parts of a minor unit, rounded down. */
export const worth = ({ price, units }: Lot, amount: Units): bigint => (units === 0n ? 0n : (price * PARTS * amount) / units);

/** `live`: what can be spent, and what is held and promised to nobody. */
export function sumsOf(of: Lot, lines: Iterable<Line>): { readonly live: Units; readonly spent: Units } {
  let [live, used] = [0n, 0n];
  for (const { lot, available, held, spent, pledged } of lines) {
    if (lot !== of) continue;
    live += available + held - pledged.staff - pledged.bank;
    used += spent;
  }
  return { live, spent: used };
}
