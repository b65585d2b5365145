/** The wallet as it is at `now`. Expiry is decided here, at reading: a sweep before or after shows the same. */

import { bucketAt, drawable, drawOrder } from '../decide/draw.ts';
import { stateAt } from '../decide/due.ts';
import { lapsesAt } from '../model/draft.ts';
import { earliest, latest } from '../model/instants.ts';
import type { AccountState, Grant, Subscription, SubscriptionStatus } from '../model/model.ts';
import { type NextBill, nextBill } from '../model/periods.ts';
import type { Allowance, BucketRule, Policy, PolicyTerms, Unit } from '../model/policy.ts';
import type { AccountId, BucketId, GrantId, Instant, Interval, Money, PlanId, Seq, Units } from '../model/quantities.ts';
import { addUnits, NO_UNITS, sumUnits } from '../model/units.ts';
import { pinned, planRule } from '../model/versions.ts';
import { type Alert, alerts } from './alerts.ts';

/** A grant as the wallet shows it: amounts after expiry at the time of reading. */
export interface GrantView {
  readonly id: GrantId;
  readonly granted: Units;
  readonly available: Units;
  readonly held: Units;
  readonly spent: Units;
  readonly expired: Units;
  readonly refunded: Units;
  readonly effectiveAt: Instant;
  /** With the grace after a failure; null: never. */
  readonly expiresAt: Instant | null;
  /** plan, promotion, purchase, trial or admin. */
  readonly source: Grant['source']['kind'];
}

/** A bucket with its sums; `nextExpiry` null: nothing in it lapses. */
export interface BucketView {
  readonly bucket: BucketId;
  readonly label: string;
  readonly available: Units;
  readonly held: Units;
  readonly nextExpiry: { readonly at: Instant; readonly amount: Units } | null;
  /** In draw order; after them the last few with nothing left. */
  readonly grants: readonly GrantView[];
}

/** The account's plan, with the next change already known. */
export interface PlanView {
  readonly id: PlanId;
  readonly label: string;
  readonly slots: number;
  readonly interval: Interval;
  readonly status: SubscriptionStatus;
  readonly allowance: Allowance;
  /** When the next credit or the next bill comes; null when nothing renews. */
  readonly renewsAt: Instant | null;
  /** Until when the benefits last. */
  readonly periodEnd: Instant;
  readonly next: Subscription['next'];
}

/** An account at one instant, ready to be shown. */
export interface Wallet {
  readonly accountId: AccountId;
  readonly policy: { readonly id: string; readonly label: string; readonly version: number };
  readonly unit: Unit;
  readonly asOf: Instant;
  /** Entries behind the state, without what time brought since and nobody wrote down yet. */
  readonly seq: Seq;
  readonly available: Units;
  readonly held: Units;
  /** Credit owed after a chargeback: what was spent of it, without what work under way still holds. */
  readonly shortfall: Units;
  /** In draw order, empty ones too. */
  readonly buckets: readonly BucketView[];
  readonly plan: PlanView | null;
  /** What the next bills use up before anything is charged. */
  readonly carried: Money;
  /** The bill that comes next by itself; null: none. */
  readonly nextBill: NextBill | null;
  readonly alerts: readonly Alert[];
}

/** Everything `GET /v1/wallet` says, amounts as units and instants as epoch milliseconds. */
export function view(policy: Policy, state: AccountState, now: Instant): Wallet {
  const asOf = latest(now, state.lastAt);
  const current = stateAt(policy, state, asOf);
  const terms = pinned(policy, current);
  const counted = countedGrants(terms, current, asOf);
  const buckets = terms.buckets.map((rule) => bucketView(current, rule, counted, asOf));
  const total = (part: 'available' | 'held'): Units => sumUnits(buckets.map((bucket) => bucket[part]));
  return {
    accountId: current.accountId,
    policy: { id: terms.id, label: terms.label, version: terms.version },
    unit: terms.unit,
    asOf,
    seq: state.seq,
    available: total('available'),
    held: total('held'),
    shortfall: current.shortfall,
    buckets,
    plan: planView(terms, current),
    carried: { minor: current.carried, currency: terms.currency },
    nextBill: nextBill(terms, current),
    alerts: alerts(policy, current, asOf),
  };
}

/** A grant and the bucket that it counts for now. */
type Counted = Pick<ReturnType<typeof drawable>, 'grant' | 'bucket'>;

/** The living grants in the order in which they pay, then those with nothing left. */
function countedGrants(terms: PolicyTerms, state: AccountState, now: Instant): readonly Counted[] {
  const living = Array.from(state.grants.values(), (grant) => drawable(terms, state, grant, now));
  if (living.length > 1) living.sort(drawOrder);
  if (state.recent.length === 0) return living;
  return [...living, ...state.recent.map((grant) => ({ grant, bucket: bucketAt(terms, grant, now) }))];
}

function bucketView(state: AccountState, { id: bucket, label }: BucketRule, counted: readonly Counted[], now: Instant): BucketView {
  const grants: GrantView[] = [];
  let available = NO_UNITS;
  let held = NO_UNITS;
  let next: { at: Instant; amount: Units } | null = null;
  for (const { grant, bucket: own } of counted) {
    if (own !== bucket) continue;
    grants.push(grantView(grant));
    held = addUnits(held, grant.held);
    if (grant.effectiveAt > now) continue;
    available = addUnits(available, grant.available);
    const lapse = lapsesAt(grant, state.closedAt);
    if (lapse === null || grant.available === 0n) continue;
    if (next === null || lapse < next.at) next = { at: lapse, amount: grant.available };
    else if (lapse === next.at) next.amount = addUnits(next.amount, grant.available);
  }
  return { bucket, label, available, held, nextExpiry: next, grants };
}

function grantView(grant: Grant): GrantView {
  const { id, granted, available, held, spent, expired, refunded, effectiveAt } = grant;
  const expiresAt = available > 0n ? lapsesAt(grant, null) : grant.expiresAt;
  return { id, granted, available, held, spent, expired, refunded, effectiveAt, expiresAt, source: grant.source.kind };
}

function planView(terms: PolicyTerms, state: AccountState): PlanView | null {
  const { subscription } = state;
  const rule = planRule(terms, subscription?.plan ?? null);
  if (subscription === null || rule === null) return null;
  const { slots, interval, status, cycle, period, next } = subscription;
  const renewsAt = status === 'active' ? earliest(cycle.end, period.end) : null;
  return { id: rule.id, label: rule.label, slots, interval, status, allowance: rule.allowance, renewsAt, periodEnd: period.end, next };
}
