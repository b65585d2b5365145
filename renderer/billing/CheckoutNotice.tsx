import { useState } from 'react';
import type { CheckoutView } from '../../shared/ipc/wallet.ts';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { useConnection, useWallet } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Notice, Problem } from '../ui/feedback/Feedback.tsx';
import { useAccountZone } from '../ui/figures/Amount.tsx';
import { asOfText } from '../ui/figures/dates.ts';
import styles from './Buying.module.css';

const levels = { open: 'info', paid: 'info', failed: 'problem', expired: 'warning', returned: 'warning' } as const;

/** What was and was not charged by the payment that was made, or left, in the browser; until it is put away. */
export function CheckoutNotice({ what }: { what: CheckoutView['what'] }) {
  const checkout = useWallet((state) => state.wallet?.checkout ?? null);
  const asOf = useWallet((state) => state.wallet?.asOf ?? null);
  const online = useConnection((state) => state.state === 'online');
  const zone = useAccountZone();
  const [failed, setFailed] = useState<ProblemValue | null>(null);
  if (checkout === null || checkout.what !== what) return null;
  const open = async () => {
    const answer = await call('wallet.openCheckout', undefined);
    setFailed(answer.ok ? null : answer.error);
  };
  return (
    <div className={styles.checkout}>
      <Notice
        level={levels[checkout.state]}
        actions={
          <>
            {checkout.payable && (
              <Button size="small" disabled={!online} onClick={() => void open()}>
                {checkout.state === 'failed' ? 'Pay another way' : 'Open the payment page'}
              </Button>
            )}
            <Button size="small" kind="quiet" onClick={() => void call('wallet.dismissCheckout', { opId: checkout.opId })}>
              Dismiss
            </Button>
          </>
        }
      >
        {/* What is paid meanwhile cannot be heard of: the sentence is as old as the wallet. */}
        {!online && asOf !== null && `As of ${asOfText(new Date(asOf), new Date(), zone)}: `}
        {checkout.message}
      </Notice>
      {failed !== null && <Problem problem={failed} />}
    </div>
  );
}
