import { useState } from 'react';
import type { InvoiceView } from '../../shared/ipc/wallet.ts';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { useAsked } from '../state/use-asked.ts';
import { goTo } from '../state/view.ts';
import { buyLabel, useConnection, useWallet } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { EmptyState, Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { say } from '../ui/feedback/Toast.tsx';
import { DateText } from '../ui/figures/Amount.tsx';
import { formatMoney } from '../ui/figures/amounts.ts';
import { Page } from '../ui/layout/Page.tsx';
import { type Column, Table } from '../ui/layout/Table.tsx';
import { Billed } from './Billed.tsx';
import styles from './Invoices.module.css';
import { Receipts } from './Receipts.tsx';
import { Returns } from './Returns.tsx';

const states: Readonly<Record<InvoiceView['state'], string>> = { open: 'to be paid', paid: 'paid', credited: 'credited' };

function stateOf({ kind, state, dueAt }: InvoiceView) {
  if (kind === 'credit-note') return 'returned';
  if (dueAt === null) return states[state];
  const isLate = state === 'open' && Date.parse(dueAt) <= Date.now();
  return (
    <>
      {isLate ? 'was due on' : `${states[state]} by`} <DateText at={dueAt} kind="date" />
    </>
  );
}

/** What it is called on a button, for those who hear it: "invoice BL-2026-000001". */
const nameOf = ({ kind, number }: InvoiceView): string => `${kind === 'credit-note' ? 'credit note' : 'invoice'} ${number}`;

const facts: readonly Column<InvoiceView>[] = [
  { title: 'Number', tone: 'strong', whole: true, cell: (invoice) => invoice.number },
  { title: 'Date', tone: 'quiet', whole: true, cell: (invoice) => <DateText at={invoice.issuedAt} kind="date" /> },
  {
    title: 'For',
    cell: (invoice) => (
      <>
        {invoice.kind === 'credit-note' && (
          <span className={styles.kind}>Credit note{invoice.credits === null ? '' : ` for ${invoice.credits}`}</span>
        )}
        {invoice.description}
      </>
    ),
  },
  { title: 'Net', end: true, tone: 'quiet', cell: (invoice) => formatMoney(invoice.net) },
  { title: 'Tax', end: true, tone: 'quiet', cell: (invoice) => formatMoney(invoice.tax) },
  { title: 'Total', end: true, tone: 'strong', cell: (invoice) => formatMoney(invoice.total) },
  { title: 'State', tone: 'quiet', cell: stateOf },
];

/** `get`: opens or saves the PDF, which without a network only a stored one can be. */
const pdfColumn = (online: boolean, get: (invoice: InvoiceView, action: 'open' | 'save') => void): Column<InvoiceView> => ({
  title: 'PDF',
  end: true,
  cell: (invoice) => (
    <span className={styles.actions}>
      <Button
        size="small"
        kind="quiet"
        disabled={!invoice.stored && !online}
        aria-label={`Open ${nameOf(invoice)}`}
        onClick={() => get(invoice, 'open')}
      >
        Open
      </Button>
      <Button
        size="small"
        kind="quiet"
        disabled={!invoice.stored && !online}
        aria-label={`Save ${nameOf(invoice)}`}
        onClick={() => get(invoice, 'save')}
      >
        Save as…
      </Button>
    </span>
  ),
});

/** Every charge is billed by invoice (ST-15); those seen once stay readable without a network. */
export function Invoices() {
  const wallet = useWallet((state) => state.wallet);
  const seq = wallet?.seq ?? 0;
  const online = useConnection((state) => state.state === 'online');
  const { value, problem, again } = useAsked('wallet.invoices', undefined, `${seq} ${online}`);
  const [failed, setFailed] = useState<ProblemValue | null>(null);

  const get = async (invoice: InvoiceView, action: 'open' | 'save') => {
    const answer = await call('wallet.invoice', { number: invoice.number, action });
    setFailed(answer.ok ? null : answer.error);
    if (answer.ok && answer.value.savedTo !== null) {
      const name = nameOf(invoice);
      say(`${name.charAt(0).toUpperCase()}${name.slice(1)} saved to ${answer.value.savedTo}`);
    }
  };

  const columns = [...facts, pdfColumn(online, (invoice, action) => void get(invoice, action))];
  return (
    <Page title="Invoices" wide>
      {failed !== null && <Problem problem={failed} />}
      {problem !== null && value === null ? (
        <Problem problem={problem} onRetry={again} />
      ) : value === null ? (
        <Skeleton lines={5} height={20} />
      ) : value.length === 0 ? (
        <EmptyState title="No invoices yet" actions={<Button onClick={() => goTo('buy')}>{buyLabel(wallet)}</Button>}>
          What is billed by invoice is kept here as a PDF, to be read without a network too.
        </EmptyState>
      ) : (
        <Table label="Invoices" columns={columns} rows={value} keyOf={(invoice) => invoice.number} />
      )}
      {wallet !== null && (
        <>
          <Receipts wallet={wallet} online={online} />
          <Returns wallet={wallet} online={online} />
        </>
      )}
      <Billed />
    </Page>
  );
}
