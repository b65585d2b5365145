/** What the copy on this machine says: balance, cost, forecast, reasons. It informs; only the server authorises. */
import { type LedgerEntry, wallet as walletSchema } from '../../shared/api.ts';
import { formatAmount, parseAmount } from '../../shared/credits/amount.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import type { ForecastView, QuoteView, Unit, WalletView } from '../../shared/ipc/wallet.ts';
import type { World } from '../world.ts';
import type { Cache } from './cache.ts';

export type Books = ReturnType<typeof createBooks>;

export function createBooks(cache: Cache, _world: World) {
  const snapshot = () => cache.fact('wallet', walletSchema);
  const unit = (): Unit => snapshot()?.unit ?? { code: 'credit', scale: 0 };
  const units = (text: string): bigint => parseAmount(text, unit()) ?? 0n;
  const text = (amount: bigint): string => formatAmount(amount, unit());
  const price = 10n ** BigInt(unit().scale);

  return {
    unit,
    accountId: (): string | null => snapshot()?.accountId ?? null,
    hashOf: (_prevHash: string, entry: LedgerEntry): string => entry.hash,
    take(_entries: readonly LedgerEntry[]): void {},
    reset(): void {},
    view(): Omit<WalletView, 'pending'> | null {
      const wallet = snapshot();
      if (wallet === null) return null;
      const { plan } = wallet;
      return {
        ...wallet,
        plan:
          plan === null ? null : { id: plan.id, label: plan.label, slots: plan.slots, allowance: plan.allowance, renewsAt: plan.renewsAt },
        buckets: wallet.buckets.map(({ nextExpiry, nextExpiryAmount, ...bucket }) => ({
          ...bucket,
          nextExpiry: nextExpiry === null ? null : { at: nextExpiry, amount: nextExpiryAmount ?? bucket.available },
        })),
      };
    },
    priceOf: (count: number): string => text(BigInt(count) * price),
    add: (a: string, b: string): string => text(units(a) + units(b)),
    quote(count: number, _recipe: Recipe): Omit<QuoteView, 'notices'> {
      const wallet = snapshot();
      const needed = BigInt(count) * price;
      let left = needed;
      const slices = (wallet?.buckets ?? []).flatMap(({ bucket, available }) => {
        const take = units(available) < left ? units(available) : left;
        left -= take;
        return take === 0n ? [] : [{ bucket, amount: text(take) }];
      });
      const available = units(wallet?.available ?? '0');
      return {
        photos: count,
        total: text(needed),
        slices,
        availableAfter: text(available - (needed - left)),
        refusal:
          left === 0n
            ? null
            : { code: 'insufficient_credit', message: 'Not enough credit.', shortfall: text(left), affordable: Number(available / price) },
      };
    },
    forecast: (): ForecastView => ({
      photosLeft: Number(units(snapshot()?.available ?? '0') / price),
      perDay: 0,
      runsOutAt: null,
      lapsing: [],
    }),
    explain: (entry: LedgerEntry, photoName: string | null) => ({
      title: photoName ?? entry.kind,
      whys: entry.slices.map((slice) => slice.bucket),
    }),
  };
}
