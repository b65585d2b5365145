import { cx } from '../cx.ts';
import styles from './Progress.module.css';

interface ProgressProps {
  label: string;
  done: number;
  total: number;
  /** How much of the next ones is done already: shown, not announced. */
  begun?: number;
  className?: string | undefined;
}

/** A bar that fills as things get done. */
export function Progress({ label, done, total, begun = 0, className }: ProgressProps) {
  return (
    <div
      className={cx(styles.track, className)}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={done}
    >
      <span className={styles.fill} style={{ transform: `scaleX(${total === 0 ? 0 : Math.min(1, (done + begun) / total)})` }} />
    </div>
  );
}
