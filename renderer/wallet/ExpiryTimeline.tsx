import type { WalletView } from '../../shared/ipc/wallet.ts';
import { DateText } from '../ui/figures/Amount.tsx';
import { formatWithUnit } from '../ui/figures/amounts.ts';
import { expiryAxis } from './drawing.ts';
import styles from './ExpiryTimeline.module.css';

/** A name that begins further on than this would stand beyond the end. */
const LAST_NAME = 0.93;

/** One lane per grant that lapses, drawn to the calendar's scale: how long it lasts is how long it is. */
export function ExpiryTimeline({ wallet: { buckets, unit, timeZone } }: { wallet: WalletView }) {
  const axis = expiryAxis(buckets, new Date(), timeZone);
  if (axis.lapses.length === 0 && axis.lasting.length === 0) return <p className={styles.none}>There is nothing left that could expire.</p>;
  return (
    <div className={styles.timeline}>
      {axis.lapses.length > 0 && (
        <div className={styles.chart}>
          {axis.ticks.map((tick) => (
            <span key={tick.at.getTime()} className={styles.tick} style={{ left: `${tick.position * 100}%` }} aria-hidden="true">
              {tick.position < LAST_NAME && tick.name}
            </span>
          ))}
          <ul className={styles.lanes} aria-label="Credit that expires, soonest first">
            {axis.lapses.map((lapse) => (
              <li key={lapse.grantId} className={styles.lane}>
                <span className={styles.bar} data-bucket={lapse.bucket} style={{ width: `${Math.max(lapse.position * 100, 0.8)}%` }} />
                <span
                  className={styles.word}
                  {...(lapse.position > 0.6
                    ? { 'data-inside': '', style: { right: `${(1 - lapse.position) * 100}%` } }
                    : { style: { left: `${lapse.position * 100}%` } })}
                >
                  <strong>{formatWithUnit(lapse.amount, unit)}</strong> {lapse.label.toLowerCase()},{' '}
                  <DateText at={lapse.at.toISOString()} />
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      {axis.lasting.map((one) => (
        <p key={one.id} className={styles.none}>
          {one.label}: {formatWithUnit(one.amount, unit)}, no expiry date.
        </p>
      ))}
    </div>
  );
}
