import { ChevronDown } from 'lucide-react';
import { goTo } from '../state/view.ts';
import { useConnection, useWallet } from '../state/wallet.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Amount, DateText } from '../ui/figures/Amount.tsx';
import { formatWithUnit, isZero, unitName } from '../ui/figures/amounts.ts';
import { BucketBar, BucketSwatch } from '../ui/figures/Buckets.tsx';
import { asOfText } from '../ui/figures/dates.ts';
import { Popover, PopoverClose } from '../ui/layout/Dialog.tsx';
import styles from './BalancePill.module.css';

/** ST-17: the balance is always visible. The popover says what it is made of and what is used next. */
export function BalancePill() {
  const wallet = useWallet((state) => state.wallet);
  const loaded = useWallet((state) => state.loaded);
  const online = useConnection((state) => state.state === 'online');
  if (wallet === null) return <span className={styles.none}>{loaded ? 'Balance not known yet' : ' '}</span>;
  const { unit, buckets } = wallet;
  const text = formatWithUnit(wallet.available, unit);
  const trigger = (
    <button type="button" className={styles.pill} aria-label={`Balance: ${text}. Show by bucket.`}>
      <BucketBar
        parts={buckets.map(({ bucket, label, available }) => ({ bucket, label, amount: available }))}
        unit={unit}
        height={10}
        className={styles.bar ?? ''}
      />
      <span className={styles.text}>
        <Amount amount={wallet.available} unit={unit} className={styles.number ?? ''} /> {unitName(wallet.available, unit)}
      </span>
      <ChevronDown size={14} strokeWidth={1.75} aria-hidden="true" />
    </button>
  );
  const next = buckets.find((one) => !isZero(one.available));
  return (
    <Popover trigger={trigger} label="Balance by bucket">
      <div className={styles.popover}>
        <ul className={styles.lines}>
          {buckets.map((one) => (
            <li key={one.bucket} className={styles.line}>
              <BucketSwatch bucket={one.bucket} size={12} />
              <span className={styles.label}>{one.label}</span>
              <span className={styles.next}>{one.bucket === next?.bucket ? 'used next' : ''}</span>
              <Amount amount={one.available} unit={unit} className={styles.amount ?? ''} />
              <span className={styles.detail}>
                {one.nextExpiry === null ? (
                  isZero(one.available) ? (
                    'none left'
                  ) : (
                    'does not expire'
                  )
                ) : (
                  <DateText at={one.nextExpiry.at} kind="expiry" />
                )}
              </span>
            </li>
          ))}
        </ul>
        {!isZero(wallet.held) && <p className={styles.foot}>{formatWithUnit(wallet.held, unit)} held for work in progress</p>}
        {!online && (
          <p className={styles.foot}>
            As of {asOfText(new Date(wallet.asOf), new Date(), wallet.timeZone)}, when the server last confirmed it.
          </p>
        )}
        <div className={styles.actions}>
          <PopoverClose asChild>
            <Button kind="quiet" size="small" onClick={() => goTo('history')}>
              History
            </Button>
          </PopoverClose>
          <PopoverClose asChild>
            <Button size="small" onClick={() => goTo('wallet')}>
              Open wallet
            </Button>
          </PopoverClose>
        </div>
      </div>
    </Popover>
  );
}
