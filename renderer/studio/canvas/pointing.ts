/** Pointing at a place of the photo: what a click of the glass, the part and the wheels tool means, and the wheel over a patch. */
import { isWithin, nearestInArea, type Place, smallestAt } from '../../../shared/edit/regions.ts';
import { useCanvas } from '../../state/canvas.ts';
import { addStroke, showHub } from '../../state/editing.ts';
import { clickGlass, resizeGlass, useGlass } from '../../state/glass.ts';

/** A pointer that went no further than this was only pressed, in device pixels. */
export const CLICK_WITHIN = 6;

/** @param covers whether the cut-out covers a place: what it covers is dropped, what it does not is added; null: not known yet */
export function clicked(
  { photoId, covers }: { readonly photoId: string; readonly covers: (at: Place) => boolean | null },
  at: [number, number],
  { shiftKey, altKey }: { readonly shiftKey: boolean; readonly altKey: boolean },
): void {
  if (useCanvas.getState().tool === 'glass') {
    clickGlass(photoId, at, { same: shiftKey, back: altKey });
    return;
  }
  if (at.some((each) => each < 0 || each > 1)) return;
  if (useCanvas.getState().tool === 'wheels') {
    showHub(photoId, at);
    return;
  }
  const covered = covers(at);
  if (covered !== null) addStroke(photoId, { mode: 'part', at, keep: !covered });
}

/** Over the patch that was chosen last, the wheel makes it larger or smaller. False: it means something else. */
export function hasResized(
  photoId: string,
  at: Place,
  { deltaY, ctrlKey }: { readonly deltaY: number; readonly ctrlKey: boolean },
): boolean {
  const { regions, chosen } = useGlass.getState();
  if (useCanvas.getState().tool !== 'glass' || regions === null || chosen === null) return false;
  const region = nearestInArea(regions.tree, chosen.at, chosen.area);
  if (region < 0 || !isWithin(regions.tree, smallestAt(regions.tree, at), region)) return false;
  if (deltaY !== 0) resizeGlass(photoId, deltaY < 0 ? 1 : -1, ctrlKey);
  return true;
}
