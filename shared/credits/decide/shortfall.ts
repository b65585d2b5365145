/**
 * A debt in credit that a chargeback left. It is settled by credit that is given up for it, taken by staff or, where the policy says so, from the next
 * payment, or struck by staff; then it is gone. Each part belongs to its dispute, so that one that is won gives back exactly what was taken.
 */
import { sum } from '../model/amount.ts';
import type { CommandOf } from '../model/commands.ts';
import type { Draft } from '../model/draft.ts';
import { apply } from '../model/evolve.ts';
import { entriesOf, unitsFrom } from '../model/minting.ts';
import type { EntryOf } from '../model/model.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { Instant, OpId, Slice, Units } from '../model/quantities.ts';
import type { Decided } from '../model/receipts.ts';
import { minUnits, NO_UNITS, subtractUnits } from '../model/units.ts';
import { refuse } from './holds.ts';

/** On whose word credit goes towards a shortfall: the operation, and the reason for the history. */
export interface Settling {
  readonly opId: OpId;
  readonly reason: string;
}

/** Gives up the slices, at most what is owed of them, for the oldest debts first. The entries are applied. */
export function giveUp(draft: Draft, settling: Settling, slices: readonly Slice[], now: Instant): EntryOf<'shortfall-settled'>[] {
  const entries: EntryOf<'shortfall-settled'>[] = [];
  let left: readonly Slice[] = slices;
  for (const [purchaseOpId, owed] of debts(draft)) {
    const [part, rest] = parted(left, owed);
    if (part.length === 0) break;
    entries.push({
      opId: settling.opId,
      at: now,
      kind: 'shortfall-settled',
      purchaseOpId,
      slices: part,
      struck: NO_UNITS,
      reason: settling.reason,
    });
    left = rest;
  }
  for (const entry of entries) apply(draft, entry);
  return entries;
}

/** Of the new grant of a payment, what is owed from payments before: where the policy says that the next payment settles it. */
export function settleWithPayment(
  terms: PolicyTerms,
  draft: Draft,
  opId: OpId,
  bought: Slice,
  now: Instant,
): EntryOf<'shortfall-settled'>[] {
  if (terms.shortfall !== 'next-payment' || draft.shortfall <= 0n) return [];
  const amount = minUnits(bought.amount, draft.shortfall);
  return giveUp(draft, { opId, reason: 'for a payment that was taken back' }, [{ ...bought, amount }], now);
}

/** Staff strikes it: it was paid in another way, or is let go. Refuses more than is owed. */
export function strikeShortfall(
  draft: Draft,
  { opId, amount, reason }: CommandOf<'strike-shortfall'>,
  now: Instant,
): Decided<'strike-shortfall'> {
  if (draft.shortfall <= 0n) return refuse({ code: 'not_found', what: 'a shortfall' });
  const struck = amount ?? draft.shortfall;
  if (struck <= 0n || struck > draft.shortfall)
    return refuse({
      code: 'invalid_amount',
      why: 'More than nothing is struck, and at most what is owed.',
      least: unitsFrom(1n),
      most: draft.shortfall,
    });
  const entries: EntryOf<'shortfall-settled'>[] = [];
  let left = struck;
  for (const [purchaseOpId, owed] of debts(draft)) {
    const part = minUnits(left, owed);
    if (part === 0n) break;
    entries.push({ opId, at: now, kind: 'shortfall-settled', purchaseOpId, slices: [], struck: part, reason });
    left = subtractUnits(left, part);
  }
  for (const entry of entries) apply(draft, entry);
  return { ok: true, entries, receipt: { kind: 'shortfall-settled', settled: struck, left: draft.shortfall } };
}

const debts = ({ disputes }: Draft): (readonly [OpId, Units])[] =>
  entriesOf(disputes).flatMap(([opId, { shortfall }]) => (shortfall > 0n ? [[opId, shortfall] as const] : []));

/** Slices of at most `amount` from the front, and the rest. */
export function parted(slices: readonly Slice[], amount: Units): [Slice[], Slice[]] {
  const first: Slice[] = [];
  const rest: Slice[] = [];
  for (const slice of slices) {
    const part = minUnits(slice.amount, subtractUnits(amount, sum(first)));
    if (part > 0n) first.push({ ...slice, amount: part });
    if (part < slice.amount) rest.push({ ...slice, amount: subtractUnits(slice.amount, part) });
  }
  return [first, rest];
}
