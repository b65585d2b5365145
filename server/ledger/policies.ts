/** The policies this server runs: each account is under one of them. */
import type { AccountState } from '../../shared/credits/model.ts';
import type { Policy } from '../../shared/credits/policy.ts';
import { policyIds, policyNamed } from '../../shared/policies/index.ts';
import { Refusal } from '../problems.ts';

export interface Policies {
  /** Of public prices and of whoever names none. */
  readonly standard: Policy;
  /** Throws unknown_policy. */
  named(id: string): Policy;
  of(state: Pick<AccountState, 'policy'>): Policy;
}

export interface PolicyChoice {
  readonly standard: string;
  /** The launch promotion's first moment. */
  readonly launch: number;
}

/** Throws with the sentence to show when the standard policy does not exist. */
export function loadPolicies({ standard, launch }: PolicyChoice): Policies {
  const byId = new Map<string, Policy>();
  for (const id of policyIds) {
    const policy = policyNamed(id, { launchAt: launch });
    if (policy) byId.set(id, policy);
  }
  const chosen = byId.get(standard);
  if (!chosen) throw new Error(`There is no policy ${standard}. There are: ${policyIds.join(', ')}.`);
  const named = (id: string): Policy => {
    const policy = byId.get(id);
    if (!policy) throw new Refusal('unknown_policy', `There is no policy ${id}. There are: ${policyIds.join(', ')}. Nothing was written.`);
    return policy;
  };
  return { standard: chosen, named, of: ({ policy }) => named(policy.id) };
}
