/** What the money pages show besides the wallet itself, all of it from the copy on this machine. */
import type { z } from 'zod';
import { autoTopUp as autoTopUpAnswer, paymentOptions } from '../../../shared/api/index.ts';
import { formatMoney } from '../../../shared/credits/model/amount.ts';
import { NO_MONEY } from '../../../shared/credits/model/minor.ts';
import type { AutoTopUpView, HeldReturn, PaymentWays, PlansView, Returnable, TopUpQuote, TopUpTerms } from '../../../shared/ipc/billing.ts';
import type { PriceLine, UsageView } from '../../../shared/ipc/usage.ts';
import type { Cache } from '../copy/cache.ts';
import type { Present } from '../copy/present.ts';
import { plansView } from './plans.ts';
import type { ReplayedAccount } from './replayed-account.ts';
import { heldReturns, returnables } from './returns.ts';
import { autoTopUpView, quoteTopUp, topUpTerms } from './top-ups.ts';
import { pricesOf, usageView } from './usage.ts';

/** Before the first sync there is nothing to show, which is not a fault. */
export class Pages {
  readonly #cache: Cache;
  readonly #account: ReplayedAccount;

  constructor(cache: Cache, account: ReplayedAccount) {
    this.#cache = cache;
    this.#account = account;
  }

  plans(): PlansView {
    return this.#shown(plansView, { list: [], sold: false, yearly: false, interval: null });
  }

  topUpTerms(): TopUpTerms | null {
    return this.#shown(topUpTerms, null);
  }

  /** @param typed an amount as a person types it; what is wrong with it is in the answer's `refusal` */
  topUpQuote(typed: string): TopUpQuote {
    return this.#shown((present) => quoteTopUp(present, typed), this.#unknownTopUp());
  }

  autoTopUp(): AutoTopUpView | null {
    return this.#shown((present) => {
      const view = autoTopUpView(present);
      if (view === null) return null;
      const { through, charge, blocked } = this.#cache.fact('autoTopUp', autoTopUpAnswer) ?? {};
      const nothing = blocked === undefined ? null : { declined: true, message: blocked };
      return {
        ...view,
        through: this.#options()?.providers.find(({ id }) => id === through && id !== 'invoice')?.label ?? null,
        charge: charge === undefined ? nothing : { declined: charge.state === 'declined', message: charge.message },
      };
    }, null);
  }

  returnables(): Returnable[] {
    return this.#shown(returnables, []);
  }

  /** What would be among them, were its credit not held by work under way. */
  heldReturns(): HeldReturn[] {
    return this.#shown(heldReturns, []);
  }

  /** Of the last so many days, today among them. */
  usage(days: number): UsageView {
    const nothing = { days: [], works: [], amount: this.#account.add('0', '0'), times: 0 };
    return this.#shown((present) => usageView(this.#cache, present, days), nothing);
  }

  pricing(): PriceLine[] {
    return pricesOf(this.#cache);
  }

  /** Never empty: an invoice is what there is before the server has said more. */
  paymentWays(): PaymentWays {
    const { providers = [], onAccount } = this.#options() ?? {};
    const blocked = onAccount?.blocked ?? null;
    const ways = providers.map((way) => ({ ...way, blocked: way.id === 'invoice' ? blocked : null }));
    return ways.length > 0 ? ways : [{ id: 'invoice', label: 'Invoice', plans: true, sells: false, keeps: false, blocked }];
  }

  #options(): z.infer<typeof paymentOptions> | null {
    return this.#cache.fact('payment', paymentOptions);
  }

  #shown<T>(from: (present: Present) => T, nothing: T): T {
    const present = this.#account.present();
    return present === null ? nothing : from(present);
  }

  #unknownTopUp(): TopUpQuote {
    const nothing = this.#account.add('0', '0');
    const price = formatMoney({ minor: NO_MONEY, currency: 'EUR' });
    return { amount: nothing, price, availableAfter: nothing, validUntil: null, refusal: 'The wallet has not been fetched yet.' };
  }
}
