/**
 * A plan's payment that went back: refunded by the provider's staff, or taken by the bank. Each part of it goes from where it stands (`whereabouts.ts`): out of
 * what is carried, and with its credit out of the period that it began and of those that carried money of it paid for later. The credit goes as far as it
 * is there; what a chargeback finds spent is owed. A period that stands on nothing any more ends; of one that goes on, the months to come bring
 * what is paid for still. Other money that had paid for a period which ends is the customer's again, and the credit of that money goes for good: it does
 * not come back when the payment stands again.
 */
import { sum } from '../model/amount.ts';
import type { CommandOf, Refusal } from '../model/commands.ts';
import { type Draft, grantOf } from '../model/draft.ts';
import { apply } from '../model/evolve.ts';
import { addMinor, NO_MONEY, subtractMinor } from '../model/minor.ts';
import { grantOfOperation } from '../model/minting.ts';
import type { Entry, EntryOf, Standing, Subscription } from '../model/model.ts';
import { partsSum } from '../model/paid-periods.ts';
import { carriedBack } from '../model/periods.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { Instant, Minor, Money } from '../model/quantities.ts';
import type { Decided } from '../model/receipts.ts';
import { addUnits } from '../model/units.ts';
import { isRunning } from '../model/versions.ts';
import { refuse } from './holds.ts';
import { takings, whereabouts } from './whereabouts.ts';

type Return = CommandOf<'return-plan'>;

/** At most what was paid, and never twice: what went back before counts. */
export function returnPlan(terms: PolicyTerms, draft: Draft, command: Return, now: Instant): Decided<'return-plan'> {
  const { opId, paymentOpId, basis, paid, reason } = command;
  const left = subtractMinor(
    paid.minor,
    grantOf(draft, grantOfOperation(paymentOpId))?.paidBack ?? draft.paidBack[paymentOpId] ?? NO_MONEY,
  );
  if (left <= 0n) return refuse({ code: 'not_refundable', why: 'already-refunded' });
  const money: Money = { ...paid, minor: basis === 'chargeback' ? left : (command.money?.minor ?? left) };
  const wrong = unfit(money, command.money, left);
  if (wrong !== null) return refuse(wrong);
  const whole = money.minor === left;
  const { parts, nowhere } = whereabouts(draft, command, { minor: money.minor, whole });
  const stops = stopped(terms, draft, command, { parts, whole });
  const reserved = stops?.returned ?? [];
  const credited = stops?.proration?.credited ?? NO_MONEY;
  const { slices, awaits, stood, shortfall } = takings(terms, draft, command, { parts, nowhere, whole, reserved, credited });
  const allItsOwn = stood.length === 1 && stood[0]?.period === paymentOpId && stood[0].minor === money.minor;
  const entry: EntryOf<'refunded'> = {
    opId,
    at: now,
    kind: 'refunded',
    basis,
    slices,
    money,
    purchaseOpId: paymentOpId,
    shortfall,
    reason,
    ...(awaits.length > 0 && { awaits }),
    ...(!allItsOwn && { stood }),
  };
  const entries: Entry[] = [entry];
  apply(draft, entry);
  if (stops !== null) {
    // What other money had paid for is counted before this money goes, and is carried beside what is left of it then.
    const proration = stops.proration && { ...stops.proration, carried: addMinor(draft.carried, stops.proration.credited) };
    const ended: Entry = { opId, at: now, kind: 'plan-changed', ...stops, proration };
    apply(draft, ended);
    entries.push(ended);
  }
  const amount = addUnits(sum(slices), sum(stops?.returned ?? []));
  return {
    ok: true,
    entries,
    receipt: { kind: 'refunded', money, amount, shortfall, ...(awaits.length > 0 && { awaited: sum(awaits) }) },
  };
}

function unfit({ minor, currency }: Money, asked: Money | undefined, left: Minor): Refusal | null {
  if (asked !== undefined && asked.currency !== currency) return { code: 'currency_mismatch', expected: currency, given: asked.currency };
  return minor <= 0n || minor > left ? { code: 'invalid_amount', why: 'A refund is more than zero and at most what was paid.' } : null;
}

type Change = Pick<EntryOf<'plan-changed'>, 'subscription' | 'proration' | 'returned'>;

/** The subscription without that money; null: it stands on more than that, has ended anyway, or goes on. */
function stopped(
  terms: PolicyTerms,
  draft: Draft,
  command: Return,
  { parts, whole }: { readonly parts: readonly Standing[]; readonly whole: boolean },
): Change | null {
  const { subscription, closedAt } = draft;
  if (subscription === null || closedAt !== null || !isRunning(draft)) return null;
  if (subscription.paid?.by === undefined) return whole ? stoppedOfBefore(terms, draft, subscription, command) : null;
  const { by } = subscription.paid;
  const minor = parts.find(({ period }) => period === by)?.minor ?? NO_MONEY;
  const { own, from } = draft.paidPeriods[by] ?? { own: minor, from: [] };
  if (minor === 0n) return null;
  const ended: Subscription = { ...subscription, status: 'ended', next: null };
  // Its own payment went back: what it stands on besides is the customer's.
  if (by === command.paymentOpId) return minor < own ? null : endedWith(terms, draft, ended);
  return minor < own + partsSum(from) ? null : { subscription: ended, proration: null };
}

function endedWith(terms: PolicyTerms, draft: Draft, subscription: Subscription): Change {
  const back = draft.subscription === null ? null : carriedBack(terms, draft, draft.subscription);
  return { subscription, proration: back?.proration ?? null, ...(back && back.slices.length > 0 && { returned: back.slices }) };
}

/** Of a period whose beginning does not say which operation it was. */
function stoppedOfBefore(terms: PolicyTerms, draft: Draft, subscription: Subscription, { period, carries }: Return): Change | null {
  if (subscription.period.start !== period.start) return null;
  if (carries) return endedWith(terms, draft, { ...subscription, status: 'ended', next: null });
  // The period itself was paid by another payment, and goes on to its end.
  return subscription.status === 'active' ? { subscription: { ...subscription, status: 'cancelling', next: null }, proration: null } : null;
}

/** The money stands again: what is left of a period that had ended for want of it is there again, and does not renew by itself. */
export function restored(
  { subscription, closedAt }: Draft,
  { opId, restores }: Pick<CommandOf<'dispute-won'>, 'opId' | 'restores'>,
  { of, stood = [] }: { readonly of: string; readonly stood?: readonly Standing[] | undefined },
  now: Instant,
): EntryOf<'plan-changed'> | null {
  if (subscription === null || closedAt !== null || subscription.status !== 'ended' || subscription.period.end <= now) return null;
  const by = subscription.paid?.by;
  const stands = by === undefined ? subscription.period.start === restores?.start : by === of || stood.some(({ period }) => period === by);
  if (!stands) return null;
  return { opId, at: now, kind: 'plan-changed', subscription: { ...subscription, status: 'cancelling' }, proration: null };
}
