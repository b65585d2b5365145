import { countryName } from '../../shared/billing/countries.ts';
import type { BillingDetailsView, PaymentWay, Taxed } from '../../shared/ipc/billing.ts';
import type { Money } from '../../shared/ipc/wallet.ts';
import { useBillingDetails, useBillingFreshness } from '../state/billing.ts';
import { useAsked } from '../state/use-asked.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Notice } from '../ui/feedback/Feedback.tsx';
import { formatMoney } from '../ui/figures/amounts.ts';
import styles from './Buying.module.css';

const unknown: Taxed = { kind: 'not known yet' };

/** What a price comes to with this customer's tax, by the server's own reckoning. */
export function useTaxed(net: Money, way: PaymentWay): Taxed {
  const { value } = useAsked('wallet.taxed', { net, way }, useBillingFreshness());
  return value ?? unknown;
}

/** "€19.00 + VAT", and without it where none is charged: for buttons. */
export const priceText = (net: Money, taxed: Taxed): string =>
  `${formatMoney(net)}${taxed.kind === 'none' || taxed.kind === 'reverse-charge' ? '' : ' + VAT'}`;

/** What is paid in all, and why; whom the bill is for, with the way to change it. */
export function TaxLine({ taxed, editDetails }: { taxed: Taxed; editDetails?: () => void }) {
  const { value: details } = useBillingDetails();
  if (taxed.kind === 'not known yet') return null;
  const change = editDetails !== undefined && (
    <Button size="small" kind="quiet" onClick={editDetails}>
      Billing details
    </Button>
  );
  if (taxed.kind === 'unknown country')
    return (
      <div className={styles.tax}>
        <Notice level="warning" actions={change}>
          {unknownCountry(taxed.country)}
        </Notice>
      </div>
    );
  return (
    <p className={styles.tax}>
      {taxed.kind === 'by the provider' ? (
        <span>{taxed.provider} is the seller: it adds the VAT of your country on its page, and the invoice is its own.</span>
      ) : (
        <span>
          <strong>{formatMoney(taxed.total)}</strong> {reason(taxed, details)}
          {details?.name == null ? '' : `, billed to ${details.name}`}.
        </span>
      )}
      {taxed.kind !== 'by the provider' && change}
    </p>
  );
}

/** A bill to a country that is none would be wrong, so there is none. */
export const unknownCountry = (code: string): string =>
  `“${code}” is not a country that can be billed, so its tax is not known. Nothing is charged and nothing can be ordered until the country is right.`;

function reason(taxed: Extract<Taxed, { total: Money }>, details: BillingDetailsView | null): string {
  const where = `${countryName(taxed.country)}${details?.country == null ? ', as no country is set' : ''}`;
  switch (taxed.kind) {
    case 'standard':
      return `with ${taxed.ratePercent}% VAT (${where})`;
    case 'reverse-charge':
      return `in all: reverse charge, ${details?.vatId ?? 'the customer'} accounts for the VAT in ${where}`;
    case 'none':
      return `in all: no tax is charged (${where})`;
  }
}
