/** What the wallet should say by itself: running low, most of it used, expiring soon, fair use near, a shortfall. */

import { availableOf, bucketAt } from '../decide/draw.ts';
import { stateAt } from '../decide/due.ts';
import { sum } from '../model/amount.ts';
import { calendarDays } from '../model/calendar.ts';
import { lapsesAt } from '../model/draft.ts';
import { days } from '../model/durations.ts';
import { laterBy } from '../model/instants.ts';
import type { AccountState } from '../model/model.ts';
import { allowanceUnits } from '../model/periods.ts';
import type { Policy, PolicyTerms } from '../model/policy.ts';
import type { BucketId, Instant, Units } from '../model/quantities.ts';
import { addUnits, NO_UNITS } from '../model/units.ts';
import { isRunning, pinned, planInForce } from '../model/versions.ts';

/** Something to say about the wallet, as a code with its figures; `alertText` has the sentence. */
export type Alert =
  | { readonly kind: 'out_of_credit'; readonly level: 'critical' }
  | { readonly kind: 'low_balance'; readonly level: 'warning'; readonly available: Units; readonly threshold: Units }
  | { readonly kind: 'allowance_used'; readonly level: 'info' | 'warning'; readonly percent: number; readonly resetsAt: Instant }
  | { readonly kind: 'fair_use_near'; readonly level: 'warning' | 'critical'; readonly percent: number; readonly resetsAt: Instant }
  | {
      readonly kind: 'expiring';
      readonly level: 'info' | 'warning';
      readonly bucket: BucketId;
      readonly amount: Units;
      readonly at: Instant;
      /** By the calendar, as the date beside it is read: 0 today, 1 tomorrow. */
      readonly days: number;
    }
  /** Of payments that were taken back. `amount` was used and is owed; `held` is held by work under way, and goes when that gives it back. */
  | { readonly kind: 'shortfall'; readonly level: 'critical'; readonly amount: Units; readonly held?: Units };

/** Most urgent first. */
export function alerts(policy: Policy, state: AccountState, now: Instant): Alert[] {
  const current = stateAt(policy, state, now);
  const terms = pinned(policy, current);
  const found = [...balance(terms, current, now), ...allowance(terms, current), ...expiring(terms, current, now)];
  found.push(...owed(current));
  const urgency = { critical: 0, warning: 1, info: 2 };
  return found.sort((a, b) => urgency[a.level] - urgency[b.level]);
}

function owed({ shortfall: amount, claims }: AccountState): Alert[] {
  const held = sum(claims.filter(({ basis }) => basis === 'chargeback'));
  if (amount <= 0n && held === 0n) return [];
  return [{ kind: 'shortfall', level: 'critical', amount, ...(held > 0n && { held }) }];
}

function balance(terms: PolicyTerms, state: AccountState, now: Instant): Alert[] {
  const available = availableOf(state, now);
  if (available === 0n) return [{ kind: 'out_of_credit', level: 'critical' }];
  const threshold = terms.alerts.lowBalanceByPlan?.[planInForce(terms, state)?.id ?? ''] ?? terms.alerts.lowBalance;
  return threshold !== null && available < threshold ? [{ kind: 'low_balance', level: 'warning', available, threshold }] : [];
}

/** Of this cycle's allowance: what the plan gave since the cycle began, against what is left of it. */
function allowance(terms: PolicyTerms, state: AccountState): Alert[] {
  const plan = planInForce(terms, state);
  const { subscription } = state;
  if (plan === null || subscription === null || !isRunning(state)) return [];
  const whole = allowanceUnits(plan.allowance, subscription.slots);
  if (whole === 0n || state.allowanceFor !== subscription.cycle.start) return [];
  let left = NO_UNITS;
  for (const grant of state.grants.values())
    if (grant.source.kind === 'plan' && grant.source.cycleStart === subscription.cycle.start) left = addUnits(left, grant.available);
  const percent = left >= whole ? 0 : Number(((whole - left) * 100n) / whole);
  const resetsAt = subscription.cycle.end;
  if (plan.allowance.kind === 'fair-use') {
    const level = percent >= 100 ? 'critical' : 'warning';
    return percent >= terms.alerts.fairUsePercent ? [{ kind: 'fair_use_near', level, percent, resetsAt }] : [];
  }
  const passed = terms.alerts.usedPercent.filter((limit) => percent >= limit);
  return passed.length === 0 ? [] : [{ kind: 'allowance_used', level: percent >= 100 ? 'warning' : 'info', percent, resetsAt }];
}

/** One alert for each bucket and instant inside the widest window that the policy names. */
function expiring(terms: PolicyTerms, state: AccountState, now: Instant): Alert[] {
  const widest = Math.max(0, ...terms.alerts.expiringDays);
  const sums = new Map<string, { bucket: BucketId; at: Instant; amount: Units }>();
  for (const grant of state.grants.values()) {
    const lapse = lapsesAt(grant, state.closedAt);
    if (lapse === null || grant.available === 0n || lapse > laterBy(now, days(widest))) continue;
    // Monthly credit that is about to be replaced by the next month's is no news.
    if (grant.source.kind === 'plan' && lapse === grant.source.cycleEnd && isRunning(state)) continue;
    const bucket = bucketAt(terms, grant, now);
    const key = `${bucket} ${lapse}`;
    sums.set(key, { bucket, at: lapse, amount: addUnits(sums.get(key)?.amount ?? NO_UNITS, grant.available) });
  }
  return [...sums.values()]
    .sort((a, b) => a.at - b.at || (a.bucket < b.bucket ? -1 : 1))
    .map(({ bucket, at: lapse, amount }) => {
      const window = Math.min(...terms.alerts.expiringDays.filter((limit) => lapse <= laterBy(now, days(limit))), widest);
      return {
        kind: 'expiring',
        level: window <= 7 ? 'warning' : 'info',
        bucket,
        amount,
        at: lapse,
        days: calendarDays(now, lapse, state.timeZone),
      };
    });
}

/** What `after` says that `before` did not: the events to deliver. An alert is the same as long as it is about the same thing. */
export function raised(before: readonly Alert[], after: readonly Alert[]): Alert[] {
  const known = new Set(before.map(alertSubject));
  return after.filter((alert) => !known.has(alertSubject(alert)));
}

/** What an alert is about: the same words as long as it is the same alert. */
export function alertSubject(alert: Alert): string {
  if (alert.kind === 'expiring') return `${alert.kind} ${alert.bucket} ${alert.at} ${alert.level}`;
  if (alert.kind === 'allowance_used' || alert.kind === 'fair_use_near') return `${alert.kind} ${alert.resetsAt} ${alert.level}`;
  return alert.kind;
}
