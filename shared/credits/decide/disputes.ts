/** Money that came back to us after all: a dispute that was won, a refund that the provider did not make. What was taken returns as it was. */
import { sum } from '../model/amount.ts';
import { clockEntries } from '../model/clock.ts';
import type { CommandOf } from '../model/commands.ts';
import { type Draft, grantOf } from '../model/draft.ts';
import { apply } from '../model/evolve.ts';
import { grantIdFrom, grantOfOperation, operationOfGrant } from '../model/minting.ts';
import type { Entry, EntryOf, Standing } from '../model/model.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { GrantId, Instant, OpId, Slice, Units } from '../model/quantities.ts';
import type { Decided } from '../model/receipts.ts';
import { addUnits, minUnits, NO_UNITS, remainingUnits } from '../model/units.ts';
import { expiryOf } from '../model/validity.ts';
import { refuse } from './holds.ts';
import { restored } from './plan-payments.ts';

/** The bank sided with us: what the chargeback took comes back, what was given up for its debt too, and what is still owed is struck. */
export function disputeWon(terms: PolicyTerms, draft: Draft, command: CommandOf<'dispute-won'>, now: Instant): Decided<'dispute-won'> {
  const { opId, purchaseOpId } = command;
  const dispute = draft.disputes[purchaseOpId];
  if (dispute === undefined) return refuse({ code: 'not_found', what: purchaseOpId });
  const { slices, money, shortfall, lapsed, stood } = dispute;
  const won: Entry = { opId, at: now, kind: 'dispute-won', purchaseOpId, slices, money, shortfall, ...(stood && { stood }) };
  apply(draft, won);
  const retaken = givenUp(draft, slices, stood).flatMap((slice) => takenAgain(draft, opId, slice, now));
  const clock = clockEntries(terms, draft, { opId, because: purchaseOpId, returned: slices, ...(lapsed && { lapsed }) }, now);
  for (const entry of clock) apply(draft, entry);
  const plan = planAgain(draft, command, { of: purchaseOpId, stood }, now);
  return { ok: true, entries: [won, ...retaken, ...clock, ...plan], receipt: { kind: 'dispute-won', money } };
}

/** Whose credit it is: of which payment, or of which period. */
function ownerOf(draft: Draft, grantId: GrantId): OpId {
  const source = grantOf(draft, grantId)?.source;
  const paidBy = source?.kind === 'plan' ? source.paidBy : undefined;
  return (source?.kind === 'admin' ? source.of : paidBy) ?? operationOfGrant(grantId);
}

/** Of what comes back what had been given up for the debt. What the bank had taken itself comes first, and stands on money that is there again. */
function givenUp(draft: Draft, slices: readonly Slice[], stood: readonly Standing[] = []): Slice[] {
  const own = new Map(stood.map(({ period, taken = NO_UNITS, awaited = NO_UNITS }) => [period, addUnits(taken, awaited)]));
  return slices.flatMap((slice) => {
    const owner = ownerOf(draft, slice.grantId);
    const left = own.get(owner) ?? NO_UNITS;
    own.set(owner, remainingUnits(left, slice.amount));
    const amount = remainingUnits(slice.amount, left);
    return amount > 0n ? [{ ...slice, amount }] : [];
  });
}

/** Credit of another payment that the bank took meanwhile: it had been given up for this debt, and is now owed less of its own. */
function takenAgain(draft: Draft, opId: OpId, { bucket, grantId, amount }: Slice, now: Instant): EntryOf<'shortfall-settled'>[] {
  const purchaseOpId = ownerOf(draft, grantId);
  const other = draft.disputes[purchaseOpId];
  const part = other === undefined ? NO_UNITS : minUnits(amount, other.shortfall);
  if (part === 0n) return [];
  const entry: EntryOf<'shortfall-settled'> = {
    opId,
    at: now,
    kind: 'shortfall-settled',
    purchaseOpId,
    slices: [{ bucket, grantId, amount: part }],
    struck: NO_UNITS,
    reason: 'its own payment was taken back as well',
  };
  apply(draft, entry);
  return [entry];
}

/** The provider kept the money: what the refund took comes back as it was. Refused while a dispute holds the rest of the same purchase. */
export function refundRefused(
  terms: PolicyTerms,
  draft: Draft,
  command: CommandOf<'refund-refused'>,
  now: Instant,
): Decided<'refund-refused'> {
  const { opId, refund, takenSince = [], lapsedSince } = command;
  const { purchaseOpId, money, shortfall, basis, stood } = refund;
  if (draft.disputes[purchaseOpId] !== undefined) return refuse({ code: 'conflict', what: purchaseOpId });
  const all = [...refund.slices, ...takenSince];
  const slices = all.filter(({ grantId }) => grantOf(draft, grantId) !== undefined);
  const undoes = { refund: refund.opId, basis };
  const back: Entry = { opId, at: now, kind: 'dispute-won', purchaseOpId, slices, money, shortfall, undoes, ...(stood && { stood }) };
  apply(draft, back);
  const lost = all.filter((slice) => !slices.includes(slice));
  const anew = placesOf(refund, lost).map((place, number) => givenAnew(terms, draft, command, { ...place, number }, now));
  for (const entry of anew) apply(draft, entry);
  const clock = clockEntries(
    terms,
    draft,
    { opId, because: purchaseOpId, returned: slices, ...(lapsedSince && { lapsed: lapsedSince }) },
    now,
  );
  for (const entry of clock) apply(draft, entry);
  const plan = planAgain(draft, command, { of: purchaseOpId, stood }, now);
  return { ok: true, entries: [back, ...anew, ...clock, ...plan], receipt: { kind: 'done' } };
}

interface Lost {
  /** The payment, or the period that began with another one, whose credit it was. */
  readonly of: OpId;
  readonly slices: readonly Slice[];
}

/**
 * What was taken of grants that left the state since, by whose credit it was: a plan's payment takes from each period that it stands in, one after the
 * other, and so it is with what it awaits there.
 */
function placesOf({ purchaseOpId, slices, awaits = [], stood = [] }: EntryOf<'refunded'>, lost: readonly Slice[]): Lost[] {
  const places = new Map<OpId, Slice[]>();
  const takenFrom = runs(stood, ({ taken }) => taken);
  const awaitedFrom = runs(stood, ({ awaited }) => awaited);
  for (const slice of lost) {
    const at = slices.indexOf(slice);
    // What came back since was awaited, by its grant.
    const awaited = awaits.findIndex(({ grantId }) => grantId === slice.grantId);
    const period = at >= 0 ? takenFrom(sum(slices.slice(0, at))) : awaited < 0 ? null : awaitedFrom(sum(awaits.slice(0, awaited)));
    const of = period ?? stood.find((one) => one.period !== null)?.period ?? purchaseOpId;
    places.set(of, [...(places.get(of) ?? []), slice]);
  }
  return [...places].map(([of, own]) => ({ of, slices: own }));
}

/** Of credit that was counted place after place: whose the unit behind so many is; null where nobody says. */
function runs(stood: readonly Standing[], counted: (place: Standing) => Units | undefined): (before: Units) => OpId | null {
  let end = NO_UNITS;
  const ends = stood.map((place) => {
    end = addUnits(end, counted(place) ?? NO_UNITS);
    return { period: place.period, end };
  });
  return (before) => ends.find((place) => before < place.end)?.period ?? null;
}

/** The grant that it was taken from left the state long ago: the same credit comes back as a grant of its own, which says whose it is. */
function givenAnew(
  terms: PolicyTerms,
  draft: Draft,
  { opId }: CommandOf<'refund-refused'>,
  { of, slices, number }: Lost & { readonly number: number },
  now: Instant,
): EntryOf<'granted'> {
  const bucket = slices[0]?.bucket ?? '';
  const source = { kind: 'admin', reason: 'a refund was not made after all', of } as const;
  const expiresAt = expiryOf(terms, draft, bucket, source, now);
  const grantId = number === 0 ? grantOfOperation(opId) : grantIdFrom(`${opId}:${number}`);
  return { opId, at: now, kind: 'granted', grantId, bucket, amount: sum(slices), effectiveAt: now, expiresAt, source };
}

/** The plan that stands on the money again, applied; none: it does not, or goes on anyway. */
function planAgain(
  draft: Draft,
  command: CommandOf<'dispute-won' | 'refund-refused'>,
  money: Parameters<typeof restored>[2],
  now: Instant,
): EntryOf<'plan-changed'>[] {
  const plan = restored(draft, command, money, now);
  if (plan === null) return [];
  apply(draft, plan);
  return [plan];
}
