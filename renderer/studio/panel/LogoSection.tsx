import { memo, useState } from 'react';
import { type LogoPlacement, newLogo } from '../../../shared/edit/recipe.ts';
import { recipeHint } from '../../../shared/recipe-refusal.ts';
import type { Problem as ProblemValue } from '../../../shared/result.ts';
import { edit, endGesture } from '../../state/editing.ts';
import { addAssets, useLibrary } from '../../state/library.ts';
import type { Mixed } from '../../state/mixed.ts';
import { withLogo } from '../../state/recipes.ts';
import { setOpen, useLayout } from '../../state/view.ts';
import { NumberField } from '../../ui/controls/NumberField.tsx';
import { Notice, Problem } from '../../ui/feedback/Feedback.tsx';
import { PanelSection, Row } from '../../ui/layout/Panel.tsx';
import { AnchorGrid } from './AnchorGrid.tsx';
import styles from './EditPanel.module.css';
import { AssetSwatch, NoneMark, Swatch, Swatches } from './Swatches.tsx';

const choose = (fileId: string | null): void => edit((recipe) => withLogo(recipe, fileId));

/** Photos without a logo stay without one. */
function change(logo: Partial<LogoPlacement>): void {
  edit((recipe) => (recipe.logo === null ? recipe : { ...recipe, logo: { ...recipe.logo, ...logo } }), `logo ${Object.keys(logo).join()}`);
}

const NONE = 'none';

interface LogoSectionProps {
  logo: LogoPlacement | null;
  mixed: Mixed;
  /** Why a logo cannot be placed now; null when it can. */
  barred: 'no background' | 'transparent' | null;
}

/** The panel's choice of logo and where it lies. */
export const LogoSection = memo(function LogoSection({ logo, mixed, barred }: LogoSectionProps) {
  const open = useLayout((state) => state.open.logo);
  const allAssets = useLibrary((state) => state.assets);
  const assets = allAssets.filter((asset) => asset.kind === 'logo');
  const [problems, setProblems] = useState<readonly ProblemValue[]>([]);
  const add = async (paths?: string[]) => {
    const { added, problems: refused } = await addAssets('logo', paths);
    setProblems(refused);
    if (added[0] !== undefined) choose(added[0].id);
  };
  const name = mixed.has('logo') ? 'Mixed' : logo === null ? 'None' : (assets.find((asset) => asset.id === logo.fileId)?.name ?? 'Removed');
  return (
    <PanelSection title="Logo" summary={name} open={open} onOpenChange={(next) => setOpen('logo', next)} onReset={() => choose(null)}>
      <div className={styles.stack}>
        <Swatches
          label="Logo"
          value={mixed.has('logo') ? '' : (logo?.fileId ?? NONE)}
          onChange={(key) => choose(key === NONE ? null : key)}
          onAdd={() => void add()}
          onDropFiles={(paths) => void add(paths)}
        >
          <Swatch label="No logo" value={NONE}>
            <NoneMark />
          </Swatch>
          {assets.map((asset) => (
            <AssetSwatch key={asset.id} asset={asset} value={asset.id} />
          ))}
        </Swatches>
        {logo !== null && barred === 'no background' && <Notice level="warning">A logo needs a background. Choose one first.</Notice>}
        {logo !== null && barred === 'transparent' && <Notice level="warning">{recipeHint('logo_on_transparent')}</Notice>}
        {problems.map((problem) => (
          <Problem key={problem.file ?? problem.message} problem={problem} />
        ))}
        {logo !== null && <LogoFields logo={logo} mixed={mixed} />}
      </div>
    </PanelSection>
  );
});

function LogoFields({ logo, mixed }: { logo: LogoPlacement; mixed: Mixed }) {
  const initial = newLogo(logo.fileId);
  const differs = mixed.has('logo.position');
  const free = logo.position.kind === 'free';
  return (
    <div>
      <Row label="Position">
        <AnchorGrid
          label="Position of the logo"
          value={logo.position.kind === 'anchor' && !differs ? logo.position.anchor : null}
          onChange={(anchor) => {
            change({ position: { kind: 'anchor', anchor } });
            endGesture();
          }}
        />
        <span className={styles.hint}>{differs ? 'mixed' : free ? 'placed freely' : 'or drag it on the canvas'}</span>
      </Row>
      <NumberField
        label="Size"
        unit="%"
        scale={100}
        min={0.02}
        max={1}
        step={0.005}
        value={logo.size}
        initial={initial.size}
        mixed={mixed.has('logo.size')}
        onChange={(size) => change({ size })}
        onDone={endGesture}
      />
      <NumberField
        label="Margin"
        unit="%"
        scale={100}
        min={0}
        max={0.25}
        step={0.0025}
        value={logo.margin}
        initial={initial.margin}
        disabled={free && !differs}
        mixed={mixed.has('logo.margin')}
        onChange={(margin) => change({ margin })}
        onDone={endGesture}
      />
      <NumberField
        label="Opacity"
        unit="%"
        scale={100}
        min={0}
        max={1}
        step={0.01}
        value={logo.opacity}
        initial={initial.opacity}
        mixed={mixed.has('logo.opacity')}
        onChange={(opacity) => change({ opacity })}
        onDone={endGesture}
      />
    </div>
  );
}
