/** What the state remembers of money that went back, or may. */
import type { BucketId, GrantId, Instant, Minor, Money, OpId, RefundBasis, Slice, Units } from './quantities.ts';

/** Which refund awaited it, and of which grant. */
export interface Follows {
  readonly refund: OpId;
  readonly grantId: GrantId;
}

/** Credit that a refund takes as soon as work under way gives it back. */
export interface Claim extends Follows {
  readonly purchaseOpId: OpId;
  readonly basis: RefundBasis;
  readonly bucket: BucketId;
  readonly amount: Units;
}

/** What a chargeback took, and what is owed of it still. Credit that was given up for the debt is among the slices. */
export interface Dispute {
  readonly slices: readonly Slice[];
  readonly money: Money;
  readonly shortfall: Units;
  /** Older grants whose expiry went back with the clock of PG-12. */
  readonly moved?: readonly GrantId[] | undefined;
  /** What of them lapsed since, and lives again when the dispute is won. */
  readonly lapsed?: readonly Slice[] | undefined;
  /** Where the money had stood that it took; absent: all in what the payment itself had brought. */
  readonly stood?: readonly Standing[] | undefined;
}

/** A part of a payment that went back, where it stood until then. */
export interface Standing {
  /** The operation that began the period; null: it was carried to the next bills. */
  readonly period: OpId | null;
  /** Minor units. */
  readonly minor: Minor;
  /** Credit of that period which went at once. Absent: none, or from before this was noted. */
  readonly taken?: Units | undefined;
  /** Credit of that period which work under way held, and which goes when it comes back. Absent: as with `taken`. */
  readonly awaited?: Units | undefined;
  /** Credit of that period which was spent already, and is owed. */
  readonly shortfall: Units;
}

/** Money of one payment. `of` null: nobody knows of which. */
export interface PaidPart {
  readonly of: OpId | null;
  /** Minor units. */
  readonly minor: Minor;
}

/** A period that was paid for, and what of which payments it stands on still. All money in minor units. */
export interface PaidPeriod {
  /** What it cost: what all of its allowances were sold for. */
  readonly price: Minor;
  /** Of the price what its own payment was. */
  readonly cash: Minor;
  /** Of that payment what went back, wherever it stood. */
  readonly returned: Minor;
  /** Whether a change gave some of that payment back: it was carried, and may stand in later periods. */
  readonly movedOn: boolean;
  /** Of that payment what the period stands on. */
  readonly own: Minor;
  /** Of carried money what it stands on, the oldest first. */
  readonly from: readonly PaidPart[];
  /** What it granted so far. */
  readonly granted: Units;
  /** What those grants say was paid for them. */
  readonly grantedFor: Minor;
  /** Of it what went back with money, or is owed. */
  readonly gone: Units;
  /** What was spent of those that left the state. */
  readonly spent: Units;
}

/** A purchase, as long as its credit may live. */
export interface PaymentMade {
  readonly opId: OpId;
  readonly at: Instant;
  readonly until: Instant;
  /** Minor units. */
  readonly paid: Minor;
  /** Bought on account: its money has not come yet, and it moves no clock before that. */
  readonly open?: true | undefined;
}
