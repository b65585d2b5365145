import type { Unit, WalletView } from '../../shared/ipc/wallet.ts';
import { useAsked } from '../state/use-asked.ts';
import { bucketLabel } from '../state/wallet.ts';
import { Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { DateText } from '../ui/figures/Amount.tsx';
import { count, formatWithUnit, isCurrency } from '../ui/figures/amounts.ts';
import styles from './Forecast.module.css';

/** "1.4 credits a day", "€0.0500 a day". A pace is an average: the only amount that is not exact. */
function pace(perDay: number, unit: Unit): string {
  const digits = isCurrency(unit) ? unit.scale : perDay < 10 ? 1 : 0;
  return `${formatWithUnit(perDay.toFixed(digits), { ...unit, scale: digits })} a day`;
}

/** How far the wallet goes at the present pace, and what would lapse unused. */
export function Forecast({ wallet }: { wallet: WalletView }) {
  const { value, problem, again } = useAsked('wallet.forecast', undefined, wallet.seq);
  if (problem !== null && value === null) return <Problem problem={problem} onRetry={again} />;
  if (value === null) return <Skeleton lines={2} />;
  return (
    <dl className={styles.facts}>
      <div className={styles.fact}>
        <dt>Pays for</dt>
        <dd>{value.photosLeft === null ? 'as many photos as you like' : count(value.photosLeft, 'photo')}</dd>
      </div>
      <div className={styles.fact}>
        <dt>Your pace</dt>
        <dd>{value.perDay === 0 ? 'nothing used yet' : pace(value.perDay, wallet.unit)}</dd>
      </div>
      <div className={styles.fact}>
        <dt>Runs out</dt>
        <dd>
          {value.photosLeft === 0 ? 'nothing left' : value.runsOutAt === null ? 'not at this pace' : <DateText at={value.runsOutAt} />}
        </dd>
      </div>
      {value.lapsing.length > 0 && (
        <div className={styles.fact}>
          <dt>Lapses unused</dt>
          <dd>
            <ul>
              {value.lapsing.map((lapse) => (
                <li key={`${lapse.at} ${lapse.bucket}`}>
                  {formatWithUnit(lapse.amount, wallet.unit)} {bucketLabel(wallet, lapse.bucket).toLowerCase()} <DateText at={lapse.at} />
                </li>
              ))}
            </ul>
          </dd>
        </div>
      )}
    </dl>
  );
}
