import type { WalletView } from '../../shared/ipc/wallet.ts';
import { useManagePayment } from '../billing/ManagePayment.tsx';
import { goTo } from '../state/view.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Notice, Problem } from '../ui/feedback/Feedback.tsx';
import { DateText } from '../ui/figures/Amount.tsx';
import { formatMoney } from '../ui/figures/amounts.ts';
import styles from './WalletPage.module.css';

type Plan = NonNullable<WalletView['plan']>;

/** The plan in one line; what is wrong with its payment stands under it. */
export function PlanLine({ plan, carried }: { plan: Plan; carried?: WalletView['carried'] | undefined }) {
  const managing = useManagePayment({ kind: 'plain', size: 'small' });
  return (
    <>
      <p className={styles.plan}>
        <span className={styles.planName}>{plan.label}</span>
        <span>{plan.allowance}</span>
        <span className={styles.quiet}>
          <PlanDates plan={plan} />
        </span>
        {carried !== undefined && <span className={styles.quiet}>{formatMoney(carried)} kept for the next bills</span>}
        <Button kind="quiet" size="small" onClick={() => goTo('plans')}>
          Plans
        </Button>
      </p>
      {plan.dunning !== null && (
        <Notice level={plan.dunning.ended ? 'problem' : 'warning'} actions={managing.button}>
          {plan.dunning.message}
        </Notice>
      )}
      {managing.failed !== null && <Problem problem={managing.failed} />}
    </>
  );
}

/** What happens to the plan next, and when. */
function PlanDates({ plan }: { plan: Plan }) {
  const end = <DateText at={plan.periodEnd} />;
  if (plan.status === 'cancelling') return <>ends {end}</>;
  if (plan.status === 'pausing') return <>pauses {end}</>;
  if (plan.status === 'paused') return <>paused; nothing is charged</>;
  if (plan.status === 'ended') return <>ended</>;
  if (plan.next !== null)
    return (
      <>
        changes to {plan.next} {end}
      </>
    );
  return plan.renewsAt === null ? null : (
    <>
      new credit <DateText at={plan.renewsAt} />
    </>
  );
}
