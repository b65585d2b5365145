/**
 * A plan's payment that went back: refunded by the provider's staff, or taken by the bank. The credit that it paid for goes as far as it is there;
 * what a chargeback finds spent, or given back for an upgrade, is owed. A plan that stands on a payment which went back in full ends; what of the
 * payment was carried to later bills goes with it. Other money that had paid for the period is the customer's again, and the credit of that money
 * goes for good: it does not come back when the payment stands again.
 */
import { smaller, sum } from '../model/amount.ts';
import { awaited } from '../model/claims.ts';
import type { CommandOf, Refusal } from '../model/commands.ts';
import { type Draft, grantOf, isAnew } from '../model/draft.ts';
import { apply } from '../model/evolve.ts';
import type { Entry, EntryOf, Grant, Subscription } from '../model/model.ts';
import { buys, carriedBack } from '../model/periods.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { Instant, Money, Slice, Units } from '../model/quantities.ts';
import { isRunning } from '../model/versions.ts';
import { type Decided, refuse } from './holds.ts';

type Return = CommandOf<'return-plan'>;

/** At most what was paid, and never twice: what went back before counts. */
export function returnPlan(terms: PolicyTerms, draft: Draft, command: Return, now: Instant): Decided {
  const { opId, paymentOpId, basis, paid, reason } = command;
  const left = paid.minor - (grantOf(draft, paymentOpId)?.paidBack ?? draft.paidBack[paymentOpId] ?? 0n);
  if (left <= 0n) return refuse({ code: 'not_refundable', why: 'already-refunded' });
  const money: Money = { ...paid, minor: basis === 'chargeback' ? left : (command.money?.minor ?? left) };
  const wrong = unfit(money, command.money, left);
  if (wrong !== null) return refuse(wrong);
  const until = cutAt(draft, command);
  const own = { ...command, period: { start: command.period.start, end: until ?? command.period.end } };
  const given = [...draft.grants.values(), ...draft.recent].filter((grant) => belongs(own, grant)).sort(soonestFirst);
  const stops = money.minor === left ? stopped(terms, draft, command) : null;
  const parts = taken(draft, command, given, money.minor === left ? null : { share: money.minor, of: paid.minor });
  const { awaits } = parts;
  const slices = without(parts.slices, stops?.returned ?? []);
  const entry: EntryOf<'refunded'> = {
    opId,
    at: now,
    kind: 'refunded',
    basis,
    slices,
    money,
    purchaseOpId: paymentOpId,
    shortfall: basis === 'chargeback' ? owed(terms, draft, command, given, left) : 0n,
    reason,
    ...(awaits.length > 0 && { awaits }),
  };
  const changed = stops ?? (until === null ? null : carriedTaken(draft, money));
  const entries: Entry[] = changed === null ? [entry] : [entry, { opId, at: now, kind: 'plan-changed', ...changed }];
  for (const one of entries) apply(draft, one);
  const amount = sum(parts.slices);
  return {
    ok: true,
    entries,
    receipt: { kind: 'refunded', money, amount, shortfall: entry.shortfall, ...(awaits.length > 0 && { awaited: sum(awaits) }) },
  };
}

function unfit({ minor, currency }: Money, asked: Money | undefined, left: bigint): Refusal | null {
  if (asked !== undefined && asked.currency !== currency) return { code: 'currency_mismatch', expected: currency, given: asked.currency };
  return minor <= 0n || minor > left ? { code: 'invalid_amount', why: 'A refund is more than zero and at most what was paid.' } : null;
}

/** The allowances of the paid period; of an upgrade inside of one, as ledgers of earlier versions have it, what the upgrade itself brought. */
export function belongs(
  { paymentOpId, period, carries }: Pick<Return, 'paymentOpId' | 'period' | 'carries'>,
  { id, source }: Pick<Grant, 'id' | 'source'>,
): boolean {
  if (isAnew({ source }, paymentOpId)) return true;
  if (source.kind !== 'plan') return false;
  if (id === paymentOpId) return true;
  // A change in the instant that the period began leaves it no time: what a grant says itself comes first.
  if (source.paidBy !== undefined) return carries && source.paidBy === paymentOpId;
  // An allowance is named by time; what another payment brought is named by that.
  return carries && id.startsWith('plan:') && source.cycleStart >= period.start && source.cycleStart < period.end;
}

const soonestFirst = (a: Grant, b: Grant): number => a.effectiveAt - b.effectiveAt || (a.id < b.id ? -1 : 1);

/**
 * What goes back with the money: all of it, or a share of what the payment brought, whether or not that is still in the state. What is held for work
 * under way goes when it comes back.
 */
function taken(
  draft: Draft,
  { granted }: Return,
  given: readonly Grant[],
  part: { readonly share: bigint; readonly of: bigint } | null,
): { readonly slices: readonly Slice[]; readonly awaits: readonly Slice[] } {
  const hot = Object.fromEntries(given.map((grant) => [grant.id, grant.granted]));
  // What was given anew is part of what had been granted before.
  for (const { id, source } of given) if (source.kind === 'admin') hot[id] = 0n;
  const all = Object.values({ ...granted, ...hot }).reduce((total, units) => total + units, 0n);
  let left = part === null ? all : (all * part.share) / part.of;
  const slices: Slice[] = [];
  for (const { id, bucket, available } of given) {
    const amount = smaller(available, left);
    left -= amount;
    if (amount > 0n) slices.push({ bucket, grantId: id, amount });
  }
  const awaits: Slice[] = [];
  for (const grant of given) {
    const more = awaited(draft, grant, left);
    left -= sum(more);
    awaits.push(...more);
  }
  return { slices, awaits };
}

/**
 * What was spent, of grants that left the hot state too, and what a change took for the period after: at least its credit, and what the money that
 * moved on and is carried no more buys of that period. What is held is neither.
 */
function owed(terms: PolicyTerms, draft: Draft, command: Return, given: readonly Grant[], left: bigint): Units {
  const { paymentOpId, spent, paid, movedOn = 0n } = command;
  const sumOf = (part: 'granted' | 'refunded' | 'expired' | 'available' | 'held'): Units =>
    given.reduce((all, grant) => all + grant[part], 0n);
  const wentBefore = smaller(sumOf('refunded'), (sumOf('granted') * (paid.minor - left)) / paid.minor);
  const { subscription } = draft;
  const gone = subscription?.paid?.by === paymentOpId ? (subscription.paid.gone ?? 0n) : 0n;
  const took = sumOf('refunded') - wentBefore - gone;
  const hot = new Set(given.map(({ id }) => id));
  const used = Object.entries(spent).reduce(
    (total, [id, units]) => (hot.has(id) ? total : total + units),
    sumOf('granted') - sumOf('expired') - sumOf('available') - sumOf('held') - sumOf('refunded'),
  );
  // What went back before came out of carried money first.
  const elsewhere = smaller(movedOn, paid.minor) - (paid.minor - left) - smaller(draft.carried, left);
  const bought = cutAt(draft, command) === null || elsewhere <= 0n ? 0n : buys(terms, draft, elsewhere);
  return used + (bought > took ? bought : took);
}

type Change = Pick<EntryOf<'plan-changed'>, 'subscription' | 'proration' | 'returned'>;

/** The subscription without that payment; null: it does not stand on it, or has ended anyway. */
function stopped(terms: PolicyTerms, draft: Draft, { period, carries }: Return): Change | null {
  const { subscription, closedAt } = draft;
  if (subscription === null || closedAt !== null || !isRunning(draft) || subscription.period.start !== period.start) return null;
  const back = carries ? carriedBack(terms, draft, subscription) : null;
  if (carries) {
    const ended: Subscription = { ...subscription, status: 'ended', next: null, ...(back && { paid: back.rest }) };
    return { subscription: ended, proration: back?.proration ?? null, ...(back && back.slices.length > 0 && { returned: back.slices }) };
  }
  // The period itself was paid by another payment, and goes on to its end.
  return subscription.status === 'active' ? { subscription: { ...subscription, status: 'cancelling', next: null }, proration: null } : null;
}

/** What is left of the slices when the others, which are among them, went first. */
function without(slices: readonly Slice[], others: readonly Slice[]): Slice[] {
  const gone = new Map(others.map(({ grantId, amount }) => [grantId, amount]));
  return slices.flatMap((slice) => {
    const amount = slice.amount - (gone.get(slice.grantId) ?? 0n);
    return amount > 0n ? [{ ...slice, amount }] : [];
  });
}

/** When another period began before the paid one was over; null: it went on to its end, or still does. */
function cutAt({ subscription }: Draft, command: Return): Instant | null {
  if (command.cutAt !== undefined) return command.cutAt;
  const began = subscription?.period.start ?? command.period.start;
  return began > command.period.start && began < command.period.end ? began : null;
}

/** Of a period that a change cut short, what was carried to later bills goes back with its payment: never twice. */
function carriedTaken({ subscription, carried }: Draft, { minor, currency }: Money): Change | null {
  if (subscription === null || carried === 0n) return null;
  return { subscription, proration: { charged: 0n, credited: 0n, carried: carried - smaller(carried, minor), currency } };
}

/** The bank gave it back after all: what is left of the period is there again, and does not renew by itself. */
export function restored(
  { subscription, closedAt }: Draft,
  { opId, restores }: Pick<CommandOf<'dispute-won'>, 'opId' | 'restores'>,
  now: Instant,
): EntryOf<'plan-changed'> | null {
  if (subscription === null || closedAt !== null || restores === undefined || subscription.status !== 'ended') return null;
  if (subscription.period.start !== restores.start || subscription.period.end <= now) return null;
  return { opId, at: now, kind: 'plan-changed', subscription: { ...subscription, status: 'cancelling' }, proration: null };
}
