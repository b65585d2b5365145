/** An adjustment downwards: staff takes credit out of a bucket that should not be there. A refund of no money, so that history and sums know it. */
import { sum } from '../model/amount.ts';
import type { CommandOf } from '../model/commands.ts';
import type { Draft } from '../model/draft.ts';
import { apply } from '../model/evolve.ts';
import { NO_MONEY } from '../model/minor.ts';
import type { EntryOf } from '../model/model.ts';
import type { PolicyTerms } from '../model/policy.ts';
import type { Instant } from '../model/quantities.ts';
import type { Decided } from '../model/receipts.ts';
import { NO_UNITS } from '../model/units.ts';
import { DrawPile, drawables } from './draw.ts';
import { refuse } from './holds.ts';
import { giveUp, parted } from './shortfall.ts';

/** Draws from this bucket only, in the usual order; what is owed from a chargeback is settled with it first. Refuses with `invalid_amount` when it has less: never a silent negative. */
export function takeBack(terms: PolicyTerms, draft: Draft, command: CommandOf<'take-back'>, now: Instant): Decided<'take-back'> {
  const { opId, bucket, amount, reason } = command;
  if (!terms.buckets.some((rule) => rule.id === bucket)) return refuse({ code: 'unknown_bucket', bucket });
  if (amount <= 0n) return refuse({ code: 'invalid_amount', why: 'An amount is greater than zero.' });
  const slices = new DrawPile(drawables(terms, draft, now).filter((one) => one.bucket === bucket)).take(amount);
  if (slices === null) return refuse({ code: 'invalid_amount', why: 'The bucket has less than that available.' });
  const settled = giveUp(draft, { opId, reason }, parted(slices, draft.shortfall)[0], now);
  const rest = parted(slices, sum(settled.flatMap((entry) => entry.slices)))[1];
  const money = { minor: NO_MONEY, currency: terms.currency };
  const taken: EntryOf<'refunded'>[] =
    rest.length === 0
      ? []
      : [{ opId, at: now, kind: 'refunded', basis: 'goodwill', slices: rest, money, purchaseOpId: opId, shortfall: NO_UNITS, reason }];
  for (const entry of taken) apply(draft, entry);
  return { ok: true, entries: [...settled, ...taken], receipt: { kind: 'refunded', money, amount, shortfall: NO_UNITS } };
}
