/** How a subscription begins: its first cycle of credit and its first billing period. */
import { cycleAt, dayOfMonthAnchor } from './calendar.ts';
import type { Subscription } from './model.ts';
import type { PolicyTerms } from './policy.ts';
import type { Instant, Interval, PlanId } from './quantities.ts';

interface NewSubscription {
  readonly timeZone: string;
  readonly plan: PlanId;
  readonly slots: number;
  readonly interval: Interval;
  readonly anchor?: Instant | undefined;
  /** The account's own day of the month; null: the policy's. */
  readonly resetDay?: number | null | undefined;
}

/** A subscription that begins now; its first cycle may have begun before, where the policy has a fixed day (ST-09). */
export function newSubscription(terms: PolicyTerms, params: NewSubscription, now: Instant): Subscription {
  const { timeZone, plan, slots, interval } = params;
  if (terms.plans === null) throw new RangeError(`The policy ${terms.id} has no plans.`);
  const steps = interval === 'year' ? (terms.plans.year ?? terms.plans.month) : terms.plans.month;
  const day = params.resetDay ?? (terms.plans.anchor.kind === 'day-of-month' ? terms.plans.anchor.day : null);
  const fixed = day === null ? now : dayOfMonthAnchor(day, now, timeZone);
  const anchor = params.anchor ?? fixed;
  const cycle = cycleAt(anchor, steps.cycle, now, timeZone);
  const period = cycleAt(anchor, steps.period, now, timeZone);
  return { plan, slots, interval, status: 'active', cycle, period, next: null };
}
