import { memo } from 'react';
import { defaultRecipe, type Placement } from '../../../shared/edit/recipe.ts';
import { edit, endGesture } from '../../state/editing.ts';
import type { Mixed } from '../../state/mixed.ts';
import { withMode } from '../../state/recipes.ts';
import { setOpen, useLayout } from '../../state/view.ts';
import { NumberField } from '../../ui/controls/NumberField.tsx';
import { Segmented } from '../../ui/controls/Segmented.tsx';
import { PanelSection } from '../../ui/layout/Panel.tsx';
import styles from './EditPanel.module.css';

const initial = defaultRecipe.placement;
const modes: readonly { value: Placement['mode']; label: string }[] = [
  { value: 'keep', label: 'As shot' },
  { value: 'fit', label: 'Fit' },
  { value: 'floor', label: 'On floor' },
];

const acrossFrame = { min: -0.5, max: 0.5, step: 0.005 };
/** Shown as percent. */
const fields = [
  { name: 'scale', label: 'Size', range: { min: 0.1, max: 2, step: 0.01 }, initial: 1 },
  { name: 'offsetX', label: 'Across', range: acrossFrame, initial: 0 },
  { name: 'offsetY', label: 'Down', range: acrossFrame, initial: 0 },
] as const;

function change(placement: Partial<Placement>): void {
  edit((recipe) => ({ ...recipe, placement: { ...recipe.placement, ...placement } }), `placement ${Object.keys(placement).join()}`);
}

/** The panel's placement of the subject. `off`: there is no background to place it on. */
export const PlacementSection = memo(function PlacementSection({
  placement,
  mixed,
  off,
}: {
  placement: Placement;
  mixed: Mixed;
  off: boolean;
}) {
  const open = useLayout((state) => state.open.placement);
  const mode = mixed.has('placement.mode') ? 'Mixed' : (modes.find((one) => one.value === placement.mode)?.label ?? '');
  return (
    <PanelSection
      title="Placement"
      summary={placement.scale === 1 || mixed.has('placement.scale') ? mode : `${mode} · ${Math.round(placement.scale * 100)}%`}
      open={open}
      onOpenChange={(next) => setOpen('placement', next)}
      onReset={() => edit((recipe) => ({ ...recipe, placement: initial }))}
    >
      <div className={styles.stack}>
        <Segmented
          label="Placement"
          value={mixed.has('placement.mode') ? null : placement.mode}
          options={modes}
          disabled={off}
          onChange={(next) => edit((recipe) => withMode(recipe, next))}
        />
        <div>
          {fields.map(({ name, label, range, initial }) => (
            <NumberField
              key={name}
              label={label}
              unit="%"
              scale={100}
              {...range}
              origin={initial}
              value={placement[name]}
              initial={initial}
              disabled={off}
              mixed={mixed.has(`placement.${name}`)}
              onChange={(value) => change({ [name]: value })}
              onDone={endGesture}
            />
          ))}
        </div>
      </div>
    </PanelSection>
  );
});
