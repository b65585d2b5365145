/**
 * What a paid period consists of: its price, its cycles, what each of them brings, and what is left of it at an instant. Shares are
 * reckoned exactly; money is rounded down to the cent and credit that goes back with it up, so that no change leaves more than was paid for.
 */

import { sum } from './amount.ts';
import { cycleNumber } from './calendar.ts';
import type { Draft } from './draft.ts';
import { timeBetween } from './instants.ts';
import { addMinor, minMinor, NO_MONEY, shareOfMinor, subtractMinor, unitsBoughtUp } from './minor.ts';
import type { AccountState, Grant, PeriodPrice, PlanChoice, Proration, Subscription } from './model.ts';
import { partsSum, runningPeriod, standsOn } from './paid-periods.ts';
import type { Allowance, PlanRule, PolicyTerms, Step } from './policy.ts';
import type { Instant, Interval, Minor, Money, Slice, Units } from './quantities.ts';
import {
  addUnits,
  maxUnits,
  minUnits,
  NO_UNITS,
  remainingUnits,
  shareOfUnits,
  shareOfUnitsUp,
  subtractUnits,
  sumUnits,
  timesUnits,
} from './units.ts';
import { planRule } from './versions.ts';

/** What an allowance comes to. */
export function allowanceUnits(rule: Allowance, slots: number): Units {
  switch (rule.kind) {
    case 'none':
      return NO_UNITS;
    case 'fixed':
      return rule.amount;
    case 'per-slot':
      return timesUnits(rule.amount, BigInt(slots));
    case 'fair-use':
      return rule.cap;
  }
}

/** What a period of the plan costs; nothing where it is part of another contract. */
export const priceFor = (terms: PolicyTerms, plan: PlanRule, interval: Interval): Money =>
  plan.price[interval] ?? { minor: NO_MONEY, currency: terms.currency };

/** What the running period was bought for; null: nothing was paid. Entries of earlier versions do not say it: then the policy does. */
export function periodPrice(terms: PolicyTerms, subscription: Subscription): PeriodPrice | null {
  if (subscription.paid !== undefined) return subscription.paid;
  const price = planRule(terms, subscription.plan)?.price[subscription.interval] ?? null;
  return price === null || price.minor === 0n ? null : { ...price, carried: NO_MONEY, since: subscription.period.start };
}

/** The step of the calendar by which credit comes. Throws a RangeError for a policy without plans. */
function cycleStep(terms: PolicyTerms, interval: Interval): Step {
  if (terms.plans === null) throw new RangeError(`The policy ${terms.id} has no plans.`);
  return (interval === 'year' ? (terms.plans.year ?? terms.plans.month) : terms.plans.month).cycle;
}

interface Cycles {
  /** Before the running one. */
  readonly past: number;
  /** After the running one. */
  readonly toCome: number;
  /** Whether the running one is the period's own; false for one that began before it, as ledgers of earlier versions have it. */
  readonly own: boolean;
}

/** The cycles that the running period paid for. */
function cyclesOf(terms: PolicyTerms, subscription: Subscription, since: Instant, timeZone: string): Cycles {
  const { cycle, period } = subscription;
  const step = cycleStep(terms, subscription.interval);
  const number = (offset: number) => cycleNumber(cycle.anchor, step, cycle.index + offset, timeZone);
  let past = 0;
  for (let before = cycle; before.start > period.start; past += 1) {
    before = number(-past - 1);
    if (before.start < period.start || before.end <= since) break;
  }
  let toCome = 0;
  for (let end = cycle.end; end < period.end; toCome += 1) end = number(toCome + 1).end;
  return { past, toCome, own: cycle.start >= period.start };
}

/** What was paid for the running cycle's allowance of so many units: its part of the price. null: nothing, because the policy gives it. */
export function paidForCycle(terms: PolicyTerms, draft: Tracing, subscription: Subscription, units: Units): Money | null {
  const price = periodPrice(terms, subscription);
  if (price === null) return null;
  const { past, toCome } = cyclesOf(terms, subscription, price.since, draft.timeZone);
  const [index, count] = [BigInt(past), BigInt(past + 1 + toCome)];
  const { part, of } = keptOf(draft, subscription, price);
  const sold = soldOf(terms, draft, subscription);
  if (part !== of && sold !== null && sold.whole > 0n) return { minor: shareOfMinor(of, units, sold.whole), currency: price.currency };
  return { minor: subtractMinor(shareOfMinor(of, index + 1n, count), shareOfMinor(of, index, count)), currency: price.currency };
}

type Tracing = Pick<AccountState, 'paidPeriods' | 'timeZone' | 'allowanceFor'>;

/** What the period stands on, of what it was sold for: less where a payment of its money went back. */
function keptOf({ paidPeriods }: Pick<AccountState, 'paidPeriods'>, subscription: Subscription, { minor }: Money): MoneyShare {
  const period = runningPeriod({ paidPeriods }, subscription);
  return period === undefined ? { part: minor, of: minor } : { part: standsOn(period), of: period.price };
}

/** What a cycle of the running period brings: its allowance, or where money of the period went back, as much as that is paid for still. */
export function cycleUnits(terms: PolicyTerms, draft: Tracing, subscription: Subscription, rule: PlanRule): Units {
  const price = periodPrice(terms, subscription);
  const each = allowanceUnits(rule.allowance, subscription.slots);
  if (price === null) return each;
  const kept = keptOf(draft, subscription, price);
  // Asked with every decision while it is still to come: the calendar is looked at only where money went back.
  if (kept.part === kept.of) return each;
  return perCycle(draft, subscription, { ...cyclesOf(terms, subscription, price.since, draft.timeZone), kept, each });
}

/** The period's credit that is paid for still, less what its cycles brought so far and kept: the rest comes evenly in those to come. */
function perCycle(
  { paidPeriods, allowanceFor }: Tracing,
  subscription: Subscription,
  { past, toCome, own, kept, each }: Cycles & { readonly kept: Share; readonly each: Units },
): Units {
  if (kept.part === kept.of) return each;
  const running = runningPeriod({ paidPeriods }, subscription) ?? { granted: NO_UNITS, gone: NO_UNITS };
  const sold = timesUnits(each, BigInt(past + (own ? 1 : 0) + toCome));
  const left = subtractUnits(shareOfUnits(sold, kept.part, kept.of), subtractUnits(running.granted, running.gone));
  const cycles = BigInt(toCome) + (allowanceFor === subscription.cycle.start ? 0n : 1n);
  return left <= 0n || cycles === 0n ? NO_UNITS : minUnits(each, shareOfUnits(left, 1n, cycles));
}

/** What the running period was sold for, and what it brings for that. */
interface Sold {
  readonly price: Minor;
  readonly whole: Units;
  /** By the cycles that it has begun. */
  readonly soFar: Units;
}

/** null: nothing was paid for it. */
export function soldOf(terms: PolicyTerms, draft: Tracing, subscription: Subscription): Sold | null {
  const price = periodPrice(terms, subscription);
  const plan = planRule(terms, subscription.plan);
  if (price === null || plan === null || price.minor === 0n) return null;
  const { past, toCome, own } = cyclesOf(terms, subscription, price.since, draft.timeZone);
  const each = allowanceUnits(plan.allowance, subscription.slots);
  const began = BigInt(past + (own ? 1 : 0));
  return { price: keptOf(draft, subscription, price).of, whole: timesUnits(each, began + BigInt(toCome)), soFar: timesUnits(each, began) };
}

/** A part of a whole, exactly. */
interface Share {
  readonly part: bigint;
  readonly of: bigint;
}

/** The same of money. */
interface MoneyShare extends Share {
  readonly part: Minor;
  readonly of: Minor;
}

const lesser = (a: Share, b: Share): Share => (a.part * b.of <= b.part * a.of ? a : b);

interface Left {
  /** What it stands on. */
  readonly price: PeriodPrice;
  /** All that the period brings. */
  readonly whole: Units;
  /** Its grants with something available in them, the newest first. */
  readonly grants: readonly Grant[];
  readonly available: Units;
  readonly toCome: Units;
}

/** null: nothing was paid for the running period, or all of it went back. */
function leftOf(terms: PolicyTerms, draft: Draft | AccountState, subscription: Subscription): Left | null {
  const sold = periodPrice(terms, subscription);
  if (sold === null) return null;
  const kept = keptOf(draft, subscription, sold);
  const price: PeriodPrice = { ...sold, minor: kept.part };
  if (kept.part === 0n) return null;
  const cycles = cyclesOf(terms, subscription, price.since, draft.timeZone);
  const { past, toCome, own } = cycles;
  const plan = planRule(terms, subscription.plan);
  const each = plan === null ? NO_UNITS : allowanceUnits(plan.allowance, subscription.slots);
  const mine = [...draft.grants.values(), ...draft.recent].filter((grant) => isOf(subscription, price.since, grant));
  const back = sumUnits(mine.map(({ refunded }) => refunded));
  const grants = mine.filter((grant) => grant.available > 0n).sort((a, b) => b.effectiveAt - a.effectiveAt || (a.id < b.id ? 1 : -1));
  const available = sumUnits(grants.map((grant) => grant.available));
  const coming = timesUnits(perCycle(draft, subscription, { ...cycles, kept, each }), BigInt(toCome));
  const all = timesUnits(each, BigInt(past + (own ? 1 : 0) + toCome));
  // Where money went back, its credit went with it: what was taken is not taken off for a second time.
  const whole = kept.part === kept.of ? subtractUnits(all, back) : shareOfUnits(all, kept.part, kept.of);
  return { price, whole: maxUnits(whole, addUnits(available, coming)), grants, available, toCome: coming };
}

function isOf(subscription: Subscription, since: Instant, { source, effectiveAt }: Grant): boolean {
  if (source.kind !== 'plan' || effectiveAt < since) return false;
  if (subscription.paid?.by !== undefined) return source.paidBy === subscription.paid.by;
  const { start, end } = subscription.period;
  // Before prices were noted, an upgrade gave the difference inside of the period of another plan.
  const samePlan = subscription.paid === undefined || source.plan === subscription.plan;
  return samePlan && source.cycleStart >= start && source.cycleStart < end;
}

/**
 * Of a period that ends without its payment, what other money had paid of it: carried over, or given back by an upgrade. It is the customer's
 * as far as the period's credit is neither used nor held; `slices` is the credit that this money had paid for. null: no such money is in it.
 */
export function carriedBack(
  terms: PolicyTerms,
  draft: Draft,
  subscription: Subscription,
): { readonly proration: Proration; readonly slices: readonly Slice[] } | null {
  const period = runningPeriod(draft, subscription);
  const carried = period === undefined ? (subscription.paid?.carried ?? NO_MONEY) : partsSum(period.from);
  const left = carried === 0n ? null : leftOf(terms, draft, subscription);
  if (left === null) return null;
  const { whole, price, grants } = left;
  const worth = whole === 0n ? NO_MONEY : shareOfMinor(price.minor, left.available + left.toCome, whole);
  const credited = minMinor(carried, worth);
  const slices = takeFrom(grants, unitsBoughtUp(whole, credited, price.minor));
  return { proration: { charged: NO_MONEY, credited, carried: addMinor(draft.carried, credited), currency: price.currency }, slices };
}

/** What an upgrade gives back of the period before, and what of its credit goes with the money. */
export interface GivenBack {
  readonly minor: Minor;
  readonly slices: readonly Slice[];
  /** Of the credit that goes back what is not there any more: used since the price was agreed. The new period owes it. */
  readonly missing: Units;
  /** Allowances to come that the money does not cover: months differ in length. They are the customer's still, with what was paid for them. */
  readonly kept: Units;
  readonly keptPaid: Money | null;
}

const NOTHING: GivenBack = { minor: NO_MONEY, slices: [], missing: NO_UNITS, kept: NO_UNITS, keptPaid: null };

/**
 * GS-13: the smaller of the unused time and the unused allowance, as shares of the paid period, in money; and the same share of its credit.
 * What is held counts as used: it is neither given back nor lost. `agreed`: what a checkout promised, in minor units.
 */
export function giveBack(
  terms: PolicyTerms,
  draft: Draft,
  subscription: Subscription,
  { pricedAt, agreed }: { readonly pricedAt: Instant; readonly agreed?: Minor | undefined },
): GivenBack {
  const left = leftOf(terms, draft, subscription);
  if (left === null) return NOTHING;
  const { price, whole, available, toCome } = left;
  const { end } = subscription.period;
  const length = Math.max(1, timeBetween(price.since, end));
  const of = BigInt(length);
  const time: Share = { part: BigInt(Math.min(Math.max(0, timeBetween(pricedAt, end)), length)), of };
  const now = whole === 0n ? time : lesser(time, { part: available + toCome, of: whole });
  const share: Share = agreed === undefined ? now : { part: minMinor(agreed, price.minor), of: price.minor };
  const minor = shareOfMinor(price.minor, share.part, share.of);
  const units = shareOfUnitsUp(whole, share.part, share.of);
  const owed = remainingUnits(units, toCome);
  const slices = takeFrom(left.grants, owed);
  const taken = sum(slices);
  const kept = remainingUnits(toCome, units);
  const keptPaid = kept === 0n ? null : { minor: shareOfMinor(price.minor, kept, whole), currency: price.currency };
  return { minor, slices, missing: subtractUnits(owed, taken), kept, keptPaid };
}

function takeFrom(grants: readonly Grant[], units: Units): Slice[] {
  const slices: Slice[] = [];
  let left = units;
  for (const { id, bucket, available } of grants) {
    const amount = minUnits(available, left);
    left = subtractUnits(left, amount);
    if (amount > 0n) slices.push({ bucket, grantId: id, amount });
  }
  return slices;
}

/** The bill that comes next by itself, as things stand. */
export interface NextBill extends PlanChoice {
  readonly at: Instant;
  readonly price: Money;
  /** Of it what carried money pays. */
  readonly carried: Minor;
  readonly net: Money;
}

/** null: nothing renews, or what renews has no price here. */
export function nextBill(terms: PolicyTerms, { subscription, carried }: Pick<AccountState, 'subscription' | 'carried'>): NextBill | null {
  if (subscription === null || subscription.status !== 'active') return null;
  const { plan, slots, interval } = subscription.next ?? subscription;
  const price = planRule(terms, plan)?.price[interval] ?? null;
  if (price === null) return null;
  const used = minMinor(price.minor, carried);
  return {
    plan,
    slots,
    interval,
    at: subscription.period.end,
    price,
    carried: used,
    net: { ...price, minor: subtractMinor(price.minor, used) },
  };
}

/** Whether what is carried waits for a bill that can come. A paused plan may go on, so its money stays. */
export function usesCarried(terms: PolicyTerms, { subscription, closedAt }: Pick<AccountState, 'subscription' | 'closedAt'>): boolean {
  if (subscription === null || closedAt !== null || subscription.status === 'ended') return false;
  const sells = ({ plan, interval }: PlanChoice): boolean => (planRule(terms, plan)?.price[interval]?.minor ?? 0n) > 0n;
  return sells(subscription) || (subscription.next !== null && sells(subscription.next));
}
