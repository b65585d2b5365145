/**
 * Where the money of each payment stands. A payment begins a period, which stands on it; a change gives a part back, which is carried to the next
 * bills and so comes to stand in later periods. When a payment goes back, every part of it goes from where it stands, with its credit.
 *
 * Two conventions make that exact. What a period gives back comes out of what had been carried into it first, and out of its own payment last: so what was
 * used of it stays with its own payment. What is carried pays in the order in which it came.
 */
import { addMinor, minMinor, NO_MONEY, subtractMinor, sumMinor, unitsBoughtUp } from './minor.ts';
import { entriesOf } from './minting.ts';
import type { AccountState, EntryOf, Grant, PaidPart, PaidPeriod, PeriodPrice, Standing, Subscription } from './model.ts';
import type { Minor, OpId, Slice, Units } from './quantities.ts';
import { addUnits, maxUnits, NO_UNITS, negateUnits, timesUnits } from './units.ts';

/** How many periods are remembered whose money came from other payments, or went on. Those on which least of it stands are forgotten first. */
const MAX_PAID_PERIODS = 24;

type Periods = Pick<AccountState, 'paidPeriods'>;

/** Of a state that is being changed, what this is about. */
type Draft = { -readonly [K in 'paidPeriods' | 'carried' | 'carriedFrom']: AccountState[K] } & Pick<
  AccountState,
  'subscription' | 'disputes' | 'grants' | 'recent'
>;

/** The parts together. */
export const partsSum = (parts: readonly PaidPart[]): Minor => sumMinor(parts.map(({ minor }) => minor));

/** What of this payment is among the parts. */
export const partOf = (parts: readonly PaidPart[], payment: OpId | null): Minor => partsSum(parts.filter(({ of }) => of === payment));

/** All that the period stands on. */
export const standsOn = ({ own, from }: PaidPeriod): Minor => addMinor(own, partsSum(from));

/** The record of the running period; undefined: nothing was paid for it, or it began before that was noted. */
export function runningPeriod({ paidPeriods }: Periods, subscription: Subscription | null): PaidPeriod | undefined {
  const by = subscription?.paid?.by;
  return by === undefined ? undefined : paidPeriods[by];
}

/** Whose period the credit belongs to, given anew or not; null: to none that was paid for. */
export function periodOf({ source }: Pick<Grant, 'source'>): OpId | null {
  if (source.kind === 'plan') return source.paidBy ?? null;
  return source.kind === 'admin' ? (source.of ?? null) : null;
}

/** A change or a renewal: what the period before gives back is carried, and what the new one uses of it moves there. */
export function moneyMoved(draft: Draft, { kind, subscription, ...entry }: EntryOf<'plan-changed'> | EntryOf<'renewed'>): void {
  const before = draft.subscription?.paid?.by;
  const { paid = null } = subscription;
  const begins = paid?.by !== undefined && paid.by !== before;
  if ('proration' in entry && entry.proration != null) {
    const { unused, credited, carried } = entry.proration;
    const back = begins || entry.begins === true ? (unused ?? subtractMinor(credited, draft.carried)) : credited;
    draft.carriedFrom = [...draft.carriedFrom, ...givesBack(draft, before, back)];
    draft.carried = begins ? addMinor(carried, paid.carried) : carried;
    fitCarried(draft);
  }
  if (begins) beginPeriod(draft, paid.by, paid);
  else if (kind === 'renewed' && 'carriedUsed' in entry) useCarried(draft, entry.carriedUsed);
}

function beginPeriod(draft: Draft, by: OpId, { minor, carried }: PeriodPrice): void {
  const cash = subtractMinor(minor, carried);
  const period: PaidPeriod = {
    price: minor,
    cash,
    returned: NO_MONEY,
    movedOn: false,
    own: cash,
    from: useCarried(draft, carried),
    granted: NO_UNITS,
    grantedFor: NO_MONEY,
    gone: NO_UNITS,
    spent: NO_UNITS,
  };
  draft.paidPeriods = remembered({ ...draft.paidPeriods, [by]: period }, draft, by);
}

/** Takes so much of what is carried, the oldest first. */
function useCarried(draft: Draft, minor: Minor): readonly PaidPart[] {
  const [used, left] = parted(draft.carriedFrom, minor);
  draft.carriedFrom = left;
  draft.carried = subtractMinor(draft.carried, minor);
  return used;
}

/** Nothing is carried any more. */
export function paidOut(draft: Draft, minor: Minor): void {
  useCarried(draft, minor);
}

/** Of the period what it gives back: of carried money first. */
function givesBack(draft: Draft, by: OpId | undefined, minor: Minor): readonly PaidPart[] {
  const period = by === undefined ? undefined : draft.paidPeriods[by];
  if (by === undefined || period === undefined) return minor > 0n ? [{ of: null, minor }] : [];
  const [carried, from] = parted(period.from, minor);
  const own = minMinor(period.own, subtractMinor(minor, partsSum(carried)));
  draft.paidPeriods = {
    ...draft.paidPeriods,
    [by]: { ...period, from, own: subtractMinor(period.own, own), movedOn: period.movedOn || own > 0n },
  };
  return own > 0n ? [...carried, { of: by, minor: own }] : carried;
}

/** Ledgers of earlier versions do not say of every part where it came from. */
function fitCarried(draft: Draft): void {
  const known = partsSum(draft.carriedFrom);
  if (known > draft.carried) draft.carriedFrom = parted(draft.carriedFrom, subtractMinor(known, draft.carried))[1];
  if (known < draft.carried) draft.carriedFrom = [{ of: null, minor: subtractMinor(draft.carried, known) }, ...draft.carriedFrom];
}

/** The first so many minor units, and the rest. */
function parted(parts: readonly PaidPart[], minor: Minor): [PaidPart[], PaidPart[]] {
  const first: PaidPart[] = [];
  const rest: PaidPart[] = [];
  let left = minor;
  for (const part of parts) {
    const taken = minMinor(part.minor, left);
    left = subtractMinor(left, taken);
    if (taken > 0n) first.push({ ...part, minor: taken });
    if (taken < part.minor) rest.push({ ...part, minor: subtractMinor(part.minor, taken) });
  }
  return [first, rest];
}

/**
 * The running period, and those whose money came from elsewhere, went on or went back: what is left of it is the price of what they granted, which is
 * less than was sold. Of the others all is in their own payment.
 */
function remembered(periods: AccountState['paidPeriods'], { disputes }: Draft, running: OpId): AccountState['paidPeriods'] {
  const disputed = new Set(entriesOf(disputes).flatMap(([opId, { stood = [] }]) => [opId, ...stood.map(({ period }) => period)]));
  const needed = (by: OpId): boolean => by === running || disputed.has(by);
  const kept = entriesOf(periods).filter(
    ([by, { price, cash, movedOn, returned }]) => needed(by) || movedOn || cash < price || returned > 0n,
  );
  const least = kept
    .filter(([by]) => !needed(by))
    .sort(([, a], [, b]) => Number(a.cash + partsSum(a.from) - b.cash - partsSum(b.from)))
    .slice(0, Math.max(0, kept.length - MAX_PAID_PERIODS));
  const forgotten = new Set(least.map(([by]) => by));
  return Object.fromEntries(kept.filter(([by]) => !forgotten.has(by)));
}

/** Notes what a period granted, and for how much of its price. */
export function noteGranted(draft: Draft, grant: Pick<Grant, 'source' | 'granted'>): void {
  // Given anew, it was granted before, and is not gone any more.
  if (grant.source.kind === 'admin') {
    goes(draft, periodOf(grant), negateUnits(grant.granted));
    return;
  }
  changePeriod(draft, periodOf(grant), (period) => ({
    ...period,
    granted: addUnits(period.granted, grant.granted),
    grantedFor: addMinor(period.grantedFor, grant.source.kind === 'plan' ? (grant.source.paid?.minor ?? NO_MONEY) : NO_MONEY),
  }));
}

/** Credit that went back with the money of its period, or (`times` -1) came back with it. */
export function creditMoved(draft: Draft, slices: readonly Slice[], times: 1n | -1n): void {
  for (const { grantId, amount } of slices) {
    const grant = draft.grants.get(grantId) ?? draft.recent.find(({ id }) => id === grantId);
    if (grant !== undefined) goes(draft, periodOf(grant), timesUnits(amount, times));
  }
}

const goes = (draft: Draft, by: OpId | null, units: Units): void =>
  changePeriod(draft, by, (period) => ({ ...period, gone: maxUnits(addUnits(period.gone, units), NO_UNITS) }));

/** Keeps of a grant that leaves the state what was spent of it. */
export function noteForgotten(draft: Draft, grant: Grant): void {
  if (grant.spent > 0n) changePeriod(draft, periodOf(grant), (period) => ({ ...period, spent: addUnits(period.spent, grant.spent) }));
}

function changePeriod(draft: Draft, by: OpId | null, change: (period: PaidPeriod) => PaidPeriod): void {
  const period = by === null ? undefined : draft.paidPeriods[by];
  if (by !== null && period !== undefined) draft.paidPeriods = { ...draft.paidPeriods, [by]: change(period) };
}

interface Moved {
  readonly purchaseOpId: OpId;
  readonly minor: Minor;
  readonly slices: readonly Slice[];
  readonly shortfall: Units;
  readonly stood?: readonly Standing[] | undefined;
}

/** Where money stood of which an entry says nothing: all of it in what its payment brought. */
const stoodOf = ({ purchaseOpId, minor, shortfall, stood }: Moved): readonly Standing[] =>
  stood ?? [{ period: purchaseOpId, minor, shortfall }];

/** Money of a payment went back: it stands nowhere any more. */
export function moneyReturned(draft: Draft, moved: Moved): void {
  const { purchaseOpId: of } = moved;
  for (const { period, minor } of stoodOf(moved)) {
    if (period === null) {
      draft.carried = subtractMinor(draft.carried, minor);
      draft.carriedFrom = without(draft.carriedFrom, of, minor);
    } else if (period === of) changePeriod(draft, of, (one) => ({ ...one, own: subtractMinor(one.own, minMinor(one.own, minor)) }));
    else changePeriod(draft, period, (one) => ({ ...one, from: without(one.from, of, minor) }));
  }
  changePeriod(draft, of, (one) => ({ ...one, returned: addMinor(one.returned, moved.minor) }));
  for (const { period, shortfall } of stoodOf(moved)) goes(draft, period, shortfall);
  creditMoved(draft, moved.slices, 1n);
}

/** The payment stands again, where it stood. */
export function moneyRestored(draft: Draft, moved: Moved): void {
  const { purchaseOpId: of } = moved;
  for (const { period, minor } of stoodOf(moved)) {
    if (minor === 0n) continue;
    if (period === null) {
      draft.carried = addMinor(draft.carried, minor);
      draft.carriedFrom = [{ of, minor }, ...draft.carriedFrom];
    } else if (period === of) changePeriod(draft, of, (one) => ({ ...one, own: addMinor(one.own, minor) }));
    else changePeriod(draft, period, (one) => ({ ...one, from: [{ of, minor }, ...one.from] }));
  }
  changePeriod(draft, of, (one) => ({ ...one, returned: subtractMinor(one.returned, moved.minor) }));
  for (const { period, shortfall } of stoodOf(moved)) goes(draft, period, negateUnits(shortfall));
  creditMoved(draft, moved.slices, -1n);
}

/** The parts without so much of that payment; where it is not among them by name, without so much of what nobody knows. */
function without(parts: readonly PaidPart[], of: OpId, minor: Minor): PaidPart[] {
  let left = minor;
  const take = (part: PaidPart, from: OpId | null): PaidPart => {
    const taken = part.of === from ? minMinor(part.minor, left) : NO_MONEY;
    left = subtractMinor(left, taken);
    return { ...part, minor: subtractMinor(part.minor, taken) };
  };
  const named = parts.map((part) => take(part, of));
  return named.map((part) => take(part, null)).filter((part) => part.minor > 0n);
}

/** How much of what the period granted so many minor units were the price of, rounded up. */
export function boughtFor({ granted, grantedFor }: PaidPeriod, minor: Minor): Units {
  return grantedFor === 0n ? NO_UNITS : unitsBoughtUp(granted, minor, grantedFor);
}
