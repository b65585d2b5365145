/** An account's own day of the month for new credit (ST-09). The running month ends on the next such day, and its credit with it. */
import { cycleAt, dayOfMonthAnchor } from '../model/calendar.ts';
import type { CommandOf } from '../model/commands.ts';
import type { Draft } from '../model/draft.ts';
import { apply } from '../model/evolve.ts';
import type { Cycle, Entry, Subscription } from '../model/model.ts';
import { periodPrice } from '../model/periods.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { Instant, OpId } from '../model/quantities.ts';
import type { Decided } from '../model/receipts.ts';
import { expiryOf } from '../model/validity.ts';
import { isRunning } from '../model/versions.ts';
import { refuse } from './holds.ts';
import { resetDayRefusal } from './opening.ts';

/** `day` null: the policy's again. Refused where the month is paid for: its days were sold. */
export function setResetDay(
  terms: PolicyTerms,
  draft: Draft,
  { opId, day }: CommandOf<'set-reset-day'>,
  now: Instant,
): Decided<'set-reset-day'> {
  const { subscription: old } = draft;
  const policyDay = terms.plans?.anchor.kind === 'day-of-month' ? terms.plans.anchor.day : 0;
  const refusal = resetDayRefusal(terms, day ?? policyDay);
  if (refusal !== null) return refuse(refusal);
  if (day === draft.resetDay) return refuse({ code: 'conflict', what: 'this reset day is in force already' });
  const runs = old !== null && isRunning(draft);
  if (runs && periodPrice(terms, old) !== null)
    return refuse({ code: 'not_offered', what: 'another reset day for a month that is paid for' });
  const subscription = runs ? moved(terms, draft, old, day ?? policyDay, now) : old;
  const entries: Entry[] = [{ opId, at: now, kind: 'reset-day-set', day, subscription }];
  if (runs && subscription !== null)
    entries.push(...creditMoved(terms, draft, { opId, cycle: old.cycle, end: subscription.cycle.end }, now));
  for (const entry of entries) apply(draft, entry);
  return { ok: true, entries, receipt: { kind: 'done' } };
}

/** The cycle and the period keep their beginning: what they brought is not brought again. */
function moved(terms: PolicyTerms, { timeZone }: Draft, old: Subscription, day: number, now: Instant): Subscription {
  const steps = old.interval === 'year' ? (terms.plans?.year ?? terms.plans?.month) : terms.plans?.month;
  if (steps === undefined) throw new RangeError(`The policy ${terms.id} has no plans.`);
  const anchor = dayOfMonthAnchor(day, now, timeZone);
  const from = (before: Cycle, step: typeof steps.cycle): Cycle => ({ ...cycleAt(anchor, step, now, timeZone), start: before.start });
  return { ...old, cycle: from(old.cycle, steps.cycle), period: from(old.period, steps.period) };
}

/** `end`: of the cycle, from now on. */
function creditMoved(
  terms: PolicyTerms,
  draft: Draft,
  { opId, cycle, end }: { readonly opId: OpId; readonly cycle: Cycle; readonly end: Instant },
  now: Instant,
): Entry[] {
  const entries: Entry[] = [];
  for (const { id, bucket, source, expiresAt, available, held } of draft.grants.values()) {
    if (source.kind !== 'plan' || source.cycleStart !== cycle.start || available + held === 0n) continue;
    const lapse = expiryOf(terms, draft, bucket, { ...source, cycleEnd: end }, now);
    if (lapse !== expiresAt) entries.push({ opId, at: now, kind: 'expiry-changed', grantIds: [id], expiresAt: lapse });
  }
  return entries;
}
