import { useState } from 'react';
import type { PaymentWay, PaymentWays } from '../../shared/ipc/billing.ts';
import { useAsked } from '../state/use-asked.ts';
import { useConnection, useWallet } from '../state/wallet.ts';
import { Segmented } from '../ui/controls/Segmented.tsx';
import styles from './Buying.module.css';

/** How the customer pays for what is on the page: the way they chose, and the choices there are. */
export interface Paying {
  readonly ways: PaymentWays;
  readonly way: PaymentWay;
  /** "by invoice", "through Stripe". */
  readonly phrase: string;
  /** Why nothing is sold this way at present; null: it is. */
  readonly blocked: string | null;
  readonly choose: (way: PaymentWay) => void;
  /** Null: nothing can be kept there, or nobody would charge it. */
  readonly keeping: { readonly on: boolean; readonly label: string; readonly set: (on: boolean) => void } | null;
}

/** How it is paid: the policy's first way until another is chosen. */
export function usePaying(forPlans = false): Paying {
  const online = useConnection((state) => state.state === 'online');
  const { value } = useAsked('wallet.paymentWays', undefined, String(online));
  const [chosen, choose] = useState<PaymentWay | null>(null);
  const ways = (value ?? []).filter((one) => !forPlans || one.plans);
  const here = ways.find(({ id }) => id === chosen) ?? ways[0];
  const [keeps, setKeeps] = useState(false);
  const automatic = useWallet((state) => state.wallet?.offers.autoTopUp === true);
  const keeping = !forPlans && automatic && here?.keeps === true ? { on: keeps, label: here.label, set: setKeeps } : null;
  const phrase = here === undefined || here.id === 'invoice' ? 'by invoice' : `through ${here.label}`;
  return { ways, way: here?.id ?? 'invoice', phrase, blocked: here?.blocked ?? null, choose, keeping };
}

/** Nothing to see where there is only one way. */
export function PayBy({ paying }: { paying: Paying }) {
  if (paying.ways.length < 2) return null;
  const options = paying.ways.map(({ id, label }) => ({ value: id, label: id === 'invoice' ? 'By invoice' : label }));
  const { keeping } = paying;
  return (
    <div className={styles.pay}>
      <Segmented label="Pay" wide={false} value={paying.way} options={options} onChange={paying.choose} />
      {paying.way !== 'invoice' && <span className={styles.payHint}>Opens in your browser; cards are never seen by Backlot.</span>}
      {keeping !== null && (
        <label className={styles.keep}>
          <input type="checkbox" checked={keeping.on} onChange={(event) => keeping.set(event.currentTarget.checked)} />
          Keep it at {keeping.label}, for automatic top-ups
        </label>
      )}
    </div>
  );
}
