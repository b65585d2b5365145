/** The engine's view of a wallet in the wire's form. */
import type { WalletBucket, WalletGrant, Alert as WireAlert, Wallet as WireWallet } from '../../shared/api/index.ts';
import { formatAmount, formatMoney } from '../../shared/credits/model/amount.ts';
import type { AccountState } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { Instant } from '../../shared/credits/model/quantities.ts';
import { alertText, allowanceText } from '../../shared/credits/read/sentences.ts';
import { type BucketView, type GrantView, type PlanView, view } from '../../shared/credits/read/view.ts';
import { rfc3339 } from '../clock.ts';
import { type Amounts, amountsOf } from './wire.ts';

/** The wallet of the state at `now` (epoch ms): expiry is decided here, swept or not. */
export function walletOf(policy: Policy, state: AccountState, now: Instant): WireWallet {
  const seen = view(policy, state, now);
  const amounts = amountsOf(seen);
  return {
    accountId: seen.accountId,
    policy: seen.policy,
    unit: seen.unit,
    asOf: rfc3339(seen.asOf),
    timeZone: state.timeZone,
    seq: seen.seq,
    available: amounts.format(seen.available),
    held: amounts.format(seen.held),
    shortfall: amounts.format(seen.shortfall),
    buckets: seen.buckets.map((bucket) => bucketOf(amounts, bucket)),
    plan: seen.plan && planOf(policy, seen.plan),
    carried: formatMoney(seen.carried),
    alerts: seen.alerts.map(
      (alert): WireAlert => ({ kind: alert.kind, level: alert.level, message: alertText(alert, policy, state.timeZone) }),
    ),
    ...(seen.unit.code === 'EUR' ? { balance_eur: formatAmount(seen.available, seen.unit) } : {}),
  };
}

function bucketOf(amounts: Amounts, { bucket, label, available, held, nextExpiry, grants }: BucketView): WalletBucket {
  return {
    bucket,
    label,
    available: amounts.format(available),
    held: amounts.format(held),
    nextExpiry: nextExpiry && rfc3339(nextExpiry.at),
    nextExpiryAmount: nextExpiry && amounts.format(nextExpiry.amount),
    grants: grants.map((grant) => grantOf(amounts, grant)),
  };
}

function grantOf(amounts: Amounts, grant: GrantView): WalletGrant {
  return {
    id: grant.id,
    granted: amounts.format(grant.granted),
    available: amounts.format(grant.available),
    held: amounts.format(grant.held),
    spent: amounts.format(grant.spent),
    expired: amounts.format(grant.expired),
    refunded: amounts.format(grant.refunded),
    effectiveAt: rfc3339(grant.effectiveAt),
    expiresAt: grant.expiresAt === null ? null : rfc3339(grant.expiresAt),
    source: grant.source,
  };
}

/** A plan in the words of the wire. */
export const planOf = (policy: Policy, plan: Omit<PlanView, 'periodEnd' | 'next'>): WireWallet['plan'] => ({
  id: plan.id,
  label: plan.label,
  slots: plan.slots,
  allowance: allowanceText(plan.allowance, plan.slots, policy),
  renewsAt: plan.renewsAt === null ? null : rfc3339(plan.renewsAt),
  interval: plan.interval,
  status: plan.status,
});
