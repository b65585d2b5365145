import { goTo } from '../state/view.ts';
import { loadWallet, useConnection, useWallet } from '../state/wallet.ts';
import { Amount, DateText } from '../ui/Amount.tsx';
import { formatWithUnit, isZero, unitName } from '../ui/amounts.ts';
import { BucketBar } from '../ui/Buckets.tsx';
import { Button } from '../ui/Button.tsx';
import { asOfText } from '../ui/dates.ts';
import { EmptyState, Notice, Problem, Skeleton } from '../ui/Feedback.tsx';
import { Page, PageSection } from '../ui/Page.tsx';
import { BucketLines } from './BucketLines.tsx';
import { ExpiryTimeline } from './ExpiryTimeline.tsx';
import { Forecast } from './Forecast.tsx';
import { RecentHistory } from './RecentHistory.tsx';
import styles from './WalletPage.module.css';

/** What there is, what it is made of, what is drawn next, what lapses when (ST-17). */
export function WalletPage() {
  const wallet = useWallet((state) => state.wallet);
  const problem = useWallet((state) => state.problem);
  const loaded = useWallet((state) => state.loaded);
  const connection = useConnection();
  const actions = (
    <Button kind="primary" onClick={() => goTo('buy')}>
      Buy more
    </Button>
  );
  if (wallet === null) {
    return (
      <Page title="Wallet">
        {problem !== null ? (
          <Problem problem={problem} onRetry={() => void loadWallet()} />
        ) : loaded ? (
          <EmptyState title="No balance yet">
            {connection.reason ?? 'The wallet appears as soon as the credit server has answered once. Preview and import work meanwhile.'}
          </EmptyState>
        ) : (
          <Skeleton lines={6} />
        )}
      </Page>
    );
  }
  const { unit } = wallet;
  const empty = isZero(wallet.available);
  return (
    <Page title="Wallet" actions={actions}>
      <div className={styles.balance}>
        <p className={styles.number}>
          <Amount amount={wallet.available} unit={unit} /> <span className={styles.unit}>{unitName(wallet.available, unit)} available</span>
        </p>
        <p className={styles.aside}>
          {!isZero(wallet.held) && <span>{formatWithUnit(wallet.held, unit)} held for photos in progress</span>}
          {wallet.pending.operations > 0 && <span>{formatWithUnit(wallet.pending.amount, unit)} waiting to be sent</span>}
          <span>{connection.state === 'online' ? 'Up to date' : `As of ${asOfText(new Date(wallet.asOf), new Date())}`}</span>
        </p>
      </div>
      <BucketBar
        parts={wallet.buckets.map(({ bucket, label, available }) => ({ bucket, label, amount: available }))}
        unit={unit}
        height={16}
      />
      {connection.state === 'offline' && (
        <div className={styles.notices}>
          <Notice>
            Offline. Wallet as of {asOfText(new Date(wallet.asOf), new Date())}. Applying and buying wait for the network; history, invoices
            and finished pictures stay here.
          </Notice>
        </div>
      )}
      {(empty || wallet.alerts.length > 0) && (
        <div className={styles.notices}>
          {empty && (
            <Notice
              level="warning"
              actions={
                <Button size="small" onClick={() => goTo('buy')}>
                  See packs
                </Button>
              }
            >
              Out of credits. Buy a pack{wallet.plan?.renewsAt == null ? '' : ', or wait for the monthly reset'}; nothing is bought by
              itself. Revert and report stay free.
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
      )}
      <PageSection title="Buckets" aside="in the order they are used">
        <BucketLines buckets={wallet.buckets} unit={unit} />
      </PageSection>
      <PageSection title="What expires when">
        <ExpiryTimeline buckets={wallet.buckets} unit={unit} />
      </PageSection>
      <PageSection title="Forecast" aside="from the last 28 days">
        <Forecast wallet={wallet} />
      </PageSection>
      {wallet.plan !== null && (
        <PageSection title="Plan">
          <p className={styles.plan}>
            <span className={styles.planName}>{wallet.plan.label}</span>
            <span>{wallet.plan.allowance}</span>
            {wallet.plan.renewsAt !== null && (
              <span className={styles.quiet}>
                resets <DateText at={wallet.plan.renewsAt} />
              </span>
            )}
          </p>
        </PageSection>
      )}
      <PageSection
        title="Latest"
        aside={
          <Button kind="quiet" size="small" onClick={() => goTo('history')}>
            All history
          </Button>
        }
      >
        <RecentHistory wallet={wallet} />
      </PageSection>
    </Page>
  );
}
