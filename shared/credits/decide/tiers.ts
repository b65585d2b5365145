/** What the balance allows (PG-14): the highest tier whose threshold the available balance reaches. */
import type { OperationRequest, Refusal } from '../model/commands.ts';
import type { AccountState } from '../model/model.ts';
import type { PolicyTerms, TierRule } from '../model/policy.ts';
import type { Instant, Units } from '../model/quantities.ts';
import { subtractUnits } from '../model/units.ts';
import { remediesFor } from './offers.ts';
import type { Cost } from './price.ts';

/** The tier reached; null below all of them, and where the policy has none. */
export const tierOf = (terms: PolicyTerms, available: Units): TierRule | null =>
  terms.tiers.reduce<TierRule | null>(
    (best, tier) => (available >= tier.atLeast && (best === null || tier.atLeast > best.atLeast) ? tier : best),
    null,
  );

const allows = (tier: TierRule, request: OperationRequest): boolean =>
  (request.model === undefined || tier.models === undefined || tier.models.includes(request.model)) &&
  (request.resolution === undefined || tier.resolutions === undefined || tier.resolutions.includes(request.resolution));

/** Why the balance does not allow this operation; null when it does. Below the price it is a shortage, not a matter of tiers. */
export function tierRefusal(
  terms: PolicyTerms,
  state: AccountState,
  { request, cost, available }: { readonly request: OperationRequest; readonly cost: Cost; readonly available: Units },
  now: Instant,
): Refusal | null {
  if (terms.tiers.length === 0 || cost.max > available) return null;
  const tier = tierOf(terms, available);
  if (tier !== null && allows(tier, request)) return null;
  const open = terms.tiers.filter((other) => allows(other, request)).sort((a, b) => (a.atLeast < b.atLeast ? -1 : 1))[0];
  // An operation that no tier restricts (a flat processing step) is allowed on every balance that pays for it.
  if (request.model === undefined && request.resolution === undefined) return null;
  const needed = open?.atLeast ?? available;
  const remedies = remediesFor(terms, state, subtractUnits(needed, available), now).filter((remedy) => remedy.kind !== 'wait');
  return { code: 'not_allowed_on_tier', tier: tier?.id ?? null, available, needed, remedies };
}
