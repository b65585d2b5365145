import type { WalletView } from '../../shared/ipc/wallet.ts';
import { goTo } from '../state/view.ts';
import { buyLabel, loadWallet, stockLabel, useConnection, useWallet } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { EmptyState, Notice, Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { isZero } from '../ui/figures/amounts.ts';
import { asOfText } from '../ui/figures/dates.ts';
import { Page, PageSection } from '../ui/layout/Page.tsx';
import { Balance } from './Balance.tsx';
import { BucketLines } from './BucketLines.tsx';
import { ExpiryTimeline } from './ExpiryTimeline.tsx';
import { Forecast } from './Forecast.tsx';
import { PlanLine } from './PlanLine.tsx';
import { RecentHistory } from './RecentHistory.tsx';
import { Tier } from './Tier.tsx';
import styles from './WalletPage.module.css';

/** What there is, what it is made of, what is drawn next, what lapses when (ST-17). */
export function WalletPage() {
  const wallet = useWallet((state) => state.wallet);
  const connection = useConnection();
  const actions = (
    <Button kind="primary" onClick={() => goTo('buy')}>
      {buyLabel(wallet)}
    </Button>
  );
  if (wallet === null) return <UnknownWallet />;
  const { unit } = wallet;
  return (
    <Page title="Wallet" actions={actions}>
      <Balance wallet={wallet} />
      {connection.state === 'offline' && (
        <div className={styles.notices}>
          <Notice>
            Offline. Wallet as of {asOfText(new Date(wallet.asOf), new Date(), wallet.timeZone, wallet.timeZone)}. Applying and buying wait
            for the network; history, invoices and finished pictures stay here.
          </Notice>
        </div>
      )}
      <Alerts wallet={wallet} />
      <PageSection title="Buckets" aside="in the order they are used">
        <BucketLines buckets={wallet.buckets} unit={unit} />
      </PageSection>
      <PageSection title="What expires when">
        <ExpiryTimeline wallet={wallet} />
      </PageSection>
      <PageSection title="Forecast" aside="from the last 28 days">
        <Forecast wallet={wallet} />
      </PageSection>
      {wallet.tier !== null && (
        <PageSection title="What the balance allows">
          <Tier tier={wallet.tier} unit={unit} />
        </PageSection>
      )}
      {wallet.plan !== null && (
        <PageSection title="Plan">
          <PlanLine plan={wallet.plan} carried={wallet.carried} />
        </PageSection>
      )}
      <RecentHistory title="Latest" wallet={wallet} shown={6} />
    </Page>
  );
}

/** Before the server has answered once. */
function UnknownWallet() {
  const problem = useWallet((state) => state.problem);
  const loaded = useWallet((state) => state.loaded);
  const { reason } = useConnection();
  return (
    <Page title="Wallet">
      {problem !== null ? (
        <Problem problem={problem} onRetry={() => void loadWallet()} />
      ) : loaded ? (
        <EmptyState title="No balance yet">
          {reason ?? 'The wallet appears as soon as the credit server has answered once. Preview and import work meanwhile.'}
        </EmptyState>
      ) : (
        <Skeleton lines={6} />
      )}
    </Page>
  );
}

/** What needs doing, an empty wallet first. */
function Alerts({ wallet }: { wallet: WalletView }) {
  const empty = isZero(wallet.available);
  if (!empty && wallet.alerts.length === 0) return null;
  return (
    <div className={styles.notices}>
      {empty && (
        <Notice
          level="warning"
          actions={
            <Button size="small" onClick={() => goTo('buy')}>
              {wallet.offers.topUp ? 'Top up' : 'See packs'}
            </Button>
          }
        >
          {stockLabel(wallet) === 'balance' ? 'The balance is used up. Top it up' : 'Out of credits. Buy a pack'}
          {wallet.plan?.renewsAt == null ? '' : ', or wait for the new cycle'}; nothing is bought by itself. Revert and report stay free.
        </Notice>
      )}
      {wallet.alerts
        .filter((alert) => alert.kind !== 'out_of_credit')
        .map((alert) => (
          <Notice key={`${alert.kind} ${alert.message}`} level={alert.level === 'info' ? 'info' : 'warning'}>
            {alert.message}
          </Notice>
        ))}
    </div>
  );
}
