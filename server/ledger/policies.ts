/** The policies this server runs: each account is under one of them. */
import { readFileSync } from 'node:fs';
import type { AccountState } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { Instant } from '../../shared/credits/model/quantities.ts';
import { decodePolicy, policyIds, policyNamed } from '../../shared/policies/index.ts';
import { Refusal } from '../problems.ts';

/** The policies of this server. */
export interface Policies {
  /** Of public prices and of whoever names none. */
  readonly standard: Policy;
  /** Throws unknown_policy. */
  named(id: string): Policy;
  of(state: Pick<AccountState, 'policy'>): Policy;
  readonly all: readonly Policy[];
}

/** What the command line says of policies. */
interface PolicyChoice {
  readonly standard: string;
  /** The launch promotion's first moment. */
  readonly launch: Instant;
  readonly file: string | null;
}

/** Throws with the sentence to show when the standard policy does not exist or a policy file is not right. */
export function loadPolicies({ standard, launch, file }: PolicyChoice): Policies {
  const byId = new Map<string, Policy>();
  for (const id of policyIds) {
    const policy = policyNamed(id, { launchAt: launch });
    if (policy) byId.set(id, policy);
  }
  if (file !== null) {
    const policy = readPolicyFile(file);
    byId.set(policy.id, policy);
  }
  const ids = [...byId.keys()].join(', ');
  const chosen = byId.get(standard);
  if (!chosen) throw new Error(`There is no policy ${standard}. There are: ${ids}.`);
  const named = (id: string): Policy => {
    const policy = byId.get(id);
    if (!policy) throw new Refusal('unknown_policy', `There is no policy ${id}. There are: ${ids}. Nothing was written.`);
    return policy;
  };
  return { standard: chosen, named, all: [...byId.values()], of: ({ policy }) => named(policy.id) };
}

function readPolicyFile(file: string): Policy {
  let declared: unknown;
  try {
    declared = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`The policy file ${file} cannot be read: ${error instanceof Error ? error.message : error}`);
  }
  const policy = decodePolicy(declared);
  if (!policy.ok) throw new Error(`The policy file ${file} is not right: ${policy.error.message}`);
  return policy.value;
}
