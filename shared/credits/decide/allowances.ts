/** What a plan, a promotion and the welcome gift give, when, and what was paid for it. */
import { localDate } from '../model/calendar.ts';
import type { Draft } from '../model/draft.ts';
import { earliest, latest, NEVER } from '../model/instants.ts';
import { dueOpId, grantIdFrom } from '../model/minting.ts';
import type { AccountState, Entry, EntryOf, GrantSource } from '../model/model.ts';
import { allowanceUnits, cycleUnits, paidForCycle, periodPrice } from '../model/periods.ts';
import type { Policy, PolicyTerms, PromotionRule } from '../model/policy.ts';
import type { BucketId, Instant, Units } from '../model/quantities.ts';
import { NO_UNITS, remainingUnits, subtractUnits } from '../model/units.ts';
import { expiryOf, promotionEnd } from '../model/validity.ts';
import { isRunning, pinned, planInForce } from '../model/versions.ts';

/** When the running cycle's allowance is due; NEVER once it is given, or where the plan gives none. */
export function allowanceAt(policy: Policy, state: AccountState | Draft): Instant {
  const { subscription } = state;
  if (subscription === null || !isRunning(state) || state.allowanceFor === subscription.cycle.start) return NEVER;
  const plan = planInForce(pinned(policy, state), state);
  if (plan === null || allowanceToCome(pinned(policy, state), state, subscription.cycle.start) === 0n) return NEVER;
  return subscription.cycle.start;
}

/** What the running cycle brings, begun then. A month that nobody pays for comes once: one that begins inside of another brings what is more. */
export function allowanceToCome(terms: PolicyTerms, state: AccountState | Draft, from: Instant): Units {
  const { subscription } = state;
  const plan = planInForce(terms, state);
  if (subscription === null || plan === null) return NO_UNITS;
  const units = cycleUnits(terms, state, subscription, plan);
  if (periodPrice(terms, subscription) !== null) return units;
  return remainingUnits(units, givenFor(state, from));
}

/** What the month around that instant was given for nothing. */
export const givenFor = ({ monthGiven }: Pick<AccountState, 'monthGiven'>, at: Instant): Units =>
  monthGiven !== null && at < monthGiven.until ? monthGiven.units : NO_UNITS;

/** The entry that grants the running cycle's allowance. Throws when no plan is in force: ask `allowanceAt` first. */
export function allowance(terms: PolicyTerms, draft: Draft, due: Instant): EntryOf<'granted'> {
  const { subscription } = draft;
  const plan = planInForce(terms, draft);
  if (subscription === null || plan === null || terms.plans === null) throw new Error('Only a plan has an allowance.');
  const { start, end } = subscription.cycle;
  const units = allowanceToCome(terms, draft, start);
  const paid = paidForCycle(terms, draft, subscription, units);
  const paidBy = subscription.paid?.by;
  const source = { kind: 'plan', plan: plan.id, cycleStart: start, cycleEnd: end, paid, ...(paidBy !== undefined && { paidBy }) } as const;
  const id = `plan:${localDate(due, draft.timeZone)}:${draft.seq}`;
  return grantEntry(terms, draft, { id, bucket: terms.plans.bucket, amount: units, source }, due);
}

/** When the next credit of a promotion is due; NEVER when none is owed. */
export function promotionAt(policy: Policy, state: AccountState | Draft): Instant {
  const terms = pinned(policy, state);
  let first: Instant = NEVER;
  for (const rule of terms.promotions) first = earliest(first, onePromotion(terms, state, rule)?.from ?? NEVER);
  return first;
}

/**
 * What the promotion owes and since when; null: nothing. A cycle brings it once: more slots, or a higher plan, bring the difference at once
 * (ST-10), and a cycle that an upgrade began early brings no second helping.
 */
function onePromotion(terms: PolicyTerms, state: AccountState | Draft, rule: PromotionRule): { from: Instant; units: Units } | null {
  const { subscription } = state;
  if (subscription === null || !isRunning(state)) return null;
  const plan = planInForce(terms, state);
  const promised = plan === null ? undefined : rule.byPlan[plan.id];
  if (promised === undefined) return null;
  // A late joiner has only the days that remain; whoever joins after the window has none (ST-10).
  const from = latest(latest(rule.startsAt, subscription.cycle.start), state.planSince);
  if (from >= promotionEnd(rule) || from >= subscription.cycle.end) return null;
  const given = state.promotionFor[rule.id];
  const before = given === undefined ? NO_UNITS : !rule.perCycle ? given.total : from < given.until ? given.units : NO_UNITS;
  const units = subtractUnits(allowanceUnits(promised, subscription.slots), before);
  return units > 0n ? { from, units } : null;
}

/** The entry that grants the promotion due at `due`. Throws when none is. */
export function promotion(terms: PolicyTerms, draft: Draft, due: Instant): Entry {
  for (const rule of terms.promotions) {
    const owed = onePromotion(terms, draft, rule);
    if (owed === null || owed.from !== due || draft.subscription === null) continue;
    const source = { kind: 'promotion', promotionId: rule.id, cycleStart: draft.subscription.cycle.start } as const;
    const id = `promotion:${rule.id}:${localDate(due, draft.timeZone)}:${draft.seq}`;
    return grantEntry(terms, draft, { id, bucket: rule.bucket, amount: owed.units, source }, due);
  }
  throw new Error('No promotion is due.');
}

/** When the welcome credit is due: at the opening, once; else NEVER. */
export const trialAt = (policy: Policy, state: AccountState | Draft): Instant =>
  state.trialGiven || pinned(policy, state).trial === null ? NEVER : state.openedAt;

/** The entry that grants the welcome credit. Throws under a policy without one. */
export function trial(terms: PolicyTerms, draft: Draft, due: Instant): Entry {
  if (terms.trial === null) throw new Error('The policy gives no trial credit.');
  const { bucket, amount } = terms.trial;
  return grantEntry(terms, draft, { id: 'trial', bucket, amount, source: { kind: 'trial' } }, due);
}

/** Credit that time brings. */
interface Brought {
  /** Names the operation of time and its grant. */
  readonly id: string;
  readonly bucket: BucketId;
  readonly amount: Units;
  readonly source: GrantSource;
}

function grantEntry(terms: PolicyTerms, draft: Draft, { id, bucket, amount, source }: Brought, due: Instant): EntryOf<'granted'> {
  const at = latest(due, draft.lastAt);
  const expiresAt = expiryOf(terms, draft, bucket, source, at);
  return { opId: dueOpId(id), at, kind: 'granted', grantId: grantIdFrom(id), bucket, amount, effectiveAt: at, expiresAt, source };
}
