import type { Unit } from '../../../shared/ipc/wallet.ts';
import { cx } from '../cx.ts';
import styles from './Amount.module.css';
import { formatAmount, formatSigned, formatWithUnit } from './amounts.ts';
import { absoluteDate, exactTime, expiryText, relativeDays, stamp } from './dates.ts';

/** An amount in tabular numerals. */
export function Amount({
  amount,
  unit,
  kind = 'plain',
  className,
}: {
  amount: string;
  unit: Unit;
  kind?: 'plain' | 'signed' | 'with unit';
  className?: string;
}) {
  const format = { plain: formatAmount, signed: formatSigned, 'with unit': formatWithUnit }[kind];
  return <span className={cx(styles.amount, className)}>{format(amount, unit)}</span>;
}

/** A date that can be checked: "expires in 23 days, 15 December", "in 23 days, 15 December", "15 Dec 2026, 14:02", "15 Dec, 14:02:31". */
export function DateText({ at, kind = 'both' }: { at: string; kind?: 'both' | 'expiry' | 'date' | 'stamp' | 'time' }) {
  const date = new Date(at);
  const now = new Date();
  const text = {
    both: () => `${relativeDays(date, now)}, ${absoluteDate(date, now)}`,
    expiry: () => expiryText(date, now),
    date: () => absoluteDate(date, now),
    stamp: () => stamp(date),
    time: () => exactTime(date),
  }[kind]();
  return (
    <time dateTime={at} className={styles.amount}>
      {text}
    </time>
  );
}

/** An id that somebody may have to read out or copy. */
export const Mono = ({ children }: { children: string }) => (
  <span className={styles.mono} data-selectable>
    {children}
  </span>
);
