/**
 * The credit engine's nouns. Amounts are bigint in the policy's smallest unit; instants are epoch milliseconds (UTC).
 * An account is a list of entries. `evolve` folds them into an AccountState; `decide` turns a command into more entries
 * or a refusal; everything else reads.
 */
import type { AutoTopUpState } from './automatic.ts';
import type { GrantSource, PolicyRef, Subscription } from './entries.ts';
import type { Claim, Dispute, PaidPart, PaidPeriod, PaymentMade } from './money-back.ts';
import type { AccountId, BucketId, GrantId, Instant, Minor, OpId, Seq, Slice, Units } from './quantities.ts';

export type { AutoTopUpSettings, AutoTopUpState } from './automatic.ts';
export type {
  Cycle,
  Entry,
  EntryBody,
  EntryKind,
  EntryOf,
  GrantSource,
  HoldPurpose,
  PeriodPrice,
  PlanChoice,
  Proration,
  Subscription,
  SubscriptionStatus,
} from './entries.ts';
export type { Claim, Dispute, Follows, PaidPart, PaidPeriod, PaymentMade, Standing } from './money-back.ts';

/** A block of credit with its own expiry; `expiresAt` null: it does not lapse. */
export interface Grant {
  readonly id: GrantId;
  readonly bucket: BucketId;
  readonly source: GrantSource;
  readonly effectiveAt: Instant;
  readonly expiresAt: Instant | null;
  /** Set when a failure returned credit to a lapsed grant: usable until then. */
  readonly graceUntil: Instant | null;
  /** The period that gave it was never paid: what work under way gives back of it lapses at once. */
  readonly unpaid?: true | undefined;
  /** granted = available + held + spent + expired + refunded, always. */
  readonly granted: Units;
  readonly available: Units;
  readonly held: Units;
  readonly spent: Units;
  readonly expired: Units;
  readonly refunded: Units;
  /** Money given back for this grant so far, in minor units. */
  readonly paidBack: Minor;
}

/** Credit set aside for work under way; times out at `expiresAt`, and everything comes back. */
export interface Hold {
  readonly opId: OpId;
  readonly at: Instant;
  readonly expiresAt: Instant;
  readonly slices: readonly Slice[];
  /** The kind of operation. */
  readonly kind: string;
  /** The least that it may settle at; null: placed before the ledger kept it. */
  readonly least: Units | null;
}

/** Sums over the grants that left the hot state. */
export type ClosedTotals = Pick<Grant, 'granted' | 'spent' | 'expired' | 'refunded'>;

/** What came for nothing for the month that ends then. */
interface MonthGiven {
  readonly units: Units;
  readonly until: Instant;
}

interface PromotionGiven {
  /** In all. */
  readonly total: Units;
  /** For the cycle that ends at `until`: what a change inside of it is reckoned against, a cycle that begins before that included. */
  readonly units: Units;
  readonly until: Instant;
}

/** What an account has come to. Bounded: it holds living grants, open holds and a short tail of what is closed, never the history. */
export interface AccountState {
  readonly accountId: AccountId;
  readonly policy: PolicyRef;
  readonly timeZone: string;
  readonly country: string | null;
  readonly anchor: Instant;
  /** The account's own day of the month (ST-09); null: the policy's. */
  readonly resetDay: number | null;
  readonly openedAt: Instant;
  readonly closedAt: Instant | null;
  /** Entries folded so far. */
  readonly seq: Seq;
  /** `at` of the last entry: time never runs backwards in an account. */
  readonly lastAt: Instant;
  readonly subscription: Subscription | null;
  /** Since when the present plan gives what it gives. */
  readonly planSince: Instant;
  /** Start of the cycle whose allowance was granted last; null: the running one's is still to come. */
  readonly allowanceFor: Instant | null;
  /** The month that a contract, or the plan that everybody has, gave last: whatever begins inside of it is reckoned against it. null: none yet. */
  readonly monthGiven: MonthGiven | null;
  /** What each promotion has given so far. */
  readonly promotionFor: Readonly<Record<string, PromotionGiven>>;
  readonly trialGiven: boolean;
  readonly lastPaidAt: Instant | null;
  /** Payments whose credit may still live: the clock of PG-12 may have to go back to any of them. Oldest first. */
  readonly payments: readonly PaymentMade[];
  /** Money from unused time that later renewals use up, in minor units. */
  readonly carried: Minor;
  /** Of which payments it is, in the order in which it is used up: `carried` in all. */
  readonly carriedFrom: readonly PaidPart[];
  /** By the operation that began it: the running period that was paid for, and those before it whose money came from other payments, or went on. */
  readonly paidPeriods: Readonly<Record<OpId, PaidPeriod>>;
  /** Credit that should have come back with a refund and was spent already. */
  readonly shortfall: Units;
  readonly grants: ReadonlyMap<GrantId, Grant>;
  /** The last few grants with nothing left in them, oldest first. */
  readonly recent: readonly Grant[];
  readonly closed: Readonly<Record<BucketId, ClosedTotals>>;
  readonly holds: ReadonlyMap<OpId, Hold>;
  readonly disputes: Readonly<Record<OpId, Dispute>>;
  /** What refunds await from work under way, oldest first. */
  readonly claims: readonly Claim[];
  /** How often the customer had money back by itself, without staff (AS-11). */
  readonly refundsByItself: number;
  /** Money given back for purchases that left the hot state, in minor units: nothing is refunded twice. */
  readonly paidBack: Readonly<Record<OpId, Minor>>;
  readonly autoTopUp: AutoTopUpState | null;
  /** No grant lapses and no hold times out before these: why `due` is O(1). Bounds, not facts; `due` tightens them when they are reached. */
  readonly nextExpiryAt: Instant | null;
  readonly nextTimeoutAt: Instant | null;
}
