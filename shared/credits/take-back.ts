/** An adjustment downwards: staff takes credit out of a bucket that should not be there. A refund of no money, so that history and sums know it. */
import type { CommandOf } from './commands.ts';
import type { Draft } from './draft.ts';
import { DrawPile, drawables } from './draw.ts';
import { apply } from './evolve.ts';
import { type Decided, refuse } from './holds.ts';
import type { EntryOf, Instant } from './model.ts';
import type { PolicyTerms } from './policy.ts';

/** Draws from this bucket only, in the usual order. Refuses with `invalid_amount` when it has less: never a silent negative. */
export function takeBack(terms: PolicyTerms, draft: Draft, command: CommandOf<'take-back'>, now: Instant): Decided {
  const { opId, bucket, amount, reason } = command;
  if (!terms.buckets.some((rule) => rule.id === bucket)) return refuse({ code: 'unknown_bucket', bucket });
  if (amount <= 0n) return refuse({ code: 'invalid_amount', why: 'An amount is greater than zero.' });
  const slices = new DrawPile(drawables(terms, draft, now).filter((one) => one.bucket === bucket)).take(amount);
  if (slices === null) return refuse({ code: 'invalid_amount', why: 'The bucket has less than that available.' });
  const money = { minor: 0n, currency: terms.currency };
  const entry: EntryOf<'refunded'> = {
    opId,
    at: now,
    kind: 'refunded',
    basis: 'goodwill',
    slices,
    money,
    purchaseOpId: opId,
    shortfall: 0n,
    reason,
  };
  apply(draft, entry);
  return { ok: true, entries: [entry], receipt: { kind: 'refunded', money, amount, shortfall: 0n } };
}
