/** Spending: a hold sets credit aside before the work, settling charges at most that, releasing gives it back. */

import { sum } from '../model/amount.ts';
import type { CommandOf, Operation, Refusal, Shortage } from '../model/commands.ts';
import type { Draft } from '../model/draft.ts';
import { apply, applyHolds } from '../model/evolve.ts';
import { laterBy } from '../model/instants.ts';
import type { AccountState, Entry, EntryOf, Hold } from '../model/model.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { Instant, OpId, Slice, Units } from '../model/quantities.ts';
import type { Decided, Outcome } from '../model/receipts.ts';
import { addUnits, minUnits, NO_UNITS, subtractUnits } from '../model/units.ts';
import { isRunning, planInForce } from '../model/versions.ts';
import { availableOf, DrawPile, drawables } from './draw.ts';
import { released } from './due.ts';
import { remediesFor } from './offers.ts';
import { outsidePriceText } from './outside-price.ts';
import { type Cost, priceOf, purposeOf, ruleOf } from './price.ts';
import { tierRefusal } from './tiers.ts';

/** A decision that writes nothing. */
export const refuse = (refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } => ({ ok: false, refusal });

/** The most operations that one request may hold together. */
export const MAX_BATCH = 500;

/** Holds for a batch, in one pass over the operations and one over the grants. */
export function hold(terms: PolicyTerms, draft: Draft, command: CommandOf<'hold'>, now: Instant): Decided<'hold'> {
  const { operations, atomic } = command;
  if (operations.length === 0) return refuse({ code: 'invalid_amount', why: 'A batch has at least one operation.' });
  if (operations.length > MAX_BATCH) return refuse({ code: 'too_many_operations', limit: MAX_BATCH });
  const priced = priceAll(terms, draft, operations);
  const pile = new DrawPile(drawables(terms, draft, now));
  const required = priced.reduce((total, { cost }) => (cost === null ? total : addUnits(total, cost.max)), NO_UNITS);
  const short = lazily(() => shortage(terms, draft, { priced, required, available: availableOf(draft, now) }, now));
  const wrong = atomic ? (priced.find((one) => one.refusal !== null)?.refusal ?? null) : null;
  if (wrong !== null) return refuse(wrong);
  if (atomic && required > pile.left) return refuse(short());

  const batch: Batch = { terms, draft, pile, short, now };
  const entries: EntryOf<'held'>[] = [];
  const outcomes: Outcome[] = [];
  for (const one of priced) {
    const drawn = draw(batch, one);
    if (drawn.refusal !== null && atomic) return refuse(drawn.refusal);
    const { operation, cost } = one;
    if (drawn.refusal !== null || cost === null) {
      const amount = cost?.max ?? NO_UNITS;
      outcomes.push({ opId: operation.opId, status: 'refused', amount, slices: [], holdExpiresAt: null, refusal: drawn.refusal });
      continue;
    }
    const { slices } = drawn;
    const expiresAt = laterBy(now, cost.rule.holdMs);
    entries.push({
      opId: operation.opId,
      at: now,
      kind: 'held',
      slices,
      expiresAt,
      purpose: purposeOf(operation, entries.at(-1)?.purpose),
      least: cost.min,
    });
    outcomes.push({ opId: operation.opId, status: 'held', amount: cost.max, slices, holdExpiresAt: expiresAt, refusal: null });
  }
  applyHolds(draft, entries);
  return { ok: true, entries, receipt: { kind: 'held', outcomes } };
}

/** What all operations of a batch are drawn from. */
interface Batch {
  readonly terms: PolicyTerms;
  readonly draft: Draft;
  /** What those before have left. */
  readonly pile: DrawPile;
  /** The refusal of those that it does not pay for. */
  readonly short: () => Refusal;
  readonly now: Instant;
}

/** Takes one operation's credit from the pile, as the balance stands after those before it. */
function draw(
  { terms, draft, pile, short, now }: Batch,
  { operation, cost, refusal }: PricedOperation,
): { readonly slices: readonly Slice[]; readonly refusal: Refusal | null } {
  if (cost === null) return { slices: [], refusal: refusal ?? { code: 'unknown_operation', operation: operation.kind, trait: null } };
  const tier = tierRefusal(terms, draft, { request: operation, cost, available: pile.left }, now);
  if (tier !== null) return { slices: [], refusal: tier };
  const slices = pile.take(cost.max);
  return slices === null ? { slices: [], refusal: short() } : { slices, refusal: null };
}

/** One shortage for all that are refused for want of credit: what the whole batch would have needed. */
function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

interface PricedOperation {
  readonly operation: Operation;
  readonly cost: Cost | null;
  readonly refusal: Refusal | null;
}

function priceAll(terms: PolicyTerms, draft: Draft, operations: readonly Operation[]): PricedOperation[] {
  const seen = repeats(operations) ? new Set<OpId>() : null;
  return operations.map((operation) => {
    const known = seen?.has(operation.opId) || draft.holds.has(operation.opId);
    seen?.add(operation.opId);
    if (known) return { operation, cost: null, refusal: { code: 'conflict', what: operation.opId } };
    const price = priceOf(terms, operation);
    return price.ok ? { operation, cost: price.cost, refusal: null } : { operation, cost: null, refusal: price.refusal };
  });
}

/** Whether an id stands there twice. Ids ascend as a rule: then a look at the one before tells. */
export function repeats(operations: readonly { readonly opId: OpId }[]): boolean {
  const ascend = operations.every(({ opId }, index) => index === 0 || opId > (operations[index - 1]?.opId ?? ''));
  return !ascend && new Set(operations.map((o) => o.opId)).size < operations.length;
}

/** Why there is not enough, by how much, for how many it would do, and what helps. */
function shortage(
  terms: PolicyTerms,
  state: AccountState | Draft,
  { priced, required, available }: { readonly priced: readonly PricedOperation[]; readonly required: Units; readonly available: Units },
  now: Instant,
): Refusal {
  let left = available;
  let affordable = 0;
  for (const { cost } of priced) {
    if (cost === null || cost.max > left) continue;
    left = subtractUnits(left, cost.max);
    affordable += 1;
  }
  const shortfall = subtractUnits(required, available);
  const details: Shortage = { required, available, shortfall, affordable, remedies: remediesFor(terms, state, shortfall, now) };
  const plan = planInForce(terms, state);
  return plan?.allowance.kind === 'fair-use' && isRunning(state) && state.subscription !== null
    ? { code: 'fair_use_reached', resetsAt: state.subscription.cycle.end, ...details }
    : { code: 'insufficient_credit', ...details };
}

/** Charges what it came to, inside the price that was quoted; the rest returns to the grants that were drawn last. */
export function settle(terms: PolicyTerms, draft: Draft, command: CommandOf<'settle'>, now: Instant): Decided<'settle'> {
  const held = draft.holds.get(command.holdId);
  if (held === undefined) return refuse({ code: 'not_found', what: command.holdId });
  const total = sum(held.slices);
  const actual = command.actual ?? total;
  const wrong = outsidePrice(terms, held.least, total, actual);
  if (wrong !== null) return refuse(wrong);
  const [charged, returned] = split(held.slices, actual);
  const entry: Entry = { opId: held.opId, at: now, kind: 'settled', holdId: held.opId, charged, returned };
  apply(draft, entry);
  const receipt = { kind: 'settled', holdId: held.opId, charged: actual, returned: subtractUnits(total, actual), slices: charged } as const;
  return { ok: true, entries: [entry], receipt };
}

/** Work that costs nothing settles at nothing; whatever else came to nothing is released, so that the ledger says so (ST-03, GS-02, PG-10). */
function outsidePrice(terms: PolicyTerms, declared: Units | null, most: Units, actual: Units): Refusal | null {
  if (actual < 0n) return { code: 'invalid_amount', why: 'A charge is not negative.' };
  const least = declared ?? NO_UNITS;
  const forNothing = actual === 0n && most > 0n && declared !== null;
  if (actual >= least && actual <= most && !forNothing) return null;
  return { code: 'invalid_amount', why: outsidePriceText({ least, most, actual }, terms), least, most };
}

/** The first `amount` of the slices, and the rest. */
function split(slices: readonly Slice[], amount: Units): [Slice[], Slice[]] {
  const first: Slice[] = [];
  const rest: Slice[] = [];
  let open = amount;
  for (const slice of slices) {
    const part = minUnits(slice.amount, open);
    if (part > 0n) first.push({ ...slice, amount: part });
    if (part < slice.amount) rest.push({ ...slice, amount: subtractUnits(slice.amount, part) });
    open = subtractUnits(open, part);
  }
  return [first, rest];
}

/** Gives the whole hold back. Lapsed credit gets the policy's grace when it was not the customer who took it back. */
export function release(terms: PolicyTerms, draft: Draft, command: CommandOf<'release'>, now: Instant): Decided<'release'> {
  const held = draft.holds.get(command.holdId);
  if (held === undefined) return refuse({ code: 'not_found', what: command.holdId });
  if (command.cause === 'cancelled' && ruleOf(terms, held.kind)?.cancellable === false) return refuse({ code: 'cannot_cancel' });
  const body = released(terms, draft, held, now, command.reason);
  const entry: Entry = { opId: held.opId, at: now, ...(command.cause === 'failed' ? body : withoutGrace(body)) };
  apply(draft, entry);
  return {
    ok: true,
    entries: [entry],
    receipt: { kind: 'released', holdId: held.opId, charged: NO_UNITS, returned: heldAmount(held), slices: [] },
  };
}

const withoutGrace = ({ graceOf: _, ...body }: ReturnType<typeof released>): ReturnType<typeof released> => ({ ...body, graceUntil: null });

/** What a hold set aside, over all its slices. */
export const heldAmount = (held: Pick<Hold, 'slices'>): Units => sum(held.slices);
