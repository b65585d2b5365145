/**
 * What happened to an account, one fact an entry, and what an entry speaks of: where credit came from, what a hold was for, the plan and its
 * cycles. `codec/encode-entry.ts` reads and writes the same as JSON.
 */
import type { AutoTopUpSettings } from './automatic.ts';
import type { Follows, Standing } from './money-back.ts';
import type {
  AccountId,
  BucketId,
  GrantId,
  Instant,
  Interval,
  Minor,
  Money,
  OpId,
  PackId,
  PlanId,
  RefundBasis,
  Slice,
  Units,
} from './quantities.ts';

/** The terms that an account is under. */
export interface PolicyRef {
  readonly id: string;
  readonly version: number;
}

/** Where a grant came from: decides what goes back in money and what the history says. */
export type GrantSource =
  | {
      readonly kind: 'plan';
      readonly plan: PlanId;
      readonly cycleStart: Instant;
      readonly cycleEnd: Instant;
      /** Its share of what the period costs; null: a gift that the policy names (a contract's month, a free plan). Absent: from before this was noted. */
      readonly paid?: Money | null;
      /** The operation that began the period it was paid with; absent: nothing was paid, or from before this was noted. */
      readonly paidBy?: OpId;
    }
  | { readonly kind: 'promotion'; readonly promotionId: string; readonly cycleStart: Instant }
  | {
      readonly kind: 'purchase';
      readonly packId: PackId | null;
      readonly paid: Money;
      readonly automatic: boolean;
      /** Where a clock stands on it (PG-12): it was billed, and its payment is noted later. Absent: paid at once, or from before this was noted. */
      readonly onAccount?: true;
    }
  | { readonly kind: 'trial' }
  | {
      readonly kind: 'admin';
      readonly reason: string;
      /** The operation of the payment whose credit it is, given anew because its own grant is forgotten: goes back with that money. */
      readonly of?: OpId;
      /** An expiry that staff named, null: none. It holds again when the top-up that moved it goes back (PG-12). Absent: by the rule of the bucket. */
      readonly until?: Instant | null;
    };

/** What a hold was placed for; enough for the history to say "Applied to IMG_0042.jpg". */
export interface HoldPurpose {
  /** A kind of operation that the policy prices: apply, generation, tool. */
  readonly kind: string;
  readonly photo: string | null;
  /** What the price was read from: model, resolution, ... */
  readonly traits: Readonly<Record<string, string>>;
}

/** A stretch of time counted from an anchor: `index` steps after it. Never chained, so that 31 January comes back to 31 March. */
export interface Cycle {
  readonly anchor: Instant;
  readonly index: number;
  readonly start: Instant;
  readonly end: Instant;
}

/** cancelling, pausing: benefits until the period ends; paused, ended: none now. */
export type SubscriptionStatus = 'active' | 'cancelling' | 'pausing' | 'paused' | 'ended';

/** What a period was bought for. */
export interface PeriodPrice extends Money {
  /** Of it what came out of carried money instead of a payment, in minor units. */
  readonly carried: Minor;
  /** Since when it gives what it costs: where the policy has a fixed day, a first period is shorter than its cycle. */
  readonly since: Instant;
  /** The operation that began it: what its allowances name as `paidBy`. Absent: from before this was noted. */
  readonly by?: OpId;
  /** Of earlier versions, which took the carried money off the price: the credit that went with it. */
  readonly gone?: Units;
}

/** The plan an account is on. `cycle` brings credit, `period` brings the bill; on most plans they are the same stretch. */
export interface Subscription {
  readonly plan: PlanId;
  readonly slots: number;
  readonly interval: Interval;
  readonly status: SubscriptionStatus;
  readonly cycle: Cycle;
  readonly period: Cycle;
  /** null: nothing is paid for it. Absent: from before this was noted; then the plan's price since the period began. */
  readonly paid?: PeriodPrice | null;
  /** What the next renewal changes to. It stays beside `status`: who cancels and resumes finds it again. */
  readonly next: PlanChoice | null;
}

/** What can be chosen of a plan. */
export interface PlanChoice {
  readonly plan: PlanId;
  readonly slots: number;
  readonly interval: Interval;
}

/** What a change of plan moved in money: `credited` pays for it besides what is charged; what exceeds the price is carried to the next bills. */
export interface Proration {
  readonly charged: Minor;
  readonly credited: Minor;
  readonly carried: Minor;
  /** Of `credited` what the period before gave back; the rest had been carried. Absent: from before this was noted. */
  readonly unused?: Minor;
  readonly currency: string;
}

/** What happened. Entries are facts: append-only, never edited. */
export type EntryBody =
  | {
      readonly kind: 'opened';
      readonly accountId: AccountId;
      readonly policy: PolicyRef;
      readonly timeZone: string;
      readonly country: string | null;
      readonly anchor: Instant;
      /** The account's own day of the month on which its credit resets (ST-09); absent: as the policy says. */
      readonly resetDay?: number;
    }
  | {
      readonly kind: 'plan-changed';
      readonly subscription: Subscription;
      readonly proration: Proration | null;
      /** The cycle begins here, with an allowance of its own, whatever was given since its start before. */
      readonly begins?: true;
      /** Credit of the period before that goes back with its money (GS-13). */
      readonly returned?: readonly Slice[];
    }
  /** Time brought a new cycle or period. `charge`: what the bill of a new period comes to, after what was carried. */
  | { readonly kind: 'renewed'; readonly subscription: Subscription; readonly charge: Money | null; readonly carriedUsed: Minor }
  | {
      readonly kind: 'granted';
      readonly grantId: GrantId;
      readonly bucket: BucketId;
      readonly amount: Units;
      readonly effectiveAt: Instant;
      readonly expiresAt: Instant | null;
      readonly source: GrantSource;
    }
  /** `least`: the least that its price declares, the most being what is held. Absent in entries that were written before it was kept. */
  | {
      readonly kind: 'held';
      readonly slices: readonly Slice[];
      readonly expiresAt: Instant;
      readonly purpose: HoldPurpose;
      readonly least?: Units | undefined;
    }
  | { readonly kind: 'settled'; readonly holdId: OpId; readonly charged: readonly Slice[]; readonly returned: readonly Slice[] }
  /** `reason: 'timed-out'` when nobody resolved the hold. A returned slice of a lapsed grant stays usable until `graceUntil`. */
  | {
      readonly kind: 'released';
      readonly holdId: OpId;
      readonly returned: readonly Slice[];
      readonly reason: string;
      readonly graceUntil: Instant | null;
      /** Of grants that lapsed so long ago that theirs ends earlier. Absent: of none. */
      readonly graceOf?: Readonly<Record<GrantId, Instant>> | undefined;
    }
  | { readonly kind: 'expired'; readonly slices: readonly Slice[] }
  /** `clock`: where the clock of the balance stands from now on, `because` a payment went back, stands again or came at last (PG-12). */
  | {
      readonly kind: 'expiry-changed';
      readonly grantIds: readonly GrantId[];
      readonly expiresAt: Instant | null;
      readonly clock?: Instant | null | undefined;
      readonly because?: OpId | undefined;
      /** True: what was bought on account is paid now. False: the period that gave it was never paid, and nothing of it has a grace. */
      readonly paid?: boolean | undefined;
      /** What had lapsed only because the payment had gone back. */
      readonly revives?: readonly Slice[] | undefined;
      /** The grace that is left to what failing work gave back of them, now that they lapsed earlier. Absent: as it is. */
      readonly graceUntil?: Instant | undefined;
    }
  /** Credit taken back against money. `shortfall`: what should have come back and was spent already. */
  | {
      readonly kind: 'refunded';
      readonly basis: RefundBasis;
      readonly slices: readonly Slice[];
      readonly money: Money;
      readonly purchaseOpId: OpId;
      readonly shortfall: Units;
      readonly reason: string;
      /** What work under way holds of it: taken as well as soon as it comes back. */
      readonly awaits?: readonly Slice[] | undefined;
      /** Of what an earlier refund awaited: what came back of this grant is taken, and what was spent after all is owed. */
      readonly follows?: Follows | undefined;
      /** Of a plan's payment, where its money stood. Absent: all of it in what the payment itself had brought. */
      readonly stood?: readonly Standing[] | undefined;
    }
  /** The payment stands again: the bank gave a charged-back one back, or a refund was refused. The slices return and the shortfall is struck. */
  | {
      readonly kind: 'dispute-won';
      readonly purchaseOpId: OpId;
      readonly slices: readonly Slice[];
      readonly money: Money;
      readonly shortfall: Units;
      /** The refund that was refused; absent: a chargeback ended. */
      readonly undoes?: { readonly refund: OpId; readonly basis: RefundBasis } | undefined;
      /** Of a plan's payment, where its money stands again. Absent: as of `refunded`. */
      readonly stood?: readonly Standing[] | undefined;
    }
  /** A debt from a chargeback is smaller: by credit that was given up for it, or struck by staff. */
  | {
      readonly kind: 'shortfall-settled';
      readonly purchaseOpId: OpId;
      readonly slices: readonly Slice[];
      readonly struck: Units;
      readonly reason: string;
    }
  | { readonly kind: 'auto-top-up-set'; readonly settings: AutoTopUpSettings | null }
  | { readonly kind: 'auto-top-up-declined'; readonly retryAt: Instant }
  | { readonly kind: 'policy-changed'; readonly policy: PolicyRef }
  /** No bill will use it up any more: what was carried goes back to the customer, in minor units. */
  | { readonly kind: 'carried-paid-out'; readonly money: Money }
  /** Staff gave the account a day of its own (null: the policy's again); the running month ends on the next such day, with its credit. */
  | { readonly kind: 'reset-day-set'; readonly day: number | null; readonly subscription: Subscription | null }
  | { readonly kind: 'closed'; readonly reason: string };

/** The kind that tells entries of the ledger apart. */
export type EntryKind = EntryBody['kind'];

type Bodies = { readonly [K in EntryKind]: Extract<EntryBody, { kind: K }> };

/** The entry of a kind, or of one of several. Written so that the compiler finds the kind of an entry by itself. */
export type EntryOf<K extends EntryKind> = { [P in K]: Bodies[P] & { readonly kind: P; readonly opId: OpId; readonly at: Instant } }[K];

/** An entry as the engine sees it: who caused it and when it took effect. `due:` ids belong to what time itself brings. */
export type Entry = EntryOf<EntryKind>;
