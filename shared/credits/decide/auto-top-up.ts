/**
 * Guarded automatic top-up: off until the customer turns it on, only where the policy allows it (ST-11 does not), capped
 * by the month, one attempt per trigger, and a pause after a decline.
 */
import { monthStart } from '../model/calendar.ts';
import type { CommandOf, Refusal } from '../model/commands.ts';
import type { Draft } from '../model/draft.ts';
import { timesMillis } from '../model/durations.ts';
import { apply } from '../model/evolve.ts';
import { laterBy } from '../model/instants.ts';
import { moneyForUnits, NO_MONEY } from '../model/minor.ts';
import type { AccountState, AutoTopUpSettings, AutoTopUpState, Entry } from '../model/model.ts';
import type { Policy, PolicyTerms } from '../model/policy.ts';
import type { Instant, Minor, Money, OpId } from '../model/quantities.ts';
import type { Decided } from '../model/receipts.ts';
import { pinned } from '../model/versions.ts';
import { availableOf } from './draw.ts';
import { stateAt } from './due.ts';
import { refuse } from './holds.ts';
import { packOffers } from './offers.ts';

/** Turns automatic purchases on, changes or (settings null) ends them; refused where the policy has none or the settings do not fit it. */
export function setAutoTopUp(
  terms: PolicyTerms,
  draft: Draft,
  command: CommandOf<'set-auto-top-up'>,
  now: Instant,
): Decided<'set-auto-top-up'> {
  if (terms.autoTopUp === null) return refuse({ code: 'not_offered', what: 'automatic top-up' });
  const wrong = command.settings === null ? null : unfit(terms, draft, command.settings, now);
  if (wrong !== null) return refuse(wrong);
  const entry: Entry = { opId: command.opId, at: now, kind: 'auto-top-up-set', settings: command.settings };
  apply(draft, entry);
  return { ok: true, entries: [entry], receipt: { kind: 'done' } };
}

function unfit(terms: PolicyTerms, state: AccountState, settings: AutoTopUpSettings, now: Instant): Refusal | null {
  const { below, packId, amount, monthlyCap } = settings;
  if (below <= 0n) return { code: 'invalid_amount', why: 'The threshold is greater than zero.' };
  if (monthlyCap.currency !== terms.currency) return { code: 'currency_mismatch', expected: terms.currency, given: monthlyCap.currency };
  if ((packId === null) === (amount === null)) return { code: 'invalid_amount', why: 'Either a pack or an amount is bought.' };
  if (packId !== null) return packOffers(terms, state, now).some((offer) => offer.id === packId) ? null : { code: 'unknown_pack', packId };
  if (terms.topUp === null || amount === null) return { code: 'not_offered', what: 'top-up' };
  if (amount % terms.topUp.unitsPerMinor !== 0n) return { code: 'invalid_amount', why: 'A payment is a whole number of cents.' };
  if (amount < terms.topUp.minimum) return { code: 'below_minimum', minimum: terms.topUp.minimum };
  return amount > terms.topUp.maximum ? { code: 'above_maximum', maximum: terms.topUp.maximum } : null;
}

/** The payment was declined: no further attempt for this trigger, none at all for a while, and off after too many. */
export function topUpDeclined(
  terms: PolicyTerms,
  draft: Draft,
  command: CommandOf<'auto-top-up-declined'>,
  now: Instant,
): Decided<'auto-top-up-declined'> {
  const { autoTopUp } = draft;
  if (terms.autoTopUp === null || autoTopUp === null) return refuse({ code: 'not_found', what: 'automatic top-up' });
  const off = autoTopUp.declinesInARow + 1 >= terms.autoTopUp.maxDeclines;
  // Each decline doubles the pause.
  const retryAt = laterBy(now, timesMillis(terms.autoTopUp.backOffMs, 2 ** autoTopUp.declinesInARow));
  const declined: Entry = { opId: command.opId, at: now, kind: 'auto-top-up-declined', retryAt };
  const entries: Entry[] = off ? [declined, { opId: command.opId, at: now, kind: 'auto-top-up-set', settings: null }] : [declined];
  for (const entry of entries) apply(draft, entry);
  return { ok: true, entries, receipt: { kind: 'done' } };
}

/**
 * The purchase that should be attempted now; null when there is none. The caller takes the payment first and then sends
 * the command, or `auto-top-up-declined`. At most one attempt per trigger: the balance has to move before there is another.
 */
export function autoTopUpDue(policy: Policy, state: AccountState, opId: OpId, now: Instant): CommandOf<'purchase' | 'top-up'> | null {
  const current = stateAt(policy, state, now);
  const terms = pinned(policy, current);
  const { autoTopUp } = current;
  if (terms.autoTopUp === null || autoTopUp === null || current.closedAt !== null) return null;
  const { settings } = autoTopUp;
  if (availableOf(current, now) >= settings.below || current.seq <= autoTopUp.lastTriggerSeq) return null;
  if (autoTopUp.retryAt !== null && now < autoTopUp.retryAt) return null;
  const price = priceOfTopUp(terms, current, settings, now);
  if (price === null || spentThisMonth(autoTopUp, current.timeZone, now) + price > settings.monthlyCap.minor) return null;
  if (settings.packId !== null) return { kind: 'purchase', opId, packId: settings.packId, automatic: true };
  return settings.amount === null ? null : { kind: 'top-up', opId, amount: settings.amount, automatic: true };
}

function priceOfTopUp(terms: PolicyTerms, state: AccountState, settings: AutoTopUpSettings, now: Instant): Minor | null {
  if (settings.packId !== null) return packOffers(terms, state, now).find((offer) => offer.id === settings.packId)?.price.minor ?? null;
  return settings.amount === null || terms.topUp === null ? null : moneyForUnits(settings.amount, terms.topUp.unitsPerMinor);
}

/** Why an automatic purchase is not what the customer agreed to; null when it is. */
export function automaticRefusal(terms: PolicyTerms, state: AccountState, paid: Money, now: Instant): Refusal | null {
  const { autoTopUp } = state;
  if (terms.autoTopUp === null || autoTopUp === null) return { code: 'not_offered', what: 'automatic top-up' };
  const { monthlyCap } = autoTopUp.settings;
  const spent = spentThisMonth(autoTopUp, state.timeZone, now) + paid.minor;
  return spent > monthlyCap.minor ? { code: 'not_offered', what: 'more automatic top-ups this month' } : null;
}

/** What was bought automatically in the calendar month of `now`, in minor units. */
function spentThisMonth(autoTopUp: AutoTopUpState, timeZone: string, now: Instant): Minor {
  const { lastPurchaseAt, spentInMonth } = autoTopUp;
  return lastPurchaseAt !== null && lastPurchaseAt >= monthStart(now, timeZone) ? spentInMonth : NO_MONEY;
}
