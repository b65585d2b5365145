/** What the state remembers of money that went back, or may. */
import type { BucketId, GrantId, Instant, Money, OpId, RefundBasis, Slice, Units } from './quantities.ts';

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
}

/** A purchase, as long as its credit may live. */
export interface PaymentMade {
  readonly opId: OpId;
  readonly at: Instant;
  readonly until: Instant;
  /** Minor units. */
  readonly paid: bigint;
  /** Bought on account: its money has not come yet, and it moves no clock before that. */
  readonly open?: true | undefined;
}
