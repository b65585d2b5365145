import { memo } from 'react';
import { GLASS_TINT, isGlassStroke, type Stroke } from '../../../shared/edit/recipe.ts';
import { setTool, useCanvas } from '../../state/canvas.ts';
import { edit, endGesture } from '../../state/editing.ts';
import { clearGlass, setGlassKind, useGlass } from '../../state/glass.ts';
import type { Mixed } from '../../state/mixed.ts';
import { useSelection } from '../../state/selection.ts';
import { setOpen, useLayout } from '../../state/view.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { NumberField } from '../../ui/controls/NumberField.tsx';
import { Segmented } from '../../ui/controls/Segmented.tsx';
import { Problem } from '../../ui/feedback/Feedback.tsx';
import { count } from '../../ui/figures/amounts.ts';
import { PanelSection } from '../../ui/layout/Panel.tsx';
import styles from './EditPanel.module.css';

type Choice = 'off' | 'pane' | 'opening' | 'part';
const choices: readonly { value: Choice; label: string }[] = [
  { value: 'off', label: 'Off' },
  { value: 'pane', label: 'Glass' },
  { value: 'opening', label: 'Opening' },
  { value: 'part', label: 'Part' },
];

interface GlassSectionProps {
  readonly strokes: readonly Stroke[];
  readonly tint: number | undefined;
  readonly neutral: boolean;
  readonly mixed: Mixed;
  readonly off: boolean;
}

/** What is seen through the subject, and what belongs to it as a whole, of the one photo on the canvas. The tint goes to the selection. */
export const GlassSection = memo(function GlassSection({ strokes, tint, neutral, mixed, off }: GlassSectionProps) {
  const open = useLayout((state) => state.open.glass);
  const active = useSelection((state) => state.active);
  const tool = useCanvas((state) => state.tool);
  const kind = useGlass((state) => state.kind);
  const patches = strokes.filter(isGlassStroke).length;
  const choose = (choice: Choice) => {
    setTool(choice === 'off' ? 'move' : choice === 'part' ? 'part' : 'glass');
    if (choice === 'pane' || choice === 'opening') setGlassKind(choice);
  };
  const value: Choice = off ? 'off' : tool === 'glass' ? kind : tool === 'part' ? 'part' : 'off';
  return (
    <PanelSection
      title="Glass"
      summary={patches === 0 ? 'None' : count(patches, 'patch')}
      open={open}
      onOpenChange={(next) => setOpen('glass', next)}
    >
      <div className={styles.stack}>
        <Segmented label="Glass" value={value} options={choices} disabled={off} onChange={choose} />
        <NumberField
          label="Light"
          unit="%"
          scale={100}
          min={GLASS_TINT.darkest}
          max={GLASS_TINT.clearest}
          step={0.01}
          value={tint ?? GLASS_TINT.usual}
          initial={GLASS_TINT.usual}
          disabled={off}
          mixed={mixed.has('glassTint')}
          onChange={(glassTint) => edit((recipe) => ({ ...recipe, glassTint }), 'glass tint')}
          onDone={endGesture}
        />
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={neutral && !mixed.has('neutralGlass')}
            disabled={off}
            onChange={(event) => edit((recipe) => ({ ...recipe, neutralGlass: event.currentTarget.checked }))}
          />
          Neutral glass
        </label>
        <GlassHint off={off} choice={value} patches={patches} />
        {patches > 0 && active !== null && (
          <div className={styles.buttons}>
            <Button size="small" kind="quiet" onClick={() => clearGlass(active)}>
              Close all glass
            </Button>
          </div>
        )}
      </div>
    </PanelSection>
  );
});

/** One sentence: what a click does now, or why none is possible. */
function GlassHint({ off, choice, patches }: { off: boolean; choice: Choice; patches: number }) {
  const { asking, regions, problem } = useGlass();
  const active = useSelection((state) => state.active);
  if (choice !== 'off' && choice !== 'part' && problem !== null) return <Problem problem={problem} />;
  const sentence = off
    ? 'Choose a background first.'
    : choice === 'off'
      ? 'See the new background through windows and openings. Only this photo changes.'
      : choice === 'part'
        ? 'Click a part of the subject to drop it, or what was left out to add it. The cross does the same: arrow keys move it, Enter clicks.'
        : asking && regions === null
          ? 'Looking for glass.'
          : regions === null || active === null
            ? 'No subject was found.'
            : choice === 'pane' && patches === 0 && regions.proposals.length === 0
              ? 'No scenery seen in this glass. Click where you see some.'
              : 'Click what you see the old scenery through, or drag over it. Wheel or + and − change its size, Shift-click adds one as large, Alt-click closes it, H shows the photo without any.';
  return <p className={styles.hint}>{sentence}</p>;
}
