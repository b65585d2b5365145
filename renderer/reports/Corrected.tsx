import { useState } from 'react';
import { pictureUrl } from '../../shared/ipc/index.ts';
import type { Report } from '../../shared/ipc/library.ts';
import type { Problem as ProblemValue } from '../../shared/result.ts';
import { call } from '../bridge.ts';
import { openReport } from '../state/reporting.ts';
import { select } from '../state/selection.ts';
import { goTo } from '../state/view.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Problem } from '../ui/feedback/Feedback.tsx';
import { say } from '../ui/feedback/Toast.tsx';
import { Dialog } from '../ui/layout/Dialog.tsx';
import styles from './Reports.module.css';

/** The corrected picture beside the faulty one: kept, or reported again. */
export function Corrected({ report, versionId, onClose }: { report: Report; versionId: string; onClose: () => void }) {
  const [problem, setProblem] = useState<ProblemValue | null>(null);
  const keep = async () => {
    const answer = await call('reports.keep', { reportId: report.id });
    if (!answer.ok) return setProblem(answer.error);
    say(`The corrected ${report.photoName} is kept. It was free.`);
    onClose();
  };
  const reportAgain = async () => {
    const shown = await call('library.showVersion', { photoId: report.photoId, versionId });
    if (!shown.ok) return setProblem(shown.error);
    select(report.photoId);
    goTo('studio');
    openReport(report.photoId);
    onClose();
  };
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={`${report.photoName}, corrected`}
      description={report.answer === null || report.answer === '' ? 'Free. Both pictures stay among the versions.' : report.answer}
      actions={
        <>
          <Button onClick={() => void reportAgain()}>Report again, free</Button>
          <Button kind="primary" disabled={report.verdict !== null} onClick={() => void keep()}>
            {report.verdict === 'kept' ? 'Kept' : 'Keep'}
          </Button>
        </>
      }
    >
      <div className={styles.pair}>
        <figure>
          <img src={pictureUrl('version', report.versionId)} alt={`${report.photoName} as it was reported`} />
          <figcaption>Reported</figcaption>
        </figure>
        <figure>
          <img src={pictureUrl('version', versionId)} alt={`${report.photoName} as staff corrected it`} />
          <figcaption>Corrected by staff</figcaption>
        </figure>
      </div>
      {problem !== null && <Problem problem={problem} />}
    </Dialog>
  );
}
