import { memo } from 'react';
import type { Stroke } from '../../../shared/edit/recipe.ts';
import { setTool, useCanvas } from '../../state/canvas.ts';
import { forgetGround, sayOldShadow } from '../../state/editing.ts';
import { usePreviews } from '../../state/previews.ts';
import { useSelection } from '../../state/selection.ts';
import { setOpen, useLayout } from '../../state/view.ts';
import { Button } from '../../ui/controls/Button.tsx';
import { PanelSection } from '../../ui/layout/Panel.tsx';
import { type GroundOffer, groundSaid, HOW_TO_CLICK, HOW_TO_MARK } from '../ground/ground-sentences.ts';
import styles from './EditPanel.module.css';

const OFFERS: Readonly<Record<GroundOffer, { readonly label: string; readonly act: (photoId: string) => void }>> = {
  confirm: { label: 'These are the wheels', act: (id) => sayOldShadow(id, true) },
  keep: { label: 'Keep the old shadow', act: (id) => sayOldShadow(id, false) },
  remove: { label: 'Remove the old shadow', act: (id) => sayOldShadow(id, true) },
  again: { label: 'Start again', act: forgetGround },
};

/** The shadow that the photo of a car brought along, and the wheels that say where the car ends. */
export const GroundSection = memo(function GroundSection({ strokes, off }: { strokes: readonly Stroke[]; off: boolean }) {
  const open = useLayout((state) => state.open.ground);
  const active = useSelection((state) => state.active);
  const held = useCanvas((state) => state.tool);
  const tool = off ? 'move' : held;
  const state = usePreviews(({ previews }) => (active === null ? undefined : previews.get(active)));
  const preview = state?.status === 'ready' ? state.preview : null;
  const said = groundSaid({ ground: preview?.ground ?? null, looked: preview?.quality === 'full', strokes });
  return (
    <PanelSection title="Old shadow" summary={off ? '' : said.summary} open={open} onOpenChange={(next) => setOpen('ground', next)}>
      <div className={styles.stack}>
        <p className={styles.hint}>{off ? 'Choose a background first.' : said.sentence}</p>
        {tool === 'wheels' && <p className={styles.hint}>{HOW_TO_MARK}</p>}
        {tool === 'shadow' && <p className={styles.hint}>{HOW_TO_CLICK}</p>}
        {!off && active !== null && (
          <div className={styles.buttons}>
            {said.offers.map((offer) => (
              <Button key={offer} size="small" kind={offer === 'again' ? 'quiet' : 'plain'} onClick={() => OFFERS[offer].act(active)}>
                {OFFERS[offer].label}
              </Button>
            ))}
            <Button
              size="small"
              shortcut="S"
              aria-pressed={tool === 'shadow'}
              onClick={() => setTool(tool === 'shadow' ? 'move' : 'shadow')}
            >
              {tool === 'shadow' ? 'Done' : 'Click a shadow away'}
            </Button>
            <Button
              size="small"
              shortcut="W"
              aria-pressed={tool === 'wheels'}
              onClick={() => setTool(tool === 'wheels' ? 'move' : 'wheels')}
            >
              {tool === 'wheels' ? 'Done' : 'Show the wheels'}
            </Button>
          </div>
        )}
      </div>
    </PanelSection>
  );
});
