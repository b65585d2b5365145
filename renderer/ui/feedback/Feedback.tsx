import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { type ReactNode, useEffect, useState } from 'react';
import type { Problem as ProblemValue } from '../../../shared/result.ts';
import { Button } from '../controls/Button.tsx';
import { cx } from '../cx.ts';
import styles from './Feedback.module.css';

interface EmptyStateProps {
  icon?: ReactNode;
  title: string;
  /** What it is for, in one sentence. */
  children?: ReactNode;
  /** The next action. */
  actions?: ReactNode;
}

/** An empty place says what belongs there and how to put it there. */
export function EmptyState({ icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      {icon !== undefined && <div className={styles.emptyIcon}>{icon}</div>}
      <h2 className={styles.emptyTitle}>{title}</h2>
      {children !== undefined && <p className={styles.emptyText}>{children}</p>}
      {actions !== undefined && <div className={styles.emptyActions}>{actions}</div>}
    </div>
  );
}

const SKELETON_AFTER_MS = 150;

/** True once something has taken so long that a placeholder is kinder than nothing. */
export function useSlow(waiting: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!waiting) return;
    const timer = setTimeout(() => setSlow(true), SKELETON_AFTER_MS);
    return () => clearTimeout(timer);
  }, [waiting]);
  return waiting && slow;
}

/** Grey lines where text will be; nothing at all for the first 150 ms. */
export function Skeleton({ lines = 3, height = 16, label = 'Loading' }: { lines?: number; height?: number; label?: string }) {
  const slow = useSlow(true);
  if (!slow) return null;
  return (
    <div className={styles.skeleton} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no identity and never move.
        <div key={line} className={styles.skeletonLine} style={{ height, width: `${100 - ((line * 17) % 40)}%` }} />
      ))}
    </div>
  );
}

interface NoticeProps {
  level?: 'info' | 'warning' | 'problem';
  children: ReactNode;
  actions?: ReactNode;
  /** One line inside a bar instead of a block. */
  inline?: boolean;
}

const icons = { info: Info, warning: TriangleAlert, problem: CircleAlert };

/** Something to know, beside what it is about. Stays until it no longer holds. */
export function Notice({ level = 'info', children, actions, inline = false }: NoticeProps) {
  const Icon = icons[level];
  return (
    <div className={cx(styles.notice, inline && styles.inline)} data-level={level} role={level === 'problem' ? 'alert' : 'status'}>
      <Icon size={14} strokeWidth={1.75} className={styles.noticeIcon} />
      <div className={styles.noticeText}>{children}</div>
      {actions !== undefined && <div className={styles.noticeActions}>{actions}</div>}
    </div>
  );
}

/** A problem, in its own words, with a way to try again. */
export function Problem({ problem, onRetry, inline = false }: { problem: ProblemValue; onRetry?: () => void; inline?: boolean }) {
  return (
    <Notice
      level="problem"
      inline={inline}
      {...(onRetry === undefined
        ? {}
        : {
            actions: (
              <Button size="small" onClick={onRetry}>
                Try again
              </Button>
            ),
          })}
    >
      {problem.message}
    </Notice>
  );
}
