import { useEffect, useMemo } from 'react';
import type { Chain, Step } from '../../../shared/edit/processing/chain.ts';
import { describeChain, formatLabels, settingOf } from '../../../shared/edit/processing/sentences.ts';
import { isOutside } from '../../../shared/edit/processing/sizes.ts';
import { pictureUrl } from '../../../shared/ipc/index.ts';
import type { ProcessedPreview as PreviewOf } from '../../../shared/ipc/processing.ts';
import { useCanvas } from '../../state/canvas.ts';
import { setMet } from '../../state/cropping.ts';
import { useLibrary } from '../../state/library.ts';
import { askProcessed, chainOf, changeStep, openStep, useChain, useProcessedPreview } from '../../state/processing.ts';
import { useSelection } from '../../state/selection.ts';
import { useSettings } from '../../state/settings.ts';
import { useLayout } from '../../state/view.ts';
import { Notice, Problem, useSlow } from '../../ui/feedback/Feedback.tsx';
import canvas from '../canvas/CanvasPane.module.css';
import crop from './Crop.module.css';
import { CropHandles } from './CropHandles.tsx';
import styles from './Process.module.css';

const ASK_AFTER_MS = 200;

/** No pixel changes by it: what is asked for where a crop is the first step, and the picture before it is to be seen. */
const UNTOUCHED: Chain = [{ kind: 'strip-metadata' }];

/** The canvas while a chain is put together: what it makes of what the photo shows now. Holding the key for the original lifts it. */
export function ProcessedPreview() {
  const open = useLayout((state) => state.open.process);
  const { steps, shown, opened } = useChain();
  const before = useCanvas((state) => state.before);
  const active = useSelection((state) => state.active);
  const photo = useLibrary((state) => (active === null ? undefined : state.photos.get(active)));
  const surround = useSettings((state) => state.settings.surround);
  const { preview, of, problem, working } = useProcessedPreview();
  // A crop whose settings are open is drawn over the picture that it cuts.
  const at = steps.findIndex(({ key, step }) => key === opened && step.kind === 'crop');
  const cropping = steps[at];
  const whole = useMemo(() => chainOf(steps), [steps]);
  const wish = cropping === undefined ? whole : at === 0 ? UNTOUCHED : whole.slice(0, at);
  // While the crop is dragged, what is before it stays the same.
  const wished = JSON.stringify(wish);
  const chain = useMemo((): Chain => JSON.parse(wished), [wished]);
  const slow = useSlow(working);
  const wanted = open && shown && whole.length > 0 && photo !== undefined;
  const photoId = photo?.id ?? '';
  const version = photo?.currentVersionId ?? '';
  // biome-ignore lint/correctness/useExhaustiveDependencies: another version is another picture under the same id.
  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => void askProcessed(photoId, chain), ASK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [wanted, photoId, version, chain]);
  const own = preview?.photoId === photoId ? preview : null;
  // The last picture may be that of another chain, and a crop belongs on its own.
  const stage = cropping !== undefined && of === chain ? cropping : null;
  useEffect(() => {
    if (stage !== null && own !== null) setMet(stage.key, { width: own.width, height: own.height });
  }, [stage, own]);
  if (!wanted || before) return null;
  const outside = own !== null && stage?.step.kind === 'crop' && isOutside(stage.step, own);
  const status = outside ? (
    <Notice level="warning">The crop reaches outside of the picture. Move it to bring it back inside.</Notice>
  ) : problem !== null && !working ? (
    <Problem problem={problem} />
  ) : slow && own === null ? (
    <Notice>Processing a preview</Notice>
  ) : null;
  // Until there is something to show, the canvas below stays in sight.
  const background = own === null ? 'transparent' : `rgb(${surround} ${surround} ${surround})`;
  const address = own === null ? '' : pictureUrl('processed', photo.id, own.revision);
  return (
    <section className={styles.preview} style={{ background }} aria-label="Processed preview">
      {own !== null && stage?.step.kind === 'crop' && (
        <CropStage stepKey={stage.key} crop={stage.step} preview={own} address={address} name={photo.name} />
      )}
      {own !== null && stage === null && (
        <img
          className={styles.picture}
          src={address}
          alt={`${photo.name}, processed. ${describeChain(chain)}`}
          aria-busy={working}
          draggable={false}
        />
      )}
      {own !== null && <span className={canvas.tag}>{stage === null ? tagOf(own) : `Crop · ${settingOf(stage.step)}`}</span>}
      {status !== null && <div className={canvas.status}>{status}</div>}
    </section>
  );
}

interface CropStageProps {
  stepKey: string;
  crop: Extract<Step, { kind: 'crop' }>;
  preview: PreviewOf;
  address: string;
  /** Of the photo. */
  name: string;
}

/** The picture that a crop cuts, with the crop over it. */
function CropStage({ stepKey, crop: step, preview, address, name }: CropStageProps) {
  return (
    <div className={crop.stage} style={{ width: stageWidth(preview), aspectRatio: `${preview.width} / ${preview.height}` }}>
      <img src={address} alt={`${name}, to be cropped`} draggable={false} />
      <CropHandles
        stepKey={stepKey}
        crop={step}
        size={preview}
        onChange={(next) => changeStep(stepKey, { kind: 'crop', ...next })}
        onDone={() => {
          openStep(null);
          document.querySelector<HTMLElement>(`[data-heading="${stepKey}"]`)?.focus();
        }}
      />
    </div>
  );
}

const tagOf = ({ width, height, format }: PreviewOf): string => `Processed · ${width} × ${height} px · ${formatLabels[format]}`;

/** As large as there is room for, but no picture larger than it is; a tiny one large enough to be held. */
const stageWidth = ({ width, height }: PreviewOf): string => `min(100cqw, ${(100 * width) / height}cqh, ${Math.max(width, 240)}px)`;
