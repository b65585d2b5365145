import { useState } from 'react';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import type { Receipt } from '../../shared/ipc/billing.ts';
import type { WalletView } from '../../shared/ipc/wallet.ts';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { useAsked } from '../state/use-asked.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Problem } from '../ui/feedback/Feedback.tsx';
import { DateText } from '../ui/figures/Amount.tsx';
import { formatMoney, formatWithUnit } from '../ui/figures/amounts.ts';
import { PageSection } from '../ui/layout/Page.tsx';
import { type Column, Table } from '../ui/layout/Table.tsx';

/** Purchases that a provider sold in its own name: the invoice is the provider's, on its page (PG-15). Nothing where there are none. */
export function Receipts({ wallet, online }: { wallet: WalletView; online: boolean }) {
  const { value } = useAsked('wallet.receipts', undefined, wallet.asOf);
  const [failed, setFailed] = useState<ProblemValue | null>(null);
  if (value === null || value.length === 0) return null;
  const open = async (opId: OpId) => {
    const answer = await call('wallet.openReceipt', { opId });
    setFailed(answer.ok ? null : answer.error);
  };
  const columns: readonly Column<Receipt>[] = [
    { title: 'Bought', tone: 'quiet', cell: ({ at }) => <DateText at={at} kind="date" /> },
    { title: 'What', cell: ({ granted }) => formatWithUnit(granted, wallet.unit) },
    { title: 'Paid, without tax', end: true, tone: 'strong', cell: ({ paid }) => formatMoney(paid) },
    {
      title: 'Invoice',
      end: true,
      cell: ({ opId }) => (
        <Button size="small" kind="quiet" disabled={!online} onClick={() => void open(opId)}>
          Open in browser
        </Button>
      ),
    },
  ];
  return (
    <PageSection title="Invoiced by the payment provider">
      {failed !== null && <Problem problem={failed} />}
      <Table label="Invoiced by the payment provider" columns={columns} rows={value} keyOf={({ opId }) => opId} />
    </PageSection>
  );
}
