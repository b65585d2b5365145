import type { TierView, Unit } from '../../shared/ipc/wallet.ts';
import { formatWithUnit } from '../ui/figures/amounts.ts';
import styles from './WalletPage.module.css';

/** What the balance allows now, and what the next threshold brings (PG-14). */
export function Tier({ tier, unit }: { tier: TierView; unit: Unit }) {
  return (
    <dl className={styles.tier}>
      <dt>Now</dt>
      <dd>{tier.allows}</dd>
      {tier.next !== null && (
        <>
          <dt>From {formatWithUnit(tier.next.at, unit)}</dt>
          <dd>
            {tier.next.allows}
            <span className={styles.tierMissing}>{formatWithUnit(tier.next.missing, unit)} more</span>
          </dd>
        </>
      )}
    </dl>
  );
}
