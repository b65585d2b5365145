/**
 * A state that is being changed: the grants that are alive and the short tail of those with nothing left. Only whoever began
 * a draft touches it, and nobody else sees it before it is done.
 */

import { earliest, latest } from './instants.ts';
import { Layered } from './layered.ts';
import { addMinor, NO_MONEY } from './minor.ts';
import { grantOfOperation } from './minting.ts';
import type { AccountState, ClosedTotals, Grant, Hold } from './model.ts';
import { noteForgotten } from './paid-periods.ts';
import type { GrantId, Instant, Minor, OpId, Slice, Units } from './quantities.ts';
import { addUnits, NO_UNITS } from './units.ts';

/** How many grants with nothing left in them stay visible. The others live on in the ledger and in `closed`. */
const RECENT_GRANTS = 8;

/** A state that one function owns and may change; nobody sees it before it is done. */
export type Draft = { -readonly [K in keyof Omit<AccountState, 'grants' | 'holds'>]: AccountState[K] } & {
  grants: Map<GrantId, Grant>;
  holds: Layered<OpId, Hold>;
};

/** A draft on top of a state, which itself never changes (copy-on-write). */
export const begin = (state: AccountState): Draft => ({ ...state, grants: new Map(state.grants), holds: forked(state.holds) });

const forked = (holds: AccountState['holds']): Draft['holds'] => (holds instanceof Layered ? holds.fork() : new Layered(holds));

/** Remembers what was given back for a purchase, on its grant or, when that is gone, beside. */
export function payBack(draft: Draft, purchaseOpId: OpId, minor: Minor): void {
  if (minor === 0n) return;
  const grant = grantOf(draft, grantOfOperation(purchaseOpId));
  if (grant !== undefined) putGrant(draft, { ...grant, paidBack: addMinor(grant.paidBack, minor) });
  else draft.paidBack = { ...draft.paidBack, [purchaseOpId]: addMinor(draft.paidBack[purchaseOpId] ?? NO_MONEY, minor) };
}

/** A grant that is alive or closed a short while ago. */
export const grantOf = (state: Pick<AccountState, 'grants' | 'recent'>, id: GrantId): Grant | undefined =>
  state.grants.get(id) ?? state.recent.find((grant) => grant.id === id);

/** What is there still of a payment for credit: its own grant, and what was given anew when that was forgotten. */
export const grantsFor = ({ grants, recent }: Pick<AccountState, 'grants' | 'recent'>, opId: OpId): Grant[] =>
  [...grants.values(), ...recent].filter((grant) => grant.id === grantOfOperation(opId) || isAnew(grant, opId));

/** Credit of that payment under another name: a refund of it was not made after all, and the grant that it had come from was forgotten. */
export const isAnew = ({ source }: Pick<Grant, 'source'>, opId: OpId): boolean => source.kind === 'admin' && source.of === opId;

/** Moves a slice's amount inside its grant; without the grant, nothing. */
export function moveUnits(draft: Draft, slice: Slice, move: (grant: Grant, amount: Units) => Grant): void {
  const grant = grantOf(draft, slice.grantId);
  if (grant !== undefined) putGrant(draft, move(grant, slice.amount));
}

/** Puts a grant where it belongs: among the living, or, with nothing left in it, at the end of the short tail. */
export function putGrant(draft: Draft, grant: Grant): void {
  const alive = grant.available > 0n || grant.held > 0n;
  if (alive && draft.grants.has(grant.id)) {
    draft.grants.set(grant.id, grant);
    return;
  }
  const others = draft.recent.filter((other) => other.id !== grant.id);
  if (alive) {
    draft.grants.set(grant.id, grant);
    draft.recent = others;
    return;
  }
  draft.grants.delete(grant.id);
  draft.recent = [...others, grant];
  if (draft.recent.length > RECENT_GRANTS) forgetOldest(draft);
}

function forgetOldest(draft: Draft): void {
  const disputed = new Set(
    Object.values(draft.disputes).flatMap(({ slices, lapsed = [] }) => [...slices, ...lapsed].map((slice) => slice.grantId)),
  );
  const oldest = draft.recent.find((grant) => !disputed.has(grant.id));
  if (oldest === undefined) return;
  draft.recent = draft.recent.filter((grant) => grant !== oldest);
  if (oldest.paidBack > 0n) draft.paidBack = { ...draft.paidBack, [oldest.id]: oldest.paidBack };
  noteForgotten(draft, oldest);
  const before: ClosedTotals = draft.closed[oldest.bucket] ?? { granted: NO_UNITS, spent: NO_UNITS, expired: NO_UNITS, refunded: NO_UNITS };
  const after: ClosedTotals = {
    granted: addUnits(before.granted, oldest.granted),
    spent: addUnits(before.spent, oldest.spent),
    expired: addUnits(before.expired, oldest.expired),
    refunded: addUnits(before.refunded, oldest.refunded),
  };
  draft.closed = { ...draft.closed, [oldest.bucket]: after };
}

/** When what is available in the grant stops being usable; null: never. */
export const lapsesAt = (grant: Grant, closedAt: Instant | null): Instant | null =>
  earlier(later(grant.expiresAt, grant.expiresAt === null ? null : grant.graceUntil), closedAt);

/** Lapsed, and usable still because work under way failed; not of one whose expiry moved past that since. */
export const onGrace = ({ graceUntil, expiresAt }: Grant): boolean => graceUntil !== null && expiresAt !== null && graceUntil > expiresAt;

/** When the next available credit lapses, over all grants; null: none does. */
export function earliestExpiry(state: AccountState | Draft): Instant | null {
  let first: Instant | null = null;
  for (const grant of state.grants.values()) if (grant.available > 0n) first = earlier(first, lapsesAt(grant, state.closedAt));
  return first;
}

/** When the next open hold times out; null: none is open. */
export function earliestTimeout(state: AccountState | Draft): Instant | null {
  let first: Instant | null = null;
  for (const hold of state.holds.values()) first = earlier(first, hold.expiresAt);
  return first;
}

/** The earlier of two times, where null is never. */
export const earlier = (a: Instant | null, b: Instant | null): Instant | null => (a === null ? b : b === null ? a : earliest(a, b));
/** The later of two times, where null is no time at all. */
export const later = (a: Instant | null, b: Instant | null): Instant | null => (a === null ? b : b === null ? a : latest(a, b));
