/** Pointing at a place of the photo: what a click of the glass, the part and the wheels tool means, and the wheel over a patch. */
import { isWithinAny, type Place, regionsOf, smallestAt } from '../../../shared/edit/regions.ts';
import { useCanvas } from '../../state/canvas.ts';
import { addStroke, showHub } from '../../state/editing.ts';
import { clickGlass, endPainting, paintGlass, resizeGlass, useGlass } from '../../state/glass.ts';

/** A pointer that went no further than this was only pressed, in device pixels. */
const CLICK_WITHIN = 6;

/** A pointer that is or was held down, in device pixels of the canvas. */
interface Pressed<Point> {
  readonly from: Point;
  readonly last: Point;
  /** How far it went altogether. */
  readonly moved: number;
}

/** What is pointed at. */
export interface Pointed {
  readonly photoId: string;
  /** Whether the cut-out covers a place: what it covers is dropped, what it does not is added; null: not known yet. */
  readonly covers: (at: Place) => boolean | null;
}

interface Keys {
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

/** A press of a tool that points has ended at a place of the photo: it was a click, or the end of what was painted. */
export function released(on: Pointed, { moved }: Pressed<unknown>, at: [number, number], keys: Keys): void {
  if (moved <= CLICK_WITHIN) clicked(on, at, keys);
  else endPainting(on.photoId);
}

/** What a click of the tool at hand means, of the pointer or of the cross. */
export function clicked({ photoId, covers }: Pointed, at: [number, number], { shiftKey, altKey }: Keys): void {
  if (useCanvas.getState().tool === 'glass') {
    clickGlass(photoId, at, { same: shiftKey, back: altKey });
    return;
  }
  if (at.some((each) => each < 0 || each > 1)) return;
  if (useCanvas.getState().tool === 'wheels') {
    showHub(photoId, at);
    return;
  }
  if (useCanvas.getState().tool === 'shadow') {
    addStroke(photoId, { mode: 'shadow', at });
    return;
  }
  const covered = covers(at);
  if (covered !== null) addStroke(photoId, { mode: 'part', at, keep: !covered });
}

/** Whether a press of a tool that points has become a pan. The glass tool paints on its way instead. */
export function isPanning<Point>({ from, last, moved }: Pressed<Point>, onPhoto: (at: Point) => Place): boolean {
  if (moved <= CLICK_WITHIN) return false;
  if (useCanvas.getState().tool !== 'glass') return true;
  if (useGlass.getState().painting === null) paintGlass(onPhoto(from));
  paintGlass(onPhoto(last));
  return false;
}

/** Over the patch that was chosen last, the wheel makes it larger or smaller. False: it means something else. */
export function hasResized(
  photoId: string,
  at: Place,
  { deltaY, ctrlKey }: { readonly deltaY: number; readonly ctrlKey: boolean },
): boolean {
  const { regions, chosen } = useGlass.getState();
  if (useCanvas.getState().tool !== 'glass' || regions === null || chosen === null) return false;
  const here = smallestAt(regions.tree, at);
  if (here < 0 || !isWithinAny(regions.tree, here, regionsOf(regions.tree, chosen))) return false;
  if (deltaY !== 0) resizeGlass(photoId, deltaY < 0 ? 1 : -1, ctrlKey);
  return true;
}
