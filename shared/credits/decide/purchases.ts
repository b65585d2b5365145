/** Credit that comes in by a command: packs, top-ups, grants by an administrator. Each is one grant with its own expiry. */
import { MAX_UNITS, sum } from '../model/amount.ts';
import { awaitsMoney, clockEntries, clockStep } from '../model/clock.ts';
import type { CommandOf, Refusal } from '../model/commands.ts';
import { type Draft, grantOf, lapsesAt, onGrace } from '../model/draft.ts';
import { apply } from '../model/evolve.ts';
import { moneyForUnits } from '../model/minor.ts';
import { grantOfOperation } from '../model/minting.ts';
import type { Entry, EntryOf, GrantSource } from '../model/model.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { BucketId, GrantId, Instant, Money, OpId, PackId, Units } from '../model/quantities.ts';
import type { Decided } from '../model/receipts.ts';
import { bucketRule, expiryOf } from '../model/validity.ts';
import { automaticRefusal } from './auto-top-up.ts';
import { availableOf } from './draw.ts';
import { refuse } from './holds.ts';
import { packOffers } from './offers.ts';
import { settleWithPayment } from './shortfall.ts';

/** Buys a pack at the price of the account's plan (ST-12..ST-14). */
export function purchase(terms: PolicyTerms, draft: Draft, command: CommandOf<'purchase'>, now: Instant): Decided<'purchase'> {
  if (terms.packs === null) return refuse({ code: 'not_offered', what: 'packs' });
  const { agreed } = command;
  if (agreed !== undefined) {
    const wrong = wrongAmount(draft, agreed.credits, now);
    if (wrong !== null) return refuse(wrong);
    const { credits: amount, paid } = agreed;
    return bought(terms, draft, command, { bucket: terms.packs.bucket, amount, packId: command.packId, paid }, now);
  }
  const offer = packOffers(terms, draft, now).find((candidate) => candidate.id === command.packId);
  if (offer === undefined) return refuse({ code: 'unknown_pack', packId: command.packId });
  const { bucket, credits: amount, id: packId, price: paid } = offer;
  return bought(terms, draft, command, { bucket, amount, packId, paid }, now);
}

/** Tops a balance up by an amount of money (PG-02). */
export function topUp(terms: PolicyTerms, draft: Draft, command: CommandOf<'top-up'>, now: Instant): Decided<'top-up'> {
  const rule = terms.topUp;
  if (rule === null) return refuse({ code: 'not_offered', what: 'top-up' });
  const wrong = wrongAmount(draft, command.amount, now);
  if (wrong !== null) return refuse(wrong);
  if (command.amount % rule.unitsPerMinor !== 0n) return refuse({ code: 'invalid_amount', why: 'A payment is a whole number of cents.' });
  if (command.amount < rule.minimum) return refuse({ code: 'below_minimum', minimum: rule.minimum });
  if (command.amount > rule.maximum) return refuse({ code: 'above_maximum', maximum: rule.maximum });
  const paid = { minor: moneyForUnits(command.amount, rule.unitsPerMinor), currency: rule.currency };
  return bought(terms, draft, command, { bucket: rule.bucket, amount: command.amount, packId: null, paid }, now);
}

/** What is bought, and for how much. */
interface Sale {
  readonly bucket: BucketId;
  readonly amount: Units;
  /** null: an amount of the customer's own. */
  readonly packId: PackId | null;
  readonly paid: Money;
}

function bought(
  terms: PolicyTerms,
  draft: Draft,
  command: Pick<CommandOf<'top-up'>, 'opId' | 'automatic' | 'onAccount'>,
  { bucket, amount, packId, paid }: Sale,
  now: Instant,
): Decided<'purchase' | 'top-up'> {
  if (grantOf(draft, grantOfOperation(command.opId)) !== undefined) return refuse({ code: 'conflict', what: command.opId });
  const unasked = command.automatic === true ? automaticRefusal(terms, draft, paid, now) : null;
  if (unasked !== null) return refuse(unasked);
  // Where no clock stands on it, when its money comes changes nothing.
  const waits = command.onAccount === true && clockStep(terms, bucket) !== null;
  const source: GrantSource = { kind: 'purchase', packId, paid, automatic: command.automatic === true, ...(waits && { onAccount: true }) };
  const expiresAt = expiryOf(terms, draft, bucket, source, now);
  const grant = grantEntry(command.opId, { bucket, amount, expiresAt, source }, now);
  const moved = waits ? null : clockMoved(terms, draft, grant, now);
  const entries: Entry[] = moved === null ? [grant] : [moved, grant];
  for (const entry of entries) apply(draft, entry);
  const settled = settleWithPayment(terms, draft, command.opId, { bucket, grantId: grant.grantId, amount }, now);
  const gaveUp = sum(settled.flatMap((entry) => entry.slices));
  return { ok: true, entries: [...entries, ...settled], receipt: { kind: 'granted', grant, paid, ...(gaveUp > 0n && { gaveUp }) } };
}

/** A paid top-up resets the clock for the whole balance: a fact of its own, never an edit (PG-12). */
function clockMoved(terms: PolicyTerms, draft: Draft, { opId, bucket, expiresAt }: EntryOf<'granted'>, now: Instant): Entry | null {
  if (clockStep(terms, bucket) === null) return null;
  const grantIds: GrantId[] = [];
  for (const grant of draft.grants.values()) {
    const lapse = lapsesAt(grant, null);
    const alive = lapse === null || lapse > now;
    if (clockStep(terms, grant.bucket) !== null && alive && !onGrace(grant) && grant.expiresAt !== expiresAt) grantIds.push(grant.id);
  }
  return grantIds.length === 0 ? null : { opId, at: now, kind: 'expiry-changed', grantIds: grantIds.sort(), expiresAt };
}

/** The money of what was bought on account has come: the clock stands at that top-up from now on, unless it went back or another came after it (PG-12). */
export function notePayment(
  terms: PolicyTerms,
  draft: Draft,
  { opId, purchaseOpId }: CommandOf<'note-payment'>,
  now: Instant,
): Decided<'note-payment'> {
  if (!awaitsMoney(draft, purchaseOpId)) return refuse({ code: 'not_found', what: purchaseOpId });
  const entries = clockEntries(terms, draft, { opId, because: purchaseOpId, paid: true }, now);
  for (const entry of entries) apply(draft, entry);
  return { ok: true, entries, receipt: { kind: 'done' } };
}

/** Credit from an administrator. It moves no clock (PG-13). */
export function grant(terms: PolicyTerms, draft: Draft, command: CommandOf<'grant'>, now: Instant): Decided<'grant'> {
  const wrong = wrongAmount(draft, command.amount, now);
  if (wrong !== null) return refuse(wrong);
  const rule = bucketRule(terms, command.bucket);
  if (rule === null || rule.rolloverOf !== undefined) return refuse({ code: 'unknown_bucket', bucket: command.bucket });
  if (grantOf(draft, grantOfOperation(command.opId)) !== undefined) return refuse({ code: 'conflict', what: command.opId });
  // Where a clock stands on the bucket, what was named has to be known when the clock goes back to it.
  const until = clockStep(terms, command.bucket) === null ? undefined : command.expiresAt;
  const source: GrantSource = { kind: 'admin', reason: command.reason, ...(until !== undefined && { until }) };
  const expiresAt = command.expiresAt === undefined ? expiryOf(terms, draft, command.bucket, source, now) : command.expiresAt;
  if (expiresAt !== null && expiresAt <= now) return refuse({ code: 'invalid_instant', why: 'Credit cannot expire before it is granted.' });
  const { opId, bucket, amount } = command;
  const entry = grantEntry(opId, { bucket, amount, expiresAt, source }, now);
  apply(draft, entry);
  return { ok: true, entries: [entry], receipt: { kind: 'granted', grant: entry, paid: null } };
}

type Credit = Pick<EntryOf<'granted'>, 'bucket' | 'amount' | 'expiresAt' | 'source'>;

function grantEntry(opId: OpId, { bucket, amount, expiresAt, source }: Credit, now: Instant): EntryOf<'granted'> {
  return { opId, at: now, kind: 'granted', grantId: grantOfOperation(opId), bucket, amount, effectiveAt: now, expiresAt, source };
}

function wrongAmount(draft: Draft, amount: Units, now: Instant): Refusal | null {
  if (amount <= 0n) return { code: 'invalid_amount', why: 'An amount is greater than zero.' };
  if (amount > MAX_UNITS - availableOf(draft, now)) return { code: 'invalid_amount', why: 'The amount is past what a wallet can hold.' };
  return null;
}
