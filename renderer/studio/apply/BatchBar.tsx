import type { Batch } from '../../../shared/ipc/index.ts';
import { cancelBatch, dismissBatch, dismissBatches, pauseBatch, resumeBatch } from '../../state/applying.ts';
import { useLibrary } from '../../state/library.ts';
import { selectMany } from '../../state/selection.ts';
import { useWallet } from '../../state/wallet.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { Notice } from '../../ui/feedback/Feedback.tsx';
import { ProblemList } from '../../ui/feedback/ProblemList.tsx';
import { Progress } from '../../ui/feedback/Progress.tsx';
import { count, formatWithUnit } from '../../ui/figures/amounts.ts';
import { durationText } from '../../ui/figures/dates.ts';
import { heldText, sizeText, turnText } from '../queue-text.ts';
import styles from './ApplyBar.module.css';

const doneIn = (batch: Batch): number => batch.applied + batch.failed + batch.refused + batch.cancelled;

/** A batch that is being made, or stands still. `alone`: it is the only open one, and every picture being written is its own. */
export function Running({ batch, alone }: { batch: Batch; alone: boolean }) {
  const unit = useWallet((state) => state.wallet?.unit);
  const done = doneIn(batch);
  const heading = {
    running: `Applying photo ${Math.min(done + 1, batch.total)} of ${batch.total}`,
    paused: `Paused after ${done} of ${batch.total}`,
    'waiting for network': `Waiting for the network after ${done} of ${batch.total}`,
    'waiting for credit': `${batch.unpaid === 1 ? '1 photo is' : `${batch.unpaid} photos are`} made, not paid`,
    stopped: `Stopped after ${done} of ${batch.total}`,
    finished: '',
    cancelled: '',
    refused: '',
  }[batch.state];
  const details = [
    batch.state === 'running' && batch.secondsLeft !== null ? `${durationText(batch.secondsLeft)} left` : null,
    unit === undefined ? null : `${formatWithUnit(batch.charged, unit)} used`,
    batch.failed > 0 ? `${batch.failed} failed, not charged` : null,
    batch.unpaid > 0 ? notPaidText(batch) : null,
    batch.state === 'waiting for network' ? 'nothing is lost; it goes on by itself' : null,
  ].filter((part) => part !== null);
  return (
    <div className={styles.row}>
      <div className={styles.what}>
        <p className={styles.summary} aria-live="polite">
          <strong>{heading}</strong>
          <span className={styles.left}>{details.join(' · ')}</span>
        </p>
        <Bar batch={batch} done={done} alone={alone} />
        {batch.state === 'stopped' && batch.problems[0] !== undefined && (
          <Notice inline level="problem">
            {batch.problems[0].message}
          </Notice>
        )}
      </div>
      <div className={styles.actions}>
        <Button size="large" onClick={() => void cancelBatch(batch.id)}>
          Cancel
        </Button>
        {batch.state === 'running' ? (
          <Button size="large" onClick={() => void pauseBatch(batch.id)}>
            Pause
          </Button>
        ) : (
          <Button size="large" disabled={batch.state === 'waiting for network'} onClick={() => void resumeBatch(batch.id)}>
            Resume
          </Button>
        )}
      </div>
    </div>
  );
}

/** A batch that was pressed for while others are made: nothing of it is charged, and it is cancelled by itself. */
export function Waiting({ batch }: { batch: Batch }) {
  const { id, total, ahead, held, unpaid } = batch;
  const left = total - doneIn(batch) - unpaid;
  return (
    <div className={styles.row}>
      <p className={styles.what}>
        <span className={styles.summary}>
          <strong>{turnText(ahead)}</strong>
          <span className={styles.left}>{`${sizeText(left, total)} · ${heldText(held, left)}`}</span>
        </span>
      </p>
      <div className={styles.actions}>
        <Button aria-label={`Cancel the batch of ${count(total, 'photo')} that waits its turn`} onClick={() => void cancelBatch(id)}>
          Cancel
        </Button>
      </div>
    </div>
  );
}

/** What is made is neither lost nor charged: it waits, or is cancelled. */
const notPaidText = ({ state, unpaid }: Batch): string =>
  state === 'waiting for credit'
    ? 'nothing is charged for them; they are delivered once there is credit, and discarded if you cancel'
    : `${unpaid} made, not paid`;

/** Real progress only: finished photos, and the fractions of those being written where no other batch can be meant. */
function Bar({ batch, done, alone }: { batch: Batch; done: number; alone: boolean }) {
  const working = useLibrary((state) => {
    let sum = 0;
    for (const photo of state.photos.values()) if (photo.state === 'working') sum += photo.progress ?? 0;
    return sum;
  });
  return <Progress className={styles.progress} label="Applying" done={done} total={batch.total} begun={alone ? working : 0} />;
}

/** The end of a batch, until it is dismissed. */
export function Finished({ batch }: { batch: Batch }) {
  const photos = useLibrary((state) => state.photos);
  const failed = [...photos.values()].filter((photo) => photo.state === 'failed').map((photo) => photo.id);
  // The failed ones become the selection: the bar shows their price, and applying them is one more press.
  const retry = () => {
    selectMany(failed);
    dismissBatches();
  };
  return (
    <div className={styles.row}>
      <div className={styles.what}>
        <p className={styles.sentence} role="status">
          {batch.summary ?? `Applied to ${batch.applied} of ${batch.total} photos.`}
        </p>
      </div>
      <div className={styles.actions}>
        <ProblemList problems={batch.problems} total={batch.problems.length} size="large" />
        {batch.failed > 0 && failed.length > 0 && (
          <Button size="large" onClick={retry}>
            Try again
          </Button>
        )}
        <Button size="large" onClick={() => dismissBatch(batch.id)}>
          Done
        </Button>
      </div>
    </div>
  );
}
