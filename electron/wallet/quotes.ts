/** What applying to a number of photos would cost, from which buckets, and what to say when it is not enough. */
import { type AccountState, formatAmount, MAX_BATCH, type Policy, pinned, quote, refusalText, view } from '../../shared/credits/index.ts';
import type { QuoteView } from '../../shared/ipc/wallet.ts';

/** By the engine's own dry run: it is what then happens, unless something else happens first. */
export function quotePhotos(
  policy: Policy,
  state: AccountState,
  count: number,
  recipe: { readonly background: unknown; readonly logo: unknown },
  now: number,
): Omit<QuoteView, 'notices'> {
  const request = { kind: 'apply', recipe: { background: recipe.background ?? null, logo: recipe.logo ?? null } };
  if (count > MAX_BATCH) return quoteMany(policy, state, count, request, now);
  const terms = pinned(policy, state);
  const quoted = quote(
    policy,
    state,
    Array.from({ length: count }, () => request),
    now,
  );
  const format = (amount: bigint): string => formatAmount(amount, terms.unit);
  const { refusal } = quoted;
  return {
    photos: count,
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

/** More than one request of the server takes: the price of one, drawn bucket by bucket in the policy's order. */
function quoteMany(
  policy: Policy,
  state: AccountState,
  count: number,
  request: Parameters<typeof quote>[2][number],
  now: number,
): Omit<QuoteView, 'notices'> {
  const terms = pinned(policy, state);
  const format = (amount: bigint): string => formatAmount(amount, terms.unit);
  const each = quote(policy, state, [request], now).total;
  const wallet = view(policy, state, now);
  const total = each * BigInt(count);
  let left = total;
  const slices: { bucket: string; amount: string }[] = [];
  for (const { bucket, available } of wallet.buckets) {
    const amount = available < left ? available : left;
    if (amount > 0n) slices.push({ bucket, amount: format(amount) });
    left -= amount;
  }
  if (left === 0n) return { photos: count, total: format(total), slices, availableAfter: format(wallet.available - total), refusal: null };
  const refusal = {
    code: 'insufficient_credit',
    required: total,
    available: wallet.available,
    shortfall: left,
    affordable: each === 0n ? count : Number(wallet.available / each),
    remedies: [],
  } as const;
  return {
    photos: count,
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
