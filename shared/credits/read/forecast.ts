/** How long the credit lasts: the wallet is lived forward day by day at the present pace, renewals and expiries included. */

import { availableOf, DrawPile, drawables } from '../decide/draw.ts';
import { advance, stateAt } from '../decide/due.ts';
import { priceOf } from '../decide/price.ts';
import { begin, type Draft } from '../model/draft.ts';
import { days } from '../model/durations.ts';
import { apply } from '../model/evolve.ts';
import { earlierBy, laterBy, latest, timeBetween } from '../model/instants.ts';
import { millisFrom, opIdFrom, unitsFrom } from '../model/minting.ts';
import type { AccountState } from '../model/model.ts';
import type { Policy } from '../model/policy.ts';
import type { BucketId, Instant, Units } from '../model/quantities.ts';
import { addUnits, NO_UNITS } from '../model/units.ts';
import { isRunning, pinned, planInForce } from '../model/versions.ts';

/** What was charged lately, any order. */
export type Usage = readonly { readonly at: Instant; readonly amount: Units }[];

/** How far the wallet goes at the present pace. An estimate: nothing is decided by it. */
export interface Forecast {
  /** How many photos the wallet pays for now; null when unlimited under fair use. */
  readonly photosLeft: number | null;
  /** Units a day, over the last 28 days or since the account opened. */
  readonly perDay: number;
  /** When the credit runs out at this pace; null: not within a year. */
  readonly runsOutAt: Instant | null;
  /** Credit that will lapse unused at this pace, by date, within 90 days. */
  readonly lapsing: readonly { readonly at: Instant; readonly bucket: BucketId; readonly amount: Units }[];
}

const DAY_MS = days(1);
const LOOK_BACK_DAYS = 28;
const HORIZON_DAYS = 366;
const LAPSING_DAYS = 90;
/** Pace is counted in thousandths of a unit, so that less than a unit a day still adds up. */
const MILLI = 1000n;

/** Lives the wallet forward from `now` by the pace of `usage`. */
export function forecast(policy: Policy, state: AccountState, usage: Usage, now: Instant): Forecast {
  const current = stateAt(policy, state, latest(now, state.lastAt));
  const milliPerDay = pace(current, usage, now);
  return { photosLeft: photosLeft(policy, current, now), perDay: Number(milliPerDay) / 1000, ...live(policy, current, milliPerDay, now) };
}

function pace(state: AccountState, usage: Usage, now: Instant): bigint {
  const from = latest(earlierBy(now, days(LOOK_BACK_DAYS)), state.openedAt);
  const used = usage.reduce((total, { at: when, amount }) => (when > from && when <= now ? addUnits(total, amount) : total), NO_UNITS);
  const length = Math.max(1, Math.ceil(timeBetween(from, now) / DAY_MS));
  return (used * MILLI) / BigInt(length);
}

function photosLeft(policy: Policy, state: AccountState, now: Instant): number | null {
  const terms = pinned(policy, state);
  const plan = planInForce(terms, state);
  const available = availableOf(state, now);
  if (plan?.allowance.kind === 'fair-use' && isRunning(state) && available > 0n) return null;
  const price = priceOf(terms, { kind: 'apply', recipe: { background: 'any' } });
  return price.ok && price.cost.max > 0n ? Number(available / price.cost.max) : null;
}

function live(policy: Policy, state: AccountState, milliPerDay: bigint, now: Instant): Pick<Forecast, 'runsOutAt' | 'lapsing'> {
  const draft = begin(state);
  const lapsing: { at: Instant; bucket: BucketId; amount: Units }[] = [];
  let owed = 0n;
  let runsOutAt: Instant | null = null;
  const last = milliPerDay === 0n ? LAPSING_DAYS : HORIZON_DAYS;
  for (let day = 1; day <= last && runsOutAt === null; day += 1) {
    const end = laterBy(now, days(day));
    for (const entry of advance(policy, draft, end)) {
      if (entry.kind === 'expired' && day <= LAPSING_DAYS)
        lapsing.push(...entry.slices.map(({ bucket, amount }) => ({ at: entry.at, bucket, amount })));
    }
    owed += milliPerDay;
    const spend = owed / MILLI;
    owed -= spend * MILLI;
    if (!spendUnits(policy, draft, unitsFrom(spend), end)) runsOutAt = end;
  }
  return { runsOutAt, lapsing };
}

/** Whether there was enough for the day. */
function spendUnits(policy: Policy, draft: Draft, amount: Units, now: Instant): boolean {
  if (amount === 0n) return true;
  const terms = pinned(policy, draft);
  const slices = new DrawPile(drawables(terms, draft, now)).take(amount);
  if (slices === null) return false;
  const opId = opIdFrom(`forecast:${now}`);
  apply(draft, {
    opId,
    at: now,
    kind: 'held',
    slices,
    expiresAt: laterBy(now, millisFrom(1)),
    purpose: { kind: 'forecast', photo: null, traits: {} },
  });
  apply(draft, { opId, at: now, kind: 'settled', holdId: opId, charged: slices, returned: [] });
  return true;
}
