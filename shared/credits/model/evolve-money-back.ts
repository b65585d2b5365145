/** The part of the fold that is about money that went back, and about when credit lapses. */
import { sum } from './amount.ts';
import { nowPaid } from './clock.ts';
import { type Draft, earliestExpiry, grantOf, moveUnits, payBack } from './draft.ts';
import { NO_MONEY, negateMinor } from './minor.ts';
import type { EntryOf, Follows, GrantSource } from './model.ts';
import { moneyRestored, moneyReturned, periodOf } from './paid-periods.ts';
import type { Slice } from './quantities.ts';
import { addUnits, subtractUnits } from './units.ts';

/** Remembers a payment as long as its credit may live; older ones move no clock any more. */
export function paymentMade(
  draft: Draft,
  { opId, at, expiresAt }: EntryOf<'granted'>,
  { paid, onAccount }: Extract<GrantSource, { kind: 'purchase' }>,
): void {
  if (onAccount === undefined) draft.lastPaidAt = at;
  if (expiresAt === null) return;
  const living = draft.payments.filter(({ until }) => until > at);
  draft.payments = [...living, { opId, at, until: expiresAt, paid: paid.minor, ...(onAccount && { open: true }) }];
}

/** Moves what lapsed from available to expired, and remembers it where an open dispute may revive it. */
export function applyExpired(draft: Draft, { slices }: EntryOf<'expired'>): void {
  for (const slice of slices)
    moveUnits(draft, slice, (g, a) => ({ ...g, available: subtractUnits(g.available, a), expired: addUnits(g.expired, a) }));
  for (const [opId, dispute] of Object.entries(draft.disputes)) {
    const lapsed = slices.filter(({ grantId }) => dispute.moved?.includes(grantId));
    if (lapsed.length > 0) draft.disputes = { ...draft.disputes, [opId]: { ...dispute, lapsed: [...(dispute.lapsed ?? []), ...lapsed] } };
  }
  draft.nextExpiryAt = earliestExpiry(draft);
}

/** Sets when grants lapse, revives what a moved clock brings back, and notes the payment that moved it. */
export function applyExpiry(draft: Draft, entry: EntryOf<'expiry-changed'>): void {
  const { grantIds, expiresAt, clock, because, paid, revives = [], graceUntil } = entry;
  for (const slice of revives)
    moveUnits(draft, slice, (g, a) => ({ ...g, expired: subtractUnits(g.expired, a), available: addUnits(g.available, a) }));
  for (const id of grantIds) {
    const grant = draft.grants.get(id);
    if (grant === undefined) continue;
    const grace = graceUntil === undefined ? grant.graceUntil : graceUntil;
    draft.grants.set(id, { ...grant, expiresAt, graceUntil: grace, ...(paid === false && { unpaid: true }) });
  }
  if (clock !== undefined) draft.lastPaidAt = clock;
  if (paid && because !== undefined) draft.payments = nowPaid(draft.payments, because);
  const dispute = because === undefined ? undefined : draft.disputes[because];
  if (because !== undefined && dispute !== undefined)
    draft.disputes = { ...draft.disputes, [because]: { ...dispute, moved: [...(dispute.moved ?? []), ...grantIds] } };
  draft.nextExpiryAt = earliestExpiry(draft);
}

/** Takes refunded credit out of the grants and notes the money; what cannot be taken becomes a shortfall or a claim on open holds. */
export function applyRefunded(draft: Draft, entry: EntryOf<'refunded'>): void {
  // What a dispute may give back stays in the state: it is named before it is taken.
  if (entry.follows === undefined && entry.basis === 'chargeback') {
    const { slices, money, shortfall, stood } = entry;
    const dispute = { slices, money, shortfall, ...(stood && { stood }) };
    draft.disputes = { ...draft.disputes, [entry.purchaseOpId]: dispute };
  }
  if (entry.follows !== undefined) endClaim(draft, entry, entry.follows);
  // Where staff takes credit, no money of its period went.
  if (entry.money.minor > 0n || entry.follows !== undefined) moneyReturned(draft, movedBy(draft, entry));
  for (const slice of entry.slices) takeRefunded(draft, slice);
  payBack(draft, entry.purchaseOpId, entry.money.minor);
  draft.shortfall = addUnits(draft.shortfall, entry.shortfall);
  if (entry.basis === 'policy' && entry.follows === undefined) draft.refundsByItself += 1;
  if (entry.awaits !== undefined) {
    const { opId: refund, purchaseOpId, basis } = entry;
    draft.claims = [...draft.claims, ...entry.awaits.map((slice) => ({ refund, purchaseOpId, basis, ...slice }))];
  }
  draft.nextExpiryAt = earliestExpiry(draft);
}

/** What work under way gave back, or spent after all, is of the period that had granted it. */
function movedBy(
  draft: Draft,
  { purchaseOpId, money, slices, shortfall, stood, follows }: EntryOf<'refunded'>,
): Parameters<typeof moneyReturned>[1] {
  const grant = follows === undefined ? undefined : grantOf(draft, follows.grantId);
  const late = grant === undefined ? null : periodOf(grant);
  const places = late === null ? stood : [{ period: late, minor: NO_MONEY, shortfall }];
  return { purchaseOpId, minor: money.minor, slices, shortfall, stood: places };
}

/** What was awaited has come back or was spent; a chargeback remembers both, because a dispute that is won undoes them. */
function endClaim(draft: Draft, { basis, purchaseOpId, slices, shortfall }: EntryOf<'refunded'>, { refund, grantId }: Follows): void {
  const ended = addUnits(sum(slices), shortfall);
  draft.claims = draft.claims.flatMap((claim) => {
    if (claim.refund !== refund || claim.grantId !== grantId) return [claim];
    return claim.amount > ended ? [{ ...claim, amount: subtractUnits(claim.amount, ended) }] : [];
  });
  const dispute = basis === 'chargeback' ? draft.disputes[purchaseOpId] : undefined;
  if (dispute === undefined) return;
  const grant = grantOf(draft, grantId);
  const late = grant === undefined ? null : periodOf(grant);
  const stood = dispute.stood?.map((one) => (one.period === late ? { ...one, shortfall: addUnits(one.shortfall, shortfall) } : one));
  const more = {
    ...dispute,
    slices: [...dispute.slices, ...slices],
    shortfall: addUnits(dispute.shortfall, shortfall),
    ...(stood && { stood }),
  };
  draft.disputes = { ...draft.disputes, [purchaseOpId]: more };
}

/** Lowers the shortfall by what was taken from the grants or struck off. */
export function applySettledShortfall(draft: Draft, { purchaseOpId, slices, struck }: EntryOf<'shortfall-settled'>): void {
  const settled = addUnits(sum(slices), struck);
  draft.shortfall = subtractUnits(draft.shortfall, settled);
  const dispute = draft.disputes[purchaseOpId];
  if (dispute !== undefined) {
    const less = { ...dispute, slices: [...dispute.slices, ...slices], shortfall: subtractUnits(dispute.shortfall, settled) };
    draft.disputes = { ...draft.disputes, [purchaseOpId]: less };
  }
  for (const slice of slices) takeRefunded(draft, slice);
  draft.nextExpiryAt = earliestExpiry(draft);
}

const takeRefunded = (draft: Draft, slice: Slice): void =>
  moveUnits(draft, slice, (g, a) => ({ ...g, available: subtractUnits(g.available, a), refunded: addUnits(g.refunded, a) }));

/** Undoes a chargeback: credit, money and the shortfall are as they were before it. */
export function applyDisputeWon(draft: Draft, entry: EntryOf<'dispute-won'>): void {
  const { undoes, purchaseOpId } = entry;
  for (const slice of entry.slices)
    moveUnits(draft, slice, (g, a) => ({ ...g, available: addUnits(g.available, a), refunded: subtractUnits(g.refunded, a) }));
  payBack(draft, purchaseOpId, negateMinor(entry.money.minor));
  moneyRestored(draft, { ...entry, minor: entry.money.minor });
  draft.shortfall = subtractUnits(draft.shortfall, entry.shortfall);
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
