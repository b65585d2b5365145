/**
 * The clock of a balance that lapses some time after its last paid top-up (PG-12, PG-13). It stands at the last one that was paid and kept: what was
 * refunded or taken back by the bank moves nothing, and what it had moved goes back to where it would be. What was bought on account moves nothing
 * before its money has come.
 */
import { addSteps } from './calendar.ts';
import { type Draft, grantOf, later, onGrace } from './draft.ts';
import { addMillis, maxMillis, NO_TIME } from './durations.ts';
import { earliest, laterBy, latest } from './instants.ts';
import { moneyForUnits, subtractMinor, unitsBought } from './minor.ts';
import { grantOfOperation, unitsFrom } from './minting.ts';
import type { EntryOf, Grant, PaymentMade } from './model.ts';
import type { PolicyTerms, Step } from './policy.ts';
import type { GrantId, Instant, OpId, Slice, Units } from './quantities.ts';
import { minUnits, NO_UNITS, subtractUnits, sumUnits } from './units.ts';
import { bucketRule } from './validity.ts';

/** null: what is in the bucket has another rule. */
export function clockStep(terms: PolicyTerms, bucket: string): Step | null {
  const validity = bucketRule(terms, bucket)?.validity;
  return validity?.kind === 'from-last-payment' ? validity.step : null;
}

/** Paid, and of what went back in part enough is left for a top-up. */
function isKept(terms: PolicyTerms, draft: Draft, { opId, paid, open }: PaymentMade): boolean {
  if (open) return false;
  const back = grantOf(draft, grantOfOperation(opId))?.paidBack ?? draft.paidBack[opId] ?? 0n;
  const least = terms.topUp === null ? 1n : moneyForUnits(terms.topUp.minimum, terms.topUp.unitsPerMinor);
  return back === 0n || paid - back >= least;
}

/** Whether it was bought on account and its money has not come. */
export const awaitsMoney = ({ payments }: Pick<Draft, 'payments'>, purchaseOpId: OpId): boolean =>
  payments.some(({ opId, open }) => open === true && opId === purchaseOpId);

/** The payments, once the money of this one has come. */
export const nowPaid = (payments: readonly PaymentMade[], purchaseOpId: OpId): readonly PaymentMade[] =>
  payments.map(({ open, ...payment }) => (open && payment.opId !== purchaseOpId ? { ...payment, open } : payment));

/** When the last of the payments was made that was kept; null: there is none that still counts. */
const keptPaidAt = (terms: PolicyTerms, draft: Draft, payments: readonly PaymentMade[]): Instant | null =>
  payments.reduce<Instant | null>((last, payment) => (isKept(terms, draft, payment) ? later(last, payment.at) : last), null);

/** Until when a grant lives while the clock stands at `paidAt`; null: for ever, as staff said, until a top-up moves it. */
function livesUntil({ timeZone }: Draft, { source, effectiveAt }: Grant, paidAt: Instant | null, step: Step): Instant | null {
  if (source.kind === 'admin' && source.until !== undefined && (paidAt === null || paidAt <= effectiveAt)) return source.until;
  const own = addSteps(effectiveAt, step, 1, timeZone);
  const clock = paidAt === null ? null : addSteps(paidAt, step, 1, timeZone);
  if (clock === null || clock <= effectiveAt) return own;
  return source.kind === 'purchase' ? latest(own, clock) : clock;
}

/** Of what lapsed, what the money that is still here for it pays: what went back meanwhile revives nothing. */
function stillPaid({ source, granted, available, held, spent, paidBack }: Grant, lapsed: Units): Units {
  if (source.kind !== 'purchase') return lapsed;
  const { minor } = source.paid;
  const left =
    minor === 0n
      ? NO_UNITS
      : subtractUnits(unitsBought(granted, subtractMinor(minor, paidBack), minor), unitsFrom(available + held + spent));
  return left > 0n ? minUnits(lapsed, left) : NO_UNITS;
}

interface Moving {
  readonly opId: OpId;
  /** The payment that went back, stands again, or came at last. */
  readonly because: OpId;
  /** What lapsed only because it had gone back: lives again when it stands again. */
  readonly lapsed?: readonly Slice[];
  /** What came back: the clock may have moved while it was away. */
  readonly returned?: readonly Slice[];
  /** What was bought on account is paid now: an entry says so even when nothing moves, and what has lapsed stays so. */
  readonly paid?: true;
}

/** After money moved: where the clock stands now, and what it moves. None when it stands where it stood. Not applied. */
export function clockEntries(
  terms: PolicyTerms,
  draft: Draft,
  { opId, because, lapsed = [], returned = [], paid }: Moving,
  now: Instant,
): EntryOf<'expiry-changed'>[] {
  if (!paid && !terms.buckets.some(({ id }) => clockStep(terms, id) !== null)) return [];
  // What never stood on the clock takes nothing with it.
  if (!paid && returned.length === 0 && awaitsMoney(draft, because)) return [];
  const payments = paid ? nowPaid(draft.payments, because) : draft.payments;
  const [before, clock] = [draft.lastPaidAt, keptPaidAt(terms, draft, payments)];
  if (before === clock && returned.length === 0 && !paid) return [];
  const groups = new Map<Instant | null, { readonly ids: GrantId[]; readonly revives: Slice[] }>();
  const graced: Graced[] = [];
  const put = (expiresAt: Instant | null, id: GrantId, slice: Slice | null): void => {
    const group = groups.get(expiresAt) ?? { ids: [], revives: [] };
    groups.set(expiresAt, group);
    if (!group.ids.includes(id)) group.ids.push(id);
    if (slice !== null) group.revives.push(slice);
  };
  for (const grant of draft.grants.values()) {
    const step = clockStep(terms, grant.bucket);
    if (step === null) continue;
    if (paid && grant.expiresAt !== null && grant.expiresAt <= now) continue;
    const away = returned.some(({ grantId }) => grantId === grant.id);
    if (!away && grant.expiresAt !== livesUntil(draft, grant, before, step)) continue;
    const next = livesUntil(draft, grant, clock, step);
    // What lapsed and has its grace lapses no later than it did, and has no more grace than its own.
    if (onGrace(grant)) graced.push(...lessGrace(terms, grant, next));
    else if (next !== grant.expiresAt) put(next, grant.id, null);
  }
  for (const slice of lapsed) {
    const grant = grantOf(draft, slice.grantId);
    const step = grant === undefined ? null : clockStep(terms, grant.bucket);
    if (grant === undefined || step === null) continue;
    const next = livesUntil(draft, grant, clock, step);
    const amount = stillPaid(grant, slice.amount);
    if ((next === null || next > now) && amount > 0n) put(next, grant.id, { ...slice, amount });
  }
  const base = { opId, at: now, kind: 'expiry-changed', clock, because, ...(paid && { paid }) } as const;
  if (groups.size + graced.length === 0) return before === clock && !paid ? [] : [{ ...base, grantIds: [], expiresAt: null }];
  const moved = [...groups]
    .sort(([a], [b]) => (a ?? Number.POSITIVE_INFINITY) - (b ?? Number.POSITIVE_INFINITY))
    .map(([expiresAt, { ids, revives }]) => ({ ...base, grantIds: ids.sort(), expiresAt, ...(revives.length > 0 && { revives }) }));
  return [...moved, ...graced.map((one) => ({ ...base, ...one }))];
}

type Graced = Pick<EntryOf<'expiry-changed'>, 'grantIds' | 'expiresAt' | 'graceUntil'>;

/** Of credit that failing work gave back after it had lapsed, when it turns out to have lapsed before that: its grace is as long as it would have been. */
function lessGrace(terms: PolicyTerms, { id, expiresAt, graceUntil }: Grant, next: Instant | null): Graced[] {
  if (expiresAt === null || graceUntil === null || next === null || next >= expiresAt) return [];
  const longestHoldMs = Object.values(terms.operations).reduce((longest, { holdMs }) => maxMillis(longest, holdMs), NO_TIME);
  return [{ grantIds: [id], expiresAt: next, graceUntil: earliest(graceUntil, laterBy(next, addMillis(longestHoldMs, terms.graceMs))) }];
}

/** What of the older balance lapses earlier with it, and when; null: nothing does. */
export function olderLapse(
  draft: Draft,
  entries: readonly EntryOf<'expiry-changed'>[],
  now: Instant,
): { readonly amount: Units; readonly lapsesAt: Instant } | null {
  const [first] = entries;
  if (first === undefined || first.expiresAt === null) return null;
  const amount = sumUnits(first.grantIds.map((id) => draft.grants.get(id)?.available ?? NO_UNITS));
  return amount === 0n ? null : { amount, lapsesAt: latest(first.expiresAt, now) };
}
