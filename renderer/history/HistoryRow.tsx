import { ChevronDown } from 'lucide-react';
import { Collapsible } from 'radix-ui';
import type { HistoryEntry, HistoryLine, Unit, WalletView } from '../../shared/ipc/wallet.ts';
import { bucketLabel } from '../state/wallet.ts';
import { cx } from '../ui/cx.ts';
import { Amount, DateText, Mono } from '../ui/figures/Amount.tsx';
import { formatAmount, formatWithUnit, isNegative, isZero } from '../ui/figures/amounts.ts';
import { BucketPill, BucketSwatch } from '../ui/figures/Buckets.tsx';
import styles from './HistoryRow.module.css';

interface HistoryRowProps {
  line: HistoryLine;
  wallet: WalletView;
  /** Left out where the row opens and closes by itself. */
  open?: boolean;
  onOpenChange?: (open: boolean) => void;
}

/** One thing that happened: what it was, what it came to; on request why from which bucket, and every entry behind it. */
export function HistoryRow({ line, wallet, open, onOpenChange }: HistoryRowProps) {
  const { unit } = wallet;
  const controlled = open === undefined || onOpenChange === undefined ? {} : { open, onOpenChange };
  return (
    <Collapsible.Root className={styles.row} {...controlled}>
      <Collapsible.Trigger className={styles.trigger}>
        <span className={styles.at}>
          <DateText at={line.at} kind="stamp" />
        </span>
        <span className={styles.title}>{line.title}</span>
        <span className={styles.state} data-state={line.state}>
          {line.state}
        </span>
        <span className={cx(styles.buckets, line.state === 'returned' && styles.givenBack)}>
          {line.slices.map((slice) => (
            <BucketPill key={slice.grantId} bucket={slice.bucket} amount={slice.amount} unit={unit} />
          ))}
        </span>
        <Amount
          amount={line.amount}
          unit={unit}
          kind="signed"
          className={cx(
            styles.amount,
            (isZero(line.amount) || line.state === 'held') && styles.nothing,
            !isNegative(line.amount) && !isZero(line.amount) && styles.gain,
          )}
        />
        {line.balanceAfter === null ? (
          <span className={styles.after} />
        ) : (
          <Amount amount={line.balanceAfter} unit={unit} className={styles.after ?? ''} />
        )}
        <ChevronDown size={14} strokeWidth={1.75} className={styles.chevron} aria-hidden="true" />
      </Collapsible.Trigger>
      <Collapsible.Content className={styles.detail}>
        {line.slices.map((slice) => (
          <p key={slice.grantId} className={styles.why}>
            <BucketSwatch bucket={slice.bucket} />
            <span>
              {line.state !== null && `${formatWithUnit(slice.amount, unit)} from ${bucketLabel(wallet, slice.bucket).toLowerCase()}. `}
              {slice.why}
            </span>
          </p>
        ))}
        {line.state !== null && (
          <ol aria-label="Entries" className={styles.entries}>
            {line.entries.map((entry) => (
              <Step key={entry.seq} entry={entry} unit={unit} />
            ))}
          </ol>
        )}
        <p className={styles.facts}>
          {line.state === null && `entry ${line.seq} · `}
          {line.invoice !== null && `invoice ${line.invoice} · `}
          operation <Mono>{line.opId}</Mono>
        </p>
      </Collapsible.Content>
    </Collapsible.Root>
  );
}

function Step({ entry, unit }: { entry: HistoryEntry; unit: Unit }) {
  return (
    <li className={styles.entry}>
      <span className={styles.at}>
        <DateText at={entry.at} kind="time" />
      </span>
      <span>
        {entry.title}
        {entry.note === '' ? '' : `. ${entry.note}`}
      </span>
      <span className={styles.quiet}>
        {formatAmount(entry.availableAfter, unit)} available afterwards · entry {entry.seq}
      </span>
    </li>
  );
}
