import type { WalletView } from '../../shared/ipc/wallet.ts';
import { HistoryRow } from '../history/HistoryRow.tsx';
import { lineKey } from '../history/paging.ts';
import { useAsked } from '../state/asking.ts';
import { EmptyState, Problem, Skeleton } from '../ui/Feedback.tsx';

const SHOWN = 6;

export function RecentHistory({ wallet, shown = SHOWN }: { wallet: WalletView; shown?: number }) {
  const { value, problem, again } = useAsked('wallet.history', { beforeSeq: null, limit: shown, kinds: null }, wallet.seq);
  if (problem !== null && value === null) return <Problem problem={problem} onRetry={again} />;
  if (value === null) return <Skeleton lines={SHOWN} height={20} />;
  if (value.lines.length === 0)
    return <EmptyState title="Nothing has happened yet">Every credit that comes or goes is written here.</EmptyState>;
  return (
    <div>
      {value.lines.map((line) => (
        <HistoryRow key={lineKey(line)} line={line} wallet={wallet} />
      ))}
    </div>
  );
}
