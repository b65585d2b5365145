/**
 * What time itself brings: holds that nobody resolved come back, grants lapse, a new version of the policy takes over,
 * plans renew or end, allowances, promotions and the welcome gift arrive. Each is an entry at its own instant, in order,
 * so that whoever looks, and however often a sweep ran, the same things have happened.
 */
import { smaller } from './amount.ts';
import { cycleNumber, localDate } from './calendar.ts';
import { begin, type Draft, earliestExpiry, earliestTimeout, lapsesAt } from './draft.ts';
import { bucketAt } from './draw.ts';
import { apply } from './evolve.ts';
import type { AccountState, Entry, EntryBody, Grant, Hold, Instant, Money, Slice, Subscription, Units } from './model.ts';
import type { Allowance, Policy, PolicyTerms } from './policy.ts';
import { newSubscription } from './subscription.ts';
import { expiryOf, promotionEnd } from './validity.ts';
import { isRunning, pinned, planInForce, planRule, successor } from './versions.ts';

/** Entries for everything that became due up to and including `now`, oldest first. None when nothing did, in constant time. */
export function due(policy: Policy, state: AccountState, now: Instant): Entry[] {
  return quiet(policy, state, now) ? [] : advance(policy, begin(state), now);
}

/** The state as it is at `now`: itself when nothing became due. */
export function at(policy: Policy, state: AccountState, now: Instant): AccountState {
  if (quiet(policy, state, now)) return state;
  const draft = begin(state);
  advance(policy, draft, now);
  return draft;
}

/** Brings the owner's draft up to `now` and returns the entries that did it. */
export function advance(policy: Policy, draft: Draft, now: Instant): Entry[] {
  const entries: Entry[] = [];
  for (let next = nextDue(policy, draft, now); next !== null; next = nextDue(policy, draft, now)) {
    apply(draft, next);
    entries.push(next);
  }
  return entries;
}

/** The cheap question: might anything be due? Reads instants that the state keeps. */
function quiet(policy: Policy, state: AccountState | Draft, now: Instant): boolean {
  if (state.nextTimeoutAt !== null && state.nextTimeoutAt <= now) return false;
  if (state.nextExpiryAt !== null && state.nextExpiryAt <= now) return false;
  return nextCalendarAt(policy, state, now) === null;
}

function nextDue(policy: Policy, draft: Draft, now: Instant): Entry | null {
  if (quiet(policy, draft, now)) return null;
  draft.nextTimeoutAt = earliestTimeout(draft);
  draft.nextExpiryAt = earliestExpiry(draft);
  const timeout = draft.nextTimeoutAt ?? Number.POSITIVE_INFINITY;
  const expiry = draft.nextExpiryAt ?? Number.POSITIVE_INFINITY;
  const calendar = nextCalendarAt(policy, draft, now) ?? Number.POSITIVE_INFINITY;
  const first = Math.min(timeout, expiry, calendar);
  if (first > now) return null;
  // At the same instant credit lapses first, so that only what a hold returns gets the grace; then the new cycle begins.
  if (expiry === first) return lapse(pinned(policy, draft), draft, first);
  if (timeout === first) return timeOut(pinned(policy, draft), draft, first);
  return calendarEntry(policy, draft, first);
}

const stamp = (draft: Draft, due: Instant, opId: string, body: EntryBody): Entry => ({
  opId: `due:${opId}`,
  at: Math.max(due, draft.lastAt),
  ...body,
});

function timeOut(terms: PolicyTerms, draft: Draft, due: Instant): Entry | null {
  for (const hold of draft.holds.values()) {
    if (hold.expiresAt === due) return stamp(draft, due, `released:${hold.opId}`, released(terms, draft, hold, due, 'timed-out'));
  }
  return null;
}

type ReleasedBody = Extract<EntryBody, { kind: 'released' }>;

/** A hold given back in full because something failed: slices of grants that lapsed meanwhile get the policy's grace. */
export function released(terms: PolicyTerms, state: AccountState | Draft, hold: Hold, now: Instant, reason: string): ReleasedBody {
  let graceUntil: Instant | null = null;
  for (const slice of hold.slices) {
    const expiresAt = state.grants.get(slice.grantId)?.expiresAt ?? null;
    // Never past what the last hold of a living grant could have come to: failing again and again is no way to keep credit.
    const limit = expiresAt === null || expiresAt > now ? null : expiresAt + (terms.operations[hold.kind]?.holdMs ?? 0) + terms.graceMs;
    if (limit !== null) graceUntil = Math.max(graceUntil ?? 0, Math.min(now + terms.graceMs, limit));
  }
  return { kind: 'released', holdId: hold.opId, returned: hold.slices, reason, graceUntil };
}

function lapse(terms: PolicyTerms, draft: Draft, due: Instant): Entry {
  const slices: Slice[] = [];
  for (const grant of draft.grants.values()) {
    if (grant.available > 0n && lapsesAt(grant, draft.closedAt) === due)
      slices.push({ bucket: bucketAt(terms, grant, grant.effectiveAt), grantId: grant.id, amount: grant.available });
  }
  slices.sort((a, b) => (a.grantId < b.grantId ? -1 : 1));
  return stamp(draft, due, `expired:${localDate(due, draft.timeZone)}:${draft.seq}`, { kind: 'expired', slices });
}

/** When the calendar brings something next, if that is not after `now`. Comparisons only: the dates are in the state. */
function nextCalendarAt(policy: Policy, state: AccountState | Draft, now: Instant): Instant | null {
  if (state.seq === 0 || state.closedAt !== null) return null;
  const next = Math.min(
    takeoverAt(policy, state),
    renewalAt(state),
    allowanceAt(policy, state),
    promotionAt(policy, state),
    trialAt(policy, state),
  );
  return next <= now ? next : null;
}

function calendarEntry(policy: Policy, draft: Draft, due: Instant): Entry {
  const terms = pinned(policy, draft);
  if (takeoverAt(policy, draft) === due) {
    const next = successor(policy, draft);
    const to = { id: terms.id, version: next?.version ?? terms.version };
    return stamp(draft, due, `policy:${to.version}`, { kind: 'policy-changed', policy: to });
  }
  if (renewalAt(draft) === due) return renewal(terms, draft, due);
  if (allowanceAt(policy, draft) === due) return allowance(terms, draft, due);
  if (promotionAt(policy, draft) === due) return promotion(terms, draft, due);
  return trial(terms, draft, due);
}

const NEVER = Number.POSITIVE_INFINITY;

const takeoverAt = (policy: Policy, state: AccountState | Draft): Instant => successor(policy, state)?.appliesFrom ?? NEVER;

function renewalAt(state: AccountState | Draft): Instant {
  const { subscription } = state;
  return subscription === null || !isRunning(state) ? NEVER : Math.min(subscription.cycle.end, subscription.period.end);
}

function renewal(terms: PolicyTerms, draft: Draft, due: Instant): Entry {
  const old = draft.subscription;
  if (old === null || terms.plans === null) throw new Error('Only a subscription can renew.');
  const date = localDate(due, draft.timeZone);
  if (old.period.end === due && (old.status === 'cancelling' || old.status === 'pausing')) {
    const standard = old.status === 'cancelling' ? standardPlan(terms, draft, old, due) : null;
    if (standard !== null)
      return stamp(draft, due, `plan:${standard.plan}:${date}`, { kind: 'plan-changed', subscription: standard, proration: null });
    const status = old.status === 'cancelling' ? 'ended' : 'paused';
    return stamp(draft, due, `plan:${status}:${date}`, {
      kind: 'plan-changed',
      subscription: { ...old, status, next: null },
      proration: null,
    });
  }
  const billed = old.period.end === due;
  const subscription = next(terms, draft.timeZone, old, due);
  const price = billed ? (planRule(terms, subscription.plan)?.price[subscription.interval] ?? null) : null;
  const carriedUsed = price === null ? 0n : smaller(price.minor, draft.carried);
  const charge: Money | null = price === null ? null : { minor: price.minor - carriedUsed, currency: price.currency };
  return stamp(draft, due, `renewed:${date}:${draft.seq}`, { kind: 'renewed', subscription, charge, carriedUsed });
}

/** Whoever cancelled is where everybody begins who has chosen no plan; null where the policy has no such plan, or it was that one. */
function standardPlan(terms: PolicyTerms, draft: Draft, old: Subscription, due: Instant): Subscription | null {
  const plan = terms.plans?.defaultPlan ?? null;
  if (plan === null || plan === old.plan) return null;
  return newSubscription(terms, { timeZone: draft.timeZone, plan, slots: old.slots, interval: 'month' }, due);
}

/** The subscription after the boundary at `due`: planned changes take effect with a new period. */
function next(terms: PolicyTerms, timeZone: string, old: Subscription, due: Instant): Subscription {
  const billed = old.period.end === due;
  const changed = billed && old.next !== null ? { ...old, ...old.next, next: null } : old;
  const steps = changed.interval === 'year' ? (terms.plans?.year ?? terms.plans?.month) : terms.plans?.month;
  if (steps === undefined) throw new Error('A policy without plans has no renewals.');
  if (changed.interval !== old.interval)
    return { ...changed, cycle: cycleNumber(due, steps.cycle, 0, timeZone), period: cycleNumber(due, steps.period, 0, timeZone) };
  const cycle = old.cycle.end === due ? cycleNumber(old.cycle.anchor, steps.cycle, old.cycle.index + 1, timeZone) : old.cycle;
  const period = billed ? cycleNumber(old.period.anchor, steps.period, old.period.index + 1, timeZone) : old.period;
  return { ...changed, cycle, period };
}

/** What an allowance comes to. */
export function allowanceUnits(rule: Allowance, slots: number): Units {
  switch (rule.kind) {
    case 'none':
      return 0n;
    case 'fixed':
      return rule.amount;
    case 'per-slot':
      return rule.amount * BigInt(slots);
    case 'fair-use':
      return rule.cap;
  }
}

function allowanceAt(policy: Policy, state: AccountState | Draft): Instant {
  const { subscription } = state;
  if (subscription === null || !isRunning(state) || state.allowanceFor === subscription.cycle.start) return NEVER;
  const plan = planInForce(pinned(policy, state), state);
  if (plan === null || allowanceUnits(plan.allowance, subscription.slots) === 0n) return NEVER;
  return subscription.cycle.start;
}

function allowance(terms: PolicyTerms, draft: Draft, due: Instant): Entry {
  const { subscription } = draft;
  const plan = planInForce(terms, draft);
  if (subscription === null || plan === null || terms.plans === null) throw new Error('Only a plan has an allowance.');
  const { start, end } = subscription.cycle;
  const source = { kind: 'plan', plan: plan.id, cycleStart: start, cycleEnd: end } as const;
  const id = `plan:${localDate(due, draft.timeZone)}:${draft.seq}`;
  return grantEntry(terms, draft, due, id, terms.plans.bucket, allowanceUnits(plan.allowance, subscription.slots), source);
}

function promotionAt(policy: Policy, state: AccountState | Draft): Instant {
  const terms = pinned(policy, state);
  let first = NEVER;
  for (const rule of terms.promotions) first = Math.min(first, onePromotionAt(terms, state, rule));
  return first;
}

function onePromotionAt(terms: PolicyTerms, state: AccountState | Draft, rule: PolicyTerms['promotions'][number]): Instant {
  const { subscription } = state;
  if (subscription === null || !isRunning(state)) return NEVER;
  const given = state.promotionFor[rule.id];
  if (given !== undefined && (!rule.perCycle || given === subscription.cycle.start)) return NEVER;
  const plan = planInForce(terms, state);
  const allowance = plan === null ? undefined : rule.byPlan[plan.id];
  if (allowance === undefined || allowanceUnits(allowance, subscription.slots) === 0n) return NEVER;
  // A late joiner has only the days that remain; whoever joins after the window has none (ST-10).
  const from = Math.max(rule.startsAt, subscription.cycle.start, state.planSince);
  return from < promotionEnd(rule) && from < subscription.cycle.end ? from : NEVER;
}

function promotion(terms: PolicyTerms, draft: Draft, due: Instant): Entry {
  const rule = terms.promotions.find((candidate) => onePromotionAt(terms, draft, candidate) === due);
  const plan = planInForce(terms, draft);
  const units = rule === undefined || plan === null ? undefined : rule.byPlan[plan.id];
  if (rule === undefined || units === undefined || draft.subscription === null) throw new Error('No promotion is due.');
  const source = { kind: 'promotion', promotionId: rule.id, cycleStart: draft.subscription.cycle.start } as const;
  const id = `promotion:${rule.id}:${localDate(due, draft.timeZone)}:${draft.seq}`;
  return grantEntry(terms, draft, due, id, rule.bucket, allowanceUnits(units, draft.subscription.slots), source);
}

const trialAt = (policy: Policy, state: AccountState | Draft): Instant =>
  state.trialGiven || pinned(policy, state).trial === null ? NEVER : state.openedAt;

function trial(terms: PolicyTerms, draft: Draft, due: Instant): Entry {
  if (terms.trial === null) throw new Error('The policy gives no trial credit.');
  return grantEntry(terms, draft, due, 'trial', terms.trial.bucket, terms.trial.amount, { kind: 'trial' });
}

function grantEntry(
  terms: PolicyTerms,
  draft: Draft,
  due: Instant,
  id: string,
  bucket: string,
  amount: Units,
  source: Grant['source'],
): Entry {
  const at = Math.max(due, draft.lastAt);
  const expiresAt = expiryOf(terms, draft, bucket, source, at);
  return { opId: `due:${id}`, at, kind: 'granted', grantId: id, bucket, amount, effectiveAt: at, expiresAt, source };
}
