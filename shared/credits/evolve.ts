/**
 * Folds entries into a state. Total and pure: an entry is a fact, so nothing here refuses; whoever wrote it has decided.
 * The client replays the same entries with the same function and comes to the same state.
 */
import { assertNever } from '../result.ts';
import { sum } from './amount.ts';
import { monthStart } from './calendar.ts';
import { withinReach } from './claims.ts';
import { begin, change, type Draft, earlier, earliestExpiry, keep, later, payBack } from './draft.ts';
import { Layered } from './layered.ts';
import type { AccountState, Entry, EntryOf, Follows, OpId, Slice } from './model.ts';

export const emptyAccount: AccountState = {
  accountId: '',
  policy: { id: '', version: 0 },
  timeZone: 'UTC',
  country: null,
  anchor: 0,
  resetDay: null,
  openedAt: 0,
  closedAt: null,
  seq: 0,
  lastAt: 0,
  subscription: null,
  planSince: 0,
  allowanceFor: null,
  promotionFor: {},
  trialGiven: false,
  lastPaidAt: null,
  carried: 0n,
  shortfall: 0n,
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
export function apply(draft: Draft, entry: Entry): void {
  draft.seq += 1;
  draft.lastAt = Math.max(draft.lastAt, entry.at);
  switch (entry.kind) {
    case 'opened':
      draft.accountId = entry.accountId;
      draft.policy = entry.policy;
      draft.timeZone = entry.timeZone;
      draft.country = entry.country;
      draft.anchor = entry.anchor;
      draft.resetDay = entry.resetDay ?? null;
      draft.openedAt = entry.at;
      return;
    case 'plan-changed':
      applyPlanChanged(draft, entry);
      return;
    case 'renewed':
      draft.subscription = entry.subscription;
      draft.carried -= entry.carriedUsed;
      return;
    case 'granted':
      applyGranted(draft, entry);
      return;
    case 'held':
      applyHeld(draft, entry);
      return;
    case 'settled':
      for (const slice of entry.charged) change(draft, slice, (g, a) => ({ ...g, held: g.held - a, spent: g.spent + a }));
      resolve(draft, entry.holdId, entry.returned, null);
      return;
    case 'released':
      resolve(draft, entry.holdId, entry.returned, entry);
      return;
    case 'expired':
      for (const slice of entry.slices) change(draft, slice, (g, a) => ({ ...g, available: g.available - a, expired: g.expired + a }));
      draft.nextExpiryAt = earliestExpiry(draft);
      return;
    case 'expiry-changed':
      for (const id of entry.grantIds) {
        const grant = draft.grants.get(id);
        if (grant !== undefined) draft.grants.set(id, { ...grant, expiresAt: entry.expiresAt });
      }
      draft.nextExpiryAt = earliestExpiry(draft);
      return;
    case 'refunded':
      applyRefunded(draft, entry);
      return;
    case 'dispute-won':
      applyDisputeWon(draft, entry);
      return;
    case 'shortfall-settled':
      applySettledShortfall(draft, entry);
      return;
    case 'auto-top-up-set':
      draft.autoTopUp =
        entry.settings === null
          ? null
          : {
              settings: entry.settings,
              lastTriggerSeq: draft.autoTopUp?.lastTriggerSeq ?? 0,
              retryAt: null,
              declinesInARow: 0,
              spentInMonth: draft.autoTopUp?.spentInMonth ?? 0n,
              lastPurchaseAt: draft.autoTopUp?.lastPurchaseAt ?? null,
            };
      return;
    case 'auto-top-up-declined':
      if (draft.autoTopUp !== null)
        draft.autoTopUp = {
          ...draft.autoTopUp,
          lastTriggerSeq: draft.seq,
          retryAt: entry.retryAt,
          declinesInARow: draft.autoTopUp.declinesInARow + 1,
        };
      return;
    case 'policy-changed':
      draft.policy = entry.policy;
      // A new version's welcome gift is for new accounts.
      draft.trialGiven = true;
      return;
    case 'carried-paid-out':
      draft.carried -= entry.money.minor;
      return;
    case 'reset-day-set':
      applyResetDay(draft, entry);
      return;
    case 'closed':
      draft.closedAt = entry.at;
      draft.nextExpiryAt = entry.at;
      return;
    default:
      assertNever(entry);
  }
}

function applyPlanChanged(draft: Draft, entry: EntryOf<'plan-changed'>): void {
  draft.subscription = entry.subscription;
  draft.planSince = entry.at;
  if (entry.begins === true) draft.allowanceFor = null;
  if (entry.proration !== null) draft.carried = entry.proration.carried;
  if (entry.returned === undefined) return;
  for (const slice of entry.returned) change(draft, slice, (g, a) => ({ ...g, available: g.available - a, refunded: g.refunded + a }));
  draft.nextExpiryAt = earliestExpiry(draft);
}

/** The cycle's end moves, and with it until when its promotion counts. */
function applyResetDay(draft: Draft, { day, subscription }: EntryOf<'reset-day-set'>): void {
  const [before, after] = [draft.subscription?.cycle.end, subscription?.cycle.end];
  const given = Object.entries(draft.promotionFor).map(([id, one]) => [id, one.until === before && after ? { ...one, until: after } : one]);
  draft.promotionFor = Object.fromEntries(given);
  draft.resetDay = day;
  draft.subscription = subscription;
}

/** What a promotion gave, by cycle: one that begins before the last one's end brings no second helping. */
function promotionGiven({ promotionFor, subscription }: Draft, id: string, entry: EntryOf<'granted'>): Draft['promotionFor'] {
  const before = promotionFor[id];
  const goesOn = before !== undefined && entry.at < before.until;
  const given = {
    total: (before?.total ?? 0n) + entry.amount,
    units: (goesOn ? before.units : 0n) + entry.amount,
    until: goesOn ? before.until : (subscription?.cycle.end ?? entry.at),
  };
  return { ...promotionFor, [id]: given };
}

function applyGranted(draft: Draft, entry: EntryOf<'granted'>): void {
  const { source } = entry;
  if (source.kind === 'plan') draft.allowanceFor = source.cycleStart;
  if (source.kind === 'promotion') draft.promotionFor = promotionGiven(draft, source.promotionId, entry);
  if (source.kind === 'trial') draft.trialGiven = true;
  if (source.kind === 'purchase') draft.lastPaidAt = entry.at;
  if (source.kind === 'purchase' && source.automatic && draft.autoTopUp !== null) {
    const before = draft.autoTopUp;
    const sameMonth = before.lastPurchaseAt !== null && before.lastPurchaseAt >= monthStart(entry.at, draft.timeZone);
    draft.autoTopUp = {
      ...before,
      lastTriggerSeq: draft.seq,
      retryAt: null,
      declinesInARow: 0,
      spentInMonth: source.paid.minor + (sameMonth ? before.spentInMonth : 0n),
      lastPurchaseAt: entry.at,
    };
  }
  keep(draft, {
    id: entry.grantId,
    bucket: entry.bucket,
    source,
    effectiveAt: entry.effectiveAt,
    expiresAt: entry.expiresAt,
    graceUntil: null,
    granted: entry.amount,
    available: entry.amount,
    held: 0n,
    spent: 0n,
    expired: 0n,
    refunded: 0n,
    paidBack: 0n,
  });
  draft.nextExpiryAt = earlier(draft.nextExpiryAt, entry.expiresAt);
}

/** Changes the draft by the holds of a batch, which draw the same from the same grants again and again: once for all of them. */
export function applyHolds(draft: Draft, entries: readonly EntryOf<'held'>[]): void {
  let slices: readonly Slice[] = [];
  let times = 0n;
  for (const entry of entries) {
    draft.seq += 1;
    draft.lastAt = Math.max(draft.lastAt, entry.at);
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
    change(draft, { ...slice, amount: amount * times }, (g, a) => ({ ...g, available: g.available - a, held: g.held + a }));
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
    change(draft, slice, (g, a) => {
      const lapsed = release !== null && g.expiresAt !== null && g.expiresAt <= release.at;
      const graceUntil = lapsed ? later(g.graceUntil, release.graceUntil) : g.graceUntil;
      return { ...g, held: g.held - a, available: g.available + a, graceUntil };
    });
  }
  if (returned.length > 0) draft.nextExpiryAt = earliestExpiry(draft);
  if (draft.claims.length > 0) draft.claims = withinReach(draft);
}

function applyRefunded(draft: Draft, entry: EntryOf<'refunded'>): void {
  for (const slice of entry.slices) take(draft, slice);
  payBack(draft, entry.purchaseOpId, entry.money.minor);
  draft.shortfall += entry.shortfall;
  if (entry.follows !== undefined) {
    endClaim(draft, entry, entry.follows);
  } else if (entry.basis === 'chargeback') {
    const dispute = { slices: entry.slices, money: entry.money, shortfall: entry.shortfall };
    draft.disputes = { ...draft.disputes, [entry.purchaseOpId]: dispute };
  }
  if (entry.basis === 'policy' && entry.follows === undefined) draft.refundsByItself += 1;
  if (entry.awaits !== undefined) {
    const { opId: refund, purchaseOpId, basis } = entry;
    draft.claims = [...draft.claims, ...entry.awaits.map((slice) => ({ refund, purchaseOpId, basis, ...slice }))];
  }
  draft.nextExpiryAt = earliestExpiry(draft);
}

/** What was awaited has come back or was spent; a chargeback remembers both, because a dispute that is won undoes them. */
function endClaim(draft: Draft, { basis, purchaseOpId, slices, shortfall }: EntryOf<'refunded'>, { refund, grantId }: Follows): void {
  const ended = sum(slices) + shortfall;
  draft.claims = draft.claims.flatMap((claim) => {
    if (claim.refund !== refund || claim.grantId !== grantId) return [claim];
    return claim.amount > ended ? [{ ...claim, amount: claim.amount - ended }] : [];
  });
  const dispute = basis === 'chargeback' ? draft.disputes[purchaseOpId] : undefined;
  if (dispute === undefined) return;
  const more = { ...dispute, slices: [...dispute.slices, ...slices], shortfall: dispute.shortfall + shortfall };
  draft.disputes = { ...draft.disputes, [purchaseOpId]: more };
}

function applySettledShortfall(draft: Draft, { purchaseOpId, slices, struck }: EntryOf<'shortfall-settled'>): void {
  for (const slice of slices) take(draft, slice);
  const settled = sum(slices) + struck;
  draft.shortfall -= settled;
  const dispute = draft.disputes[purchaseOpId];
  if (dispute !== undefined) {
    const less = { ...dispute, slices: [...dispute.slices, ...slices], shortfall: dispute.shortfall - settled };
    draft.disputes = { ...draft.disputes, [purchaseOpId]: less };
  }
  draft.nextExpiryAt = earliestExpiry(draft);
}

const take = (draft: Draft, slice: Slice): void =>
  change(draft, slice, (g, a) => ({ ...g, available: g.available - a, refunded: g.refunded + a }));

function applyDisputeWon(draft: Draft, entry: EntryOf<'dispute-won'>): void {
  const { undoes, purchaseOpId } = entry;
  for (const slice of entry.slices) change(draft, slice, (g, a) => ({ ...g, available: g.available + a, refunded: g.refunded - a }));
  payBack(draft, purchaseOpId, -entry.money.minor);
  draft.shortfall -= entry.shortfall;
  if (undoes === undefined) {
    const { [purchaseOpId]: _, ...open } = draft.disputes;
    draft.disputes = open;
  }
  if (undoes?.basis === 'policy') draft.refundsByItself -= 1;
  draft.claims = draft.claims.filter((claim) =>
    undoes === undefined ? claim.purchaseOpId !== purchaseOpId || claim.basis !== 'chargeback' : claim.refund !== undoes.refund,
  );
  draft.nextExpiryAt = earliestExpiry(draft);
}
