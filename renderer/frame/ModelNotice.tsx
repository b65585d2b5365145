import type { ModelState } from '../../shared/ipc/model.ts';
import { cancelModel, fetchModel } from '../state/model.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Notice } from '../ui/feedback/Feedback.tsx';
import { Progress } from '../ui/feedback/Progress.tsx';
import styles from './Notices.module.css';

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

const meanwhile = 'Importing, history and the wallet work meanwhile; previews and applying wait for it.';

/** What this machine lacks to find the subject in a photo, and how far fetching it is. */
export function ModelNotice({ model }: { model: Exclude<ModelState, { state: 'ready' | 'unknown' }> }) {
  switch (model.state) {
    case 'fetching':
      return (
        <Notice
          actions={
            <Button size="small" kind="quiet" onClick={() => void cancelModel()}>
              Stop
            </Button>
          }
        >
          Fetching the model that finds the subject in a photo, once for this computer, from {model.from}:{' '}
          {model.total === null ? megabytes(model.received) : `${megabytes(model.received)} of ${megabytes(model.total)}`}. {meanwhile}
          <Progress label="Fetching the model" done={model.received} total={model.total ?? 0} className={styles.bar} />
        </Notice>
      );
    case 'checking':
      return <Notice>The model that finds the subject is here. It is checked and tried on a sample photo. {meanwhile}</Notice>;
    case 'missing':
      return (
        <Notice
          level="warning"
          actions={
            <Button size="small" onClick={() => void fetchModel()}>
              {model.received > 0 ? 'Go on fetching' : 'Fetch it'}
            </Button>
          }
        >
          The model that finds the subject in a photo is not on this computer. Without it there are no previews, and nothing can be applied
          or charged. It is fetched once, from {model.from}
          {model.total === null ? '' : `, ${megabytes(model.total)}`}
          {model.received > 0 ? `; ${megabytes(model.received)} of it are here already` : ''}.
        </Notice>
      );
    case 'failed':
      return (
        <Notice
          level="problem"
          actions={
            <Button size="small" onClick={() => void fetchModel()}>
              Try again
            </Button>
          }
        >
          <span data-selectable>
            The model that finds the subject in a photo could not be fetched. {model.message} Without it nothing can be applied or charged;
            importing, history and the wallet work as before.
          </span>
        </Notice>
      );
  }
}
