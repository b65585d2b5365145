/**
 * Subjects that the photo's frame cuts off: a bust, a car that leaves the picture. Where they are cut they have a flat end, and it has to lie on
 * the canvas' edge or beyond, or they float in the picture sawn off.
 */
import type { Rect, Size } from './rect.ts';

/** Which sides of the photo cut the subject. */
export interface Cut {
  readonly left: boolean;
  readonly right: boolean;
  readonly top: boolean;
  readonly bottom: boolean;
}

/** A subject this close to the photo's edge is cut off by it, over the photo's side. */
const CUT_OFF = 0.004;

/** @param subject its bounding box, fractions of the photo; null: none was found, and nothing is cut */
export const cutOf = (subject: Rect | null): Cut =>
  subject === null
    ? { left: false, right: false, top: false, bottom: false }
    : {
        left: subject.x <= CUT_OFF,
        right: subject.x + subject.width >= 1 - CUT_OFF,
        top: subject.y <= CUT_OFF,
        bottom: subject.y + subject.height >= 1 - CUT_OFF,
      };

/** The least scale, canvas pixels per photo pixel, at which opposite cut sides both reach the canvas' edges; 0 where there are none. */
export const coveringScale = (cut: Cut, canvas: Size, photo: Size): number =>
  Math.max(cut.left && cut.right ? canvas.width / photo.width : 0, cut.top && cut.bottom ? canvas.height / photo.height : 0);

/** One direction: where the photo begins and how long it is, in pixels of the canvas. */
export interface Along {
  readonly start: number;
  readonly reach: number;
  readonly canvas: number;
}

/** Where the photo begins once its cut ends are on the canvas' edge: on it when one end is cut, `start` when none or both are. */
export function onEdge({ start, reach, canvas }: Along, near: boolean, far: boolean): number {
  if (near === far) return start;
  return near ? 0 : canvas - reach;
}

/** The same after it was moved: a cut end may lie beyond the canvas' edge, never inside. */
export function pinned({ start, reach, canvas }: Along, near: boolean, far: boolean): number {
  const before = near ? Math.min(start, 0) : start;
  return far ? Math.max(before, canvas - reach) : before;
}
