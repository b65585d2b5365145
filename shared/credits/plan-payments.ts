/**
 * A plan's payment that went back: refunded by the provider's staff, or taken by the bank. The credit that it paid for goes as far as it is there;
 * what a chargeback finds spent is owed. A plan that stands on a payment which went back in full ends.
 */
import { smaller } from './amount.ts';
import type { CommandOf, Refusal } from './commands.ts';
import { type Draft, grantOf } from './draft.ts';
import { apply } from './evolve.ts';
import { type Decided, refuse } from './holds.ts';
import type { Entry, EntryOf, Grant, Instant, Money, Slice, Subscription, Units } from './model.ts';
import { isRunning } from './versions.ts';

type Return = CommandOf<'return-plan'>;

/** At most what was paid, and never twice: what went back before counts. */
export function returnPlan(draft: Draft, command: Return, now: Instant): Decided {
  const { opId, paymentOpId, basis, paid, reason } = command;
  const left = paid.minor - (grantOf(draft, paymentOpId)?.paidBack ?? draft.paidBack[paymentOpId] ?? 0n);
  if (left <= 0n) return refuse({ code: 'not_refundable', why: 'already-refunded' });
  const money: Money = { ...paid, minor: basis === 'chargeback' ? left : (command.money?.minor ?? left) };
  const wrong = unfit(money, command.money, left);
  if (wrong !== null) return refuse(wrong);
  const given = [...draft.grants.values(), ...draft.recent].filter((grant) => belongs(command, grant)).sort(soonestFirst);
  const slices = taken(given, money.minor === left ? null : { share: money.minor, of: paid.minor });
  const entry: EntryOf<'refunded'> = {
    opId,
    at: now,
    kind: 'refunded',
    basis,
    slices,
    money,
    purchaseOpId: paymentOpId,
    shortfall: basis === 'chargeback' ? used(command, given) : 0n,
    reason,
  };
  const stops = money.minor === left ? stopped(draft, command) : null;
  const changed: Entry[] = stops === null ? [] : [{ opId, at: now, kind: 'plan-changed', subscription: stops, proration: null }];
  const entries = [entry, ...changed];
  for (const one of entries) apply(draft, one);
  const amount = slices.reduce((sum, slice) => sum + slice.amount, 0n);
  return { ok: true, entries, receipt: { kind: 'refunded', money, amount, shortfall: entry.shortfall } };
}

function unfit({ minor, currency }: Money, asked: Money | undefined, left: bigint): Refusal | null {
  if (asked !== undefined && asked.currency !== currency) return { code: 'currency_mismatch', expected: currency, given: asked.currency };
  return minor <= 0n || minor > left ? { code: 'invalid_amount', why: 'A refund is more than zero and at most what was paid.' } : null;
}

/** The allowances of the paid period; of an upgrade inside of one, what the upgrade itself brought. */
export function belongs(
  { paymentOpId, period, carries }: Pick<Return, 'paymentOpId' | 'period' | 'carries'>,
  { id, source }: Pick<Grant, 'id' | 'source'>,
): boolean {
  if (source.kind !== 'plan') return false;
  if (id === paymentOpId) return true;
  // An allowance is named by time; what another payment brought is named by that.
  return carries && id.startsWith('plan:') && source.cycleStart >= period.start && source.cycleStart < period.end;
}

const soonestFirst = (a: Grant, b: Grant): number => a.effectiveAt - b.effectiveAt || (a.id < b.id ? -1 : 1);

/** All that is there, or as much as a part of the money is worth. */
function taken(given: readonly Grant[], part: { readonly share: bigint; readonly of: bigint } | null): Slice[] {
  const granted = given.reduce((sum, grant) => sum + grant.granted, 0n);
  let left = part === null ? granted : (granted * part.share) / part.of;
  const slices: Slice[] = [];
  for (const { id, bucket, available } of given) {
    const amount = smaller(available, left);
    left -= amount;
    if (amount > 0n) slices.push({ bucket, grantId: id, amount });
  }
  return slices;
}

/** What was spent or is held for work under way, of grants that left the hot state too. */
function used({ spent }: Return, given: readonly Grant[]): Units {
  const known = given.reduce((sum, grant) => sum + grant.granted - grant.refunded - grant.expired - grant.available, 0n);
  const hot = new Set(given.map(({ id }) => id));
  return Object.entries(spent).reduce((sum, [id, units]) => (hot.has(id) ? sum : sum + units), known);
}

/** The subscription without that payment; null: it does not stand on it, or has ended anyway. */
function stopped({ subscription, closedAt }: Draft, { period, carries }: Return): Subscription | null {
  if (subscription === null || closedAt !== null || !isRunning({ subscription }) || subscription.period.start !== period.start) return null;
  if (carries) return { ...subscription, status: 'ended', next: null };
  // The period itself was paid by another payment, and goes on to its end.
  return subscription.status === 'active' ? { ...subscription, status: 'cancelling', next: null } : null;
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
