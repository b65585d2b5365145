/**
 * Money given back, as facts of the ledger: what credit goes with it, and what should have gone and was spent already.
 * At most what was paid, and never a silent negative.
 */
import { smaller } from './amount.ts';
import type { CommandOf } from './commands.ts';
import { type Draft, grantOf } from './draft.ts';
import { apply } from './evolve.ts';
import { type Decided, refuse } from './holds.ts';
import type { Entry, EntryOf, Grant, Instant, Money, Units } from './model.ts';
import { restored } from './plan-payments.ts';
import type { PolicyTerms } from './policy.ts';

const DAY_MS = 86_400_000;

/** A refund by the policy's own rule, case by case (`goodwill`), or taken by the bank (`chargeback`). */
export function refund(terms: PolicyTerms, draft: Draft, command: CommandOf<'refund'>, now: Instant): Decided {
  const bought = grantOf(draft, command.purchaseOpId);
  if (bought === undefined) return refundOfOld(draft, command, now);
  if (bought.source.kind !== 'purchase') return refuse({ code: 'not_refundable', why: 'not-bought' });
  const left = bought.source.paid.minor - bought.paidBack;
  if (left <= 0n) return refuse({ code: 'not_refundable', why: 'already-refunded' });
  if (command.basis === 'policy') return byPolicy(terms, draft, command, bought, bought.source.paid, left, now);
  if (command.basis === 'chargeback') {
    const shortfall = bought.granted - bought.refunded - bought.expired - bought.available;
    return refunded(draft, command, bought, { minor: left, currency: bought.source.paid.currency }, bought.available, shortfall, now);
  }
  return byGoodwill(draft, command, bought, bought.source.paid, left, now);
}

function byPolicy(
  terms: PolicyTerms,
  draft: Draft,
  command: CommandOf<'refund'>,
  bought: Grant,
  paid: Money,
  left: bigint,
  now: Instant,
): Decided {
  const { windowDays, covers } = terms.refunds;
  if (now - bought.effectiveAt > windowDays * DAY_MS || windowDays === 0) return refuse({ code: 'not_refundable', why: 'window-closed' });
  if (covers === 'everything') return refunded(draft, command, bought, { minor: left, currency: paid.currency }, bought.available, 0n, now);
  if (bought.available === 0n) return refuse({ code: 'not_refundable', why: 'used' });
  // The share that was not used, rounded down to the cent; all of it when nothing was.
  const share = (paid.minor * bought.available) / bought.granted;
  return refunded(draft, command, bought, { minor: share < left ? share : left, currency: paid.currency }, bought.available, 0n, now);
}

/** Case by case: an amount of money, and the credit that goes with it as far as it is still there. */
function byGoodwill(draft: Draft, command: CommandOf<'refund'>, bought: Grant, paid: Money, left: bigint, now: Instant): Decided {
  const money = command.money ?? { minor: left, currency: paid.currency };
  if (money.currency !== paid.currency) return refuse({ code: 'currency_mismatch', expected: paid.currency, given: money.currency });
  if (money.minor <= 0n || money.minor > left)
    return refuse({ code: 'invalid_amount', why: 'A refund is more than zero and at most what was paid.' });
  const share = (bought.granted * money.minor) / paid.minor;
  const taken = smaller(share, bought.available);
  return refunded(draft, command, bought, money, taken, 0n, now);
}

function refunded(
  draft: Draft,
  command: CommandOf<'refund'>,
  bought: Grant,
  money: Money,
  taken: Units,
  shortfall: Units,
  now: Instant,
): Decided {
  const slices = taken === 0n ? [] : [{ bucket: bought.bucket, grantId: bought.id, amount: taken }];
  return write(draft, refundEntry(command, slices, money, shortfall, now));
}

/** A chargeback of a purchase that was used up long ago: what was not paid back before is owed. */
function refundOfOld(draft: Draft, command: CommandOf<'refund'>, now: Instant): Decided {
  const { purchase } = command;
  if (purchase === undefined) return refuse({ code: 'not_found', what: command.purchaseOpId });
  if (draft.disputes[command.purchaseOpId] !== undefined) return refuse({ code: 'not_refundable', why: 'already-refunded' });
  if (command.basis !== 'chargeback') return refuse({ code: 'not_refundable', why: 'used' });
  const left = purchase.paid.minor - (draft.paidBack[command.purchaseOpId] ?? 0n);
  if (left <= 0n) return refuse({ code: 'not_refundable', why: 'already-refunded' });
  const shortfall = (purchase.credits * left) / purchase.paid.minor;
  return write(draft, refundEntry(command, [], { ...purchase.paid, minor: left }, shortfall, now));
}

const refundEntry = (
  command: CommandOf<'refund'>,
  slices: EntryOf<'refunded'>['slices'],
  money: Money,
  shortfall: Units,
  now: Instant,
): EntryOf<'refunded'> => ({
  opId: command.opId,
  at: now,
  kind: 'refunded',
  basis: command.basis,
  slices,
  money,
  purchaseOpId: command.purchaseOpId,
  shortfall,
  reason: command.reason,
});

function write(draft: Draft, entry: EntryOf<'refunded'>): Decided {
  apply(draft, entry);
  const amount = entry.slices.reduce((total, slice) => total + slice.amount, 0n);
  return { ok: true, entries: [entry], receipt: { kind: 'refunded', money: entry.money, amount, shortfall: entry.shortfall } };
}

/** The bank sided with us: what the chargeback took comes back, and its shortfall is struck. */
export function disputeWon(draft: Draft, command: CommandOf<'dispute-won'>, now: Instant): Decided {
  const dispute = draft.disputes[command.purchaseOpId];
  if (dispute === undefined) return refuse({ code: 'not_found', what: command.purchaseOpId });
  const { slices, money, shortfall } = dispute;
  const won: Entry = { opId: command.opId, at: now, kind: 'dispute-won', purchaseOpId: command.purchaseOpId, slices, money, shortfall };
  const plan = restored(draft, command, now);
  const entries = plan === null ? [won] : [won, plan];
  for (const entry of entries) apply(draft, entry);
  return { ok: true, entries, receipt: { kind: 'done' } };
}

/** The provider kept the money: what the refund took comes back as it was. Refused while a dispute holds the rest of the same purchase. */
export function refundRefused(draft: Draft, command: CommandOf<'refund-refused'>, now: Instant): Decided {
  const { opId, refund } = command;
  const { purchaseOpId, slices, money, shortfall } = refund;
  if (draft.disputes[purchaseOpId] !== undefined) return refuse({ code: 'conflict', what: purchaseOpId });
  const back: Entry = { opId, at: now, kind: 'dispute-won', purchaseOpId, slices, money, shortfall };
  const plan = restored(draft, command, now);
  const entries = plan === null ? [back] : [back, plan];
  for (const entry of entries) apply(draft, entry);
  return { ok: true, entries, receipt: { kind: 'done' } };
}
