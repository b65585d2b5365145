import type { UsageView } from '../../shared/ipc/usage.ts';
import type { WalletView } from '../../shared/ipc/wallet.ts';
import { bucketLabel } from '../state/wallet.ts';
import { formatWithUnit } from '../ui/figures/amounts.ts';
import { BucketSwatch } from '../ui/figures/Buckets.tsx';
import { bars, dayText } from './drawing.ts';
import styles from './Usage.module.css';

const HEIGHT = 120;

/** A bar for each day, stacked by the bucket that paid. The bars are drawn to one scale, whose top is named. */
export function UsageChart({ usage, wallet }: { usage: UsageView; wallet: WalletView }) {
  const { unit } = wallet;
  const drawn = bars(usage.days, HEIGHT);
  const used = wallet.buckets.filter(({ bucket }) => usage.days.some((day) => day.slices.some((slice) => slice.bucket === bucket)));
  const first = usage.days[0];
  const last = usage.days.at(-1);
  return (
    <figure className={styles.chart}>
      <div className={styles.plot} style={{ height: HEIGHT }} role="img" aria-label={spoken(usage, wallet)}>
        <span className={styles.top}>{drawn.most === null ? '' : formatWithUnit(drawn.most, unit)}</span>
        {drawn.days.map((day) => (
          <span key={day.day} className={styles.day} title={`${dayText(day.day)}: ${formatWithUnit(day.amount, unit)}`}>
            {day.parts.map((part) => (
              <span key={part.bucket} className={styles.part} data-bucket={part.bucket} style={{ height: part.height }} />
            ))}
          </span>
        ))}
      </div>
      <figcaption className={styles.axis}>
        <span>{first === undefined ? '' : dayText(first.day)}</span>
        <span className={styles.legend}>
          {used.map(({ bucket }) => (
            <span key={bucket}>
              <BucketSwatch bucket={bucket} /> {bucketLabel(wallet, bucket)}
            </span>
          ))}
        </span>
        <span>{last === undefined ? '' : dayText(last.day)}</span>
      </figcaption>
    </figure>
  );
}

/** The chart for those who hear it: the days on which something was used. */
function spoken(usage: UsageView, { unit }: WalletView): string {
  const days = usage.days.filter((day) => day.slices.length > 0);
  if (days.length === 0) return 'Nothing was used in this time';
  return days.map((day) => `${dayText(day.day)}: ${formatWithUnit(day.amount, unit)}`).join(', ');
}
