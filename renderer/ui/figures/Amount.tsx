import { createContext, useContext } from 'react';
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

/** The time zone that dates are shown in: the account's, once it is known; undefined: that of this computer. */
export const AccountZone = createContext<string | undefined>(undefined);

/** The same, for a sentence that has a date in it. */
export const useAccountZone = (): string | undefined => useContext(AccountZone);

/** A date that can be checked, in the account's time zone: "expires in 23 days, 15 December", "in 23 days, 15 December", "15 Dec 2026, 14:02", "15 Dec, 14:02:31". */
export function DateText({ at, kind = 'both' }: { at: string; kind?: 'both' | 'expiry' | 'date' | 'stamp' | 'time' }) {
  const date = new Date(at);
  const now = new Date();
  const zone = useAccountZone();
  const text = {
    both: () => `${relativeDays(date, now, zone)}, ${absoluteDate(date, now, zone)}`,
    expiry: () => expiryText(date, now, zone),
    date: () => absoluteDate(date, now, zone),
    stamp: () => stamp(date, zone),
    time: () => exactTime(date, zone),
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
