import { useState } from 'react';
import type { PlanPreview } from '../../shared/ipc/billing.ts';
import type { WalletView } from '../../shared/ipc/wallet.ts';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { useAsked } from '../state/use-asked.ts';
import { bucketLabel } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { say } from '../ui/feedback/Toast.tsx';
import { DateText } from '../ui/figures/Amount.tsx';
import { formatMoney, formatWithUnit, isZero } from '../ui/figures/amounts.ts';
import { Dialog } from '../ui/layout/Dialog.tsx';
import { Blocked, OrderProblem } from './OrderProblem.tsx';
import { PayBy, usePaying } from './PayBy.tsx';
import styles from './Plans.module.css';
import { type Choice, headingOf, takenOut } from './planning.ts';
import { priceText, TaxLine, useTaxed } from './Tax.tsx';

/** The server's own quote, before anything happens: what is charged and credited, what the wallet will be, and when. */
export function PlanChange({ choice, wallet, onClose }: { choice: Choice; wallet: WalletView; onClose: () => void }) {
  const { value: preview, problem, again } = useAsked('wallet.planPreview', choice.request, 0);
  const billed = preview !== null && !isZero(preview.net.amount);
  const paying = usePaying(true);
  const taxed = useTaxed(preview?.net ?? { amount: '0.00', currency: 'EUR' }, paying.way);
  const [sending, setSending] = useState(false);
  const [failed, setFailed] = useState<ProblemValue | null>(null);
  const heading = headingOf(choice.request, choice.label, wallet.plan?.label ?? 'the plan');
  const confirm = async () => {
    if (sending) return;
    setSending(true);
    const answer = await call('wallet.changePlan', { ...choice.request, ...(billed && { way: paying.way }) });
    setSending(false);
    if (!answer.ok) return setFailed(answer.error);
    onClose();
    if (answer.value.inBrowser) return say('The payment page is open in your browser. Nothing changes before you pay there.');
    say(
      answer.value.invoice === null ? `${heading}: done` : `${heading}: done. Invoice ${answer.value.invoice} is stored on this computer.`,
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={heading}
      actions={
        <>
          <Button onClick={onClose}>Leave it as it is</Button>
          <Button
            kind="primary"
            disabled={preview === null || sending || (billed && (paying.blocked !== null || taxed.kind === 'unknown country'))}
            onClick={() => void confirm()}
          >
            {billed ? `${heading.split(' ')[0]} · ${priceText(preview.net, taxed)} · ${paying.phrase}` : heading}
          </Button>
        </>
      }
    >
      {problem !== null && preview === null ? (
        <Problem problem={problem} onRetry={again} />
      ) : preview === null ? (
        <Skeleton lines={4} label="Asking the server what it costs" />
      ) : (
        <>
          <Meaning preview={preview} wallet={wallet} action={choice.request.action} price={priceText(preview.net, taxed)} />
          {billed && (
            <div className={styles.pay}>
              <PayBy paying={paying} />
              <TaxLine taxed={taxed} />
              {paying.blocked !== null && <Blocked why={paying.blocked} />}
            </div>
          )}
        </>
      )}
      {failed !== null && <OrderProblem problem={failed} onRetry={() => void confirm()} />}
    </Dialog>
  );
}

interface MeaningProps {
  preview: PlanPreview;
  wallet: WalletView;
  action: Choice['request']['action'];
  /** What is paid now, as the button says it. */
  price: string;
}

function Meaning({ preview, wallet, action, price }: MeaningProps) {
  const { unit } = wallet;
  const carried = !isZero(preview.carried.amount);
  return (
    <>
      {preview.lines.length > 0 && (
        <table className={styles.lines} aria-label="What is charged">
          <tbody>
            {preview.lines.map((line) => (
              <tr key={line.text}>
                <th scope="row">{line.text}</th>
                <td>{formatMoney(line.net)}</td>
              </tr>
            ))}
            {carried && (
              <tr>
                <th scope="row">Kept for later renewals</th>
                <td>{formatMoney(preview.carried)}</td>
              </tr>
            )}
            <tr className={styles.sum}>
              <th scope="row">To pay now</th>
              <td>{isZero(preview.net.amount) ? formatMoney(preview.net) : price}</td>
            </tr>
          </tbody>
        </table>
      )}
      <dl className={styles.facts}>
        <dt>When</dt>
        <dd>{preview.atOnce ? 'At once' : <DateText at={preview.at} />}</dd>
        {preview.lines.length === 0 && (
          <>
            <dt>To pay now</dt>
            <dd>{action === 'resume' || !preview.atOnce ? 'Nothing' : formatMoney(preview.net)}</dd>
          </>
        )}
        {preview.renewal !== undefined && (
          <>
            <dt>Next renewal</dt>
            <dd>
              {formatMoney(preview.renewal.net)} <DateText at={preview.renewal.at} />
            </dd>
          </>
        )}
        {preview.added.map((grant) => (
          <Added
            key={`${grant.bucket} ${grant.amount}`}
            label={bucketLabel(wallet, grant.bucket)}
            text={`+${formatWithUnit(grant.amount, unit)}`}
          />
        ))}
        <BalanceAfter preview={preview} wallet={wallet} />
        {(action === 'cancel' || action === 'pause') && (
          <>
            <dt>Until then</dt>
            <dd>Everything stays as it is. It can be taken back at any time.</dd>
          </>
        )}
      </dl>
    </>
  );
}

/** What goes, and what is there then. Until a renewal that changes the plan the balance is as it is; what it brings stands in the plan. */
function BalanceAfter({ preview, wallet }: Pick<MeaningProps, 'preview' | 'wallet'>) {
  const { unit, available } = wallet;
  const gone = takenOut(preview, wallet);
  if (preview.availableAfter === available)
    return <Added label={preview.atOnce ? 'Balance then' : 'Balance now'} text={`${formatWithUnit(available, unit)}, as it is`} />;
  return (
    <>
      {gone !== null && <Added label="Taken out" text={formatWithUnit(gone, unit)} />}
      <dt>Balance then</dt>
      <dd>
        {formatWithUnit(preview.availableAfter, unit)}
        <span className={styles.quiet}> (now {formatWithUnit(available, unit)})</span>
      </dd>
    </>
  );
}

const Added = ({ label, text }: { label: string; text: string }) => (
  <>
    <dt>{label}</dt>
    <dd>{text}</dd>
  </>
);
