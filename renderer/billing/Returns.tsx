import { useState } from 'react';
import { parseInstant } from '../../shared/credits/model/instants.ts';
import { instantFrom } from '../../shared/credits/model/minting.ts';
import type { Returnable } from '../../shared/ipc/billing.ts';
import type { WalletView } from '../../shared/ipc/wallet.ts';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { useAsked } from '../state/use-asked.ts';
import { writeToSupport } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Notice, Problem } from '../ui/feedback/Feedback.tsx';
import { say } from '../ui/feedback/Toast.tsx';
import { DateText } from '../ui/figures/Amount.tsx';
import { formatMoney, formatWithUnit } from '../ui/figures/amounts.ts';
import { Dialog } from '../ui/layout/Dialog.tsx';
import { PageSection } from '../ui/layout/Page.tsx';
import { type Column, Table } from '../ui/layout/Table.tsx';
import styles from './Invoices.module.css';

/** Purchases that the policy still takes back, with what comes back for each; anything else is for support to decide. */
export function Returns({ wallet, online }: { wallet: WalletView; online: boolean }) {
  const { value } = useAsked('wallet.returnables', undefined, wallet.seq);
  const held = useAsked('wallet.heldReturns', undefined, wallet.seq).value ?? [];
  const [asked, setAsked] = useState<Returnable | null>(null);
  const columns: readonly Column<Returnable>[] = [
    { title: 'Bought', tone: 'quiet', cell: (one) => <DateText at={one.boughtAt} kind="date" /> },
    { title: 'What', cell: (one) => formatWithUnit(one.granted, wallet.unit) },
    { title: 'Paid', end: true, tone: 'quiet', cell: (one) => formatMoney(one.paid) },
    { title: 'Comes back', end: true, tone: 'strong', cell: (one) => formatMoney(one.refund) },
    { title: 'Until', tone: 'quiet', cell: (one) => <DateText at={one.until} /> },
    {
      title: '',
      end: true,
      cell: (one) => (
        <Button size="small" kind="quiet" disabled={!online} onClick={() => setAsked(one)}>
          Give back…
        </Button>
      ),
    },
  ];
  return (
    <PageSection
      title="Can be given back"
      aside={
        <Button kind="quiet" size="small" onClick={writeToSupport}>
          Ask support
        </Button>
      }
    >
      {value === null || value.length === 0 ? (
        <p className={styles.none}>
          No {held.length > 0 && 'other '}purchase can be given back now. Support decides on others case by case.
        </p>
      ) : (
        <Table label="Can be given back" columns={columns} rows={value} keyOf={(one) => one.opId} />
      )}
      {held.map((one) => (
        <Notice key={one.opId} level="info">
          {formatWithUnit(one.granted, wallet.unit)} bought on <DateText at={one.boughtAt} kind="date" /> for {formatMoney(one.paid)} cannot
          be given back yet. {one.why}
        </Notice>
      ))}
      {asked !== null && <Question one={asked} wallet={wallet} onClose={() => setAsked(null)} />}
    </PageSection>
  );
}

/** What lapses at the instant of the refund is told with that instant, which is over when it is read. */
const isPast = (at: string): boolean => parseInstant(at) <= instantFrom(Date.now());

function Question({ one, wallet, onClose }: { one: Returnable; wallet: WalletView; onClose: () => void }) {
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState<ProblemValue | null>(null);
  const confirm = async () => {
    if (sending) return;
    setSending(true);
    const answer = await call('wallet.refund', { opId: one.opId });
    setSending(false);
    if (!answer.ok) return setFailed(answer.error);
    onClose();
    const { refunded, creditNote } = answer.value;
    say(`${formatMoney(refunded)} given back${creditNote === null ? '' : `. Credit note ${creditNote} is stored on this computer`}`);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Give back ${formatWithUnit(one.granted, wallet.unit)}`}
      description={`${formatMoney(one.refund)} of the ${formatMoney(one.paid)} you paid comes back, with the VAT on it; ${formatWithUnit(one.amount, wallet.unit)} leave the wallet.`}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button kind="primary" disabled={sending} onClick={() => void confirm()}>
            Give back · {formatMoney(one.refund)}
          </Button>
        </>
      }
    >
      {one.older !== null && (
        <Notice level="warning">
          {formatWithUnit(one.older.amount, wallet.unit)} of older balance then{' '}
          {isPast(one.older.lapsesAt) ? (
            'lapses at once'
          ) : (
            <>
              lapses on <DateText at={one.older.lapsesAt} kind="date" />
            </>
          )}
          : this top-up had given it another year.
        </Notice>
      )}
      {failed !== null && <Problem problem={failed} onRetry={() => void confirm()} />}
    </Dialog>
  );
}
