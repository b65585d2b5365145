import type { Unit } from '../../../shared/ipc/wallet.ts';
import { cx } from '../cx.ts';
import { formatAmount, formatWithUnit, isZero, shares } from './amounts.ts';
import styles from './Buckets.module.css';

/**
 * Every bucket has one colour and one pattern, everywhere. The pattern lives in the stylesheet, keyed by `data-bucket`;
 * a bucket that the stylesheet does not know is grey with dashes, and still has its label.
 */
interface BucketPart {
  readonly bucket: string;
  readonly label: string;
  readonly amount: string;
}

/** The short word for running text: "2 promotion, 1 monthly". */
const shortLabels: Readonly<Record<string, string>> = {
  promo: 'promotion',
  monthly: 'monthly',
  rollover: 'rolled over',
  purchased: 'purchased',
  trial: 'trial',
  balance: 'balance',
};
const bucketLabel = (bucket: string): string => shortLabels[bucket] ?? bucket;

/** A bucket's colour and pattern; `size` in CSS pixels. Its name has to stand beside it. */
export const BucketSwatch = ({ bucket, size = 10 }: { bucket: string; size?: number }) => (
  <span className={styles.swatch} data-bucket={bucket} style={{ width: size, height: size }} aria-hidden="true" />
);

/** A stacked bar; empty buckets take no room. */
export function BucketBar({
  parts,
  unit,
  height = 8,
  className,
}: {
  parts: readonly BucketPart[];
  unit: Unit;
  height?: number;
  className?: string;
}) {
  const widths = shares(parts.map((part) => part.amount));
  const label = parts.map((part) => `${part.label} ${formatWithUnit(part.amount, unit)}`).join(', ');
  return (
    <div className={cx(styles.bar, className)} style={{ height }} role="img" aria-label={label === '' ? 'Empty' : label}>
      {parts.map((part, index) =>
        isZero(part.amount) ? null : (
          <span key={part.bucket} className={styles.segment} data-bucket={part.bucket} style={{ flexGrow: widths[index] }} />
        ),
      )}
    </div>
  );
}

/** "▮ 2 promotion" */
export const BucketPill = ({ bucket, amount, unit }: { bucket: string; amount: string; unit: Unit }) => (
  <span className={styles.pill}>
    <BucketSwatch bucket={bucket} />
    {formatAmount(amount, unit)} {bucketLabel(bucket)}
  </span>
);
