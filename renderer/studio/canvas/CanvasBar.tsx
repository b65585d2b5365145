import { AppWindow, Brush, CircleDot, Columns2, Flag, Maximize, Move, Redo2, RotateCcw, Undo2 } from 'lucide-react';
import type { Photo } from '../../../shared/ipc/library.ts';
import { setTool, toggleSplit, useCanvas } from '../../state/canvas.ts';
import { redo, undo, useActivePart, useEditing } from '../../state/editing.ts';
import { openReport } from '../../state/reporting.ts';
import { setOpen } from '../../state/view.ts';
import { IconButton } from '../../ui/controls/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { editedSinceLabel, isEdited, shownState, showsEditedSince, stateLabels } from '../gallery/states.ts';
import { openGround } from '../ground/ground-keys.ts';
import { revertSelection } from '../revert.ts';
import { Versions } from '../versions/Versions.tsx';
import styles from './CanvasPane.module.css';
import { openGlass } from './glass-keys.ts';
import { fitScale } from './viewport.ts';
import { useWindow, zoomFit, zoomFull } from './zooming.ts';

const icon = { size: 16, strokeWidth: 1.5 };

/** The tools above the canvas; `photo` null: none is shown. */
export function CanvasBar({ photo }: { photo: Photo | null }) {
  const split = useCanvas((state) => state.split !== null);
  const edited = useActivePart(isEdited) === true;
  const state = photo === null ? 'original' : shownState(photo, edited);
  const hasResult = photo !== null && photo.currentVersionId !== null;
  return (
    <div className={styles.bar} role="toolbar" aria-label="Canvas tools">
      <Tools />
      <div className={styles.title}>
        {photo !== null && (
          <>
            <span className={styles.name}>{photo.name}</span>
            <span className={cx(styles.size, styles.pixels)}>
              {photo.width} × {photo.height}
            </span>
            {state !== 'original' && (
              <span className={styles.size}>
                {stateLabels[state]}
                {showsEditedSince(photo) ? `, ${editedSinceLabel}` : ''}
              </span>
            )}
          </>
        )}
      </div>
      <div className={styles.tools}>
        {photo !== null && <Versions photo={photo} />}
        <IconButton
          label="Revert to the original, free"
          icon={<RotateCcw {...icon} />}
          disabled={!hasResult}
          onClick={() => void revertSelection()}
        />
        <IconButton label="Report a fault, free" icon={<Flag {...icon} />} disabled={!hasResult} onClick={() => openReport()} />
        <span className={styles.divider} />
        <IconButton
          label="Before and after"
          shortcut="Y, or hold \ for the original"
          icon={<Columns2 {...icon} />}
          pressed={split}
          onClick={toggleSplit}
        />
        <IconButton label="Fit in the window" shortcut="0" icon={<Maximize {...icon} />} onClick={zoomFit} />
        <ZoomLevel />
      </div>
    </div>
  );
}

/** What the pointer does, and what can be taken back. */
function Tools() {
  const tool = useCanvas((state) => state.tool);
  const canUndo = useEditing((state) => state.undo.length > 0);
  const canRedo = useEditing((state) => state.redo.length > 0);
  const hasBackground = useActivePart((recipe) => recipe.background !== null) === true;
  const brush = () => {
    setTool('brush');
    setOpen('brush', true);
  };
  return (
    <div className={styles.tools}>
      <IconButton label="Move" icon={<Move {...icon} />} pressed={tool === 'move'} onClick={() => setTool('move')} />
      <IconButton
        label="Keep or erase with the brush"
        icon={<Brush {...icon} />}
        pressed={tool === 'brush'}
        disabled={!hasBackground}
        onClick={brush}
      />
      <IconButton
        label="See through glass and openings"
        shortcut="G"
        icon={<AppWindow {...icon} />}
        pressed={tool === 'glass'}
        disabled={!hasBackground}
        onClick={openGlass}
      />
      <IconButton
        label="Show a car's wheels"
        shortcut="W"
        icon={<CircleDot {...icon} />}
        pressed={tool === 'wheels'}
        disabled={!hasBackground}
        onClick={() => openGround('wheels')}
      />
      <span className={styles.divider} />
      <IconButton label="Undo" shortcut="Ctrl Z" icon={<Undo2 {...icon} />} disabled={!canUndo} onClick={undo} />
      <IconButton label="Redo" shortcut="Ctrl Y" icon={<Redo2 {...icon} />} disabled={!canRedo} onClick={redo} />
    </div>
  );
}

function ZoomLevel() {
  const zoom = useCanvas((state) => state.zoom);
  const { window, picture, margin } = useWindow();
  const scale = zoom.kind === 'fit' ? fitScale(window, picture, margin) : zoom.scale;
  return (
    <button
      type="button"
      className={styles.zoom}
      onClick={zoomFull}
      title="100% (Z)"
      aria-label={`Zoom ${Math.round(scale * 100)}%. Press for 100%.`}
    >
      {Math.round(scale * 100)}%
    </button>
  );
}
