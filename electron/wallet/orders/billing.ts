/** Whom bills are for, what tax they carry, and the provider's own pages for cards and receipts. Read from the copy on this machine. */
import { z } from 'zod';
import { billingDetails as billingDetailsAnswer, paths, paymentOptions, portalAnswer } from '../../../shared/api/index.ts';
import { taxAmount } from '../../../shared/billing/tax.ts';
import { formatMoney, parseMoney } from '../../../shared/credits/model/amount.ts';
import { addMinor } from '../../../shared/credits/model/minor.ts';
import { minorFrom } from '../../../shared/credits/model/minting.ts';
import type { OpId } from '../../../shared/credits/model/quantities.ts';
import type { BillingDetailsView, DetailsTyped, PaymentMethod, PaymentWay, Receipt, Taxed } from '../../../shared/ipc/billing.ts';
import type { Money } from '../../../shared/ipc/wallet.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { ReturnPage } from '../../../shared/return-page.ts';
import type { Cache } from '../copy/cache.ts';
import { type Ask, nothingChanged, perhapsChanged, type Question } from './ask.ts';

/** A purchase as the ledger tells of it. */
const purchaseEntry = z.object({
  source: z.object({ kind: z.literal('purchase'), paid: z.object({ minor: z.string(), currency: z.string() }) }),
});
type PaymentOptions = z.infer<typeof paymentOptions>;
const MOST_RECEIPTS = 100;

/** Reads from the copy; asks the server for what it does not hold. */
export class Billing {
  readonly #cache: Cache;
  readonly #ask: Ask;

  constructor(cache: Cache, ask: Ask) {
    this.#cache = cache;
    this.#ask = ask;
  }

  /** Null before the first sync. */
  details(): BillingDetailsView | null {
    return this.#cache.fact('billing', billingDetailsAnswer);
  }

  /** For invoices from now on; refused with `unknown_tax_country`, `invalid_vat_id` and the like, and then nothing is changed. */
  async save(details: Omit<DetailsTyped, 'address'> & { readonly address: readonly string[] }): Promise<Result<BillingDetailsView>> {
    const { name, address, country, vatId, language, email } = details;
    const body = {
      name: filled(name),
      address: address.map((line) => line.trim()).filter((line) => line !== ''),
      country: filled(country),
      vatId: filled(vatId),
      language,
      email: filled(email),
    };
    const saved = await this.#ask({
      what: 'Saving the billing details',
      method: 'PUT',
      path: paths.billingDetails,
      body,
      answer: billingDetailsAnswer,
      unanswered: perhapsChanged,
    });
    if (saved.ok) this.#cache.remember('billing', saved.value);
    return saved;
  }

  /** The same reckoning as on the invoice that will be written. */
  taxed(net: Money, way: PaymentWay): Taxed {
    const provider = this.#options()?.providers.find(({ id }) => id === way);
    if (provider?.sells === true) return { kind: 'by the provider', provider: provider.label };
    const known = this.details();
    const money = parseMoney(net.amount, net.currency);
    if (known === null || money === null) return { kind: 'not known yet' };
    if (known.tax === null) return { kind: 'unknown country', country: known.country ?? '' };
    const { treatment, ratePercent, country } = known.tax;
    const minor = taxAmount(money.minor, Math.round(Number(ratePercent) * 100));
    return {
      kind: treatment,
      ratePercent,
      country,
      tax: formatMoney({ ...money, minor }),
      total: formatMoney({ ...money, minor: addMinor(money.minor, minor) }),
    };
  }

  paymentMethod(): PaymentMethod {
    const { portal = false, renewsThrough = null, providers = [] } = this.#options() ?? {};
    return { page: portal, renewsThrough: providers.find(({ id }) => id === renewsThrough)?.label ?? renewsThrough };
  }

  /** The address of the provider's page for cards; good for a few minutes. */
  paymentPage(returnTo: ReturnPage): Promise<Result<string>> {
    return this.#page({ what: 'The payment page', method: 'POST', path: paths.paymentPortal, body: { returnTo } });
  }

  /** Purchases that the provider wrote the receipt for; those on our own invoices are not among them. */
  receipts(): Receipt[] {
    const ours = new Set(this.#cache.invoices().map(({ opId }) => opId));
    return this.#cache.history(null, MOST_RECEIPTS, ['granted']).lines.flatMap(({ entry: { opId, at, amount, body } }): Receipt[] => {
      const bought = purchaseEntry.safeParse(body);
      if (!bought.success || ours.has(opId)) return [];
      const { minor, currency } = bought.data.source.paid;
      return [{ opId, at, granted: amount, paid: formatMoney({ minor: minorFrom(BigInt(minor)), currency }) }];
    });
  }

  /** The address of the provider's receipt for that purchase. */
  receiptPage(opId: OpId): Promise<Result<string>> {
    return this.#page({ what: 'The receipt', method: 'GET', path: paths.checkoutReceipt(opId) });
  }

  #options(): PaymentOptions | null {
    return this.#cache.fact('payment', paymentOptions);
  }

  async #page(asked: Pick<Question<unknown>, 'what' | 'method' | 'path' | 'body'>): Promise<Result<string>> {
    const opened = await this.#ask({ ...asked, answer: portalAnswer, unanswered: nothingChanged });
    return opened.ok ? ok(opened.value.url) : opened;
  }
}

const filled = (text: string | null): string | null => (text === null || text.trim() === '' ? null : text.trim());
