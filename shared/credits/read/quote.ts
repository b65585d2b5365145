/** A dry run of the decider: what it would cost, which buckets would pay, what would be left, what to know first. */

import { decide } from '../decide/decide.ts';
import { availableOf } from '../decide/draw.ts';
import { stateAt } from '../decide/due.ts';
import { has, priceOf } from '../decide/price.ts';
import type { CommandKind, CommandOf, Operation, OperationRequest, Refusal } from '../model/commands.ts';
import { latest } from '../model/instants.ts';
import { opIdFrom } from '../model/minting.ts';
import type { AccountState } from '../model/model.ts';
import type { Policy, PolicyTerms } from '../model/policy.ts';
import type { BucketId, Instant, Units } from '../model/quantities.ts';
import type { ReceiptOf } from '../model/receipts.ts';
import { addUnits, NO_UNITS, subtractUnits } from '../model/units.ts';
import { pinned } from '../model/versions.ts';

/** What has to be said before it happens (ST-07). */
export type Notice =
  /** The background is there already: adding the logo now is a second paid step. */
  | { readonly code: 'second_step'; readonly photos: number; readonly creditsPerPhoto: Units }
  /** Applied before: applying again costs again. */
  | { readonly code: 'applied_before'; readonly photos: number; readonly creditsPerPhoto: Units }
  /** Without a logo: adding one later costs again. */
  | { readonly code: 'logo_later_costs'; readonly photos: number; readonly creditsPerPhoto: Units };

/** What operations would cost; with a refusal nothing would be held. */
export interface Quote {
  /** What would be held: the most it can cost. */
  readonly total: Units;
  /** The least it can cost; equal to `total` where prices are known beforehand. */
  readonly atLeast: Units;
  /** In draw order. Empty when refused. */
  readonly slices: readonly { readonly bucket: BucketId; readonly amount: Units }[];
  readonly availableAfter: Units;
  readonly refusal: Refusal | null;
  readonly notices: readonly Notice[];
}

/** What holding these operations together would mean at `now`. It is what then happens: `decide` itself is asked. */
export function quote(policy: Policy, state: AccountState, requests: readonly OperationRequest[], now: Instant): Quote {
  const current = stateAt(policy, state, latest(now, state.lastAt));
  const terms = pinned(policy, current);
  const operations = requests.map((request, index): Operation => ({ ...request, opId: opIdFrom(`quote:${index}`) }));
  const decision = decide(policy, current, { kind: 'hold', atomic: true, operations }, now);
  const [atLeast, total] = span(terms, requests);
  const notices = noticesOf(terms, requests);
  const available = availableOf(current, latest(now, current.lastAt));
  if (!decision.ok) return { total, atLeast, slices: [], availableAfter: available, refusal: decision.refusal, notices };
  const slices = byBucket(decision.receipt.outcomes.flatMap((outcome) => outcome.slices));
  return { total, atLeast, slices, availableAfter: subtractUnits(available, total), refusal: null, notices };
}

/** What any other command would come to: the receipt it would leave and the balance after it (plans, packs, refunds). */
export type CommandQuote<K extends CommandKind = CommandKind> =
  | { readonly ok: true; readonly receipt: ReceiptOf<K>; readonly availableAfter: Units }
  | { readonly ok: false; readonly refusal: Refusal };

/** What a single command would write and answer, decided for real and then thrown away. */
export function quoteCommand<K extends CommandKind>(
  policy: Policy,
  state: AccountState,
  command: CommandOf<K>,
  now: Instant,
): CommandQuote<K> {
  const decision = decide(policy, state, command, now);
  return decision.ok
    ? { ok: true, receipt: decision.receipt, availableAfter: availableOf(decision.state, decision.state.lastAt) }
    : decision;
}

function span(terms: PolicyTerms, requests: readonly OperationRequest[]): [Units, Units] {
  let min = NO_UNITS;
  let max = NO_UNITS;
  for (const request of requests) {
    const price = priceOf(terms, request);
    if (!price.ok) continue;
    min = addUnits(min, price.cost.min);
    max = addUnits(max, price.cost.max);
  }
  return [min, max];
}

function byBucket(slices: readonly { readonly bucket: BucketId; readonly amount: Units }[]): Quote['slices'] {
  const sums = new Map<BucketId, Units>();
  for (const { bucket, amount } of slices) sums.set(bucket, addUnits(sums.get(bucket) ?? NO_UNITS, amount));
  return [...sums].map(([bucket, amount]) => ({ bucket, amount }));
}

function noticesOf(terms: PolicyTerms, requests: readonly OperationRequest[]): Notice[] {
  const count = { second_step: 0, applied_before: 0, logo_later_costs: 0 };
  let creditsPerPhoto = NO_UNITS;
  for (const request of requests) {
    const price = priceOf(terms, request);
    if (!price.ok || !price.cost.rule.needsBackground || price.cost.max === 0n) continue;
    creditsPerPhoto = price.cost.max;
    const hadBackground = has(request.previous?.background);
    const hasLogo = has(request.recipe?.logo);
    if (hadBackground && hasLogo && !has(request.previous?.logo)) count.second_step += 1;
    else if (hadBackground) count.applied_before += 1;
    else if (!hasLogo) count.logo_later_costs += 1;
  }
  const codes = ['second_step', 'applied_before', 'logo_later_costs'] as const;
  return codes.filter((code) => count[code] > 0).map((code) => ({ code, photos: count[code], creditsPerPhoto }));
}
