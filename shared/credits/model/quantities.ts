/**
 * What the engine counts in and names things by: units of credit, money, instants, ids. Amounts are bigint in the policy's smallest
 * unit; there is no floating point anywhere near credit or money.
 */

import type { $brand } from 'zod';

/**
 * A plain value that says what it counts. The brand exists for the compiler alone: at run time it is the value, and an expression
 * of several such values is a plain one again, so that only `minting.ts` and what parses input say what a value is.
 */
type Branded<Value, Name extends string> = Value & $brand<Name>;

/** Credit in the policy's smallest unit. What is reckoned with it by name (`units.ts`) is credit again. */
export type Units = Branded<bigint, 'Units'>;
/** Money in the minor unit of its currency: cents. What is reckoned with it by name (`minor.ts`) is money again. */
export type Minor = Branded<bigint, 'Minor'>;
/** Epoch milliseconds, UTC. What is reckoned with it by name (`instants.ts`, `calendar.ts`) is one again. */
export type Instant = Branded<number, 'Instant'>;
/** A stretch of time, in milliseconds. What is reckoned with it by name (`durations.ts`, `instants.ts`) is one again. */
export type Millis = Branded<number, 'Millis'>;
/** Whose ledger it is. Given by the server, never reused. */
export type AccountId = Branded<string, 'AccountId'>;
/** A bucket's name in the policy. */
export type BucketId = string;
/** A grant bears the id of the operation that brought it, or one that the engine made (`minting.ts`). */
export type GrantId = Branded<string, 'GrantId'>;
/** Made by the client before anything is sent, permanent. A hold is named by the operation that placed it. */
export type OpId = Branded<string, 'OpId'>;
/** The place of an entry in its account's ledger, from 1; 0: before the first. */
export type Seq = Branded<number, 'Seq'>;
/** A plan's name in the policy. */
export type PlanId = string;
/** A pack's name in the policy. */
export type PackId = string;
/** How often a plan is paid for; allowances come by the cycle, which may be shorter. */
export type Interval = 'month' | 'year';

/** Money in minor units (cents) of an ISO 4217 currency. */
export interface Money {
  readonly minor: Minor;
  readonly currency: string;
}

/** How much of which grant. `bucket` is the bucket it counted as when it was drawn. */
export interface Slice {
  readonly bucket: BucketId;
  readonly grantId: GrantId;
  readonly amount: Units;
}

/** Why money went back. */
export type RefundBasis = 'policy' | 'goodwill' | 'chargeback';
