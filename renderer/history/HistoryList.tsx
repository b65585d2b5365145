import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import type { WalletView } from '../../shared/ipc/wallet.ts';
import { Problem } from '../ui/feedback/Feedback.tsx';
import styles from './HistoryList.module.css';
import { HistoryRow } from './HistoryRow.tsx';
import { type HistoryPages, lineKey } from './paging.ts';

const ROW = 41;
/** Older lines are fetched when the reader is this close to the end. */
const AHEAD = 20;

/** A year of photos is tens of thousands of lines: only those in sight are drawn. */
export function HistoryList({ history, wallet }: { history: HistoryPages; wallet: WalletView }) {
  const scroller = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const { lines, more, loadMore, problem } = history;
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    getItemKey: (index) => {
      const line = lines[index];
      return line === undefined ? index : lineKey(line);
    },
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (more && lastShown >= lines.length - AHEAD) loadMore();
  }, [more, lastShown, lines.length, loadMore]);
  const toggle = (key: string, opened: boolean) =>
    setOpen((before) => {
      const after = new Set(before);
      if (opened) after.add(key);
      else after.delete(key);
      return after;
    });
  return (
    <div ref={scroller} className={styles.scroller}>
      <div className={styles.head} aria-hidden="true">
        <span>Date</span>
        <span>What</span>
        <span>State</span>
        <span>Bucket</span>
        <span className={styles.end}>Amount</span>
        <span className={styles.end}>Balance</span>
      </div>
      <ul aria-label="History" className={styles.lines} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const line = lines[item.index];
          if (line === undefined) return null;
          const key = lineKey(line);
          return (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              className={styles.line}
              style={{ transform: `translateY(${item.start}px)` }}
            >
              <HistoryRow line={line} wallet={wallet} open={open.has(key)} onOpenChange={(opened) => toggle(key, opened)} />
            </li>
          );
        })}
      </ul>
      {problem !== null && <Problem problem={problem} onRetry={loadMore} />}
    </div>
  );
}
