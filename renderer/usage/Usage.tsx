import { useState } from 'react';
import type { UsageWork } from '../../shared/ipc/usage.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import { useAsked } from '../state/use-asked.ts';
import { useWallet, writeToSupport } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Segmented } from '../ui/controls/Segmented.tsx';
import { EmptyState, Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { Amount } from '../ui/figures/Amount.tsx';
import { count, formatWithUnit, shares } from '../ui/figures/amounts.ts';
import { Page, PageSection } from '../ui/layout/Page.tsx';
import { type Column, Table } from '../ui/layout/Table.tsx';
import { Balance } from '../wallet/Balance.tsx';
import { RecentHistory } from '../wallet/RecentHistory.tsx';
import { Costs } from './Costs.tsx';
import { itemWord } from './labels.ts';
import styles from './Usage.module.css';
import { UsageChart } from './UsageChart.tsx';

const stretches = [
  { value: '7', label: '7 days' },
  { value: '28', label: '28 days' },
  { value: '90', label: '90 days' },
] as const;

/** The balance on top, below it what was used, day by day and tool by tool, and every transaction (AS-08). Needs no network. */
export function Usage() {
  const wallet = useWallet((state) => state.wallet);
  const [days, setDays] = useState<'7' | '28' | '90'>('28');
  const { value: usage, problem, again } = useAsked('wallet.usage', { days: Number(days) }, wallet?.seq ?? 0);
  return (
    <Page
      title="Usage"
      actions={
        <Button kind="quiet" onClick={writeToSupport}>
          Ask support
        </Button>
      }
    >
      {problem !== null && usage === null ? (
        <Problem problem={problem} onRetry={again} />
      ) : usage === null || wallet === null ? (
        <Skeleton lines={6} />
      ) : (
        <>
          <Balance wallet={wallet} />
          <PageSection
            title="Day by day"
            aside={<Segmented label="Stretch" wide={false} value={days} options={stretches} onChange={setDays} />}
          >
            <p className={styles.total}>
              <span className={styles.sum}>{formatWithUnit(usage.amount, wallet.unit)}</span> used for {count(usage.times, 'operation')}
            </p>
            <UsageChart usage={usage} wallet={wallet} />
          </PageSection>
          <PageSection title="By tool">
            {usage.works.length === 0 ? (
              <EmptyState title="Nothing was used in this time">Preview, revert and reports are free and are not counted.</EmptyState>
            ) : (
              <Works works={usage.works} unit={wallet.unit} />
            )}
          </PageSection>
          <PageSection title="Costs" aside="what each tool and model costs now">
            <Costs unit={wallet.unit} seq={wallet.seq} />
          </PageSection>
          <RecentHistory title="Transactions" wallet={wallet} shown={12} />
        </>
      )}
    </Page>
  );
}

function Works({ works, unit }: { works: readonly UsageWork[]; unit: Unit }) {
  const widths = shares(works.map((work) => work.amount));
  const columns: readonly Column<UsageWork>[] = [
    {
      title: 'Work',
      cell: (work) => (
        <>
          {work.label}
          {work.item !== '' && <span className={styles.item}>{itemWord(work.item)}</span>}
        </>
      ),
    },
    {
      title: 'Share',
      cell: (work) => (
        <span className={styles.share} aria-hidden="true">
          <span className={styles.shareBar} style={{ width: `${(widths[works.indexOf(work)] ?? 0) * 100}%` }} />
        </span>
      ),
    },
    { title: 'Times', end: true, tone: 'quiet', cell: (work) => work.times },
    { title: 'Given back', end: true, tone: 'quiet', cell: (work) => (work.returned === 0 ? '' : work.returned) },
    { title: 'Used', end: true, tone: 'strong', cell: (work) => <Amount amount={work.amount} unit={unit} kind="with unit" /> },
  ];
  return <Table label="Usage by tool" columns={columns} rows={works} keyOf={(work) => `${work.label} ${work.item}`} />;
}
