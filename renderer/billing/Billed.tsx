import { countryName } from '../../shared/billing/countries.ts';
import type { BillingDetailsView } from '../../shared/ipc/billing.ts';
import { useBillingDetails, usePaymentPage } from '../state/billing.ts';
import { useWallet } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Problem } from '../ui/feedback/Feedback.tsx';
import { PageSection } from '../ui/layout/Page.tsx';
import styles from './Billed.module.css';
import { useDetailsDialog } from './BillingDetails.tsx';
import { invoiceLanguages } from './details.ts';
import { useManagePayment } from './ManagePayment.tsx';
import { unknownCountry } from './Tax.tsx';

/** Whom invoices are for, with which tax, and what renewals are paid from. */
export function Billed() {
  const { value: details } = useBillingDetails();
  const { edit, dialog } = useDetailsDialog();
  const { renewsThrough } = usePaymentPage();
  const sold = useWallet((state) => state.wallet?.offers.plans === 'sold');
  const managing = useManagePayment({ kind: 'plain', size: 'small' });
  if (details === null) return null;
  return (
    <PageSection
      title="Billing"
      aside={
        <>
          {managing.button}
          <Button size="small" onClick={edit}>
            Edit billing details
          </Button>
        </>
      }
    >
      <dl className={styles.facts}>
        <dt>Billed to</dt>
        <dd data-selectable>
          <Whom details={details} />
        </dd>
        <dt>Tax</dt>
        <dd>{taxText(details)}</dd>
        <dt>Invoices go to</dt>
        <dd>
          {details.email ?? 'this app only, as no e-mail address is set'}, in{' '}
          {invoiceLanguages.find(({ value }) => value === details.language)?.label}
        </dd>
        {sold && (
          <>
            <dt>Renewals</dt>
            <dd>{renewsThrough === null ? 'billed by invoice' : `charged through ${renewsThrough}, to the method kept there`}</dd>
          </>
        )}
      </dl>
      {managing.failed !== null && <Problem problem={managing.failed} />}
      {dialog}
    </PageSection>
  );
}

function Whom({ details: { name, address, country, vatId } }: { details: BillingDetailsView }) {
  const lines = [name, ...address, country === null ? null : countryName(country), vatId].filter((line) => line !== null);
  return (
    <>
      {lines.map((line) => (
        <span key={line} className={styles.line}>
          {line}
        </span>
      ))}
      {(name === null || address.length === 0) && (
        <span className={styles.hint}>An invoice that is to be deducted needs a name and an address.</span>
      )}
    </>
  );
}

function taxText({ tax, country, vatId }: BillingDetailsView): string {
  if (tax === null) return unknownCountry(country ?? '');
  const where = `${countryName(tax.country)}${country === null ? ', as no country is set' : ''}`;
  if (tax.treatment === 'reverse-charge') return `Reverse charge: no VAT is charged, ${vatId} accounts for it in ${where}`;
  return tax.treatment === 'none' ? `None is charged (${where})` : `${tax.ratePercent}% VAT (${where})`;
}
