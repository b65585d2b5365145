import { memo, useState } from 'react';
import { BUILT_IN, defaultColours } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Background, BuiltInBackground } from '../../../shared/edit/recipe.ts';
import type { Problem as ProblemValue } from '../../../shared/result.ts';
import { edit, endGesture } from '../../state/editing.ts';
import { addAssets, useLibrary } from '../../state/library.ts';
import { backgroundKey, type Mixed } from '../../state/mixed.ts';
import { withBackground, withColours } from '../../state/recipes.ts';
import { setOpen, useLayout } from '../../state/view.ts';
import { Problem } from '../../ui/feedback/Feedback.tsx';
import { PanelSection } from '../../ui/layout/Panel.tsx';
import { backgroundName } from '../versions/describe.ts';
import { ColourField } from './ColourField.tsx';
import styles from './EditPanel.module.css';
import { AssetSwatch, BackdropThumbnail, ClearMark, NoneMark, Swatch, Swatches } from './Swatches.tsx';

const choose = (background: Background | null): void => edit((recipe) => withBackground(recipe, background));

const NONE = 'none';
const FILE = 'file ';
const TRANSPARENT: Background = { kind: 'transparent' };

/** A background as the value of its swatch, and back. */
const keyOf = (background: Background | null): string => backgroundKey(background) ?? NONE;

function ofKey(key: string): Background | null {
  if (key.startsWith(FILE)) return { kind: 'file', fileId: key.slice(FILE.length) };
  if (key === keyOf(TRANSPARENT)) return TRANSPARENT;
  const builtIn = BUILT_IN.find(({ id }) => id === key);
  return builtIn === undefined ? null : { kind: 'built-in', id: builtIn.id };
}

/** The panel's choice of background and its colours. `mixed`: what the selected photos do not share. */
export const BackgroundSection = memo(function BackgroundSection({ background, mixed }: { background: Background | null; mixed: Mixed }) {
  const open = useLayout((state) => state.open.background);
  const allAssets = useLibrary((state) => state.assets);
  const assets = allAssets.filter((asset) => asset.kind === 'background');
  const [problems, setProblems] = useState<readonly ProblemValue[]>([]);
  const add = async (paths?: string[]) => {
    const { added, problems: refused } = await addAssets('background', paths);
    setProblems(refused);
    if (added[0] !== undefined) choose({ kind: 'file', fileId: added[0].id });
  };
  const builtIn = background?.kind === 'built-in' ? background : null;
  const name = background === null ? 'None' : (backgroundName(background, assets) ?? 'Removed');
  return (
    <PanelSection
      title="Background"
      summary={mixed.has('background') ? 'Mixed' : name}
      open={open}
      onOpenChange={(next) => setOpen('background', next)}
      onReset={() => choose(null)}
    >
      <Swatches
        label="Background"
        value={mixed.has('background') ? '' : keyOf(background)}
        onChange={(key) => choose(ofKey(key))}
        onAdd={() => void add()}
        onDropFiles={(paths) => void add(paths)}
      >
        <Swatch label="No background" value={NONE}>
          <NoneMark />
        </Swatch>
        <Swatch label="Transparent" value={keyOf(TRANSPARENT)}>
          <ClearMark />
        </Swatch>
        {BUILT_IN.map(({ id, label }) => (
          <Swatch key={id} label={label} value={id}>
            <BackdropThumbnail background={builtIn?.id === id ? builtIn : { kind: 'built-in', id }} />
          </Swatch>
        ))}
        {assets.map((asset) => (
          <AssetSwatch key={asset.id} asset={asset} value={`${FILE}${asset.id}`} />
        ))}
      </Swatches>
      <p className={styles.name}>
        {mixed.has('background') ? 'Mixed backgrounds' : background === null ? 'Choose a background to begin.' : name}
      </p>
      {background?.kind === 'transparent' && !mixed.has('background') && (
        <p className={styles.hint}>Nothing behind the subject. One credit, like any background; as PNG, WebP or TIFF, without a logo.</p>
      )}
      {builtIn !== null && <Colours background={builtIn} mixed={mixed} />}
      {problems.map((problem) => (
        <Problem key={problem.file ?? problem.message} problem={problem} />
      ))}
    </PanelSection>
  );
});

function Colours({ background, mixed }: { background: BuiltInBackground; mixed: Mixed }) {
  const defaults = defaultColours(background.id);
  const second = BUILT_IN.find((one) => one.id === background.id)?.second ?? null;
  const change = (colours: Pick<BuiltInBackground, 'colour' | 'colour2'>) =>
    edit((recipe) => withColours(recipe, background.id, colours), `background ${Object.keys(colours).join()}`);
  return (
    <div className={styles.colours}>
      <ColourField
        label={second === null ? 'Colour' : 'Floor'}
        value={background.colour ?? defaults.colour}
        initial={defaults.colour}
        mixed={mixed.has('background.colour')}
        onChange={(colour) => change({ colour })}
        onDone={endGesture}
      />
      {second !== null && (
        <ColourField
          label={second}
          value={background.colour2 ?? defaults.colour2}
          initial={defaults.colour2}
          mixed={mixed.has('background.colour2')}
          onChange={(colour2) => change({ colour2 })}
          onDone={endGesture}
        />
      )}
    </div>
  );
}
