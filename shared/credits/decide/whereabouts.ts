/** Where a plan's payment stands that goes back, and what of the credit there goes with it. */
import { sum } from '../model/amount.ts';
import { awaited, unclaimed } from '../model/claims.ts';
import type { CommandOf } from '../model/commands.ts';
import { type Draft, isAnew } from '../model/draft.ts';
import { addMinor, minMinor, NO_MONEY, subtractMinor, sumMinor, unitsBought, unitsBoughtUp } from '../model/minor.ts';
import { entriesOf, grantOfOperation } from '../model/minting.ts';
import type { Grant, Standing } from '../model/model.ts';
import { boughtFor, partOf, periodOf, standsOn } from '../model/paid-periods.ts';
import { soldOf } from '../model/periods.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { GrantId, Instant, Minor, OpId, Slice, Units } from '../model/quantities.ts';
import { addUnits, maxUnits, minUnits, NO_UNITS, remainingUnits, subtractUnits, sumUnits } from '../model/units.ts';
import { isRunning } from '../model/versions.ts';

type Return = CommandOf<'return-plan'>;

/** So much of a payment, or all that did not go back yet. */
interface Asked {
  readonly minor: Minor;
  readonly whole: boolean;
}

interface Whereabouts {
  /** Each place once, with what goes from there; nothing is owed yet. */
  readonly parts: readonly Standing[];
  /** Of a payment that goes back whole what stands nowhere any more: the customer was given it before, when no bill could use it up. */
  readonly nowhere: Minor;
}

/** Out of what is carried first, then of the period that the payment began, then of later ones, the newest first. */
export function whereabouts(draft: Draft, { paymentOpId }: Pick<Return, 'paymentOpId'>, { minor, whole }: Asked): Whereabouts {
  const { carriedFrom, paidPeriods } = draft;
  const period = paidPeriods[paymentOpId];
  const later = entriesOf(paidPeriods).toReversed();
  const elsewhere: readonly (readonly [OpId | null, Minor])[] = later.map(([by, { from }]) => [by, partOf(from, paymentOpId)]);
  const carried = addMinor(partOf(carriedFrom, paymentOpId), period === undefined ? ofNobody(carriedFrom, minor) : NO_MONEY);
  // Of a period that nobody remembers is its own what is nowhere else.
  const own = [paymentOpId, period?.own ?? minor] as const;
  const places = [[null, carried], ...(period === undefined ? [...elsewhere, own] : [own, ...elsewhere])] as const;
  const parts: Standing[] = [];
  let left = minor;
  for (const [place, there] of places) {
    const part = whole && period !== undefined ? there : minMinor(there, left);
    left = subtractMinor(left, part);
    if (part > 0n) parts.push({ period: place, minor: part, shortfall: NO_UNITS });
  }
  const known = sumMinor(parts.map((part) => part.minor));
  const nowhere = whole && period !== undefined ? subtractMinor(subtractMinor(period.cash, period.returned), known) : NO_MONEY;
  return { parts, nowhere: nowhere > 0n ? nowhere : NO_MONEY };
}

/** Ledgers of earlier versions do not say whose carried money is: it is taken for this payment's. */
const ofNobody = (parts: Draft['carriedFrom'], minor: Minor): Minor => minMinor(partOf(parts, null), minor);

interface Takings {
  readonly slices: readonly Slice[];
  readonly awaits: readonly Slice[];
  /** The parts, each with what is owed of it. */
  readonly stood: readonly Standing[];
  readonly shortfall: Units;
}

interface Going extends Whereabouts {
  readonly whole: boolean;
  /** Other money that goes back to the customer, as the period ends. */
  readonly credited: Minor;
  /** Credit that goes with it. */
  readonly reserved: readonly Slice[];
}

/** What is there goes, what work under way holds goes when it comes back, and of a chargeback what was spent is owed. Nothing is changed yet. */
export function takings(terms: PolicyTerms, draft: Draft, command: Return, going: Going): Takings {
  const { parts, nowhere, reserved } = going;
  const slices: Slice[] = [];
  const awaits: Slice[] = [];
  const stood: Standing[] = [];
  let shortfall = NO_UNITS;
  for (const part of parts) {
    const { period, minor } = part;
    const place = period === null ? null : { period, minor, left: leftOf(draft, command, { period, minor }, going) };
    const from = place === null ? NOTHING : takenFrom(terms, draft, command, place, reserved);
    slices.push(...from.slices);
    awaits.push(...from.awaits);
    const [taken, awaited] = [sum(from.slices), sum(from.awaits)];
    stood.push({ ...part, ...(taken > 0n && { taken }), ...(awaited > 0n && { awaited }), shortfall: from.owed });
    shortfall = addUnits(shortfall, from.owed);
  }
  const period = draft.paidPeriods[command.paymentOpId];
  // What was paid out before, and goes back for a second time, buys nothing: it is owed at the price of the period that it had been paid for.
  const twice = command.basis === 'chargeback' && nowhere > 0n && period !== undefined ? boughtFor(period, nowhere) : NO_UNITS;
  return { slices, awaits, stood, shortfall: addUnits(shortfall, twice) };
}

/** What the period stands on without this money; one that ends with its own payment gives the customer back what it can. null: it goes on. */
function leftOf(draft: Draft, { paymentOpId }: Return, { period, minor }: Gone, { whole, credited }: Going): Minor | null {
  const { paidPeriods, subscription } = draft;
  const known = paidPeriods[period];
  if (known === undefined) return whole ? NO_MONEY : null;
  // One that was over before gives nothing back: the credit of the other money that it stands on stays.
  const endsWithIt = period === paymentOpId && isRunning(draft) && subscription?.paid?.by === period && minor >= known.own;
  const left = subtractMinor(subtractMinor(standsOn(known), minor), endsWithIt ? credited : NO_MONEY);
  return endsWithIt || left <= 0n ? left : null;
}

type Gone = Pick<Place, 'period' | 'minor'>;

interface From {
  readonly slices: readonly Slice[];
  readonly awaits: readonly Slice[];
  readonly owed: Units;
}

const NOTHING: From = { slices: [], awaits: [], owed: NO_UNITS };

interface Place {
  readonly period: OpId;
  readonly minor: Minor;
  /** What the period stands on without it, once it has given back what it has to; null: it goes on with that. */
  readonly left: Minor | null;
}

/** Of one period: its share of what the period brought so far, soonest first; all that is there when it does not go on. */
function takenFrom(terms: PolicyTerms, draft: Draft, command: Return, place: Place, reserved: readonly Slice[]): From {
  const everything = place.left !== null;
  const grants = grantsOf(draft, command, place.period);
  const others = new Map(reserved.map(({ grantId, amount }) => [grantId, amount]));
  const bought = priceOf(terms, draft, command, place.period, grants);
  const slices: Slice[] = [];
  let left = everything ? up(bought.whole, place.minor, bought) : shareOf(draft, place, bought, grants);
  for (const { id, bucket, available } of grants) {
    const free = subtractUnits(available, others.get(id) ?? NO_UNITS);
    const amount = everything ? free : minUnits(free, left);
    left = remainingUnits(left, amount);
    if (amount > 0n) slices.push({ bucket, grantId: id, amount });
  }
  const spent = remainingUnits(spentOf(draft, command, place, grants), owedBefore(draft, command, place));
  // Money that stays paid for what was spent first, and then for what is held.
  const covered = place.left === null ? NO_UNITS : down(bought.whole, place.left, bought);
  const held = sumUnits(grants.map((grant) => unclaimed(draft, grant)));
  let open = everything ? remainingUnits(held, remainingUnits(covered, spent)) : left;
  const awaits: Slice[] = [];
  for (const grant of grants) {
    const more = awaited(draft, grant, open);
    open = remainingUnits(open, sum(more));
    awaits.push(...more);
  }
  const owed = command.basis === 'chargeback' ? minUnits(remainingUnits(spent, covered), remainingUnits(left, sum(awaits))) : NO_UNITS;
  return { slices, awaits, owed };
}

/** What a period was sold for, and what it brought for that: in all, and so far. */
interface Bought {
  readonly price: Minor;
  readonly whole: Units;
  readonly soFar: Units;
}

/**
 * Of a period that goes on its share of what it brought so far, the months to come bearing the rest. Where other money was paid out meanwhile these bring
 * little or nothing: then what the money that stays is no price for goes as well, as far as this money had bought it.
 */
function shareOf(draft: Draft, { period, minor }: Place, bought: Bought, grants: readonly Grant[]): Units {
  const share = up(bought.soFar, minor, bought);
  const known = draft.paidPeriods[period];
  if (known === undefined) return share;
  const claimed = sumUnits(grants.map((grant) => subtractUnits(grant.held, unclaimed(draft, grant))));
  const here = remainingUnits(remainingUnits(known.granted, known.gone), claimed);
  const paidFor = down(bought.whole, subtractMinor(standsOn(known), minor), bought);
  return maxUnits(share, minUnits(up(bought.whole, minor, bought), remainingUnits(here, paidFor)));
}

const up = (units: Units, minor: Minor, { price }: Bought): Units => (price === 0n ? NO_UNITS : unitsBoughtUp(units, minor, price));
const down = (units: Units, minor: Minor, { price }: Bought): Units => (price === 0n ? NO_UNITS : unitsBought(units, minor, price));

function grantsOf(draft: Draft, command: Return, period: OpId): Grant[] {
  const isOwn = period === command.paymentOpId;
  const own = { ...command, period: { start: command.period.start, end: cutAt(draft, command) ?? command.period.end } };
  return [...draft.grants.values(), ...draft.recent]
    .filter((grant) => (isOwn ? belongs(own, grant) : periodOf(grant) === period))
    .sort(soonestFirst);
}

const soonestFirst = (a: Grant, b: Grant): number => a.effectiveAt - b.effectiveAt || (a.id < b.id ? -1 : 1);

/** When another period began before the paid one was over; null: it went on to its end, or still does. */
function cutAt({ subscription }: Draft, command: Return): Instant | null {
  if (command.cutAt !== undefined) return command.cutAt;
  const began = subscription?.period.start ?? command.period.start;
  return began > command.period.start && began < command.period.end ? began : null;
}

/** The allowances of the paid period; of an upgrade inside of one, as ledgers of earlier versions have it, what the upgrade itself brought. */
export function belongs(
  { paymentOpId, period, carries }: Pick<Return, 'paymentOpId' | 'period' | 'carries'>,
  { id, source }: Pick<Grant, 'id' | 'source'>,
): boolean {
  if (isAnew({ source }, paymentOpId)) return true;
  if (source.kind !== 'plan') return false;
  if (id === grantOfOperation(paymentOpId)) return true;
  // A change in the instant that the period began leaves it no time: what a grant says itself comes first.
  if (source.paidBy !== undefined) return carries && source.paidBy === paymentOpId;
  // What the policy gives goes back with nobody's money.
  if (source.paid === null) return false;
  // An allowance is named by time; what another payment brought is named by that.
  return carries && id.startsWith('plan:') && source.cycleStart >= period.start && source.cycleStart < period.end;
}

/** Of a period that is over what its grants came to, whether or not they are still in the state. */
function priceOf(terms: PolicyTerms, draft: Draft, { granted, spent, paid }: Return, period: OpId, grants: readonly Grant[]): Bought {
  const { subscription, paidPeriods } = draft;
  const running = subscription?.paid?.by === period ? soldOf(terms, draft, subscription) : null;
  if (running !== null) return running;
  const known = paidPeriods[period];
  if (known !== undefined) return { price: known.grantedFor, whole: known.granted, soFar: known.granted };
  const hot: Record<GrantId, Units> = {};
  for (const { id, granted: units } of grants) hot[id] = units;
  // What was given anew is part of what had been granted before.
  for (const { id, source } of grants) if (source.kind === 'admin') hot[id] = NO_UNITS;
  const all = sumUnits(Object.values<Units>({ ...spent, ...granted, ...hot }));
  return { price: paid.minor, whole: all, soFar: all };
}

/** What was spent of the period's credit, of grants that left the state too. */
function spentOf({ paidPeriods }: Draft, command: Return, { period }: Place, grants: readonly Grant[]): Units {
  const here = sumUnits(grants.map(({ spent }) => spent));
  if (period !== command.paymentOpId) return addUnits(here, paidPeriods[period]?.spent ?? NO_UNITS);
  const ids = new Set(grants.map(({ id }) => id));
  return entriesOf(command.spent).reduce((total, [id, units]) => (ids.has(id) ? total : addUnits(total, units)), here);
}

/** What of it other payments that the bank took left owed. */
const owedBefore = ({ disputes }: Draft, { paymentOpId }: Return, { period }: Place): Units =>
  Object.entries(disputes).reduce((total, [of, { stood, shortfall }]) => {
    if (of === paymentOpId) return total;
    if (stood === undefined) return of === period ? addUnits(total, shortfall) : total;
    return stood.reduce((all, one) => (one.period === period ? addUnits(all, one.shortfall) : all), total);
  }, NO_UNITS);
