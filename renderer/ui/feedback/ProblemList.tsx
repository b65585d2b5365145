import type { Problem } from '../../../shared/result.ts';
import { Button } from '../controls/Button.tsx';
import { count } from '../figures/amounts.ts';
import { Popover } from '../layout/Dialog.tsx';
import styles from './ProblemList.module.css';

interface ProblemListProps {
  problems: readonly Problem[];
  /** What the button says; the list may hold fewer. */
  total: number;
  size: 'small' | 'large';
}

/** What went wrong with each, behind a button; nothing when nothing did. */
export function ProblemList({ problems, total, size }: ProblemListProps) {
  if (problems.length === 0) return null;
  return (
    <Popover label="Problems" trigger={<Button size={size}>{count(total, 'problem')}</Button>}>
      <ul className={styles.problems}>
        {problems.map((problem) => (
          <li key={`${problem.file ?? ''} ${problem.message}`}>{problem.message}</li>
        ))}
      </ul>
    </Popover>
  );
}
