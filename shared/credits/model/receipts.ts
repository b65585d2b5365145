/** What the engine answers: each kind of command leaves a receipt of its own, and the compiler knows which. */
import type { CommandKind, Refusal } from './commands.ts';
import type { AccountState, Entry, Subscription } from './model.ts';
import type { BucketId, GrantId, Instant, Money, OpId, PlanId, Slice, Units } from './quantities.ts';

/** What came of one operation of a batch. */
export interface Outcome {
  readonly opId: OpId;
  readonly status: 'held' | 'refused';
  /** What was held; what it would have cost when refused. */
  readonly amount: Units;
  readonly slices: readonly Slice[];
  readonly holdExpiresAt: Instant | null;
  readonly refusal: Refusal | null;
}

/** Credit that arrived. */
export interface GrantReceipt {
  readonly grantId: GrantId;
  readonly bucket: BucketId;
  readonly amount: Units;
  readonly effectiveAt: Instant;
  readonly expiresAt: Instant | null;
}

/** Older balance that lapses earlier because a top-up went back (PG-12). */
interface OlderLapse {
  readonly amount: Units;
  readonly lapsesAt: Instant;
}

/** What a change of plan costs: lines for the invoice, and their sum. */
export interface PlanCharge {
  readonly effectiveAt: Instant;
  readonly charge: Money;
  /** For unused time. */
  readonly credit: Money;
  /** charge - credit, at least zero: what is to pay now. */
  readonly net: Money;
  /** What is left of the credit for later renewals. */
  readonly carried: Money;
  readonly lines: readonly { readonly code: 'new-plan' | 'unused-time' | 'carried'; readonly plan: PlanId; readonly net: Money }[];
}

interface HeldReceipt {
  readonly kind: 'held';
  /** One for each operation, in their order. */
  readonly outcomes: readonly Outcome[];
}

interface EndReceipt<K extends 'settled' | 'released'> {
  readonly kind: K;
  readonly holdId: OpId;
  readonly charged: Units;
  readonly returned: Units;
  /** What was charged, by grant. */
  readonly slices: readonly Slice[];
}

interface CreditReceipt<Paid extends Money | null> {
  readonly kind: 'granted';
  readonly grant: GrantReceipt;
  /** null: it is a gift of staff. */
  readonly paid: Paid;
  /** What of it went at once for a debt from a payment before. */
  readonly gaveUp?: Units;
}

interface RefundReceipt {
  readonly kind: 'refunded';
  readonly money: Money;
  readonly amount: Units;
  /** What goes as soon as work under way gives it back. */
  readonly awaited?: Units;
  readonly shortfall: Units;
  readonly older?: OlderLapse;
}

interface DisputeReceipt {
  readonly kind: 'dispute-won';
  /** What the bank gave back: it counts as paid again. */
  readonly money: Money;
}

interface ShortfallReceipt {
  readonly kind: 'shortfall-settled';
  readonly settled: Units;
  readonly left: Units;
}

interface PlanReceipt {
  readonly kind: 'subscription';
  readonly subscription: Subscription;
  readonly charge: PlanCharge;
  readonly grants: readonly GrantReceipt[];
}

/** It happened, and there is nothing to say beside that. */
interface DoneReceipt {
  readonly kind: 'done';
}

interface Receipts {
  readonly hold: HeldReceipt;
  readonly settle: EndReceipt<'settled'>;
  readonly release: EndReceipt<'released'>;
  readonly grant: CreditReceipt<null>;
  readonly purchase: CreditReceipt<Money>;
  readonly 'top-up': CreditReceipt<Money>;
  readonly 'note-payment': DoneReceipt;
  readonly refund: RefundReceipt;
  readonly 'dispute-won': DisputeReceipt;
  readonly 'refund-refused': DoneReceipt;
  readonly 'return-plan': RefundReceipt;
  readonly 'strike-shortfall': ShortfallReceipt;
  readonly 'take-back': RefundReceipt;
  readonly subscribe: PlanReceipt;
  readonly 'change-plan': PlanReceipt;
  readonly 'cancel-plan': PlanReceipt;
  readonly 'pause-plan': PlanReceipt;
  readonly 'resume-plan': PlanReceipt;
  readonly 'end-plan': PlanReceipt;
  readonly 'set-reset-day': DoneReceipt;
  readonly 'set-auto-top-up': DoneReceipt;
  readonly 'auto-top-up-declined': DoneReceipt;
  readonly close: DoneReceipt;
  readonly sweep: DoneReceipt;
}

/** What a command of the kind leaves; of several kinds: one of theirs. */
export type ReceiptOf<K extends CommandKind> = Receipts[K];

/** What any command leaves. */
export type Receipt = ReceiptOf<CommandKind>;

/** A decision that was not a refusal. `entries` begin with what time brought (`due`), in order. `state` is the state after them. */
export interface Accepted<K extends CommandKind = CommandKind> {
  readonly ok: true;
  readonly entries: readonly Entry[];
  readonly receipt: ReceiptOf<K>;
  readonly state: AccountState;
}

/** What `decide` says to a command of the kind. */
export type Decision<K extends CommandKind = CommandKind> = Accepted<K> | { readonly ok: false; readonly refusal: Refusal };

/** What the rule of a command says: its own entries, applied to the draft already, without what time brought. */
export type Decided<K extends CommandKind> = Omit<Accepted<K>, 'state'> | { readonly ok: false; readonly refusal: Refusal };
