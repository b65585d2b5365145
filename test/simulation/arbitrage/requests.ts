/** The work that a policy sells, as requests. */
import { type OperationRequest, type Policy, type Price, priceOf } from '../../../shared/credits/index.ts';

/** One request for every row of every price table, the cheapest first. */
export function requestsOf(policy: Policy): OperationRequest[] {
  const all = Object.entries(policy.operations).flatMap(([kind, rule]) =>
    rows(rule.price).map((traits): OperationRequest => ({ kind, recipe: { background: 'studio' }, ...traits })),
  );
  const most = (request: OperationRequest): number => {
    const price = priceOf(policy, request);
    return price.ok ? Number(price.cost.max) : 0;
  };
  return all.sort((one, other) => most(one) - most(other));
}

function rows(price: Price): Partial<OperationRequest>[] {
  if (price.kind === 'duration') return [{ durationSeconds: 10 }, { durationSeconds: 250 }];
  if (price.kind === 'each') return [{ steps: Object.keys(price.table).slice(0, 2) }];
  if (price.kind !== 'by') return [{}];
  return Object.entries(price.table).flatMap(([value, row]) => rows(row).map((traits) => ({ ...traits, [price.trait]: value })));
}
