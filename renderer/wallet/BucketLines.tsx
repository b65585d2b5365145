import { ChevronDown } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import type { BucketView, Unit } from '../../shared/ipc/wallet.ts';
import { Amount, DateText } from '../ui/figures/Amount.tsx';
import { formatAmount, formatWithUnit, isZero } from '../ui/figures/amounts.ts';
import { BucketSwatch } from '../ui/figures/Buckets.tsx';
import styles from './BucketLines.module.css';
import { usedNext } from './drawing.ts';

/** One line per bucket, in draw order; each opens to the grants it is made of. */
export function BucketLines({ buckets, unit }: { buckets: readonly BucketView[]; unit: Unit }) {
  const next = usedNext(buckets);
  return (
    <ul aria-label="Buckets in the order they are used">
      {buckets.map((bucket) => (
        <li key={bucket.bucket} className={styles.line}>
          <Collapsible.Root>
            <Collapsible.Trigger className={styles.trigger} disabled={bucket.grants.length === 0}>
              <BucketSwatch bucket={bucket.bucket} size={14} />
              <span className={styles.name}>
                {bucket.label}
                {bucket.bucket === next && <span className={styles.next}>used next</span>}
              </span>
              <span className={styles.detail}>
                <Expiry bucket={bucket} unit={unit} />
              </span>
              <span className={styles.held}>{isZero(bucket.held) ? '' : `${formatAmount(bucket.held, unit)} held`}</span>
              <Amount amount={bucket.available} unit={unit} className={styles.amount ?? ''} />
              <ChevronDown size={14} strokeWidth={1.75} className={styles.chevron} aria-hidden="true" />
            </Collapsible.Trigger>
            <Collapsible.Content>
              <Grants bucket={bucket} unit={unit} />
            </Collapsible.Content>
          </Collapsible.Root>
        </li>
      ))}
    </ul>
  );
}

function Expiry({ bucket, unit }: { bucket: BucketView; unit: Unit }) {
  if (bucket.nextExpiry === null) return <>{isZero(bucket.available) ? 'none left' : 'does not expire'}</>;
  const all = bucket.nextExpiry.amount === bucket.available;
  return (
    <>
      {!all && `${formatWithUnit(bucket.nextExpiry.amount, unit)} `}
      <DateText at={bucket.nextExpiry.at} kind="expiry" />
    </>
  );
}

/** granted = available + held + spent + expired + refunded: shown, so that it can be checked. */
function Grants({ bucket, unit }: { bucket: BucketView; unit: Unit }) {
  return (
    <ul className={styles.grants} aria-label={`Grants in ${bucket.label}`}>
      {bucket.grants.map((grant) => (
        <li key={grant.id} className={styles.grant}>
          <span>
            {formatWithUnit(grant.granted, unit)} granted <DateText at={grant.effectiveAt} kind="date" />
            {grant.source === '' ? '' : ` · ${grant.source}`}
          </span>
          <span className={styles.split}>
            {(['available', 'held', 'spent', 'expired', 'refunded'] as const)
              .filter((part) => part === 'available' || !isZero(grant[part]))
              .map((part) => `${formatAmount(grant[part], unit)} ${part}`)
              .join(' + ')}
          </span>
          <span className={styles.until}>
            {grant.expiresAt === null ? 'does not expire' : <DateText at={grant.expiresAt} kind="expiry" />}
          </span>
        </li>
      ))}
    </ul>
  );
}
