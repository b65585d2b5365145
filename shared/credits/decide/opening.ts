/** The first entries of an account. What the plan, the promotion and the trial bring comes from `due`, not from here. */
import { isTimeZone } from '../model/calendar.ts';
import type { Refusal } from '../model/commands.ts';
import { NO_MONEY } from '../model/minor.ts';
import { openingOpId } from '../model/minting.ts';
import type { Entry, Proration, Subscription } from '../model/model.ts';
import type { Policy, PolicyTerms } from '../model/policy.ts';
import type { AccountId, Instant, Interval, Money, PlanId } from '../model/quantities.ts';
import { newSubscription } from '../model/subscription.ts';
import { planRule } from '../model/versions.ts';

/** What an account is opened with; absent and null: the policy's default, or none. */
export interface OpenParams {
  readonly accountId: AccountId;
  /** IANA name. */
  readonly timeZone: string;
  readonly country?: string | null | undefined;
  readonly plan?: PlanId | null | undefined;
  readonly slots?: number | undefined;
  readonly interval?: Interval | undefined;
  /** From where cycles are counted; absent: now, or the policy's fixed day of the month. */
  readonly anchor?: Instant | undefined;
  /** The account's own day of the month on which its credit resets (ST-09); absent or null: as the policy says. */
  readonly resetDay?: number | null | undefined;
}

/** Why an account cannot be opened like this; null when it can. */
export function checkOpening(policy: Policy, params: OpenParams, now: Instant): Refusal | null {
  if (!isInstant(now)) return { code: 'invalid_instant', why: 'An account opens at an instant from 1970 on.' };
  if (params.anchor !== undefined && (!isInstant(params.anchor) || params.anchor > now))
    return { code: 'invalid_instant', why: 'The anchor of the cycles is an instant from 1970 on, not after the opening.' };
  const day = params.resetDay == null ? null : resetDayRefusal(policy, params.resetDay);
  if (day !== null) return day;
  if (!isTimeZone(params.timeZone)) return { code: 'invalid_time_zone', timeZone: params.timeZone };
  const plan = params.plan ?? null;
  if (plan !== null && planRule(policy, plan) === null) return { code: 'unknown_plan', plan };
  if (params.interval === 'year' && (policy.plans?.year ?? null) === null) return { code: 'not_offered', what: 'yearly plans' };
  return slotsRefusal(params.slots);
}

/** Whether a number is a time that a ledger may hold: whole milliseconds from 1970 until before the year 9999. */
export const isInstant = (at: Instant): boolean => Number.isSafeInteger(at) && at >= 0 && at < Date.UTC(9999, 0, 1);

/** Why a plan cannot have so many slots; null when it can, or when none are named. */
export const slotsRefusal = (slots: number | undefined): Refusal | null =>
  slots === undefined || (Number.isSafeInteger(slots) && slots >= 0 && slots <= 1_000_000)
    ? null
    : { code: 'invalid_amount', why: 'Listing slots are a whole number from 0 to 1,000,000.' };

/** Why an account cannot have this reset day; null when it can. */
export function resetDayRefusal(terms: PolicyTerms, day: number): Refusal | null {
  if (terms.plans?.anchor.kind !== 'day-of-month') return { code: 'not_offered', what: 'a fixed reset day' };
  return Number.isInteger(day) && day >= 1 && day <= 31
    ? null
    : { code: 'invalid_instant', why: 'A reset day is a day of the month, 1 to 31.' };
}

/** `opened`, and `plan-changed` where there is a plan. Throws a RangeError where `checkOpening` names a reason. */
export function open(policy: Policy, params: OpenParams, now: Instant): Entry[] {
  const refusal = checkOpening(policy, params, now);
  if (refusal !== null) throw new RangeError(`The account cannot be opened: ${refusal.code}.`);
  const { accountId, timeZone, country = null } = params;
  const opened: Entry = {
    opId: openingOpId(accountId),
    at: now,
    kind: 'opened',
    accountId,
    policy: { id: policy.id, version: policy.version },
    timeZone,
    country,
    anchor: params.anchor ?? now,
    ...(params.resetDay != null && { resetDay: params.resetDay }),
  };
  const plan = params.plan ?? policy.plans?.defaultPlan ?? null;
  if (plan === null) return [opened];
  const subscription = newSubscription(
    policy,
    { timeZone, plan, slots: params.slots ?? 0, interval: params.interval ?? 'month', anchor: params.anchor, resetDay: params.resetDay },
    now,
  );
  const price = firstPrice(policy, subscription);
  const paid = price === null ? null : { ...price, carried: NO_MONEY, since: now, by: openingOpId(accountId) };
  const proration: Proration | null =
    price === null ? null : { charged: price.minor, credited: NO_MONEY, carried: NO_MONEY, currency: price.currency };
  return [opened, { opId: openingOpId(accountId), at: now, kind: 'plan-changed', subscription: { ...subscription, paid }, proration }];
}

/** Whoever opens on a plan that has a price owes its first period: only so is there unused time to credit later. */
function firstPrice(policy: Policy, { plan, interval }: Subscription): Money | null {
  const price = planRule(policy, plan)?.price[interval] ?? null;
  return price === null || price.minor === 0n ? null : price;
}
