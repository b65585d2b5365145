import { hasCode } from '../../shared/api/index.ts';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { useAsked } from '../state/use-asked.ts';
import { goTo } from '../state/view.ts';
import { useWallet } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Notice, Problem } from '../ui/feedback/Feedback.tsx';
import { useAccountZone } from '../ui/figures/Amount.tsx';
import { openBillsText } from './open-bills.ts';

/** Why an order was not carried out. At the limit of what may be owed trying again cannot help: then it says what is open and how it is paid. */
export function OrderProblem({ problem, onRetry }: { problem: ProblemValue; onRetry: () => void }) {
  if (!hasCode(problem, 'credit_limit_reached')) return <Problem problem={problem} onRetry={onRetry} />;
  return <Blocked why={problem.message} level="problem" />;
}

/** Nothing more is sold on account: why, what is open, and the way to it. */
export function Blocked({ why, level = 'warning' }: { why: string; level?: 'warning' | 'problem' }) {
  const seq = useWallet((state) => state.wallet?.seq ?? 0);
  const { value } = useAsked('wallet.invoices', undefined, String(seq));
  const open = openBillsText(value ?? [], new Date(), useAccountZone());
  return (
    <Notice
      level={level}
      {...(open !== null && {
        actions: (
          <Button size="small" onClick={() => goTo('invoices')}>
            Open invoices
          </Button>
        ),
      })}
    >
      {why} {open}
    </Notice>
  );
}
