import type { WalletView } from '../../shared/ipc/wallet.ts';
import { HistoryRow } from '../history/HistoryRow.tsx';
import { lineKey } from '../history/paging.ts';
import { useAsked } from '../state/use-asked.ts';
import { goTo } from '../state/view.ts';
import { Button } from '../ui/controls/Button.tsx';
import { EmptyState, Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { PageSection } from '../ui/layout/Page.tsx';
import styles from './WalletPage.module.css';

interface RecentHistoryProps {
  title: string;
  wallet: WalletView;
  shown: number;
}

/** The last lines of the history, and the way to all of it. */
export function RecentHistory({ title, wallet, shown }: RecentHistoryProps) {
  return (
    <PageSection
      title={title}
      aside={
        <Button kind="quiet" size="small" onClick={() => goTo('history')}>
          All history
        </Button>
      }
    >
      <Lines wallet={wallet} shown={shown} />
    </PageSection>
  );
}

function Lines({ wallet, shown }: Omit<RecentHistoryProps, 'title'>) {
  const { value, problem, again } = useAsked('wallet.history', { beforeSeq: null, limit: shown, kinds: null }, wallet.seq);
  if (problem !== null && value === null) return <Problem problem={problem} onRetry={again} />;
  if (value === null) return <Skeleton lines={6} height={20} />;
  if (value.lines.length === 0)
    return <EmptyState title="Nothing has happened yet">Every credit that comes or goes is written here.</EmptyState>;
  return (
    <div className={styles.recent}>
      {value.lines.map((line) => (
        <HistoryRow key={lineKey(line)} line={line} wallet={wallet} />
      ))}
    </div>
  );
}
