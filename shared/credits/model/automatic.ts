/** Top-ups that are bought by themselves: what the customer asked for, and how it stands with it (part of the nouns of model.ts). */
import type { Instant, Minor, Money, PackId, Seq, Units } from './quantities.ts';

/** What the customer asked for: to buy as soon as less than `below` is available. */
export interface AutoTopUpSettings {
  readonly below: Units;
  /** A pack, or an amount where the policy sells by amount. */
  readonly packId: PackId | null;
  readonly amount: Units | null;
  /** At most this much money in a calendar month. */
  readonly monthlyCap: Money;
}

/** How far automatic purchases are; `retryAt` is set after a decline, null without one. */
export interface AutoTopUpState {
  readonly settings: AutoTopUpSettings;
  /** The `seq` that the last attempt was triggered by: one attempt per trigger. */
  readonly lastTriggerSeq: Seq;
  readonly retryAt: Instant | null;
  readonly declinesInARow: number;
  /** What was bought automatically, in minor units, in the month that began at `monthStart`. */
  readonly spentInMonth: Minor;
  readonly lastPurchaseAt: Instant | null;
}
