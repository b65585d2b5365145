import { useState } from 'react';
import { hasCode } from '../../shared/codes/server-codes.ts';
import type { BillingDetailsView, DetailsTyped } from '../../shared/ipc/billing.ts';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { saveDetails, useBillingDetails } from '../state/billing.ts';
import { useConnection } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Select } from '../ui/controls/Select.tsx';
import { TextArea } from '../ui/controls/TextArea.tsx';
import { TextField } from '../ui/controls/TextField.tsx';
import { Notice, Problem } from '../ui/feedback/Feedback.tsx';
import { say } from '../ui/feedback/Toast.tsx';
import { Dialog } from '../ui/layout/Dialog.tsx';
import styles from './BillingDetails.module.css';
import { countries } from './countries.ts';
import { type DetailsForm, formOf, invoiceLanguages, type Trouble, troubleWith, typed } from './details.ts';

const noCountry = 'none';

/** The dialog, and how to open it: for pages that name the customer. */
export function useDetailsDialog(): { readonly edit: () => void; readonly dialog: React.ReactNode } {
  const { value: details } = useBillingDetails();
  const [editing, setEditing] = useState(false);
  const dialog = editing && details !== null ? <BillingDetails details={details} onClose={() => setEditing(false)} /> : null;
  return { edit: () => setEditing(true), dialog };
}

/** Whom invoices are for from now on; the server says what does not fit, and then nothing is changed. */
function BillingDetails({ details, onClose }: { details: BillingDetailsView; onClose: () => void }) {
  const online = useConnection((state) => state.state === 'online');
  const [form, setForm] = useState<DetailsForm>(() => formOf(details));
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState<ProblemValue | null>(null);
  const trouble = troubleWith(form);
  const change = (part: Partial<DetailsForm>) => {
    setForm({ ...form, ...part });
    setFailed(null);
  };
  const save = async () => {
    if (sending || trouble !== null) return;
    setSending(true);
    const problem = await saveDetails(typed(form));
    setSending(false);
    if (problem !== null) return setFailed(problem);
    onClose();
    say('Billing details saved, for invoices from now on');
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title="Billing details"
      description="For invoices from now on. Those that were issued stay as they are."
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" disabled={!online || sending || trouble !== null} onClick={() => void save()}>
            Save
          </Button>
        </>
      }
    >
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Fields form={form} change={change} trouble={trouble?.about ?? null} refused={failed} />
        {/* Enter saves, as in any form. */}
        <button type="submit" hidden />
      </form>
      <div className={styles.says}>
        {trouble !== null && <Notice level="warning">{trouble.message}</Notice>}
        {failed !== null && <Problem problem={failed} />}
        {!online && <Notice level="warning">Offline. Saving waits for the network.</Notice>}
      </div>
    </Dialog>
  );
}

interface FieldsProps {
  form: DetailsForm;
  change: (part: Partial<DetailsForm>) => void;
  /** What is wrong before it is sent; null: nothing. */
  trouble: Trouble['about'] | null;
  /** What the server refused last. */
  refused: ProblemValue | null;
}

function Fields({ form, change, trouble, refused }: FieldsProps) {
  // A country that was set elsewhere may be none.
  const known = form.country === '' || countries.some(({ value }) => value === form.country);
  const options = [
    { value: noCountry, label: 'Not set' },
    ...(known ? [] : [{ value: form.country, label: `${form.country}, not a country` }]),
    ...countries,
  ];
  return (
    <>
      <div className={styles.whole}>
        <TextField label="Name or company" value={form.name} onChange={(name) => change({ name })} />
      </div>
      <div className={styles.whole}>
        <TextArea
          label="Address, at most five lines"
          rows={3}
          invalid={trouble === 'address'}
          value={form.address}
          onChange={(address) => change({ address })}
        />
      </div>
      <Labelled text="Country">
        <Select
          label="Country"
          value={form.country === '' ? noCountry : form.country}
          options={options}
          onChange={(country) => change({ country: country === noCountry ? '' : country })}
        />
      </Labelled>
      <TextField
        label="VAT number"
        invalid={hasCode(refused, 'invalid_vat_id')}
        value={form.vatId}
        onChange={(vatId) => change({ vatId })}
      />
      <TextField label="E-mail for invoices" invalid={trouble === 'email'} value={form.email} onChange={(email) => change({ email })} />
      <Labelled text="Language of invoices">
        <Select
          label="Language of invoices"
          value={form.language}
          options={invoiceLanguages}
          onChange={(language: DetailsTyped['language']) => change({ language })}
        />
      </Labelled>
    </>
  );
}

const Labelled = ({ text, children }: { text: string; children: React.ReactNode }) => (
  <span className={styles.labelled}>
    <span className={styles.label} aria-hidden="true">
      {text}
    </span>
    {children}
  </span>
);
