import { useEffect, useMemo } from 'react';
import { describeChain, formatLabels } from '../../../shared/edit/processing/words.ts';
import { pictureUrl } from '../../../shared/ipc.ts';
import { useCanvas } from '../../state/canvas.ts';
import { useLibrary } from '../../state/library.ts';
import { askProcessed, chainOf, useChain, useProcessedPreview } from '../../state/processing.ts';
import { useSelection } from '../../state/selection.ts';
import { useSettings } from '../../state/settings.ts';
import { useLayout } from '../../state/view.ts';
import { Notice, Problem, useSlow } from '../../ui/Feedback.tsx';
import canvas from '../canvas/CanvasPane.module.css';
import styles from './Process.module.css';

const ASK_AFTER_MS = 200;

/** The canvas while a chain is put together: what it makes of what the photo shows now. Holding the key for the original lifts it. */
export function ProcessedPreview() {
  const open = useLayout((state) => state.open.process);
  const shown = useChain((state) => state.shown);
  const steps = useChain((state) => state.steps);
  const before = useCanvas((state) => state.before);
  const active = useSelection((state) => state.active);
  const photo = useLibrary((state) => (active === null ? undefined : state.photos.get(active)));
  const surround = useSettings((state) => state.settings.surround);
  const { preview, problem, working } = useProcessedPreview();
  const chain = useMemo(() => chainOf(steps), [steps]);
  const slow = useSlow(working);
  const wanted = open && shown && chain.length > 0 && photo !== undefined;
  const photoId = photo?.id ?? '';
  const version = photo?.currentVersionId ?? '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is another picture under the same id.
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => void askProcessed(photoId, chain), ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [wanted, photoId, version, chain]);
  if (!wanted || before) return null;
  const own = preview?.photoId === photo.id ? preview : null;
  const status =
    problem !== null && !working ? <Problem problem={problem} /> : slow && own === null ? <Notice>Processing a preview</Notice> : null;
  // Until there is something to show, the canvas below stays in sight.
  const background = own === null ? 'transparent' : `rgb(${surround} ${surround} ${surround})`;
  return (
    <section className={styles.preview} style={{ background }} aria-label="Processed preview">
      {own !== null && (
        <img
          className={styles.picture}
          src={pictureUrl('processed', photo.id, own.revision)}
          alt={`${photo.name}, processed. ${describeChain(chain)}`}
          aria-busy={working}
          draggable={false}
        />
      )}
      {own !== null && (
        <span className={canvas.tag}>
          Processed · {own.width} × {own.height} px · {formatLabels[own.format]}
        </span>
      )}
      {status !== null && <div className={canvas.status}>{status}</div>}
    </section>
  );
}
