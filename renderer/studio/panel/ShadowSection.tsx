import { memo } from 'react';
import { defaultRecipe, type Shadow } from '../../../shared/edit/recipe.ts';
import { edit, endGesture } from '../../state/editing.ts';
import type { Mixed } from '../../state/mixed.ts';
import { setOpen, useLayout } from '../../state/view.ts';
import { NumberField } from '../../ui/controls/NumberField.tsx';
import { Segmented } from '../../ui/controls/Segmented.tsx';
import { PanelSection } from '../../ui/layout/Panel.tsx';
import styles from './EditPanel.module.css';

const initial = defaultRecipe.shadow;
const kinds: readonly { value: Shadow['kind']; label: string }[] = [
  { value: 'none', label: 'None' },
  { value: 'contact', label: 'Contact' },
];

function change(shadow: Partial<Shadow>): void {
  edit((recipe) => ({ ...recipe, shadow: { ...recipe.shadow, ...shadow } }), `shadow ${Object.keys(shadow).join()}`);
}

/** The panel's shadow under the subject. `off`: there is no background for it to fall on. */
export const ShadowSection = memo(function ShadowSection({ shadow, mixed, off }: { shadow: Shadow; mixed: Mixed; off: boolean }) {
  const open = useLayout((state) => state.open.shadow);
  return (
    <PanelSection
      title="Shadow"
      summary={
        mixed.has('shadow.kind') || mixed.has('shadow.strength')
          ? 'Mixed'
          : shadow.kind === 'none'
            ? 'None'
            : `Contact · ${Math.round(shadow.strength * 100)}%`
      }
      open={open}
      onOpenChange={(next) => setOpen('shadow', next)}
      onReset={() => edit((recipe) => ({ ...recipe, shadow: initial }))}
    >
      <div className={styles.stack}>
        <Segmented
          label="Shadow"
          value={mixed.has('shadow.kind') ? null : shadow.kind}
          options={kinds}
          disabled={off}
          onChange={(kind) => edit((recipe) => ({ ...recipe, shadow: { ...recipe.shadow, kind } }))}
        />
        <div>
          <NumberField
            label="Strength"
            unit="%"
            scale={100}
            min={0}
            max={1}
            step={0.01}
            value={shadow.strength}
            initial={initial.strength}
            disabled={off || (shadow.kind === 'none' && !mixed.has('shadow.kind'))}
            mixed={mixed.has('shadow.strength')}
            onChange={(strength) => change({ strength })}
            onDone={endGesture}
          />
          <NumberField
            label="Softness"
            unit="%"
            scale={100}
            min={0}
            max={1}
            step={0.01}
            value={shadow.softness}
            initial={initial.softness}
            disabled={off || (shadow.kind === 'none' && !mixed.has('shadow.kind'))}
            mixed={mixed.has('shadow.softness')}
            onChange={(softness) => change({ softness })}
            onDone={endGesture}
          />
        </div>
      </div>
    </PanelSection>
  );
});
