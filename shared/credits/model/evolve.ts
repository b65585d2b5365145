/**
 * Folds entries into a state. Total and pure: an entry is a fact, so nothing here refuses; whoever wrote it has decided.
 * The client replays the same entries with the same function and comes to the same state.
 */
import { monthStart } from './calendar.ts';
import { withinReach } from './claims.ts';
import { begin, type Draft, earlier, earliestExpiry, later, moveUnits, putGrant } from './draft.ts';
import { applyDisputeWon, applyExpired, applyExpiry, applyRefunded, applySettledShortfall, paymentMade } from './evolve-money-back.ts';
import { EPOCH, latest } from './instants.ts';
import { Layered } from './layered.ts';
import { addMinor, NO_MONEY } from './minor.ts';
import { BEFORE_FIRST, NO_ACCOUNT, seqAfter } from './minting.ts';
import type { AccountState, Entry, EntryKind, EntryOf, GrantSource } from './model.ts';
import { creditMoved, moneyMoved, noteGranted, paidOut } from './paid-periods.ts';
import type { OpId, Slice } from './quantities.ts';
import { addUnits, NO_UNITS, subtractUnits, timesUnits } from './units.ts';

/** The state before the first entry: every ledger is folded from here. */
export const emptyAccount: AccountState = {
  accountId: NO_ACCOUNT,
  policy: { id: '', version: 0 },
  timeZone: 'UTC',
  country: null,
  anchor: EPOCH,
  resetDay: null,
  openedAt: EPOCH,
  closedAt: null,
  seq: BEFORE_FIRST,
  lastAt: EPOCH,
  subscription: null,
  planSince: EPOCH,
  allowanceFor: null,
  monthGiven: null,
  promotionFor: {},
  trialGiven: false,
  lastPaidAt: null,
  payments: [],
  carried: NO_MONEY,
  carriedFrom: [],
  paidPeriods: {},
  shortfall: NO_UNITS,
  grants: new Map(),
  recent: [],
  closed: {},
  holds: new Layered(),
  disputes: {},
  claims: [],
  refundsByItself: 0,
  paidBack: {},
  autoTopUp: null,
  nextExpiryAt: null,
  nextTimeoutAt: null,
};

/** The state after one more entry. */
export function evolve(state: AccountState, entry: Entry): AccountState {
  const draft = begin(state);
  apply(draft, entry);
  return draft;
}

/** The state after many: one copy instead of one for each. */
export function evolveAll(state: AccountState, entries: Iterable<Entry>): AccountState {
  const draft = begin(state);
  for (const entry of entries) apply(draft, entry);
  return draft;
}

/** Changes the draft by one entry. Only for whoever owns the draft. */
export function apply<K extends EntryKind>(draft: Draft, entry: EntryOf<K>): void {
  draft.seq = seqAfter(draft.seq);
  draft.lastAt = latest(draft.lastAt, entry.at);
  CHANGES[entry.kind](draft, entry);
}

/** What an entry of each kind changes. */
const CHANGES: { readonly [K in EntryKind]: (draft: Draft, entry: EntryOf<K>) => void } = {
  opened: applyOpened,
  'plan-changed': applyPlanChanged,
  renewed: (draft, entry) => {
    moneyMoved(draft, entry);
    draft.subscription = entry.subscription;
  },
  granted: applyGranted,
  held: applyHeld,
  settled: (draft, entry) => {
    for (const slice of entry.charged)
      moveUnits(draft, slice, (g, a) => ({ ...g, held: subtractUnits(g.held, a), spent: addUnits(g.spent, a) }));
    resolve(draft, entry.holdId, entry.returned, null);
  },
  released: (draft, entry) => resolve(draft, entry.holdId, entry.returned, entry),
  expired: applyExpired,
  'expiry-changed': applyExpiry,
  refunded: applyRefunded,
  'dispute-won': applyDisputeWon,
  'shortfall-settled': applySettledShortfall,
  'auto-top-up-set': applyAutoTopUp,
  'auto-top-up-declined': applyDecline,
  'policy-changed': (draft, entry) => {
    draft.policy = entry.policy;
    // A new version's welcome gift is for new accounts.
    draft.trialGiven = true;
  },
  'carried-paid-out': (draft, entry) => paidOut(draft, entry.money.minor),
  'reset-day-set': applyResetDay,
  closed: (draft, entry) => {
    draft.closedAt = entry.at;
    draft.nextExpiryAt = entry.at;
  },
};

function applyOpened(draft: Draft, entry: EntryOf<'opened'>): void {
  draft.accountId = entry.accountId;
  draft.policy = entry.policy;
  draft.timeZone = entry.timeZone;
  draft.country = entry.country;
  draft.anchor = entry.anchor;
  draft.resetDay = entry.resetDay ?? null;
  draft.openedAt = entry.at;
}

/** What was bought in the month counts on under new settings; the pause after a decline does not. */
function applyAutoTopUp(draft: Draft, { settings }: EntryOf<'auto-top-up-set'>): void {
  const before = draft.autoTopUp;
  draft.autoTopUp = settings && {
    settings,
    lastTriggerSeq: before?.lastTriggerSeq ?? BEFORE_FIRST,
    retryAt: null,
    declinesInARow: 0,
    spentInMonth: before?.spentInMonth ?? NO_MONEY,
    lastPurchaseAt: before?.lastPurchaseAt ?? null,
  };
}

function applyDecline(draft: Draft, { retryAt }: EntryOf<'auto-top-up-declined'>): void {
  if (draft.autoTopUp === null) return;
  draft.autoTopUp = { ...draft.autoTopUp, lastTriggerSeq: draft.seq, retryAt, declinesInARow: draft.autoTopUp.declinesInARow + 1 };
}

function applyPlanChanged(draft: Draft, entry: EntryOf<'plan-changed'>): void {
  moneyMoved(draft, entry);
  draft.subscription = entry.subscription;
  draft.planSince = entry.at;
  if (entry.begins === true) draft.allowanceFor = null;
  if (entry.returned === undefined) return;
  creditMoved(draft, entry.returned, 1n);
  for (const slice of entry.returned)
    moveUnits(draft, slice, (g, a) => ({ ...g, available: subtractUnits(g.available, a), refunded: addUnits(g.refunded, a) }));
  draft.nextExpiryAt = earliestExpiry(draft);
}

/** The cycle's end moves, and with it until when its promotion counts. */
function applyResetDay(draft: Draft, { day, subscription }: EntryOf<'reset-day-set'>): void {
  const [before, after] = [draft.subscription?.cycle.end, subscription?.cycle.end];
  const given = Object.entries(draft.promotionFor).map(([id, one]) => [id, one.until === before && after ? { ...one, until: after } : one]);
  draft.promotionFor = Object.fromEntries(given);
  const month = draft.monthGiven;
  if (month !== null && month.until === before && after !== undefined) draft.monthGiven = { ...month, until: after };
  draft.resetDay = day;
  draft.subscription = subscription;
}

/** What a promotion gave, by cycle: one that begins before the last one's end brings no second helping. */
function promotionGiven({ promotionFor, subscription }: Draft, id: string, entry: EntryOf<'granted'>): Draft['promotionFor'] {
  const before = promotionFor[id];
  const goesOn = before !== undefined && entry.at < before.until;
  const given = {
    total: addUnits(before?.total ?? NO_UNITS, entry.amount),
    units: addUnits(goesOn ? before.units : NO_UNITS, entry.amount),
    until: goesOn ? before.until : (subscription?.cycle.end ?? entry.at),
  };
  return { ...promotionFor, [id]: given };
}

/** An allowance, or what a contract's slots add to it; of one that nobody pays for, what its month was given in all. */
function planGiven(draft: Draft, { at, amount }: EntryOf<'granted'>, source: Extract<GrantSource, { kind: 'plan' }>): void {
  draft.allowanceFor = source.cycleStart;
  if (source.paid != null) return;
  const before = draft.monthGiven;
  const goesOn = before !== null && at < before.until;
  draft.monthGiven = goesOn
    ? { units: addUnits(before.units, amount), until: latest(before.until, source.cycleEnd) }
    : { units: amount, until: source.cycleEnd };
}

function applyGranted(draft: Draft, entry: EntryOf<'granted'>): void {
  const { source } = entry;
  if (source.kind === 'plan') planGiven(draft, entry, source);
  if (source.kind === 'promotion') draft.promotionFor = promotionGiven(draft, source.promotionId, entry);
  if (source.kind === 'trial') draft.trialGiven = true;
  if (source.kind === 'purchase') paymentMade(draft, entry, source);
  if (source.kind === 'purchase' && source.automatic && draft.autoTopUp !== null) {
    const before = draft.autoTopUp;
    const sameMonth = before.lastPurchaseAt !== null && before.lastPurchaseAt >= monthStart(entry.at, draft.timeZone);
    draft.autoTopUp = {
      ...before,
      lastTriggerSeq: draft.seq,
      retryAt: null,
      declinesInARow: 0,
      spentInMonth: sameMonth ? addMinor(source.paid.minor, before.spentInMonth) : source.paid.minor,
      lastPurchaseAt: entry.at,
    };
  }
  noteGranted(draft, { source, granted: entry.amount });
  putGrant(draft, {
    id: entry.grantId,
    bucket: entry.bucket,
    source,
    effectiveAt: entry.effectiveAt,
    expiresAt: entry.expiresAt,
    graceUntil: null,
    granted: entry.amount,
    available: entry.amount,
    held: NO_UNITS,
    spent: NO_UNITS,
    expired: NO_UNITS,
    refunded: NO_UNITS,
    paidBack: NO_MONEY,
  });
  draft.nextExpiryAt = earlier(draft.nextExpiryAt, entry.expiresAt);
}

/** Changes the draft by the holds of a batch at once: they all draw the same from the same grants. */
export function applyHolds(draft: Draft, entries: readonly EntryOf<'held'>[]): void {
  let slices: readonly Slice[] = [];
  let times = 0n;
  for (const entry of entries) {
    draft.seq = seqAfter(draft.seq);
    draft.lastAt = latest(draft.lastAt, entry.at);
    place(draft, entry);
    if (entry.slices !== slices) {
      setAside(draft, slices, times);
      slices = entry.slices;
      times = 0n;
    }
    times += 1n;
  }
  setAside(draft, slices, times);
}

function applyHeld(draft: Draft, entry: EntryOf<'held'>): void {
  place(draft, entry);
  setAside(draft, entry.slices, 1n);
}

function setAside(draft: Draft, slices: readonly Slice[], times: bigint): void {
  for (const { amount, ...slice } of slices)
    moveUnits(draft, { ...slice, amount: timesUnits(amount, times) }, (g, a) => ({
      ...g,
      available: subtractUnits(g.available, a),
      held: addUnits(g.held, a),
    }));
}

function place(draft: Draft, entry: EntryOf<'held'>): void {
  // The decider places no hold twice.
  draft.holds.add(entry.opId, {
    opId: entry.opId,
    at: entry.at,
    expiresAt: entry.expiresAt,
    slices: entry.slices,
    kind: entry.purpose.kind,
    least: entry.least ?? null,
  });
  draft.nextTimeoutAt = earlier(draft.nextTimeoutAt, entry.expiresAt);
}

/** Ends a hold: what is returned goes back to the grants it came from, lapsed ones included. */
function resolve(draft: Draft, holdId: OpId, returned: readonly Slice[], release: EntryOf<'released'> | null): void {
  draft.holds.delete(holdId);
  for (const slice of returned) {
    moveUnits(draft, slice, (g, a) => {
      const lapsed = release !== null && !g.unpaid && g.expiresAt !== null && g.expiresAt <= release.at;
      const graceUntil = lapsed ? later(g.graceUntil, release.graceOf?.[g.id] ?? release.graceUntil) : g.graceUntil;
      return { ...g, held: subtractUnits(g.held, a), available: addUnits(g.available, a), graceUntil };
    });
  }
  if (returned.length > 0) draft.nextExpiryAt = earliestExpiry(draft);
  if (draft.claims.length > 0) draft.claims = withinReach(draft);
}
