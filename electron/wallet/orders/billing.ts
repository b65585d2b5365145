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
import { type Ask, nothingChanged, perhapsChanged } from './ask.ts';

export interface Billing {
  /** Null before the first sync. */
  details(): BillingDetailsView | null;
  /** For invoices from now on; refused with `unknown_tax_country`, `invalid_vat_id` and the like, and then nothing is changed. */
  save(details: Omit<DetailsTyped, 'address'> & { readonly address: readonly string[] }): Promise<Result<BillingDetailsView>>;
  /** The same reckoning as on the invoice that will be written. */
  taxed(net: Money, way: PaymentWay): Taxed;
  paymentMethod(): PaymentMethod;
  /** The address of the provider's page for cards; good for a few minutes. */
  paymentPage(returnTo: ReturnPage): Promise<Result<string>>;
  receipts(): Receipt[];
  receiptPage(opId: OpId): Promise<Result<string>>;
}

/** A purchase as the ledger tells of it. */
const purchaseEntry = z.object({
  source: z.object({ kind: z.literal('purchase'), paid: z.object({ minor: z.string(), currency: z.string() }) }),
});
const receiptsAtMost = 100;

export function createBilling(cache: Cache, ask: Ask): Billing {
  const options = () => cache.fact('payment', paymentOptions);
  const details = () => cache.fact('billing', billingDetailsAnswer);
  const page = async (what: string, method: 'GET' | 'POST', path: string, body?: object): Promise<Result<string>> => {
    const asked = { what, method, path, answer: portalAnswer, unanswered: nothingChanged };
    const opened = await ask(body === undefined ? asked : { ...asked, body });
    return opened.ok ? ok(opened.value.url) : opened;
  };
  return {
    details,
    async save({ name, address, country, vatId, language, email }) {
      const body = {
        name: filled(name),
        address: address.map((line) => line.trim()).filter((line) => line !== ''),
        country: filled(country),
        vatId: filled(vatId),
        language,
        email: filled(email),
      };
      const saved = await ask({
        what: 'Saving the billing details',
        method: 'PUT',
        path: paths.billingDetails,
        body,
        answer: billingDetailsAnswer,
        unanswered: perhapsChanged,
      });
      if (saved.ok) cache.remember('billing', saved.value);
      return saved;
    },
    taxed(net, way) {
      const provider = options()?.providers.find(({ id }) => id === way);
      if (provider?.sells === true) return { kind: 'by the provider', provider: provider.label };
      const known = details();
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
    },
    paymentMethod() {
      const { portal = false, renewsThrough = null, providers = [] } = options() ?? {};
      return { page: portal, renewsThrough: providers.find(({ id }) => id === renewsThrough)?.label ?? renewsThrough };
    },
    paymentPage: (returnTo) => page('The payment page', 'POST', paths.paymentPortal, { returnTo }),
    receipts() {
      const ours = new Set(cache.invoices().map(({ opId }) => opId));
      return cache.history(null, receiptsAtMost, ['granted']).lines.flatMap(({ entry: { opId, at, amount, body } }): Receipt[] => {
        const bought = purchaseEntry.safeParse(body);
        if (!bought.success || ours.has(opId)) return [];
        const { minor, currency } = bought.data.source.paid;
        return [{ opId, at, granted: amount, paid: formatMoney({ minor: minorFrom(BigInt(minor)), currency }) }];
      });
    },
    receiptPage: (opId) => page('The receipt', 'GET', paths.checkoutReceipt(opId)),
  };
}

const filled = (text: string | null): string | null => (text === null || text.trim() === '' ? null : text.trim());
