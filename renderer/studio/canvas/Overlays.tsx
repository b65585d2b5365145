import type { Recipe } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Photo, Preview } from '../../../shared/ipc/library.ts';
import type { Tool } from '../../state/canvas.ts';
import type { Composition } from './composing.ts';
import { isPointing } from './cross-keys.ts';
import { GlassOverlay } from './GlassOverlay.tsx';
import { GroundOverlay } from './GroundOverlay.tsx';
import { PointingCross } from './PointingCross.tsx';
import type { Pointed } from './pointing.ts';

interface OverlaysProps {
  readonly photo: Photo;
  readonly recipe: Recipe;
  readonly preview: Preview | null;
  readonly made: Composition;
  /** Of the picture, in device pixels. */
  readonly frame: Rect;
  /** The tool at hand, when it points at places; null: it does something else. */
  readonly pointing: Tool | null;
  readonly covers: Pointed['covers'];
  /** The photo is looked at without its glass. */
  readonly hidesGlass: boolean;
}

/** What the tools that point show over the picture, and the places that the keyboard goes to. */
export function Overlays({ photo, recipe, preview, made, frame, pointing, covers, hidesGlass }: OverlaysProps) {
  const { scene } = made;
  return (
    <>
      {pointing === 'glass' && !hidesGlass && <GlassOverlay {...{ photo, recipe, made, frame }} />}
      <GroundOverlay {...{ recipe, preview, scene, frame }} showing={pointing === 'wheels'} />
      {isPointing(pointing) && (
        <PointingCross key={`${photo.id} ${pointing}`} tool={pointing} {...{ photo, preview, covers, scene, frame }} />
      )}
    </>
  );
}
