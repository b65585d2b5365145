/** The policy in force, as the server declares it: the same data that the server's own engine reads. */
import type { PolicyAnswer } from '../../../shared/api/index.ts';
import type { Policy } from '../../../shared/credits/index.ts';
import { decodeServedPolicy, policyNamed } from '../../../shared/policies/index.ts';

/**
 * The policy of an answer of `GET /v1/policy`. When it is none that this version can read, the declaration of that id which this version carries; null
 * when there is none.
 */
export function policyFrom({ id, declaration }: Pick<PolicyAnswer, 'id' | 'declaration'>): Policy | null {
  const served = decodeServedPolicy(declaration);
  return served.ok ? served.value : policyNamed(id);
}
