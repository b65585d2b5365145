import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Wheel } from '../../../shared/edit/ground.ts';
import { photoToCanvas, type Scene } from '../../../shared/edit/placement.ts';
import type { Recipe } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Photo, Preview } from '../../../shared/ipc/library.ts';
import { setTool } from '../../state/canvas.ts';
import { showHub } from '../../state/editing.ts';
import { hubsIn, isAsked } from '../ground/ground-sentences.ts';
import styles from './CanvasPane.module.css';

interface GroundOverlayProps {
  readonly photo: Photo;
  readonly recipe: Recipe;
  readonly preview: Preview | null;
  readonly scene: Scene;
  /** Of the picture, in device pixels. */
  readonly frame: Rect;
  /** The user marks wheels. */
  readonly showing: boolean;
}

/** The wheels over the picture, while they are asked about or marked: tyres dashed, marked hubs as points. */
export function GroundOverlay({ photo, recipe, preview, scene, frame, showing }: GroundOverlayProps) {
  const ground = preview?.ground ?? null;
  const { strokes } = recipe;
  if (!showing && !isAsked({ ground, looked: preview?.quality === 'full', strokes })) return null;
  const view = { scene, frame };
  // Low in the middle of the subject, between its wheels.
  const { x, y, width, height } = preview?.subject ?? { x: 0, y: 0, width: 1, height: 1 };
  return (
    <>
      <svg className={styles.wheels} aria-hidden="true">
        {ground?.wheels.map((wheel) => (
          <Tyre key={wheel.at.join()} wheel={wheel} {...view} />
        ))}
        {hubsIn(strokes).map((hub) => {
          const at = onScreen(hub, view);
          return <circle key={hub.join()} cx={at.x} cy={at.y} r={3} />;
        })}
      </svg>
      {showing && <WheelCross key={photo.id} photoId={photo.id} start={[x + width / 2, y + 0.8 * height]} {...view} />}
    </>
  );
}

type View = Pick<GroundOverlayProps, 'scene' | 'frame'>;

/** A place of the photo in CSS pixels of the canvas. */
function onScreen([x, y]: readonly [number, number], { scene, frame }: View): { x: number; y: number } {
  const at = photoToCanvas(scene, x, y);
  return { x: (frame.x + at.x * frame.width) / devicePixelRatio, y: (frame.y + at.y * frame.height) / devicePixelRatio };
}

function Tyre({ wheel, scene, frame }: View & { wheel: Wheel }) {
  const { x, y } = onScreen(wheel.at, { scene, frame });
  const rx = (wheel.halfAxes[0] * scene.photo.width * frame.width) / devicePixelRatio;
  const ry = (wheel.halfAxes[1] * scene.photo.height * frame.height) / devicePixelRatio;
  return <ellipse rx={rx} ry={ry} transform={`matrix(1 0 ${wheel.lean} 1 ${x} ${y})`} />;
}

/** How far an arrow key moves the cross, over the photo: at once, and with Shift. */
const STEP = 0.01;
const SMALL_STEP = 0.002;
const fraction = (value: number): number => Math.min(1, Math.max(0, value));

/** A cross for who marks hubs with the keyboard: arrows move it, Enter marks, Escape ends. */
function WheelCross({ photoId, start, scene, frame }: { photoId: string; start: readonly [number, number]; scene: Scene; frame: Rect }) {
  const cross = useRef<HTMLButtonElement>(null);
  const [at, setAt] = useState(start);
  useEffect(() => cross.current?.focus(), []);
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? SMALL_STEP : STEP;
    const move = (x: number, y: number): void => setAt(([a, b]) => [fraction(a + x * step), fraction(b + y * step)]);
    if (event.key === 'ArrowLeft') move(-1, 0);
    else if (event.key === 'ArrowRight') move(1, 0);
    else if (event.key === 'ArrowUp') move(0, -1);
    else if (event.key === 'ArrowDown') move(0, 1);
    else if (event.key === 'Escape') setTool('move');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const { x, y } = onScreen(at, { scene, frame });
  return (
    <button
      ref={cross}
      type="button"
      className={styles.cross}
      style={{ translate: `${x}px ${y}px` }}
      aria-label={`Mark the middle of a wheel here, ${Math.round(at[0] * 100)}% from the left, ${Math.round(at[1] * 100)}% from the top. Arrow keys move the cross, Escape ends.`}
      onPointerDown={(event) => event.stopPropagation()}
      onKeyDown={onKeyDown}
      onClick={() => showHub(photoId, at)}
    />
  );
}
