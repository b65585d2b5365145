/** Whom bills are for, and the provider's pages for paying. */
import { create } from 'zustand';
import type { BillingDetailsView, DetailsTyped } from '../../shared/ipc/billing.ts';
import type { Problem } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { type Asked, useAsked } from './use-asked.ts';
import { useView } from './view.ts';
import { useConnection, useWallet } from './wallet.ts';

/** Counts what was saved here: prices with tax are others then. */
const useSaved = create<{ times: number }>(() => ({ times: 0 }));

/** Grows whenever the details, and with them the tax, may have changed. */
export function useBillingFreshness(): string {
  const times = useSaved((state) => state.times);
  const asOf = useWallet((state) => state.wallet?.asOf ?? '');
  return `${times} ${asOf}`;
}

/** Whom invoices are for; value null before the first sync. */
export const useBillingDetails = (): Asked<BillingDetailsView | null> =>
  useAsked('wallet.billingDetails', undefined, useBillingFreshness());

/** Null: saved. */
export async function saveDetails(details: DetailsTyped): Promise<Problem | null> {
  const answer = await call('wallet.saveBillingDetails', details);
  if (!answer.ok) return answer.error;
  useSaved.setState(({ times }) => ({ times: times + 1 }));
  return null;
}

interface PaymentPage {
  /** Whether the provider has a page for this account's cards. */
  readonly there: boolean;
  readonly renewsThrough: string | null;
  readonly online: boolean;
  /** Opens it in the browser; it leads back to the page that is open now. Null: it is open. */
  readonly open: () => Promise<Problem | null>;
}

/** The provider's page for this account. `renewsThrough` null: renewals are billed on account, or nothing renews. */
export function usePaymentPage(): PaymentPage {
  const asOf = useWallet((state) => state.wallet?.asOf ?? '');
  const online = useConnection((state) => state.state === 'online');
  const place = useView((state) => state.place);
  const { value } = useAsked('wallet.paymentMethod', undefined, asOf);
  return {
    there: value?.page ?? false,
    renewsThrough: value?.renewsThrough ?? null,
    online,
    async open() {
      const answer = await call('wallet.openPaymentPage', { returnTo: place });
      return answer.ok ? null : answer.error;
    },
  };
}
