import type { Notice as NoticeValue } from '../../shared/ipc/notices.ts';
import { call } from '../bridge.ts';
import { importByDialog } from '../state/library.ts';
import { useModel } from '../state/model.ts';
import { dismissNotice, useNotices } from '../state/notices.ts';
import { goTo } from '../state/view.ts';
import { Button } from '../ui/controls/Button.tsx';
import { Notice } from '../ui/feedback/Feedback.tsx';
import { ModelNotice } from './ModelNotice.tsx';
import styles from './Notices.module.css';

/** The next step, where there is one to take. */
const steps: Readonly<Record<NoticeValue['about'], { readonly label: string; readonly take: (id: string) => void } | null>> = {
  library: {
    label: 'Add folder',
    take() {
      goTo('studio');
      void importByDialog('folder');
    },
  },
  'paid-work': null,
  applying: null,
  processing: null,
  outbox: { label: 'Invoices', take: () => goTo('invoices') },
  settings: { label: 'Settings', take: () => goTo('settings') },
  'paid and lost': { label: 'Ask support', take: (id) => void call('app.askAboutNotice', { id }) },
  'paid and outside': null,
};

/**
 * Above whatever place is shown: a model that is not there yet; and until each is dismissed, files of the studio's own that were set
 * aside, and paid pictures that are not where they belong.
 */
export function Notices() {
  const notices = useNotices((state) => state.notices);
  const model = useModel((state) => state.model);
  const lacksModel = model.state !== 'ready' && model.state !== 'unknown';
  if (notices.length === 0 && !lacksModel) return null;
  return (
    <section aria-label="Notices" className={styles.notices}>
      {lacksModel && <ModelNotice model={model} />}
      {notices.map(({ id, about, message }) => {
        const step = steps[about];
        const actions = (
          <>
            {step !== null && (
              <Button size="small" onClick={() => step.take(id)}>
                {step.label}
              </Button>
            )}
            {about !== 'paid and lost' && (
              <Button size="small" kind="quiet" onClick={() => void call('app.showNotice', { id })}>
                Show file
              </Button>
            )}
            <Button size="small" kind="quiet" onClick={() => void dismissNotice(id)}>
              Dismiss
            </Button>
          </>
        );
        return (
          <Notice key={id} level="warning" actions={actions}>
            <span data-selectable>{message}</span>
          </Notice>
        );
      })}
    </section>
  );
}
