/**
 * What time itself brings: holds that nobody resolved come back, grants lapse, a new version of the policy takes over,
 * plans renew or end, allowances, promotions and the welcome gift arrive. Each is an entry at its own instant, in order,
 * so that whoever looks, and however often a sweep ran, the same things have happened.
 */

import { cycleNumber, localDate } from '../model/calendar.ts';
import { claimDue } from '../model/claims.ts';
import { begin, type Draft, earliestExpiry, earliestTimeout, lapsesAt, later } from '../model/draft.ts';
import { addMillis, NO_TIME } from '../model/durations.ts';
import { apply } from '../model/evolve.ts';
import { earliest, laterBy, latest, NEVER } from '../model/instants.ts';
import { minMinor, NO_MONEY, subtractMinor } from '../model/minor.ts';
import { dueOpId, entriesOf } from '../model/minting.ts';
import type { AccountState, Entry, EntryBody, Hold, Subscription } from '../model/model.ts';
import { periodPrice, usesCarried } from '../model/periods.ts';
import type { Policy, PolicyTerms } from '../model/policy.ts';
import type { GrantId, Instant, Money, Slice } from '../model/quantities.ts';
import { newSubscription } from '../model/subscription.ts';
import { isRunning, pinned, planRule, successor } from '../model/versions.ts';
import { allowance, allowanceAt, promotion, promotionAt, trial, trialAt } from './allowances.ts';
import { bucketAt } from './draw.ts';
import { ruleOf } from './price.ts';

/** Entries for everything that became due up to and including `now`, oldest first. None when nothing did, in constant time. */
export function due(policy: Policy, state: AccountState, now: Instant): Entry[] {
  return quiet(policy, state, now) ? [] : advance(policy, begin(state), now);
}

/** The state as it is at `now`: itself when nothing became due. */
export function stateAt(policy: Policy, state: AccountState, now: Instant): AccountState {
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
  if (state.claims.length > 0 && claimDue(state, '') !== null) return false;
  return nextCalendarAt(policy, state, now) === null;
}

/** When time next brings something to the account, by the code that decides what it is, or earlier: never later. null: never. In constant time. */
export function nextDueAt(policy: Policy, state: AccountState): Instant | null {
  const first = earliest(calendarAt(policy, state), earliest(state.nextTimeoutAt ?? NEVER, state.nextExpiryAt ?? NEVER));
  return first === NEVER ? null : first;
}

function nextDue(policy: Policy, draft: Draft, now: Instant): Entry | null {
  if (quiet(policy, draft, now)) return null;
  // Before anything else can happen to what came back.
  const claimed = draft.claims.length > 0 ? claimDue(draft, pinned(policy, draft).currency) : null;
  if (claimed !== null) return claimed;
  draft.nextTimeoutAt = earliestTimeout(draft);
  draft.nextExpiryAt = earliestExpiry(draft);
  const timeout = draft.nextTimeoutAt ?? NEVER;
  const expiry = draft.nextExpiryAt ?? NEVER;
  const calendar = nextCalendarAt(policy, draft, now) ?? NEVER;
  const first = earliest(timeout, earliest(expiry, calendar));
  if (first > now) return null;
  // At the same instant credit lapses first, so that only what a hold returns gets the grace; then the new cycle begins.
  if (expiry === first) return lapse(pinned(policy, draft), draft, first);
  if (timeout === first) return timeOut(pinned(policy, draft), draft, first);
  return calendarEntry(policy, draft, first);
}

const stamp = (draft: Draft, due: Instant, what: string, body: EntryBody): Entry => ({
  opId: dueOpId(what),
  at: latest(due, draft.lastAt),
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
  const graces: Record<GrantId, Instant> = {};
  for (const slice of hold.slices) {
    const { expiresAt = null, unpaid } = state.grants.get(slice.grantId) ?? {};
    if (unpaid || expiresAt === null || expiresAt > now) continue;
    // Never past what the last hold of a living grant could have come to: repeated failures must not extend expiry.
    const limit = laterBy(expiresAt, addMillis(ruleOf(terms, hold.kind)?.holdMs ?? NO_TIME, terms.graceMs));
    graces[slice.grantId] = earliest(laterBy(now, terms.graceMs), limit);
  }
  const all = entriesOf(graces);
  const graceUntil = all.reduce<Instant | null>((last, [, until]) => later(last, until), null);
  const earlier = all.filter(([, until]) => until !== graceUntil);
  const graceOf = earlier.length === 0 ? {} : { graceOf: Object.fromEntries(earlier) };
  return { kind: 'released', holdId: hold.opId, returned: hold.slices, reason, graceUntil, ...graceOf };
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

/** When the calendar brings something next, if that is not after `now`. */
function nextCalendarAt(policy: Policy, state: AccountState | Draft, now: Instant): Instant | null {
  const next = calendarAt(policy, state);
  return next <= now ? next : null;
}

/** Comparisons only: the dates are in the state. */
function calendarAt(policy: Policy, state: AccountState | Draft): Instant {
  if (state.seq === 0) return NEVER;
  const payOut = payOutAt(policy, state);
  if (state.closedAt !== null) return payOut;
  const plan = earliest(renewalAt(state), allowanceAt(policy, state));
  const gifts = earliest(promotionAt(policy, state), trialAt(policy, state));
  return earliest(earliest(payOut, takeoverAt(policy, state)), earliest(plan, gifts));
}

function calendarEntry(policy: Policy, draft: Draft, due: Instant): Entry {
  const terms = pinned(policy, draft);
  if (payOutAt(policy, draft) === due) return payOut(terms, draft, due);
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

/** As soon as no bill will use it up, what was carried is the customer's to have back. */
const payOutAt = (policy: Policy, state: AccountState | Draft): Instant =>
  state.carried > 0n && !usesCarried(pinned(policy, state), state) ? state.lastAt : NEVER;

const payOut = (terms: PolicyTerms, draft: Draft, due: Instant): Entry =>
  stamp(draft, due, `paid-out:${localDate(due, draft.timeZone)}:${draft.seq}`, {
    kind: 'carried-paid-out',
    money: { minor: draft.carried, currency: terms.currency },
  });

const takeoverAt = (policy: Policy, state: AccountState | Draft): Instant => successor(policy, state)?.appliesFrom ?? NEVER;

function renewalAt(state: AccountState | Draft): Instant {
  const { subscription } = state;
  return subscription === null || !isRunning(state) ? NEVER : earliest(subscription.cycle.end, subscription.period.end);
}

function renewal(terms: PolicyTerms, draft: Draft, due: Instant): Entry {
  const old = draft.subscription;
  if (old === null || terms.plans === null) throw new Error('Only a subscription can renew.');
  const date = localDate(due, draft.timeZone);
  if (old.period.end === due && (old.status === 'cancelling' || old.status === 'pausing')) {
    const standard = old.status === 'cancelling' ? standardPlan(terms, draft, old, due) : null;
    if (standard !== null)
      return stamp(draft, due, `plan:${standard.plan}:${date}`, {
        kind: 'plan-changed',
        subscription: standard,
        proration: null,
        begins: true,
      });
    const status = old.status === 'cancelling' ? 'ended' : 'paused';
    return stamp(draft, due, `plan:${status}:${date}`, {
      kind: 'plan-changed',
      subscription: { ...old, status },
      proration: null,
    });
  }
  const billed = old.period.end === due;
  const following = subscriptionAfter(terms, draft.timeZone, old, due);
  const price = billed ? (planRule(terms, following.plan)?.price[following.interval] ?? null) : null;
  const carriedUsed = price === null ? NO_MONEY : minMinor(price.minor, draft.carried);
  const charge: Money | null = price === null ? null : { minor: subtractMinor(price.minor, carriedUsed), currency: price.currency };
  const id = `renewed:${date}:${draft.seq}`;
  const paid = price === null || price.minor === 0n ? null : { ...price, carried: carriedUsed, since: due, by: dueOpId(id) };
  const subscription = { ...following, paid: billed ? paid : periodPrice(terms, old) };
  return stamp(draft, due, id, { kind: 'renewed', subscription, charge, carriedUsed });
}

/** Whoever cancelled is where everybody begins who has chosen no plan; null where the policy has no such plan, or it was that one. */
function standardPlan(terms: PolicyTerms, draft: Draft, old: Subscription, due: Instant): Subscription | null {
  const plan = terms.plans?.defaultPlan ?? null;
  if (plan === null || plan === old.plan) return null;
  const { timeZone, resetDay } = draft;
  return { ...newSubscription(terms, { timeZone, resetDay, plan, slots: old.slots, interval: 'month' }, due), paid: null };
}

/** The subscription after the boundary at `due`: planned changes take effect with a new period. */
function subscriptionAfter(terms: PolicyTerms, timeZone: string, old: Subscription, due: Instant): Subscription {
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
