import type { Wheel } from '../../../shared/edit/ground.ts';
import type { Scene } from '../../../shared/edit/placement.ts';
import type { Recipe } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Preview } from '../../../shared/ipc/library.ts';
import { hubsIn, isAsked } from '../ground/ground-sentences.ts';
import styles from './CanvasPane.module.css';
import { onScreen } from './viewport.ts';

interface GroundOverlayProps {
  readonly recipe: Recipe;
  readonly preview: Preview | null;
  readonly scene: Scene;
  /** Of the picture, in device pixels. */
  readonly frame: Rect;
  /** The user marks wheels. */
  readonly showing: boolean;
}

/** The wheels over the picture, while they are asked about or marked: tyres dashed, marked hubs as points. */
export function GroundOverlay({ recipe, preview, scene, frame, showing }: GroundOverlayProps) {
  const ground = preview?.ground ?? null;
  const { strokes } = recipe;
  if (!showing && !isAsked({ ground, looked: preview?.quality === 'full', strokes })) return null;
  return (
    <svg className={styles.wheels} aria-hidden="true">
      {ground?.wheels.map((wheel) => (
        <Tyre key={wheel.at.join()} {...{ wheel, scene, frame }} />
      ))}
      {hubsIn(strokes).map((hub) => {
        const at = onScreen(hub, scene, frame);
        return <circle key={hub.join()} cx={at.x} cy={at.y} r={3} />;
      })}
    </svg>
  );
}

function Tyre({ wheel, scene, frame }: Pick<GroundOverlayProps, 'scene' | 'frame'> & { readonly wheel: Wheel }) {
  const { x, y } = onScreen(wheel.at, scene, frame);
  const rx = (wheel.halfAxes[0] * scene.photo.width * frame.width) / devicePixelRatio;
  const ry = (wheel.halfAxes[1] * scene.photo.height * frame.height) / devicePixelRatio;
  return <ellipse rx={rx} ry={ry} transform={`matrix(1 0 ${wheel.lean} 1 ${x} ${y})`} />;
}
