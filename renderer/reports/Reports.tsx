import { pictureUrl } from '../../shared/ipc/index.ts';
import type { Report } from '../../shared/ipc/library.ts';
import { useLibrary } from '../state/library.ts';
import { loadReports, useReports } from '../state/reports.ts';
import { select } from '../state/selection.ts';
import { goTo } from '../state/view.ts';
import { Button } from '../ui/controls/Button.tsx';
import { EmptyState, Problem, Skeleton } from '../ui/feedback/Feedback.tsx';
import { DateText } from '../ui/figures/Amount.tsx';
import { Page } from '../ui/layout/Page.tsx';
import styles from './Reports.module.css';

const states: Readonly<Record<Report['state'], string>> = {
  waiting: 'Waiting to be sent',
  open: 'With our staff',
  in_progress: 'Being corrected',
  withdrawn: 'Withdrawn',
  corrected: 'Corrected, free of charge',
  declined: 'Looked at, nothing changed',
};

/** Pictures sent back for correction: always free, as often as needed (ST-05). */
export function Reports() {
  const { reports, problem } = useReports();
  const photos = useLibrary((state) => state.photos);
  const show = (photoId: string) => {
    select(photoId);
    goTo('studio');
  };
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
          {reports.map((report) => {
            const photo = photos.get(report.photoId);
            return (
              <li key={report.id} className={styles.report}>
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
                  <p className={styles.facts}>
                    <DateText at={report.at} kind="stamp" />
                    {report.area === null ? '' : ' · with a marked area'}
                  </p>
                </div>
                <p className={styles.state}>{states[report.state]}</p>
                <Button
                  size="small"
                  kind="quiet"
                  disabled={photo === undefined}
                  aria-label={`Show ${report.photoName}`}
                  onClick={() => show(report.photoId)}
                >
                  Show
                </Button>
              </li>
            );
          })}
        </ul>
      )}
    </Page>
  );
}
