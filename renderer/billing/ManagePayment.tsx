import { useState } from 'react';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { usePaymentPage } from '../state/billing.ts';
import { Button } from '../ui/controls/Button.tsx';
import { say } from '../ui/feedback/Toast.tsx';

interface Managing {
  /** The button; null where nothing was paid through a provider, and there is no such page. */
  readonly button: React.ReactNode;
  readonly failed: ProblemValue | null;
}

/** Cards and receipts are at the provider, on its own page in the browser; no card is ever seen here (GS-16). */
export function useManagePayment(look: { kind: 'plain' | 'quiet'; size?: 'small' } = { kind: 'quiet' }): Managing {
  const page = usePaymentPage();
  const [failed, setFailed] = useState<ProblemValue | null>(null);
  const [opening, setOpening] = useState(false);
  const open = async () => {
    if (opening) return;
    setOpening(true);
    const problem = await page.open();
    setOpening(false);
    setFailed(problem);
    if (problem === null) say('The payment page is open in your browser.');
  };
  if (!page.there) return { button: null, failed };
  return {
    button: (
      <Button {...look} disabled={!page.online || opening} onClick={() => void open()}>
        Manage payment method
      </Button>
    ),
    failed,
  };
}
