import { useState } from 'react';
import { BEFORE_FIRST } from '../../shared/credits/model/minting.ts';
import { call } from '../bridge.ts';
import { goTo } from '../state/view.ts';
import { useConnection, useWallet } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Segmented } from '../ui/controls/Segmented.tsx';
import { EmptyState, Notice, Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { say } from '../ui/feedback/Toast.tsx';
import { asOfText, foreignZone } from '../ui/figures/dates.ts';
import { Page } from '../ui/layout/Page.tsx';
import { type HistoryFilter, historyFilters, kindsOf } from './filters.ts';
import styles from './History.module.css';
import { HistoryList } from './HistoryList.tsx';
import { useHistory } from './paging.ts';

/** Everything that came and went, newest first, from this computer: it needs no network (AS-08). */
export function History() {
  const wallet = useWallet((state) => state.wallet);
  const connection = useConnection();
  const [filter, setFilter] = useState<HistoryFilter>('everything');
  const history = useHistory(kindsOf(filter), wallet?.seq ?? BEFORE_FIRST);
  const [saving, setSaving] = useState<Parameters<typeof Problem>[0]['problem'] | null>(null);
  const save = async () => {
    const answer = await call('wallet.exportHistory', undefined);
    setSaving(answer.ok ? null : answer.error);
    if (answer.ok && answer.value.savedTo !== null) say(`History saved to ${answer.value.savedTo}`);
  };
  const zone = wallet === null ? null : foreignZone(wallet.timeZone);
  const actions = (
    <Button onClick={() => void save()} disabled={wallet === null}>
      Export CSV
    </Button>
  );
  return (
    <Page title="History" wide fill actions={actions}>
      <div className={styles.bar}>
        <Segmented label="Show" wide={false} value={filter} options={historyFilters} onChange={setFilter} />
        <span className={styles.aside}>
          {connection.state === 'offline' && wallet !== null
            ? `Offline. As of ${asOfText(new Date(wallet.asOf), new Date(), wallet.timeZone, wallet.timeZone)}.`
            : 'One line for each operation; the CSV holds every entry of the ledger.'}
          {zone !== null && ` Times as in ${zone}, the account’s time zone.`}
        </span>
      </div>
      {saving !== null && <Problem problem={saving} onRetry={() => void save()} />}
      {wallet === null ? (
        <Notice>The history appears as soon as the credit server has answered once.</Notice>
      ) : history.problem !== null && history.lines.length === 0 ? (
        <Problem problem={history.problem} onRetry={history.again} />
      ) : history.lines.length > 0 ? (
        <HistoryList history={history} wallet={wallet} />
      ) : history.loading ? (
        <Skeleton lines={10} height={20} />
      ) : (
        <EmptyState
          title={filter === 'everything' ? 'Nothing has happened yet' : 'No lines of this kind'}
          actions={<Button onClick={() => goTo('studio')}>Go to the studio</Button>}
        >
          Every credit that comes or goes is written here, and stays.
        </EmptyState>
      )}
    </Page>
  );
}
