/** What of a wallet an act can change: the audit log's `before` and `after`. */
import type { AccountState } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { Instant } from '../../shared/credits/model/quantities.ts';
import { walletOf } from './wallet-view.ts';

/** What of a wallet an act can change, for `before` and `after`. */
export function walletFacts(policy: Policy, state: AccountState, now: Instant): Record<string, unknown> {
  const { unit, available, held, buckets, plan, seq } = walletOf(policy, state, now);
  return {
    seq,
    unit: unit.code,
    available,
    held,
    buckets: Object.fromEntries(buckets.map((bucket) => [bucket.bucket, bucket.available])),
    plan: plan && { id: plan.id, slots: plan.slots, interval: plan.interval, status: plan.status },
  };
}
