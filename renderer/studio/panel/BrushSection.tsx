import { memo } from 'react';
import { setBrush, setTool, useCanvas } from '../../state/canvas.ts';
import { clearStrokes, undo } from '../../state/editing.ts';
import { useSelection } from '../../state/selection.ts';
import { setOpen, useLayout } from '../../state/view.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { NumberField } from '../../ui/controls/NumberField.tsx';
import { Segmented } from '../../ui/controls/Segmented.tsx';
import { count } from '../../ui/figures/amounts.ts';
import { PanelSection } from '../../ui/layout/Panel.tsx';
import styles from './EditPanel.module.css';

type Choice = 'off' | 'keep' | 'erase';
const choices: readonly { value: Choice; label: string }[] = [
  { value: 'off', label: 'Off' },
  { value: 'keep', label: 'Keep' },
  { value: 'erase', label: 'Erase' },
];

/** Keep/erase on the matte of the one photo on the canvas. */
export const BrushSection = memo(function BrushSection({ strokes, off }: { strokes: number; off: boolean }) {
  const open = useLayout((state) => state.open.brush);
  const active = useSelection((state) => state.active);
  const tool = useCanvas((state) => state.tool);
  const brush = useCanvas((state) => state.brush);
  const choose = (choice: Choice) => {
    setTool(choice === 'off' ? 'move' : 'brush');
    if (choice !== 'off') setBrush({ mode: choice });
  };
  return (
    <PanelSection
      title="Brush"
      summary={strokes === 0 ? 'None' : count(strokes, 'stroke')}
      open={open}
      onOpenChange={(next) => setOpen('brush', next)}
    >
      <div className={styles.stack}>
        <Segmented label="Brush" value={tool === 'brush' && !off ? brush.mode : 'off'} options={choices} disabled={off} onChange={choose} />
        <div>
          <NumberField
            label="Size"
            unit="%"
            scale={100}
            min={0.002}
            max={0.15}
            step={0.001}
            value={brush.radius}
            initial={0.02}
            disabled={off}
            onChange={(radius) => setBrush({ radius })}
          />
          <NumberField
            label="Hardness"
            unit="%"
            scale={100}
            min={0}
            max={1}
            step={0.01}
            value={brush.hardness}
            initial={0.6}
            disabled={off}
            onChange={(hardness) => setBrush({ hardness })}
          />
        </div>
        <label className={styles.check}>
          <input
            type="checkbox"
            checked={brush.snap}
            disabled={off}
            onChange={(event) => setBrush({ snap: event.currentTarget.checked })}
          />
          Snap to edges (E)
        </label>
        <BrushHint strokes={strokes} off={off} snap={brush.snap} />
        {strokes > 0 && active !== null && (
          <div className={styles.buttons}>
            <Button size="small" onClick={undo}>
              Undo
            </Button>
            <Button size="small" kind="quiet" onClick={() => clearStrokes(active)}>
              Clear strokes
            </Button>
          </div>
        )}
      </div>
    </PanelSection>
  );
});

/** One sentence: what the brush does now, or why it does nothing. */
function BrushHint({ strokes, off, snap }: { strokes: number; off: boolean; snap: boolean }) {
  const sentence = off
    ? 'Choose a background first.'
    : snap
      ? 'Keep the middle of the brush on what you mean: it paints up to the edges around it. Only this photo changes.'
      : strokes === 0
        ? 'Paint where the cut-out is wrong. Only this photo changes.'
        : `${count(strokes, 'stroke')} on this photo.`;
  return <p className={styles.hint}>{sentence}</p>;
}
