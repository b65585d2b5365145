/** What the money pages show besides the wallet itself, all of it from the copy on this machine. */
import { autoTopUp as autoTopUpAnswer, paymentOptions } from '../../../shared/api/index.ts';
import { formatMoney } from '../../../shared/credits/model/amount.ts';
import { NO_MONEY } from '../../../shared/credits/model/minor.ts';
import type { AutoTopUpView, PaymentWays, PlansView, Returnable, TopUpQuote, TopUpTerms } from '../../../shared/ipc/billing.ts';
import type { PriceLine, UsageView } from '../../../shared/ipc/usage.ts';
import type { Cache } from '../copy/cache.ts';
import type { Present } from '../copy/present.ts';
import { plansView } from './plans.ts';
import type { ReplayedAccount } from './replayed-account.ts';
import { autoTopUpView, quoteTopUp, returnables, topUpTerms } from './top-ups.ts';
import { pricesOf, usageView } from './usage.ts';

export interface Pages {
  plans(): PlansView;
  topUpTerms(): TopUpTerms | null;
  topUpQuote(typed: string): TopUpQuote;
  autoTopUp(): AutoTopUpView | null;
  returnables(): Returnable[];
  usage(days: number): UsageView;
  pricing(): PriceLine[];
  paymentWays(): PaymentWays;
}

/** Before the first sync there is nothing to show, which is not a fault. */
export function createPages(cache: Cache, account: ReplayedAccount): Pages {
  const shown = <T>(from: (present: Present) => T, nothing: T): T => {
    const present = account.present();
    return present === null ? nothing : from(present);
  };
  const unknownTopUp = (): TopUpQuote => {
    const nothing = account.add('0', '0');
    const price = formatMoney({ minor: NO_MONEY, currency: 'EUR' });
    return { amount: nothing, price, availableAfter: nothing, validUntil: null, refusal: 'The wallet has not been fetched yet.' };
  };
  return {
    plans: () => shown(plansView, { list: [], sold: false, yearly: false, interval: null }),
    topUpTerms: () => shown(topUpTerms, null),
    topUpQuote: (typed) => shown((present) => quoteTopUp(present, typed), unknownTopUp()),
    autoTopUp: () =>
      shown((present) => {
        const view = autoTopUpView(present);
        if (view === null) return null;
        const { through, charge, blocked } = cache.fact('autoTopUp', autoTopUpAnswer) ?? {};
        const nothing = blocked === undefined ? null : { declined: true, message: blocked };
        return {
          ...view,
          through: cache.fact('payment', paymentOptions)?.providers.find(({ id }) => id === through && id !== 'invoice')?.label ?? null,
          charge: charge === undefined ? nothing : { declined: charge.state === 'declined', message: charge.message },
        };
      }, null),
    returnables: () => shown(returnables, []),
    usage: (days) => shown((present) => usageView(cache, present, days), { days: [], works: [], amount: account.add('0', '0'), times: 0 }),
    pricing: () => pricesOf(cache),
    paymentWays() {
      const { providers = [], onAccount } = cache.fact('payment', paymentOptions) ?? {};
      const blocked = onAccount?.blocked ?? null;
      const ways = providers.map((way) => ({ ...way, blocked: way.id === 'invoice' ? blocked : null }));
      return ways.length > 0 ? ways : [{ id: 'invoice', label: 'Invoice', plans: true, sells: false, keeps: false, blocked }];
    },
  };
}
