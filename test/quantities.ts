/** Quantities as tests write them: the one place of the tests that brands plain values. */
import {
  accountIdFrom,
  grantIdFrom,
  instantFrom,
  millisFrom,
  minorFrom,
  opIdFrom,
  seqFrom,
  unitsFrom,
} from '../shared/credits/model/minting.ts';
import type { AccountId, GrantId, Instant, Millis, Minor, OpId, Seq, Units } from '../shared/credits/model/quantities.ts';

export const accountNamed = (id: string): AccountId => accountIdFrom(id);
export const opNamed = (id: string): OpId => opIdFrom(id);
export const grantNamed = (id: string): GrantId => grantIdFrom(id);
/** So much credit. */
export const units = (amount: bigint): Units => unitsFrom(amount);
/** So many cents. */
export const cents = (amount: bigint): Minor => minorFrom(amount);
/** So many milliseconds after 1970 began. */
export const instant = (epochMs: number): Instant => instantFrom(epochMs);
/** So long. */
export const millis = (count: number): Millis => millisFrom(count);
export const placed = (seq: number): Seq => seqFrom(seq);

type Id = AccountId | OpId | GrantId;

/** The same with plain texts, numbers and bigints where quantities stand: `said` takes it for what it says. */
export type Plain<T> = T extends Id
  ? string
  : T extends Seq | Instant | Millis
    ? number
    : T extends bigint
      ? bigint
      : T extends ReadonlyMap<unknown, unknown> | ((...args: never) => unknown)
        ? T
        : T extends object
          ? { [K in keyof T as K extends Id ? string : K]: Plain<T[K]> }
          : T;

/** What a test writes down in plain values, as the engine takes it. Nothing is checked and nothing is copied. */
export const said = <T>(plain: Plain<T>): T => plain as T;
