/**
 * Money given back, as facts of the ledger: what credit goes with it, what goes as soon as work under way gives it back, and what should have gone
 * and was spent already. At most what was paid, and never a silent negative. What is answered depends on the purchase's own history alone.
 */
import { sum } from '../model/amount.ts';
import { afterDays } from '../model/calendar.ts';
import { awaited, unclaimed } from '../model/claims.ts';
import { clockEntries, olderLapse } from '../model/clock.ts';
import type { CommandOf, Refusal } from '../model/commands.ts';
import { type Draft, grantOf, grantsFor } from '../model/draft.ts';
import { apply } from '../model/evolve.ts';
import { EPOCH, latest } from '../model/instants.ts';
import { minMinor, NO_MONEY, shareOfMinor, subtractMinor, unitsBought } from '../model/minor.ts';
import { grantOfOperation } from '../model/minting.ts';
import type { Entry, EntryOf, Grant } from '../model/model.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { GrantId, Instant, Minor, Money, OpId, Slice, Units } from '../model/quantities.ts';
import type { Decided } from '../model/receipts.ts';
import { addUnits, minUnits, NO_UNITS, subtractUnits, sumUnits } from '../model/units.ts';
import { refuse } from './holds.ts';

type Refund = CommandOf<'refund'>;

/** A purchase, alive or long forgotten. */
interface Purchase {
  readonly opId: OpId;
  /** What is there of it still. None: nothing is left in it, and it left the hot state. */
  readonly grants: readonly Grant[];
  readonly granted: Units;
  readonly spent: Units;
  /** null where nobody said: an entry of long ago, and so past every window. */
  readonly boughtAt: Instant | null;
  readonly paid: Money;
  /** Of the price, in minor units, what did not go back yet. */
  readonly left: Minor;
}

/** A refund by the policy's own rule, case by case (`goodwill`), or taken by the bank (`chargeback`). */
export function refund(terms: PolicyTerms, draft: Draft, command: Refund, now: Instant): Decided<'refund'> {
  const bought = purchaseOf(draft, command);
  if ('code' in bought) return refuse(bought);
  if (bought.left <= 0n) return refuse({ code: 'not_refundable', why: 'already-refunded' });
  switch (command.basis) {
    case 'policy':
      return byPolicy(terms, draft, command, bought, now);
    case 'goodwill':
      return byGoodwill(terms, draft, command, bought, now);
    case 'chargeback':
      return byBank(terms, draft, command, bought, now);
  }
}

/** As the state has it, or, of a grant that left it, as its invoice and the ledger do. */
function purchaseOf(draft: Draft, { purchaseOpId: opId, purchase }: Refund): Purchase | Refusal {
  const grant = grantOf(draft, grantOfOperation(opId));
  if (grant !== undefined) {
    if (grant.source.kind !== 'purchase') return { code: 'not_refundable', why: 'not-bought' };
    const { granted, spent, effectiveAt, paidBack, source } = grant;
    return {
      opId,
      grants: [grant],
      granted,
      spent,
      boughtAt: effectiveAt,
      paid: source.paid,
      left: subtractMinor(source.paid.minor, paidBack),
    };
  }
  if (purchase === undefined) return { code: 'not_found', what: opId };
  const { credits, paid, boughtAt = null, spent = credits } = purchase;
  return {
    opId,
    grants: grantsFor(draft, opId),
    granted: credits,
    spent,
    boughtAt,
    paid,
    left: subtractMinor(paid.minor, draft.paidBack[opId] ?? NO_MONEY),
  };
}

function byPolicy(terms: PolicyTerms, draft: Draft, command: Refund, bought: Purchase, now: Instant): Decided<'refund'> {
  const { grants, paid, left, granted } = bought;
  const refusal = againstPolicy(terms, draft, bought, now);
  if (refusal !== null) return refuse(refusal);
  const available = availableIn(grants);
  if (terms.refunds.covers === 'everything')
    return write(terms, draft, command, { ...bought, taking: { money: left, taken: available } }, now);
  if (available === 0n) return refuse({ code: 'not_refundable', why: 'used' });
  // The share that was not used, rounded down to the cent; all of it when nothing was.
  return write(
    terms,
    draft,
    command,
    { ...bought, taking: { money: minMinor(shareOfMinor(paid.minor, available, granted), left), taken: available } },
    now,
  );
}

/** Why the customer cannot have it by itself: too late, had it before (AS-11), or work under way still holds some of it (PG-16). */
function againstPolicy(terms: PolicyTerms, draft: Draft, { grants, boughtAt }: Purchase, now: Instant): Refusal | null {
  const { windowDays, timesByItself } = terms.refunds;
  // Nobody says when it was bought: what is known is that nothing is left of it.
  if (boughtAt === null) return { code: 'not_refundable', why: 'used' };
  const closed = windowDays === 0 || now >= afterDays(boughtAt, windowDays, draft.timeZone);
  if (closed) return { code: 'not_refundable', why: 'window-closed' };
  if (timesByItself !== undefined && draft.refundsByItself >= timesByItself) return { code: 'not_refundable', why: 'given-before' };
  if (grants.every((grant) => unclaimed(draft, grant) === 0n)) return null;
  return { code: 'not_refundable', why: 'held', until: heldUntil(draft, grants) };
}

/** When the last of the work that holds some of it is over at the latest. */
function heldUntil(draft: Draft, grants: readonly Grant[]): Instant {
  const ids = new Set(grants.map(({ id }) => id));
  let until = EPOCH;
  for (const { expiresAt, slices } of draft.holds.values())
    if (slices.some(({ grantId }) => ids.has(grantId))) until = latest(until, expiresAt);
  return until;
}

/** Case by case: an amount of money, and the credit that goes with it as far as it is still there, or comes back. */
function byGoodwill(terms: PolicyTerms, draft: Draft, command: Refund, bought: Purchase, now: Instant): Decided<'refund'> {
  const { grants, paid, left, granted } = bought;
  const money = command.money ?? { minor: left, currency: paid.currency };
  if (money.currency !== paid.currency) return refuse({ code: 'currency_mismatch', expected: paid.currency, given: money.currency });
  if (money.minor <= 0n || money.minor > left)
    return refuse({ code: 'invalid_amount', why: 'A refund is more than zero and at most what was paid.' });
  const share = unitsBought(granted, money.minor, paid.minor);
  const taken = minUnits(share, availableIn(grants));
  const awaits = awaitedOf(draft, grants, subtractUnits(share, taken));
  return write(terms, draft, command, { ...bought, taking: { money: money.minor, taken, awaits } }, now);
}

/** All that is left goes; what was spent is owed, for at most the credit that the money was the price of. */
function byBank(terms: PolicyTerms, draft: Draft, command: Refund, bought: Purchase, now: Instant): Decided<'refund'> {
  const { opId, grants, paid, left, granted, spent } = bought;
  if (draft.disputes[opId] !== undefined) return refuse({ code: 'not_refundable', why: 'already-refunded' });
  const taken = availableIn(grants);
  const gaveUp = sumUnits(grants.map(({ id }) => givenUp(draft, opId, id)));
  const shortfall = minUnits(addUnits(spent, gaveUp), unitsBought(granted, left, paid.minor));
  const awaits = awaitedOf(draft, grants, granted);
  return write(terms, draft, command, { ...bought, taking: { money: left, taken, shortfall, awaits } }, now);
}

/** What of this grant was given up for debts of other payments: used, as far as its own payment goes. */
const givenUp = (draft: Draft, purchaseOpId: OpId, grantId: GrantId): Units =>
  Object.entries(draft.disputes).reduce(
    (total, [of, { slices }]) => (of === purchaseOpId ? total : addUnits(total, sum(slices.filter((slice) => slice.grantId === grantId)))),
    NO_UNITS,
  );

interface Taking {
  readonly money: Minor;
  readonly taken: Units;
  readonly shortfall?: Units;
  readonly awaits?: readonly Slice[];
}

function write(
  terms: PolicyTerms,
  draft: Draft,
  command: Refund,
  { opId, grants, paid, taking }: Purchase & { readonly taking: Taking },
  now: Instant,
): Decided<'refund'> {
  const { money, taken, shortfall = NO_UNITS, awaits = [] } = taking;
  const entry: EntryOf<'refunded'> = {
    opId: command.opId,
    at: now,
    kind: 'refunded',
    basis: command.basis,
    slices: takenFrom(grants, taken),
    money: { minor: money, currency: paid.currency },
    purchaseOpId: opId,
    shortfall,
    reason: command.reason,
    ...(awaits.length > 0 && { awaits }),
  };
  apply(draft, entry);
  const clock = clockEntries(terms, draft, { opId: command.opId, because: opId }, now);
  const older = olderLapse(draft, clock, now);
  for (const one of clock) apply(draft, one);
  const entries: Entry[] = [entry, ...clock];
  return {
    ok: true,
    entries,
    receipt: { kind: 'refunded', money: entry.money, amount: taken, shortfall, ...awaitedIn(awaits), ...(older !== null && { older }) },
  };
}

const awaitedIn = (awaits: readonly Slice[]): { readonly awaited?: Units } => (awaits.length === 0 ? {} : { awaited: sum(awaits) });

const availableIn = (grants: readonly Grant[]): Units => sumUnits(grants.map(({ available }) => available));

function takenFrom(grants: readonly Grant[], units: Units): Slice[] {
  let left = units;
  return grants.flatMap(({ id, bucket, available }) => {
    const amount = minUnits(available, left);
    left = subtractUnits(left, amount);
    return amount > 0n ? [{ bucket, grantId: id, amount }] : [];
  });
}

function awaitedOf(draft: Draft, grants: readonly Grant[], units: Units): Slice[] {
  let left = units;
  return grants.flatMap((grant) => {
    const slices = awaited(draft, grant, left);
    left = subtractUnits(left, sum(slices));
    return slices;
  });
}
