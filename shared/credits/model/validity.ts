/** Until when a new grant lives, by the rule of its bucket. */
import { addSteps, cycleAt } from './calendar.ts';
import { days } from './durations.ts';
import { laterBy } from './instants.ts';
import type { AccountState, GrantSource } from './model.ts';
import type { BucketRule, PolicyTerms, PromotionRule } from './policy.ts';
import type { BucketId, Instant } from './quantities.ts';

/** The policy's rule for a bucket; null: this version has none of that name. */
export const bucketRule = (terms: PolicyTerms, id: BucketId): BucketRule | null => terms.buckets.find((rule) => rule.id === id) ?? null;

/** The first instant that no longer belongs to the promotion. */
export const promotionEnd = (promotion: PromotionRule): Instant => laterBy(promotion.startsAt, days(promotion.days));

/** null: never. Throws a RangeError for a bucket that the policy does not have: `validatePolicy` has seen to it that it does. */
export function expiryOf(terms: PolicyTerms, state: AccountState, bucket: BucketId, source: GrantSource, at: Instant): Instant | null {
  const rule = bucketRule(terms, bucket);
  if (rule === null) throw new RangeError(`The policy ${terms.id} has no bucket ${bucket}.`);
  const { validity } = rule;
  switch (validity.kind) {
    case 'never':
      return null;
    case 'cycle': {
      const end = source.kind === 'plan' ? source.cycleEnd : cycleEndAround(terms, state, at);
      return validity.rolloverDays === 0 ? end : addSteps(end, { days: validity.rolloverDays }, 1, state.timeZone);
    }
    case 'promotion':
      return promotionEndAround(terms, bucket, source, at);
    case 'from-grant':
      return addSteps(at, validity.step, 1, state.timeZone);
    case 'from-last-payment': {
      const paid = source.kind === 'purchase' ? at : state.lastPaidAt;
      const clock = paid === null ? null : addSteps(paid, validity.step, 1, state.timeZone);
      return clock !== null && clock > at ? clock : addSteps(at, validity.step, 1, state.timeZone);
    }
  }
}

function cycleEndAround(terms: PolicyTerms, state: AccountState, at: Instant): Instant {
  if (state.subscription !== null && state.subscription.cycle.end > at) return state.subscription.cycle.end;
  return cycleAt(state.anchor, terms.plans?.month.cycle ?? { months: 1 }, at, state.timeZone).end;
}

/** A grant by an administrator outside any window lives as long as the window would have been. */
function promotionEndAround(terms: PolicyTerms, bucket: BucketId, source: GrantSource, at: Instant): Instant {
  const own = terms.promotions.filter((promotion) => promotion.bucket === bucket);
  const named = own.find((promotion) => source.kind === 'promotion' && promotion.id === source.promotionId);
  const running = named ?? own.find((promotion) => promotion.startsAt <= at && at < promotionEnd(promotion));
  return running === undefined ? laterBy(at, days(own[0]?.days ?? 28)) : promotionEnd(running);
}
