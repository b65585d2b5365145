import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Scene } from '../../../shared/edit/placement.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Place } from '../../../shared/edit/regions.ts';
import type { Photo, Preview } from '../../../shared/ipc/library.ts';
import { setTool } from '../../state/canvas.ts';
import styles from './CanvasPane.module.css';
import { crossMoved, crossSaid, type PointingTool } from './cross-keys.ts';
import { clicked, type Pointed } from './pointing.ts';
import { onScreen } from './viewport.ts';

interface PointingCrossProps {
  readonly tool: PointingTool;
  readonly photo: Photo;
  readonly preview: Preview | null;
  readonly covers: Pointed['covers'];
  readonly scene: Scene;
  /** Of the picture, in device pixels. */
  readonly frame: Rect;
}

/** A cross for who points with the keyboard: arrows move it, Enter clicks there, Escape ends. What it means is what the pointer's click means. */
export function PointingCross({ tool, photo, preview, covers, scene, frame }: PointingCrossProps) {
  const cross = useRef<HTMLButtonElement>(null);
  const before = useRef<Element | null>(null);
  const [at, setAt] = useState(lowInTheMiddle(preview));
  useEffect(() => {
    // Among the radios where this tool is chosen the next arrow key may be meant for them.
    if (tool === 'part') return;
    before.current = document.activeElement;
    cross.current?.focus();
  }, [tool]);
  const onKeyDown = (event: KeyboardEvent) => {
    const moved = crossMoved(at, event);
    if (moved === null && event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (moved !== null) return setAt(moved);
    setTool('move');
    // Back to what the tool was taken with.
    if (before.current instanceof HTMLElement) before.current.focus();
  };
  const { x, y } = onScreen(at, scene, frame);
  return (
    <button
      ref={cross}
      type="button"
      className={styles.cross}
      style={{ translate: `${x}px ${y}px` }}
      aria-label={crossSaid(tool, at)}
      onKeyDown={onKeyDown}
      onClick={({ shiftKey, altKey }) => clicked({ photoId: photo.id, covers }, [at[0], at[1]], { shiftKey, altKey })}
    />
  );
}

/** Of the subject, in fractions of the photo: between the wheels of a car, and not far from what it stands on. */
function lowInTheMiddle(preview: Preview | null): Place {
  const { x, y, width, height } = preview?.subject ?? { x: 0, y: 0, width: 1, height: 1 };
  return [x + width / 2, y + 0.8 * height];
}
