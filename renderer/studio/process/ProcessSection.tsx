import { Eye, EyeOff, Plus } from 'lucide-react';
import { useEffect, useMemo, useState } from 'react';
import { MAX_STEPS, type StepKind } from '../../../shared/edit/processing/chain.ts';
import { stepLabels } from '../../../shared/edit/processing/sentences.ts';
import type { Photo } from '../../../shared/ipc/library.ts';
import type { Problem as ProblemValue } from '../../../shared/result.ts';
import { addAssets, useLibrary } from '../../state/library.ts';
import { addStep, chainOf, clearSteps, loadWithheld, showProcessed, useChain, useWithheld } from '../../state/processing.ts';
import { useSelection } from '../../state/selection.ts';
import { setOpen, useLayout } from '../../state/view.ts';
import { useConnection } from '../../state/wallet.ts';
import { Button, IconButton } from '../../ui/controls/Button.tsx';
import { Menu } from '../../ui/controls/Menu.tsx';
import { Problem } from '../../ui/feedback/Feedback.tsx';
import { count } from '../../ui/figures/amounts.ts';
import { PanelSection } from '../../ui/layout/Panel.tsx';
import panel from '../panel/EditPanel.module.css';
import { ExportProcessed } from './ExportProcessed.tsx';
import styles from './Process.module.css';
import { StepRow } from './StepRow.tsx';
import { GROUP_STARTS, newStep, newWatermark, offered, shownSize, sizeBefore } from './steps.ts';

/** Steps that finished pictures take on their way out: resized, cropped, toned, converted. The library keeps what it has. */
export function ProcessSection() {
  const open = useLayout((state) => state.open.process);
  const { steps, opened, shown, said } = useChain();
  const active = useSelection((state) => state.active);
  const photo = useLibrary((state) => (active === null ? undefined : state.photos.get(active)));
  const chain = useMemo(() => chainOf(steps), [steps]);
  const [problem, setProblem] = useState<ProblemValue | null>(null);
  if (photo === undefined) return null;
  const size = shownSize(photo);
  return (
    <PanelSection
      title="Process"
      summary={steps.length === 0 ? 'No steps' : count(steps.length, 'step')}
      open={open}
      onOpenChange={(next) => setOpen('process', next)}
      actions={
        steps.length > 0 && (
          <IconButton
            size="small"
            label="Preview on the canvas"
            pressed={shown}
            icon={shown ? <Eye size={14} strokeWidth={1.75} /> : <EyeOff size={14} strokeWidth={1.75} />}
            onClick={() => showProcessed(!shown)}
          />
        )
      }
    >
      <div className={panel.stack}>
        {steps.length === 0 ? (
          <p className={panel.hint}>
            Resize, crop, tone, sharpen or convert finished pictures on their way out. Originals and results stay as they are.
          </p>
        ) : (
          <ol className={styles.steps} aria-label="Processing steps">
            {steps.map((listed, index) => (
              <StepRow
                key={listed.key}
                listed={listed}
                index={index}
                count={steps.length}
                size={sizeBefore(chain, index, size)}
                opened={opened === listed.key}
              />
            ))}
          </ol>
        )}
        <p className="visually-hidden" role="status">
          {said}
        </p>
        <AddStep photo={photo} full={steps.length >= MAX_STEPS} onProblem={setProblem} />
        {problem !== null && <Problem problem={problem} />}
        {steps.length > 0 && <ExportProcessed chain={chain} />}
      </div>
    </PanelSection>
  );
}

function AddStep({ photo, full, onProblem }: { photo: Photo; full: boolean; onProblem: (problem: ProblemValue | null) => void }) {
  const steps = useChain((state) => state.steps);
  const logos = useLibrary((state) => state.assets).filter((asset) => asset.kind === 'logo');
  const withheld = useWithheld((state) => state.withheld);
  const connection = useConnection((state) => state.state);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another connection may be another account, under another policy.
  useEffect(() => void loadWithheld(), [connection]);
  const kinds = offered.filter((kind) => withheld.every((step) => step.kind !== kind));
  const add = async (kind: StepKind) => {
    onProblem(null);
    if (kind !== 'watermark') {
      const chain = chainOf(steps);
      return addStep(newStep(kind, sizeBefore(chain, chain.length, shownSize(photo))), stepLabels[kind]);
    }
    const known = logos[0];
    if (known !== undefined) return addStep(newWatermark(known.id), stepLabels.watermark);
    const { added, problems } = await addAssets('logo');
    onProblem(problems[0] ?? null);
    if (added[0] !== undefined) addStep(newWatermark(added[0].id), stepLabels.watermark);
  };
  return (
    <div className={styles.adding}>
      <Menu
        align="start"
        trigger={
          <Button size="small" icon={<Plus size={13} strokeWidth={1.75} />} disabled={full} data-add>
            {full ? `${MAX_STEPS} steps are the most` : 'Add a step'}
          </Button>
        }
        items={kinds.map((kind) => ({ label: stepLabels[kind], separated: GROUP_STARTS.has(kind), onSelect: () => void add(kind) }))}
      />
      {steps.length > 1 && (
        <Button kind="quiet" size="small" onClick={clearSteps}>
          Remove all
        </Button>
      )}
      {withheld.map(({ kind, reason }) => (
        <p key={kind} className={panel.hint}>
          {reason}
        </p>
      ))}
    </div>
  );
}
