import { memo } from 'react';
import { defaultRecipe, type Shadow } from '../../../shared/edit/recipe.ts';
import { edit, endGesture } from '../../state/editing.ts';
import { setOpen, useLayout } from '../../state/view.ts';
import { NumberField } from '../../ui/NumberField.tsx';
import { PanelSection } from '../../ui/Panel.tsx';
import { Segmented } from '../../ui/Segmented.tsx';
import styles from './EditPanel.module.css';

const initial = defaultRecipe.shadow;
const kinds: readonly { value: Shadow['kind']; label: string }[] = [
  { value: 'none', label: 'None' },
  { value: 'contact', label: 'Contact' },
];

function change(shadow: Partial<Shadow>, done: boolean): void {
  edit((recipe) => ({ ...recipe, shadow: { ...recipe.shadow, ...shadow } }), `shadow ${Object.keys(shadow).join()}`);
  if (done) endGesture();
}

export const ShadowSection = memo(function ShadowSection({ shadow, off }: { shadow: Shadow; off: boolean }) {
  const open = useLayout((state) => state.open.shadow);
  return (
    <PanelSection
      title="Shadow"
      summary={shadow.kind === 'none' ? 'None' : `Contact · ${Math.round(shadow.strength * 100)}%`}
      open={open}
      onOpenChange={(next) => setOpen('shadow', next)}
      onReset={() => change(initial, true)}
    >
      <div className={styles.stack}>
        <Segmented label="Shadow" value={shadow.kind} options={kinds} disabled={off} onChange={(kind) => change({ kind }, true)} />
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
            disabled={off || shadow.kind === 'none'}
            onChange={(strength, done) => change({ strength }, done)}
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
            disabled={off || shadow.kind === 'none'}
            onChange={(softness, done) => change({ softness }, done)}
          />
        </div>
      </div>
    </PanelSection>
  );
});
