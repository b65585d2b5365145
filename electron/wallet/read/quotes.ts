/** What applying to photos would cost, from which buckets, and what to say when it is not enough. */

import {
  type AccountState,
  formatAmount,
  MAX_BATCH,
  type Policy,
  type PolicyTerms,
  pinned,
  priceOf,
  quote,
  refusalText,
  soldWithReason,
  type Units,
  view,
} from '../../../shared/credits/index.ts';
import type { Instant } from '../../../shared/credits/model/quantities.ts';
import { minUnits, NO_UNITS, subtractUnits, sumUnits, timesUnits } from '../../../shared/credits/model/units.ts';
import type { ProcessingCost, WithheldSteps } from '../../../shared/ipc/processing.ts';
import type { PriceView } from '../../../shared/ipc/wallet.ts';
import type { Problem } from '../../../shared/result.ts';

/** What of a photo's recipe a price can depend on. */
export type QuotedRecipe = { readonly background: unknown; readonly logo: unknown };
type Request = Parameters<typeof quote>[2][number];

const requestOf = ({ background, logo }: QuotedRecipe): Request => ({
  kind: 'apply',
  recipe: { background: background ?? null, logo: logo ?? null },
});

/** One recipe for each photo. By the engine's own dry run: it is what then happens, unless something else happens first. */
export function quotePhotos(policy: Policy, state: AccountState, recipes: readonly QuotedRecipe[], now: Instant): PriceView {
  if (recipes.length > MAX_BATCH) return quoteMany(policy, state, recipes, now);
  const terms = pinned(policy, state);
  const quoted = quote(policy, state, recipes.map(requestOf), now);
  const format = (amount: bigint): string => formatAmount(amount, terms.unit);
  const { refusal } = quoted;
  return {
    photos: recipes.length,
    total: format(quoted.total),
    slices: quoted.slices.map(({ bucket, amount }) => ({ bucket, amount: format(amount) })),
    availableAfter: format(quoted.availableAfter),
    refusal:
      refusal === null
        ? null
        : {
            code: refusal.code,
            message: refusalText(refusal, terms, state.timeZone),
            ...('shortfall' in refusal ? { shortfall: format(refusal.shortfall), affordable: refusal.affordable } : {}),
          },
  };
}

/** More than one request of the server takes: the price of each, drawn bucket by bucket in the policy's order. */
function quoteMany(policy: Policy, state: AccountState, recipes: readonly QuotedRecipe[], now: Instant): PriceView {
  const terms = pinned(policy, state);
  const format = (amount: bigint): string => formatAmount(amount, terms.unit);
  const wallet = view(policy, state, now);
  const prices = pricesOf(policy, state, recipes, now);
  const total = sumUnits(prices);
  let left = total;
  const slices: { bucket: string; amount: string }[] = [];
  for (const { bucket, available } of wallet.buckets) {
    const amount = minUnits(available, left);
    if (amount > 0n) slices.push({ bucket, amount: format(amount) });
    left = subtractUnits(left, amount);
  }
  const photos = recipes.length;
  if (left === 0n) return { photos, total: format(total), slices, availableAfter: format(wallet.available - total), refusal: null };
  const refusal = {
    code: 'insufficient_credit',
    required: total,
    available: wallet.available,
    shortfall: left,
    affordable: affordableIn(prices, wallet.available),
    remedies: [],
  } as const;
  return {
    photos,
    total: format(total),
    slices: [],
    availableAfter: format(wallet.available),
    refusal: {
      code: refusal.code,
      message: refusalText(refusal, terms, state.timeZone),
      shortfall: format(left),
      affordable: refusal.affordable,
    },
  };
}

/** Asked once for each recipe that differs. */
function pricesOf(policy: Policy, state: AccountState, recipes: readonly QuotedRecipe[], now: Instant): Units[] {
  const known = new Map<string, Units>();
  return recipes.map((recipe) => {
    const request = requestOf(recipe);
    const key = JSON.stringify(request);
    const price = known.get(key) ?? quote(policy, state, [request], now).total;
    known.set(key, price);
    return price;
  });
}

/** How many of the first photos the available credit pays for. */
function affordableIn(prices: readonly Units[], available: Units): number {
  let left = available;
  const short = prices.findIndex((price) => {
    left = subtractUnits(left, price);
    return left < 0n;
  });
  return short < 0 ? prices.length : short;
}

/** Said before the first sync. */
export const costUnknown: Problem = {
  code: 'offline',
  message: 'The wallet has not been fetched yet, so the cost is not known. Nothing is charged.',
};

/** A chain of steps on so many photos: the same price for each (PG-04). Under a policy without a price for it, nothing. */
export function processingCost(
  {
    policy,
    terms,
    state,
    now,
  }: { readonly policy: Policy; readonly terms: PolicyTerms; readonly state: AccountState; readonly now: Instant },
  photos: number,
  steps: readonly string[],
): ProcessingCost {
  const format = (amount: bigint): string => formatAmount(amount, terms.unit);
  const priced = priceOf(terms, { kind: 'process', steps });
  if (!priced.ok) {
    const message = refusalText(priced.refusal, terms, state.timeZone);
    return { photos, each: format(NO_UNITS), total: format(NO_UNITS), free: false, refusal: { code: priced.refusal.code, message } };
  }
  const each = priced.cost.max;
  const total = timesUnits(each, BigInt(photos));
  const { available } = view(policy, state, now);
  const short = {
    code: 'insufficient_credit',
    required: total,
    available,
    shortfall: subtractUnits(total, available),
    affordable: each === 0n ? photos : Number(available / each),
    remedies: [],
  } as const;
  const refusal = total > available ? { code: short.code, message: refusalText(short, terms, state.timeZone) } : null;
  return { photos, each: format(each), total: format(total), free: each === 0n, refusal };
}

/** The steps that processing does not do under the policy, each with the sentence that says where it is had instead. */
export function withheldSteps({ terms }: { readonly terms: PolicyTerms }): WithheldSteps {
  return Object.entries(terms.operations['process']?.soldWith ?? {}).map(([step, operation]) => ({
    kind: step,
    reason: soldWithReason(step, operation, terms),
  }));
}
