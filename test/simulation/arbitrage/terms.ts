/** What a policy declares, read for the second time: the prices, the allowances and who may name them, without the engine's own reading. */
import type { Interval, OperationRequest, Policy, Price, Subscription } from '../../../shared/credits/index.ts';

/** Something happened that the policy does not allow. */
export class Broken extends Error {}

type Choice = Pick<Subscription, 'plan' | 'interval'>;

/** Minor units; 0 where it is part of a contract, or free for everybody. */
export const planPrice = (policy: Policy, { plan, interval }: Choice): bigint => priceOf(policy, plan, interval)?.minor ?? 0n;

export const priceOf = (policy: Policy, plan: string, interval: Interval) =>
  policy.plans?.list.find(({ id }) => id === plan)?.price[interval] ?? null;

/** One allowance of the plan. */
export function allowanceOf(policy: Policy, plan: string, slots: number): bigint {
  const allowance = policy.plans?.list.find(({ id }) => id === plan)?.allowance;
  if (allowance === undefined || allowance.kind === 'none') return 0n;
  if (allowance.kind === 'per-slot') return allowance.amount * BigInt(slots);
  return allowance.kind === 'fixed' ? allowance.amount : allowance.cap;
}

/** All that a paid period brings: twelve months in a year, and one in a month. */
export function unitsOfPeriod(policy: Policy, { plan, slots, interval }: Subscription): bigint {
  return allowanceOf(policy, plan, slots) * (interval === 'year' ? 12n : 1n);
}

/** The least and the most that a request costs; null: it is not sold. */
export function costOf(policy: Policy, request: OperationRequest): { readonly least: bigint; readonly most: bigint } | null {
  const rule = policy.operations[request.kind];
  return rule === undefined ? null : read(rule.price, request);
}

function read(price: Price, request: OperationRequest): { readonly least: bigint; readonly most: bigint } | null {
  switch (price.kind) {
    case 'flat':
      return { least: price.amount, most: price.amount };
    case 'range':
      return { least: price.min, most: price.max };
    case 'duration': {
      const times = (request.durationSeconds ?? 0) / price.seconds;
      return { least: BigInt(Math.ceil(Number(price.min) * times)), most: BigInt(Math.ceil(Number(price.max) * times)) };
    }
    case 'by': {
      const row = price.table[request[price.trait] ?? price.assumed ?? ''];
      return row === undefined ? null : read(row, request);
    }
    case 'each': {
      let [least, most] = [0n, 0n];
      for (const step of request.steps ?? []) {
        const row = price.table[step];
        const cost = row === undefined ? null : read(row, request);
        if (cost === null) return null;
        least += cost.least;
        most += cost.most;
      }
      return { least, most };
    }
  }
}
