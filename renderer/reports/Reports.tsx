import { useState } from 'react';
import { pictureUrl } from '../../shared/ipc/index.ts';
import type { Photo, Report } from '../../shared/ipc/library.ts';
import { call } from '../bridge.ts';
import { useLibrary } from '../state/library.ts';
import { loadReports, useReports } from '../state/reports.ts';
import { select } from '../state/selection.ts';
import { goTo } from '../state/view.ts';
import { Button } from '../ui/controls/Button.tsx';
import { EmptyState, Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { Progress } from '../ui/feedback/Progress.tsx';
import { say } from '../ui/feedback/Toast.tsx';
import { DateText } from '../ui/figures/Amount.tsx';
import { Page } from '../ui/layout/Page.tsx';
import { Corrected } from './Corrected.tsx';
import { isOpen, picturesText } from './progress.ts';
import styles from './Reports.module.css';

const states: Readonly<Record<Report['state'], string>> = {
  waiting: 'Waiting to be sent',
  open: 'With our staff',
  in_progress: 'Being corrected',
  withdrawn: 'Withdrawn',
  corrected: 'Corrected, free of charge',
  declined: 'Looked at, nothing changed',
};

/** What the customer made of a correction says more than that it came. */
const verdicts: Readonly<Partial<Record<NonNullable<Report['verdict']> | 'open', string>>> = {
  kept: 'Corrected, and kept',
  refused: 'Corrected, and reported again',
};

/** Pictures sent back for correction: always free, as often as needed (ST-05). */
export function Reports() {
  const { reports, problem } = useReports();
  const photos = useLibrary((state) => state.photos);
  return (
    <Page title="Reports">
      {problem !== null && reports === null ? (
        <Problem problem={problem} onRetry={() => void loadReports()} />
      ) : reports === null ? (
        <Skeleton lines={4} height={40} />
      ) : reports.length === 0 ? (
        <EmptyState title="Nothing reported" actions={<Button onClick={() => goTo('studio')}>Go to the studio</Button>}>
          When a finished picture has a fault, report it there. Reporting is free, and so is the corrected picture.
        </EmptyState>
      ) : (
        <ul aria-label="Reports">
          {reports.map((report) => (
            <ReportLine key={report.id} report={report} photo={photos.get(report.photoId)} />
          ))}
        </ul>
      )}
    </Page>
  );
}

function ReportLine({ report, photo }: { report: Report; photo: Photo | undefined }) {
  const { pictures, correctedVersionId } = report;
  const [isComparing, setComparing] = useState(false);
  const show = () => {
    select(report.photoId);
    goTo('studio');
  };
  const withdraw = async () => {
    const answer = await call('reports.withdraw', { reportId: report.id });
    say(answer.ok ? `The report about ${report.photoName} is withdrawn; what it took along is deleted.` : answer.error.message);
  };
  return (
    <li className={styles.report}>
      {photo === undefined ? (
        <span className={styles.gone} />
      ) : (
        <img className={styles.picture} src={pictureUrl('thumb', photo.id, photo.revision)} alt="" />
      )}
      <div className={styles.text}>
        <p className={styles.name}>{report.photoName}</p>
        <p className={styles.note} data-selectable>
          {report.note}
        </p>
        {report.answer !== null && report.answer !== '' && (
          <p className={styles.note} data-selectable>
            Answer: {report.answer}
          </p>
        )}
        <p className={styles.facts}>
          <DateText at={report.at} kind="stamp" />
          {report.area === null ? '' : ' · with a marked area'}
          {pictures === null ? '' : ` · ${picturesText(report)}`}
        </p>
        {pictures?.state === 'sending' && (
          <Progress label={`Pictures of ${report.photoName}`} done={pictures.sent} total={pictures.bytes} />
        )}
        {report.correction !== null && <p className={styles.facts}>{report.correction}</p>}
        {pictures !== null && pictures.problem !== null && <p className={styles.facts}>{pictures.problem}</p>}
      </div>
      <p className={styles.state}>
        {verdicts[report.verdict ?? 'open'] ?? states[report.state]}
        {report.resolvedAt !== null && (
          <>
            {' · '}
            <DateText at={report.resolvedAt} kind="stamp" />
          </>
        )}
      </p>
      <span className={styles.acts}>
        {correctedVersionId !== null && (
          <Button size="small" aria-label={`Compare ${report.photoName} with its correction`} onClick={() => setComparing(true)}>
            Compare
          </Button>
        )}
        {isOpen(report) && (
          <Button size="small" kind="quiet" aria-label={`Withdraw the report about ${report.photoName}`} onClick={() => void withdraw()}>
            Withdraw
          </Button>
        )}
        <Button size="small" kind="quiet" disabled={photo === undefined} aria-label={`Show ${report.photoName}`} onClick={show}>
          Show
        </Button>
      </span>
      {isComparing && correctedVersionId !== null && (
        <Corrected report={report} versionId={correctedVersionId} onClose={() => setComparing(false)} />
      )}
    </li>
  );
}
