/**
 * Choosing a plan. An upgrade, and a switch between monthly and yearly, begins a new cycle at once: the full new price, the full new
 * allowance, and of the period before what `giveBack` says (GS-12, GS-13). A smaller plan waits for the next renewal (GS-14). Where plans have
 * no price, they are part of a contract: the running month grows by the difference and goes on (ST-08, ST-09). What a request does not name
 * stays as it was decided before: whether the plan ends, what it changes to, in plan, slots and interval.
 */

import { cycleNumber } from '../model/calendar.ts';
import type { CommandOf, PlanCommandKind } from '../model/commands.ts';
import type { Draft } from '../model/draft.ts';
import { apply } from '../model/evolve.ts';
import { addMinor, NO_MONEY, negateMinor, subtractMinor } from '../model/minor.ts';
import { grantIdFrom, grantOfOperation } from '../model/minting.ts';
import type { Entry, EntryOf, PeriodPrice, PlanChoice, Proration, Subscription } from '../model/model.ts';
import { allowanceUnits, type GivenBack, giveBack, periodPrice, priceFor } from '../model/periods.ts';
import type { PlanRule, PolicyTerms } from '../model/policy.ts';
import type { Instant, Interval, Minor, Money, OpId, PlanId, Units } from '../model/quantities.ts';
import type { Decided, GrantReceipt, PlanCharge } from '../model/receipts.ts';
import { newSubscription } from '../model/subscription.ts';
import { minUnits, NO_UNITS, subtractUnits } from '../model/units.ts';
import { expiryOf } from '../model/validity.ts';
import { isRunning, planRule } from '../model/versions.ts';
import { allowance, allowanceToCome, givenFor } from './allowances.ts';
import { refuse } from './holds.ts';

const RUNNING = 'a plan is running already; change it instead';

/** Begins a plan. A conflict while one runs (that is a change), unless that is the free default plan. */
export function subscribe(terms: PolicyTerms, draft: Draft, command: CommandOf<'subscribe'>, now: Instant): Decided<'subscribe'> {
  const interval = command.interval ?? 'month';
  const plan = planRule(terms, command.plan);
  if (terms.plans === null) return refuse({ code: 'not_offered', what: 'plans' });
  if (plan === null) return refuse({ code: 'unknown_plan', plan: command.plan });
  if (interval === 'year' && terms.plans.year === null) return refuse({ code: 'not_offered', what: 'yearly plans' });
  const old = draft.subscription;
  const slots = command.slots ?? old?.slots ?? 0;
  if (old !== null && isRunning(draft)) {
    // On the plan that everybody has for nothing, subscribing is a beginning; from any other it is a change.
    const beginning = old.plan === terms.plans.defaultPlan && plan.id !== old.plan && periodPrice(terms, old) === null;
    if (!beginning) return refuse({ code: 'conflict', what: RUNNING });
    if (!isSold(plan, interval)) {
      const to = { plan: plan.id, slots, interval };
      return raise(terms, draft, { opId: command.opId, old: { ...old, next: null }, to }, now);
    }
  }
  const price = priceFor(terms, plan, interval);
  const charge = charges(price, null, plan.id, draft.carried, now);
  return begin(terms, draft, { opId: command.opId, choice: { plan: plan.id, slots, interval }, charge, before: null }, now);
}

const isSold = (plan: PlanRule, interval: Interval): boolean => (plan.price[interval]?.minor ?? 0n) > 0n;

/** Changes plan, slots or interval: more at once, with unused time given back in money; less at the renewal. */
export function changePlan(terms: PolicyTerms, draft: Draft, command: CommandOf<'change-plan'>, now: Instant): Decided<'change-plan'> {
  const old = draft.subscription;
  if (terms.plans === null) return refuse({ code: 'not_offered', what: 'plans' });
  if (old === null || old.status === 'ended') return refuse({ code: 'not_found', what: 'a running plan' });
  const before = planRule(terms, old.plan);
  const plan = planRule(terms, command.plan ?? old.plan);
  if (plan === null || before === null) return refuse({ code: 'unknown_plan', plan: command.plan ?? old.plan });
  const to = named(command, old);
  if (to.interval === 'year' && terms.plans.year === null) return refuse({ code: 'not_offered', what: 'yearly plans' });
  const less = plan.rank < before.rank || (plan.rank === before.rank && to.slots < old.slots);
  if (less || isSame(to, old) || old.status === 'paused') return planAhead(draft, command, old, now);
  const pricedAt = command.pricedAt ?? now;
  if (pricedAt < old.period.start) return refuse({ code: 'conflict', what: 'the plan was renewed since this change was priced' });
  const present = { ...old, next: planned(command, old, to) };
  const paid = periodPrice(terms, old) !== null;
  if (!paid && !isSold(plan, to.interval)) return raise(terms, draft, { opId: command.opId, old: present, to }, now);
  const moreSlotsOnly = plan.id === old.plan && to.interval === old.interval;
  if (moreSlotsOnly && allowanceUnits(plan.allowance, to.slots) === allowanceUnits(plan.allowance, old.slots))
    return write(draft, command.opId, { ...present, ...to }, now);
  const back = giveBack(terms, draft, old, { pricedAt, agreed: command.agreed });
  const charge = charges(priceFor(terms, plan, to.interval), { plan: old.plan, minor: back.minor }, plan.id, draft.carried, now);
  return begin(terms, draft, { opId: command.opId, choice: to, charge, before: { subscription: present, back } }, now);
}

/** What the request names, and for the rest what is given. */
const named = ({ plan, slots, interval }: CommandOf<'change-plan'>, rest: PlanChoice): PlanChoice => ({
  plan: plan ?? rest.plan,
  slots: slots ?? rest.slots,
  interval: interval ?? rest.interval,
});

const isSame = (a: PlanChoice, b: PlanChoice): boolean => a.plan === b.plan && a.slots === b.slots && a.interval === b.interval;

/** What stays planned beside what the request decides; null when the plan is then what it is to be. */
function planned(command: CommandOf<'change-plan'>, old: Subscription, present: PlanChoice): PlanChoice | null {
  const next = old.next === null ? null : named(command, old.next);
  return next === null || isSame(next, present) ? null : next;
}

/** For the next renewal, or for when a paused plan goes on. Naming what is in force takes a plan for later back. */
function planAhead(draft: Draft, command: CommandOf<'change-plan'>, old: Subscription, now: Instant): Decided<'change-plan'> {
  const to = named(command, old.next ?? old);
  const next = isSame(to, old) ? null : to;
  if (next === old.next || (next !== null && old.next !== null && isSame(next, old.next)))
    return refuse({ code: 'conflict', what: 'this plan is in force already' });
  return write(draft, command.opId, { ...old, next }, now);
}

interface Raise {
  readonly opId: OpId;
  readonly old: Subscription;
  readonly to: PlanChoice;
}

/** The running month of a contract grows by the difference to all that it has given so far, and goes on. */
function raise(terms: PolicyTerms, draft: Draft, { opId, old, to }: Raise, now: Instant): Decided<PlanCommandKind> {
  const plan = planRule(terms, to.plan);
  if (plan === null || terms.plans === null) throw new RangeError(`The policy ${terms.id} has no plan ${to.plan}.`);
  const times = to.interval === old.interval ? {} : switchedTimes(terms, draft, old, to.interval, now);
  const subscription: Subscription = { ...old, ...to, ...times, paid: null };
  const charge = charges(priceFor(terms, plan, to.interval), null, plan.id, NO_MONEY, now);
  const more = subtractUnits(allowanceUnits(plan.allowance, to.slots), givenFor(draft, now));
  const changed: Entry = { opId, at: now, kind: 'plan-changed', subscription, proration: null };
  if (more <= 0n) return written(draft, [changed], subscription, charge, []);
  const { bucket } = terms.plans;
  const source = { kind: 'plan', plan: plan.id, cycleStart: old.cycle.start, cycleEnd: old.cycle.end, paid: null } as const;
  const expiresAt = expiryOf(terms, draft, bucket, source, now);
  const granted: EntryOf<'granted'> = {
    opId,
    at: now,
    kind: 'granted',
    grantId: grantOfOperation(opId),
    bucket,
    amount: more,
    effectiveAt: now,
    expiresAt,
    source,
  };
  return written(draft, [changed, granted], subscription, charge, [granted]);
}

/** The running credit cycle goes on to its end; the cycles after it and the bill are counted anew. */
function switchedTimes(
  terms: PolicyTerms,
  draft: Draft,
  { cycle: { start, end } }: Subscription,
  interval: Interval,
  now: Instant,
): Pick<Subscription, 'cycle' | 'period'> {
  const steps = interval === 'year' ? (terms.plans?.year ?? terms.plans?.month) : terms.plans?.month;
  if (steps === undefined) throw new RangeError(`The policy ${terms.id} has no plans.`);
  return { cycle: { anchor: end, index: -1, start, end }, period: cycleNumber(now, steps.period, 0, draft.timeZone) };
}

interface Beginning {
  readonly opId: OpId;
  readonly choice: PlanChoice;
  readonly charge: PlanCharge;
  /** What it follows while that still ran, and what that gives back; null: nothing. */
  readonly before: { readonly subscription: Subscription; readonly back: GivenBack } | null;
}

/** A new cycle, with its whole allowance. */
function begin(terms: PolicyTerms, draft: Draft, { opId, choice, charge, before }: Beginning, now: Instant): Decided<PlanCommandKind> {
  const { timeZone, resetDay } = draft;
  const fresh = newSubscription(terms, { timeZone, resetDay, ...choice }, now);
  const price = charge.charge;
  const paid: PeriodPrice | null =
    price.minor === 0n ? null : { ...price, carried: subtractMinor(price.minor, charge.net.minor), since: now, by: opId };
  const { status = 'active', next = null } = before?.subscription ?? {};
  const subscription: Subscription = { ...fresh, status, next, paid };
  const { slices = [], missing = NO_UNITS } = before?.back ?? {};
  const kept = before === null ? null : keptOf(terms, draft, opId, before, now);
  const changed: Entry = {
    opId,
    at: now,
    kind: 'plan-changed',
    subscription,
    proration: prorationOf(charge, before?.back.minor ?? NO_MONEY),
    begins: true,
    ...(slices.length > 0 && { returned: slices }),
  };
  const entries: Entry[] = kept === null ? [changed] : [kept, changed];
  const first = allowanceOf(terms, draft, entries, subscription);
  if (first !== null && missing > 0n) entries.push(owedOf(terms, draft, { opId, granted: first, missing }, now));
  const grants = [kept, first].filter((grant) => grant !== null);
  return { ok: true, entries, receipt: { kind: 'subscription', subscription, charge, grants } };
}

/** Applies the entries so far and adds the first allowance, as time would bring it; null: the plan gives none. */
function allowanceOf(terms: PolicyTerms, draft: Draft, entries: Entry[], { plan, cycle }: Subscription): EntryOf<'granted'> | null {
  for (const entry of entries) apply(draft, entry);
  const rule = planRule(terms, plan);
  if (rule === null || allowanceToCome(terms, draft, cycle.start) === 0n) return null;
  const granted = allowance(terms, draft, cycle.start);
  apply(draft, granted);
  entries.push(granted);
  return granted;
}

/** Allowances to come that no money covers are given now, with the dates of the running month. */
function keptOf(
  terms: PolicyTerms,
  draft: Draft,
  opId: OpId,
  { subscription: { plan, cycle, paid }, back: { kept, keptPaid } }: NonNullable<Beginning['before']>,
  now: Instant,
): EntryOf<'granted'> | null {
  if (kept === 0n || terms.plans === null) return null;
  const { bucket } = terms.plans;
  const source = {
    kind: 'plan',
    plan,
    cycleStart: cycle.start,
    cycleEnd: cycle.end,
    paid: keptPaid,
    ...(paid?.by !== undefined && { paidBy: paid.by }),
  } as const;
  const expiresAt = expiryOf(terms, draft, bucket, source, now);
  return {
    opId,
    at: now,
    kind: 'granted',
    grantId: grantIdFrom(`${opId}:kept`),
    bucket,
    amount: kept,
    effectiveAt: now,
    expiresAt,
    source,
  };
}

/** Credit of the period before that its money was given back for, and that was used since the price was agreed, comes out of the new one. */
function owedOf(
  terms: PolicyTerms,
  draft: Draft,
  { opId, granted, missing }: { readonly opId: OpId; readonly granted: EntryOf<'granted'>; readonly missing: Units },
  now: Instant,
): EntryOf<'refunded'> {
  const { grantId, bucket, amount } = granted;
  const entry: EntryOf<'refunded'> = {
    opId,
    at: now,
    kind: 'refunded',
    basis: 'goodwill',
    slices: [{ grantId, bucket, amount: minUnits(missing, amount) }],
    money: { minor: NO_MONEY, currency: terms.currency },
    purchaseOpId: opId,
    shortfall: NO_UNITS,
    reason: 'used after the price of the change was agreed',
  };
  apply(draft, entry);
  return entry;
}

interface Unused {
  readonly plan: PlanId;
  readonly minor: Minor;
}

/** `unused`: null when there is no period before. Its line stands on the invoice with 0.00 too (GS-13). */
function charges(due: Money, unused: Unused | null, plan: PlanId, carriedBefore: Minor, now: Instant): PlanCharge {
  const { currency } = due;
  const money = (minor: Minor): Money => ({ minor, currency });
  const credit = addMinor(unused?.minor ?? NO_MONEY, carriedBefore);
  const net = due.minor > credit ? subtractMinor(due.minor, credit) : NO_MONEY;
  const lines: PlanCharge['lines'] = [
    { code: 'new-plan', plan, net: money(due.minor) },
    ...(unused === null ? [] : [{ code: 'unused-time', plan: unused.plan, net: money(negateMinor(unused.minor)) } as const]),
    ...(carriedBefore > 0n ? [{ code: 'carried', plan, net: money(negateMinor(carriedBefore)) } as const] : []),
  ];
  return {
    effectiveAt: now,
    charge: due,
    credit: money(credit),
    net: money(net),
    carried: money(subtractMinor(credit, subtractMinor(due.minor, net))),
    lines,
  };
}

const prorationOf = ({ net, credit, carried }: PlanCharge, unused: Minor): Proration => ({
  charged: net.minor,
  credited: credit.minor,
  carried: carried.minor,
  unused,
  currency: net.currency,
});

/** A change that moves neither money nor credit. */
export function write(draft: Draft, opId: OpId, subscription: Subscription, now: Instant): Decided<PlanCommandKind> {
  const changed: Entry = { opId, at: now, kind: 'plan-changed', subscription, proration: null };
  return written(draft, [changed], subscription, chargeOfNothing(subscription.period.end), []);
}

/** The charge of a change that moves no money; its currency is empty. */
export function chargeOfNothing(effectiveAt: Instant): PlanCharge {
  const none: Money = { minor: NO_MONEY, currency: '' };
  return { effectiveAt, charge: none, credit: none, net: none, carried: none, lines: [] };
}

/** Applies the entries to the draft and answers them with the receipt of a change of plan. */
export function written(
  draft: Draft,
  entries: Entry[],
  subscription: Subscription,
  charge: PlanCharge,
  grants: readonly GrantReceipt[],
): Decided<PlanCommandKind> {
  for (const entry of entries) apply(draft, entry);
  return { ok: true, entries, receipt: { kind: 'subscription', subscription, charge, grants } };
}
