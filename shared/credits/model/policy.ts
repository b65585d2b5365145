/**
 * What a credit policy declares: versioned data, read by the engine and by everyone who shows prices. A service is a value
 * of this type, never a branch elsewhere. `docs/policies.md` says how to write one.
 */
import type { PaymentWay } from '../../payment-ways.ts';
import type { BucketId, Instant, Interval, Millis, Money, PackId, PlanId, Units } from './quantities.ts';

/** What a policy counts in. */
export interface Unit {
  /** 'credit' or an ISO 4217 code. */
  readonly code: string;
  /** Decimal places of the smallest unit. */
  readonly scale: number;
}

/** A calendar step: months and years are counted in the account's own time zone, from the anchor. */
export type Step = { readonly days: number } | { readonly months: number } | { readonly years: number };

/** How long a grant in this bucket lives. */
export type Validity =
  | { readonly kind: 'never' }
  /** Until the end of the cycle that brought it, plus the days it rolls over. */
  | { readonly kind: 'cycle'; readonly rolloverDays: number }
  /** Until the end of the promotion that brought it. */
  | { readonly kind: 'promotion' }
  | { readonly kind: 'from-grant'; readonly step: Step }
  /** As `from-grant`, and each paid grant moves the expiry of the whole bucket (PG-12); unpaid ones follow the clock (PG-13). */
  | { readonly kind: 'from-last-payment'; readonly step: Step };

/** A kind of credit under a policy. The order of a policy's buckets is the draw order. */
export interface BucketRule {
  readonly id: BucketId;
  readonly label: string;
  /** Whether somebody paid for what is in it: free credit has to come first in the draw order (ST-16). */
  readonly paid: boolean;
  readonly validity: Validity;
  /** Shows what another bucket's grants become once their cycle ended: rolled-over credit (GS-03). */
  readonly rolloverOf?: BucketId;
}

/** What a plan gives each cycle. */
export type Allowance =
  | { readonly kind: 'none' }
  | { readonly kind: 'fixed'; readonly amount: Units }
  | { readonly kind: 'per-slot'; readonly amount: Units }
  /** Unlimited in words, capped in fact (ST-08). */
  | { readonly kind: 'fair-use'; readonly cap: Units };

/** A plan of a policy, as data. */
export interface PlanRule {
  readonly id: PlanId;
  readonly label: string;
  /** The order of plans: a change to a higher rank is an upgrade. */
  readonly rank: number;
  readonly allowance: Allowance;
  /** null: not sold here (part of another contract). */
  readonly price: Readonly<Record<Interval, Money | null>>;
  readonly packDiscountPercent: number;
  /** The packs this plan chooses from; absent: those of no plan in particular. */
  readonly packs?: readonly PackId[];
  /** Higher runs earlier (AS-06). */
  readonly priority: number;
  readonly features: readonly string[];
}

interface PlanTerms {
  readonly list: readonly PlanRule[];
  readonly defaultPlan: PlanId | null;
  /** The bucket that allowances go to. */
  readonly bucket: BucketId;
  /** A fixed day of the month for every account of this policy, or the day the subscription began. */
  readonly anchor: { readonly kind: 'day-of-month'; readonly day: number } | { readonly kind: 'subscription' };
  readonly month: { readonly cycle: Step; readonly period: Step };
  readonly year: { readonly cycle: Step; readonly period: Step } | null;
  /** Days to wait after each renewal that was declined; after the last one the plan ends. Absent: 1, 3, 5. */
  readonly retryDays?: readonly number[];
}

/** Credit at a fixed price; what it costs an account is in `PackOffer`. */
export interface PackRule {
  readonly id: PackId;
  readonly label: string;
  readonly credits: Units;
  /** Before any discount. */
  readonly listPrice: Money;
  readonly volumeDiscountPercent: number;
}

/**
 * What becomes of a pack's volume discount and the plan's: the better one counts (`best-only`, ST-13); the plan's is taken off what the volume's
 * leaves (`multiply`, GS-05); both are shares of the list price (`add`).
 */
export type DiscountRule = 'best-only' | 'multiply' | 'add';

/** A gift for plans within a window that begins at `startsAt` and lasts `days` days. */
export interface PromotionRule {
  readonly id: string;
  readonly label: string;
  readonly bucket: BucketId;
  readonly startsAt: Instant;
  readonly days: number;
  readonly byPlan: Readonly<Record<PlanId, Allowance>>;
  /** Whether each monthly cycle that begins inside the window brings it again. */
  readonly perCycle: boolean;
}

/** A price, or a table of prices by a trait of the operation (model, resolution, tool, complexity). */
export type Price =
  | { readonly kind: 'flat'; readonly amount: Units }
  /** Known only afterwards: holds `max`, charges what it was. */
  | { readonly kind: 'range'; readonly min: Units; readonly max: Units }
  /** A range for each `seconds` of duration, rounded up to the unit. */
  | { readonly kind: 'duration'; readonly seconds: number; readonly min: Units; readonly max: Units }
  /** `assumed`: the row for an operation that does not name the trait. */
  | { readonly kind: 'by'; readonly trait: Trait; readonly assumed?: string; readonly table: Readonly<Record<string, Price>> }
  /** The sum of the rows of all steps of the operation (PG-04); in a price list each row stands under its `tool`. */
  | { readonly kind: 'each'; readonly table: Readonly<Record<string, Price>> };

/** What a price may depend on besides the kind of work. */
export type Trait = 'model' | 'resolution' | 'tool' | 'complexity';

/** A kind of work that a policy prices; `holdMs` is how long a hold waits before it times out, in milliseconds. */
export interface OperationRule {
  readonly label: string;
  readonly price: Price;
  /** `fixed`: the price is the charge. `actual`: between the price's least and its most. `at-start`: shown as deducted at once, returned on failure. */
  readonly charge: 'fixed' | 'actual' | 'at-start';
  /** A background is required, and background and logo in two steps are two operations (ST-02, ST-07). */
  readonly needsBackground: boolean;
  /** Whether the person who asked may take it back before it is done (PG-09). */
  readonly cancellable: boolean;
  readonly holdMs: Millis;
  /**
   * Steps of a chain that this operation does not do, because they are part of what another one sells; each with that operation's
   * kind (ST-02, ST-07: a logo is placed by applying). Absent: none.
   */
  readonly soldWith?: Readonly<Record<string, string>>;
}

/** From `atLeast` of available balance on, these are allowed; the highest tier reached counts (PG-14). */
export interface TierRule {
  readonly id: string;
  readonly atLeast: Units;
  /** Absent: every model. */
  readonly models?: readonly string[];
  readonly resolutions?: readonly string[];
}

interface TopUpRule {
  readonly bucket: BucketId;
  readonly minimum: Units;
  readonly maximum: Units;
  readonly currency: string;
  /** Units of balance for one minor unit of money: a rate. */
  readonly unitsPerMinor: bigint;
}

interface RefundRule {
  /** Days after the purchase in which the customer may ask; 0: only case by case. */
  readonly windowDays: number;
  /** `unused`: the share that was not used. `everything`: the whole price back, whatever was used (AS-11). */
  readonly covers: 'unused' | 'everything';
  /** So often the customer has it by itself; from then on staff decides (AS-11). Absent: as often as the window allows. */
  readonly timesByItself?: number;
}

/** Credit before the money (ST-15): how much may be open, with tax, and how long after an invoice is due nothing more is sold on account. */
interface OnAccountRule {
  /** Of an account that staff says nothing else of, while no online provider of the policy is set up. */
  readonly limit: Money;
  readonly overdueDays: number;
}

interface AutoTopUpRule {
  readonly defaultMonthlyCap: Money;
  readonly backOffMs: Millis;
  readonly maxDeclines: number;
}

interface AlertRule {
  /** Warn when less than this is available; null: never. */
  readonly lowBalance: Units | null;
  /** A plan's own threshold (GS-08). */
  readonly lowBalanceByPlan?: Readonly<Record<PlanId, Units>>;
  /** Of the cycle's allowance, in percent. */
  readonly usedPercent: readonly number[];
  readonly expiringDays: readonly number[];
  readonly fairUsePercent: number;
}

/** The terms of one version. */
export interface PolicyTerms {
  readonly id: string;
  readonly version: number;
  readonly label: string;
  readonly unit: Unit;
  readonly currency: string;
  /** In draw order. */
  readonly buckets: readonly BucketRule[];
  readonly plans: PlanTerms | null;
  readonly trial: { readonly bucket: BucketId; readonly amount: Units } | null;
  readonly promotions: readonly PromotionRule[];
  readonly packs: {
    readonly bucket: BucketId;
    readonly list: readonly PackRule[];
    readonly offered: readonly PackId[];
    readonly discounts: DiscountRule;
  } | null;
  readonly topUp: TopUpRule | null;
  /** By kind of operation. */
  readonly operations: Readonly<Record<string, OperationRule>>;
  readonly tiers: readonly TierRule[];
  /** How long a failure keeps credit of a lapsed grant usable. */
  readonly graceMs: Millis;
  readonly refunds: RefundRule;
  /** What settles a debt from a chargeback: staff alone, or the next pack or top-up too, which gives up that much at once. Absent: staff. */
  readonly shortfall?: 'staff' | 'next-payment';
  /** null: never charged automatically (ST-11). */
  readonly autoTopUp: AutoTopUpRule | null;
  readonly alerts: AlertRule;
  readonly payment: readonly PaymentWay[];
  /** Absent: 1,000.00 of the policy's currency, and 30 days. */
  readonly onAccount?: OnAccountRule;
}

/**
 * The version in force for new accounts, with those before it. An account is pinned to the version it was opened under;
 * a version with `appliesFrom` takes the accounts of `previous` over at that instant, one without is for new accounts only.
 */
export interface Policy extends PolicyTerms {
  readonly previous?: Policy;
  readonly appliesFrom?: Instant;
}
