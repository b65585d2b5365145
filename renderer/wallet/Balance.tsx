import type { WalletView } from '../../shared/ipc/wallet.ts';
import { useConnection } from '../state/wallet.ts';
import { formatWithUnit, isZero, splitAmount, unitName } from '../ui/figures/amounts.ts';
import { BucketBar } from '../ui/figures/Buckets.tsx';
import { asOfText, foreignZone } from '../ui/figures/dates.ts';
import styles from './Balance.module.css';

/** The one large number, what is held or on its way, and the bar of what it is made of. */
export function Balance({ wallet }: { wallet: WalletView }) {
  const connection = useConnection();
  const { unit } = wallet;
  const zone = foreignZone(wallet.timeZone);
  const [whole, belowCent] = splitAmount(wallet.available, unit);
  return (
    <>
      <div className={styles.balance}>
        <p className={styles.number}>
          {whole}
          <span className={styles.fine}>{belowCent}</span> <span className={styles.unit}>{unitName(wallet.available, unit)} available</span>
        </p>
        <p className={styles.aside}>
          {!isZero(wallet.held) && <span>{formatWithUnit(wallet.held, unit)} held for work in progress</span>}
          {wallet.pending.operations > 0 && <span>{formatWithUnit(wallet.pending.amount, unit)} waiting to be sent</span>}
          <span>
            {connection.state === 'online'
              ? 'Up to date'
              : `As of ${asOfText(new Date(wallet.asOf), new Date(), wallet.timeZone, wallet.timeZone)}`}
          </span>
          {zone !== null && <span>Dates and times as in {zone}, the account’s time zone</span>}
        </p>
      </div>
      <BucketBar
        parts={wallet.buckets.map(({ bucket, label, available }) => ({ bucket, label, amount: available }))}
        unit={unit}
        height={16}
      />
    </>
  );
}
