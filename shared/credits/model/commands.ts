/**
 * What can be asked of the engine, and why it may refuse. Refusals are values with a stable code; the sentences are in `../read/sentences.ts`. What it
 * answers otherwise is in `receipts.ts`.
 */
import type { AutoTopUpSettings, EntryOf } from './model.ts';
import type { BucketId, GrantId, Instant, Interval, Minor, Money, OpId, PackId, PlanId, RefundBasis, Slice, Units } from './quantities.ts';

/** What the price and the rules need to know of an operation. The pictures stay where they are. */
export interface OperationRequest {
  /** A kind that the policy prices: apply, generation, tool, process, revert, report. */
  readonly kind: string;
  readonly photo?: string | undefined;
  /** null or absent: not part of this step. */
  readonly recipe?: { readonly background?: unknown; readonly logo?: unknown } | undefined;
  /** What the photo shows now, for what has to be said before it happens (ST-07). */
  readonly previous?: { readonly background?: unknown; readonly logo?: unknown } | null | undefined;
  readonly model?: string | undefined;
  readonly tool?: string | undefined;
  readonly resolution?: string | undefined;
  readonly complexity?: string | undefined;
  readonly durationSeconds?: number | undefined;
  /** Of `process`: the operations of the chain, in their order. */
  readonly steps?: readonly string[] | undefined;
}
/** An operation and the permanent id it is held under. */
export interface Operation extends OperationRequest {
  readonly opId: OpId;
}

/**
 * Who acts. What gives credit and costs nothing is staff's alone (`entitled.ts`); a command that does not say is taken for the customer's,
 * who may least.
 */
export type Actor = 'customer' | 'staff' | 'system';

type Act =
  /** All or none, or as many as the wallet pays for in this order. Up to 500. */
  | { readonly kind: 'hold'; readonly atomic: boolean; readonly operations: readonly Operation[] }
  /** `actual` absent: the whole hold. Between the least and the most that the price declares; nothing for nothing is a release. */
  | { readonly kind: 'settle'; readonly holdId: OpId; readonly actual?: Units | undefined }
  /** `failed`: no fault of the customer's, lapsed credit gets the policy's grace. `cancelled`: they took it back. */
  | { readonly kind: 'release'; readonly holdId: OpId; readonly cause: 'failed' | 'cancelled'; readonly reason: string }
  | {
      readonly kind: 'grant';
      readonly opId: OpId;
      readonly bucket: BucketId;
      readonly amount: Units;
      /** Absent: by the bucket's own rule. null: never. */
      readonly expiresAt?: Instant | null | undefined;
      readonly reason: string;
    }
  | {
      readonly kind: 'purchase';
      readonly opId: OpId;
      readonly packId: PackId;
      readonly automatic?: boolean | undefined;
      /** It is billed, and its money has not come; absent: it is paid at once. */
      readonly onAccount?: boolean | undefined;
      /** What a checkout promised and was paid for: holds whatever the pack costs by now. */
      readonly agreed?: { readonly credits: Units; readonly paid: Money } | undefined;
    }
  | {
      readonly kind: 'top-up';
      readonly opId: OpId;
      readonly amount: Units;
      readonly automatic?: boolean | undefined;
      /** As of a purchase. */
      readonly onAccount?: boolean | undefined;
    }
  /** The money of what was bought on account has come. Refused when nothing waits for it: noted before, paid at once, or no clock stands on it. */
  | { readonly kind: 'note-payment'; readonly opId: OpId; readonly purchaseOpId: OpId }
  | {
      readonly kind: 'refund';
      readonly opId: OpId;
      readonly purchaseOpId: OpId;
      readonly basis: RefundBasis;
      /** Goodwill: how much money; absent: all of it. */
      readonly money?: Money | undefined;
      readonly reason: string;
      /** The purchase as its invoice and the ledger have it, for one that left the hot state. `spent` absent: all of it. */
      readonly purchase?:
        | { readonly credits: Units; readonly paid: Money; readonly boughtAt?: Instant | undefined; readonly spent?: Units | undefined }
        | undefined;
    }
  | {
      readonly kind: 'dispute-won';
      readonly opId: OpId;
      readonly purchaseOpId: OpId;
      /** Of a plan's payment: the period that it had paid for. */
      readonly restores?: { readonly start: Instant } | undefined;
    }
  /** The provider did not give back after all what `refunded` took: it returns to where it was. */
  | {
      readonly kind: 'refund-refused';
      readonly opId: OpId;
      readonly refund: EntryOf<'refunded'>;
      /** What was taken later of what the refund awaited from work under way. */
      readonly takenSince?: readonly Slice[] | undefined;
      /** What lapsed only because it had gone back. */
      readonly lapsedSince?: readonly Slice[] | undefined;
      /** Of a plan's payment: the period that it had paid for. */
      readonly restores?: { readonly start: Instant } | undefined;
    }
  /** A plan's payment went back. */
  | {
      readonly kind: 'return-plan';
      readonly opId: OpId;
      /** The operation that the payment was for: the change of plan, or the renewal. */
      readonly paymentOpId: OpId;
      readonly basis: 'goodwill' | 'chargeback';
      readonly paid: Money;
      /** Goodwill: how much; absent: all that is left. */
      readonly money?: Money | undefined;
      readonly period: { readonly start: Instant; readonly end: Instant };
      /** When another period began before that one was over. */
      readonly cutAt?: Instant | undefined;
      /** Whether the period stands on this payment; false for an upgrade inside of one. */
      readonly carries: boolean;
      /** What was spent of this payment's grants, from the ledger: for those that left the hot state. */
      readonly spent: Readonly<Record<GrantId, Units>>;
      /** What this payment's grants came to, from the ledger: for those that left the hot state. */
      readonly granted?: Readonly<Record<GrantId, Units>> | undefined;
      readonly reason: string;
    }
  /** Staff lets a debt from a chargeback go, or it was paid in another way. `amount` absent: all of it. */
  | { readonly kind: 'strike-shortfall'; readonly opId: OpId; readonly amount?: Units | undefined; readonly reason: string }
  /** Staff takes credit out of a bucket; no money moves. A debt from a chargeback is settled with it first. */
  | { readonly kind: 'take-back'; readonly opId: OpId; readonly bucket: BucketId; readonly amount: Units; readonly reason: string }
  | {
      readonly kind: 'subscribe';
      readonly opId: OpId;
      readonly plan: PlanId;
      readonly slots?: number | undefined;
      readonly interval?: Interval | undefined;
      /** The instant that unused time was priced at, when it was paid for in a checkout; absent: now. */
      readonly pricedAt?: Instant | undefined;
    }
  | {
      readonly kind: 'change-plan';
      readonly opId: OpId;
      readonly plan?: PlanId | undefined;
      readonly slots?: number | undefined;
      readonly interval?: Interval | undefined;
      /** The instant that unused time was priced at, when it was paid for in a checkout; absent: now. */
      readonly pricedAt?: Instant | undefined;
      /** What that checkout promised to give back of the running period, in minor units: holds whatever was used since. */
      readonly agreed?: Minor | undefined;
    }
  | { readonly kind: 'cancel-plan'; readonly opId: OpId }
  | { readonly kind: 'pause-plan'; readonly opId: OpId }
  | { readonly kind: 'resume-plan'; readonly opId: OpId }
  /** At once, with what the plan gave since: a period that was not paid. */
  | { readonly kind: 'end-plan'; readonly opId: OpId; readonly since: Instant }
  /** Staff gives the account a day of its own for new credit; null: the policy's again. */
  | { readonly kind: 'set-reset-day'; readonly opId: OpId; readonly day: number | null }
  | { readonly kind: 'set-auto-top-up'; readonly opId: OpId; readonly settings: AutoTopUpSettings | null }
  | { readonly kind: 'auto-top-up-declined'; readonly opId: OpId }
  | { readonly kind: 'close'; readonly opId: OpId; readonly reason: string }
  /** Writes down what time brought. Changes nothing that anybody can see. */
  | { readonly kind: 'sweep' };

/** Names a command, its rule and its receipt. */
export type CommandKind = Act['kind'];

/** What decides about the account's plan. */
export type PlanCommandKind = 'subscribe' | 'change-plan' | 'cancel-plan' | 'pause-plan' | 'resume-plan' | 'end-plan';

type Acts = { readonly [K in CommandKind]: Extract<Act, { kind: K }> };

/** The command of a kind, or of one of several; who acts is part of it. Written so that the compiler finds the kind of a command by itself. */
export type CommandOf<K extends CommandKind> = { [P in K]: { readonly kind: P; readonly by?: Actor | undefined } & Acts[P] }[K];

/** Whatever can be asked. */
export type Command = CommandOf<CommandKind>;

/** A way out of a shortage; which members are set follows from `kind`. */
export interface Remedy {
  readonly kind: 'pack' | 'top-up' | 'wait' | 'plan';
  readonly packId?: PackId;
  readonly plan?: PlanId;
  readonly price?: Money;
  /** When waiting helps: from when on. */
  readonly at?: Instant;
}

/** How far the wallet goes, and what would make up for the rest. */
export interface Shortage {
  readonly required: Units;
  readonly available: Units;
  readonly shortfall: Units;
  /** How many of the operations the wallet pays for, in order. */
  readonly affordable: number;
  /** Cheapest first. */
  readonly remedies: readonly Remedy[];
}

/** Why a command writes nothing. A value, not an exception: each code carries what its sentence needs. */
export type Refusal =
  | ({ readonly code: 'insufficient_credit' } & Shortage)
  /** The fair-use cap of an unlimited plan is used up until `resetsAt`. */
  | ({ readonly code: 'fair_use_reached'; readonly resetsAt: Instant } & Shortage)
  | { readonly code: 'background_required' }
  | { readonly code: 'logo_on_transparent' }
  | {
      readonly code: 'not_allowed_on_tier';
      readonly tier: string | null;
      readonly available: Units;
      readonly needed: Units;
      readonly remedies: readonly Remedy[];
    }
  /** `least` and `most`: what it may be, where a price says so. */
  | { readonly code: 'invalid_amount'; readonly why: string; readonly least?: Units; readonly most?: Units }
  | { readonly code: 'below_minimum'; readonly minimum: Units }
  | { readonly code: 'above_maximum'; readonly maximum: Units }
  | { readonly code: 'invalid_instant'; readonly why: string }
  | { readonly code: 'invalid_time_zone'; readonly timeZone: string }
  | { readonly code: 'currency_mismatch'; readonly expected: string; readonly given: string }
  /** The policy does not price this, or not with these traits. */
  | { readonly code: 'unknown_operation'; readonly operation: string; readonly trait: string | null }
  | { readonly code: 'too_many_operations'; readonly limit: number }
  | { readonly code: 'unknown_plan'; readonly plan: string }
  | { readonly code: 'unknown_pack'; readonly packId: string }
  | { readonly code: 'unknown_bucket'; readonly bucket: string }
  /** Not sold here; `staff`: it costs nothing, so only staff gives it (ST-08). */
  | { readonly code: 'not_offered'; readonly what: string; readonly staff?: true }
  /** A step that this operation does not do: it is part of what another kind of operation sells (ST-02). */
  | { readonly code: 'sold_with'; readonly step: string; readonly operation: string }
  | { readonly code: 'not_refundable'; readonly why: 'window-closed' | 'used' | 'not-bought' | 'already-refunded' | 'given-before' }
  /** Work under way holds some of it, until then at the latest. */
  | { readonly code: 'not_refundable'; readonly why: 'held'; readonly until: Instant }
  | { readonly code: 'cannot_cancel' }
  /** An operation id that is used already, or a change that is in force already. */
  | { readonly code: 'conflict'; readonly what: string }
  | { readonly code: 'not_found'; readonly what: string }
  | { readonly code: 'account_closed' };
