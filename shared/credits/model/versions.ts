/** Which version of the policy an account is under. */
import type { AccountState } from './model.ts';
import type { PlanRule, Policy, PolicyTerms } from './policy.ts';
import type { PlanId } from './quantities.ts';

/** The terms the account is pinned to; the newest when its version is unknown here. */
export function pinned(policy: Policy, state: Pick<AccountState, 'policy'>): Policy {
  for (let version: Policy | undefined = policy; version !== undefined; version = version.previous)
    if (version.version === state.policy.version) return version;
  return policy;
}

/** The version after the account's own; it takes the account over when it says from which instant. */
export function successor(policy: Policy, state: Pick<AccountState, 'policy'>): Policy | null {
  if (policy.version === state.policy.version) return null;
  for (let version: Policy | undefined = policy; version !== undefined; version = version.previous)
    if (version.previous?.version === state.policy.version) return version;
  return null;
}

/** The policy's rule for a plan; null: no plan, or one that this version does not have. */
export const planRule = (terms: PolicyTerms, id: PlanId | null): PlanRule | null =>
  terms.plans?.list.find((plan) => plan.id === id) ?? null;

/** Whether the subscription gives its benefits now. */
export const isRunning = (state: Pick<AccountState, 'subscription'>): boolean =>
  state.subscription !== null && state.subscription.status !== 'ended' && state.subscription.status !== 'paused';

/** The plan whose benefits the account has: its own while it runs, else the policy's default. */
export const planInForce = (terms: PolicyTerms, state: Pick<AccountState, 'subscription'>): PlanRule | null =>
  planRule(terms, isRunning(state) ? (state.subscription?.plan ?? null) : (terms.plans?.defaultPlan ?? null));
