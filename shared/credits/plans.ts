/**
 * Subscriptions. An upgrade applies at once: the cycle goes on, what was used stays used, the difference in credit arrives
 * and the difference in price is charged for the time that is left. A downgrade waits for the next renewal. Switching
 * between monthly and yearly starts a new billing period and credits the unused time of the old one.
 */
import { cycleNumber } from './calendar.ts';
import type { CommandOf, GrantReceipt, PlanCharge } from './commands.ts';
import type { Draft } from './draft.ts';
import { allowanceUnits } from './due.ts';
import { apply } from './evolve.ts';
import { type Decided, refuse } from './holds.ts';
import type { Cycle, Entry, EntryOf, Instant, Interval, Money, PlanId, Proration, Subscription } from './model.ts';
import type { PlanRule, PolicyTerms } from './policy.ts';
import { newSubscription } from './subscription.ts';
import { expiryOf } from './validity.ts';
import { isRunning, planRule } from './versions.ts';

export function subscribe(terms: PolicyTerms, draft: Draft, command: CommandOf<'subscribe'>, now: Instant): Decided {
  const interval = command.interval ?? 'month';
  const plan = planRule(terms, command.plan);
  if (terms.plans === null) return refuse({ code: 'not_offered', what: 'plans' });
  if (plan === null) return refuse({ code: 'unknown_plan', plan: command.plan });
  if (interval === 'year' && terms.plans.year === null) return refuse({ code: 'not_offered', what: 'yearly plans' });
  // On the plan that everybody has, subscribing is a beginning; from any other it is a change.
  const beginning = !isRunning(draft) || (draft.subscription?.plan === terms.plans.defaultPlan && plan.id !== terms.plans.defaultPlan);
  if (!beginning) return refuse({ code: 'conflict', what: 'a plan is running already' });
  const slots = command.slots ?? draft.subscription?.slots ?? 0;
  const subscription = newSubscription(terms, { timeZone: draft.timeZone, plan: plan.id, slots, interval }, now);
  const price = priceFor(terms, plan, interval);
  const charge = charges(price, { plan: plan.id, minor: 0n }, plan.id, draft.carried, now);
  return write(draft, command.opId, subscription, charge, [], now);
}

export function changePlan(terms: PolicyTerms, draft: Draft, command: CommandOf<'change-plan'>, now: Instant): Decided {
  const old = draft.subscription;
  if (terms.plans === null) return refuse({ code: 'not_offered', what: 'plans' });
  if (old === null || !isRunning(draft)) return refuse({ code: 'not_found', what: 'a running plan' });
  const before = planRule(terms, old.plan);
  const plan = planRule(terms, command.plan ?? old.plan);
  if (plan === null || before === null) return refuse({ code: 'unknown_plan', plan: command.plan ?? old.plan });
  const slots = command.slots ?? old.slots;
  const interval = command.interval ?? old.interval;
  if (interval === 'year' && terms.plans.year === null) return refuse({ code: 'not_offered', what: 'yearly plans' });
  const same = plan.id === old.plan && slots === old.slots && interval === old.interval;
  if (same && old.next === null) return refuse({ code: 'conflict', what: 'this plan is in force already' });
  if (same) return write(draft, command.opId, { ...old, next: null }, null, [], now);
  const less = plan.rank < before.rank || (plan.rank === before.rank && slots < old.slots);
  if (less) return write(draft, command.opId, { ...old, status: 'active', next: { plan: plan.id, slots, interval } }, null, [], now);
  const pricedAt = command.pricedAt ?? now;
  if (pricedAt < old.period.start) return refuse({ code: 'conflict', what: 'the plan was renewed since this change was priced' });
  return upgrade(terms, draft, command.opId, old, before, plan, { slots, interval, pricedAt }, now);
}

function upgrade(
  terms: PolicyTerms,
  draft: Draft,
  opId: string,
  old: Subscription,
  before: PlanRule,
  plan: PlanRule,
  { pricedAt, ...to }: { readonly slots: number; readonly interval: Interval; readonly pricedAt: Instant },
  now: Instant,
): Decided {
  const oldPrice = priceFor(terms, before, old.interval);
  const newPrice = priceFor(terms, plan, to.interval);
  const switched = to.interval !== old.interval;
  const unused = unusedShare(oldPrice.minor, old.period, pricedAt);
  const due: Money = switched ? newPrice : { ...newPrice, minor: unusedShare(newPrice.minor, old.period, pricedAt) };
  const charge = charges(due, { plan: old.plan, minor: unused }, plan.id, draft.carried, now);
  const times = switched ? switchedTimes(terms, draft, old, to.interval, now) : { cycle: old.cycle, period: old.period };
  const subscription: Subscription = { ...old, ...to, ...times, plan: plan.id, status: 'active', next: null };
  const more = allowanceUnits(plan.allowance, to.slots) - allowanceUnits(before.allowance, old.slots);
  if (more <= 0n || terms.plans === null) return write(draft, opId, subscription, charge, [], now);
  const source = { kind: 'plan', plan: plan.id, cycleStart: old.cycle.start, cycleEnd: old.cycle.end } as const;
  const bucket = terms.plans.bucket;
  const expiresAt = expiryOf(terms, draft, bucket, source, now);
  const entry: EntryOf<'granted'> = {
    opId,
    at: now,
    kind: 'granted',
    grantId: opId,
    bucket,
    amount: more,
    effectiveAt: now,
    expiresAt,
    source,
  };
  return write(draft, opId, subscription, charge, [entry], now);
}

/** The running credit cycle goes on to its end; the cycles after it and the bill are counted anew. */
function switchedTimes(
  terms: PolicyTerms,
  draft: Draft,
  old: Subscription,
  interval: Interval,
  now: Instant,
): Pick<Subscription, 'cycle' | 'period'> {
  const steps = interval === 'year' ? (terms.plans?.year ?? terms.plans?.month) : terms.plans?.month;
  if (steps === undefined) throw new RangeError(`The policy ${terms.id} has no plans.`);
  const cycle: Cycle = { anchor: old.cycle.end, index: -1, start: old.cycle.start, end: old.cycle.end };
  return { cycle, period: cycleNumber(now, steps.period, 0, draft.timeZone) };
}

const priceFor = (terms: PolicyTerms, plan: PlanRule, interval: Interval): Money =>
  plan.price[interval] ?? { minor: 0n, currency: terms.currency };

/** What of a period's price belongs to the time that is left, rounded down to the cent. */
function unusedShare(minor: bigint, period: Cycle, now: Instant): bigint {
  const left = BigInt(Math.max(0, period.end - now));
  return (minor * left) / BigInt(period.end - period.start);
}

function charges(due: Money, unused: { plan: PlanId; minor: bigint }, plan: PlanId, carriedBefore: bigint, now: Instant): PlanCharge {
  const { currency } = due;
  const money = (minor: bigint): Money => ({ minor, currency });
  const credit = unused.minor + carriedBefore;
  const net = due.minor > credit ? due.minor - credit : 0n;
  const lines: PlanCharge['lines'] = [
    { code: 'new-plan', plan, net: money(due.minor) },
    ...(unused.minor > 0n ? [{ code: 'unused-time', plan: unused.plan, net: money(-unused.minor) } as const] : []),
    ...(carriedBefore > 0n ? [{ code: 'carried', plan, net: money(-carriedBefore) } as const] : []),
  ];
  return { effectiveAt: now, charge: due, credit: money(credit), net: money(net), carried: money(credit - (due.minor - net)), lines };
}

function write(
  draft: Draft,
  opId: string,
  subscription: Subscription,
  charge: PlanCharge | null,
  grants: EntryOf<'granted'>[],
  now: Instant,
): Decided {
  const proration: Proration | null =
    charge === null
      ? null
      : { charged: charge.net.minor, credited: charge.credit.minor, carried: charge.carried.minor, currency: charge.net.currency };
  const changed: Entry = { opId, at: now, kind: 'plan-changed', subscription, proration };
  const entries = [changed, ...grants];
  for (const entry of entries) apply(draft, entry);
  const receipts: GrantReceipt[] = grants;
  const none: Money = { minor: 0n, currency: charge?.net.currency ?? '' };
  const free: PlanCharge = { effectiveAt: subscription.period.end, charge: none, credit: none, net: none, carried: none, lines: [] };
  return { ok: true, entries, receipt: { kind: 'subscription', subscription, charge: charge ?? free, grants: receipts } };
}

/** Renewals stop; benefits stay until the period ends (GS-15, AS-10). */
export function stopRenewing(draft: Draft, opId: string, status: 'cancelling' | 'pausing', now: Instant): Decided {
  const { subscription } = draft;
  if (subscription === null || !isRunning(draft)) return refuse({ code: 'not_found', what: 'a running plan' });
  if (subscription.status === status) return refuse({ code: 'conflict', what: `the plan is ${status} already` });
  return write(draft, opId, { ...subscription, status, next: null }, null, [], now);
}

/** Before the period ends the plan just goes on; afterwards it begins anew. */
export function resume(terms: PolicyTerms, draft: Draft, command: CommandOf<'resume-plan'>, now: Instant): Decided {
  const { subscription } = draft;
  if (subscription === null) return refuse({ code: 'not_found', what: 'a plan' });
  if (subscription.status === 'active') return refuse({ code: 'conflict', what: 'the plan is active already' });
  if (isRunning(draft)) return write(draft, command.opId, { ...subscription, status: 'active' }, null, [], now);
  const { plan, slots, interval } = subscription;
  return subscribe(terms, draft, { kind: 'subscribe', opId: command.opId, plan, slots, interval }, now);
}

/** A period stayed unpaid: the plan ends now, and what it gave for that period lapses now. What is held for work under way stays held. */
export function endPlan(draft: Draft, { opId, since }: CommandOf<'end-plan'>, now: Instant): Decided {
  const { subscription } = draft;
  if (subscription === null || !isRunning(draft)) return refuse({ code: 'not_found', what: 'a running plan' });
  const given = [...draft.grants.values()].filter(({ source }) => source.kind === 'plan' && source.cycleStart >= since).map(({ id }) => id);
  const lapsing: Entry[] = given.length === 0 ? [] : [{ opId, at: now, kind: 'expiry-changed', grantIds: given.sort(), expiresAt: now }];
  const ended: Entry = {
    opId,
    at: now,
    kind: 'plan-changed',
    subscription: { ...subscription, status: 'ended', next: null },
    proration: null,
  };
  const entries = [ended, ...lapsing];
  for (const entry of entries) apply(draft, entry);
  const none: Money = { minor: 0n, currency: '' };
  const free: PlanCharge = { effectiveAt: now, charge: none, credit: none, net: none, carried: none, lines: [] };
  return {
    ok: true,
    entries,
    receipt: { kind: 'subscription', subscription: { ...subscription, status: 'ended' }, charge: free, grants: [] },
  };
}
