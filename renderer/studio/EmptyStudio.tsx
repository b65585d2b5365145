import { Images } from 'lucide-react';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { dismissImportProblems, importByDialog, loadLibrary, useLibrary } from '../state/library.ts';
import { selectMany } from '../state/selection.ts';
import { Button } from '../ui/controls/Button.tsx';
import { EmptyState, Notice, Problem } from '../ui/feedback/Feedback.tsx';
import { count } from '../ui/figures/amounts.ts';
import styles from './Studio.module.css';

/** What the studio shows while the library has no photo: where to drop some, or how far reading is. */
export function EmptyStudio() {
  const importing = useLibrary((state) => state.importing);
  const add = async (choose: 'files' | 'folder') => {
    const ids = await importByDialog(choose);
    if (ids.length > 0) selectMany(ids);
  };
  return (
    <main className={styles.empty} aria-label="Studio">
      <EmptyState
        icon={<Images size={32} strokeWidth={1.25} />}
        title={
          importing === null
            ? 'Drop photos or a folder here'
            : importing.total === 0
              ? 'Reading photos'
              : `Reading photo ${Math.min(importing.done + 1, importing.total)} of ${importing.total}`
        }
        actions={
          <>
            <Button kind="primary" size="large" onClick={() => void add('files')}>
              Choose photos
            </Button>
            <Button size="large" onClick={() => void add('folder')}>
              Choose a folder
            </Button>
          </>
        }
      >
        Backlot gives them a new background. The originals are never changed, and nothing costs anything until you apply.
      </EmptyState>
      <ImportProblems />
    </main>
  );
}

const SHOWN = 3;

/** What could not be imported, and why; it stays until it is dismissed. */
export function ImportProblems() {
  const problems = useLibrary((state) => state.importProblems);
  if (problems.length === 0) return null;
  return (
    <Notice
      level="problem"
      actions={
        <Button kind="quiet" size="small" onClick={dismissImportProblems}>
          Dismiss
        </Button>
      }
    >
      {problems.slice(0, SHOWN).map((problem) => (
        <p key={`${problem.file ?? ''} ${problem.code}`}>{problem.message}</p>
      ))}
      {problems.length > SHOWN && <p>And {count(problems.length - SHOWN, 'more file')} could not be added.</p>}
    </Notice>
  );
}

/** What the studio shows when the library cannot be read. */
export function LibraryProblem({ problem }: { problem: ProblemValue }) {
  return (
    <main className={styles.empty} aria-label="Studio">
      <div style={{ margin: 'auto', maxWidth: 480 }}>
        <Problem problem={problem} onRetry={() => void loadLibrary()} />
      </div>
    </main>
  );
}
