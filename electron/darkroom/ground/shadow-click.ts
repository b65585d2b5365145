/**
 * An old shadow that somebody clicked on where no wheels are known: what is as dark and as even around the place goes, and what lies below
 * it. Light alone cannot tell a shadow from dark paint and black plastic, so it goes no higher than bodies begin.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { barriersOf } from '../../../shared/edit/barriers.ts';
import type { Raster } from '../files/raster.ts';
import { flood, nearestTo, type Part } from '../filters/connected.ts';

/** How high over its lowest row a shadow is believed, over the subject's height: a car clears the ground by no more. */
const HIGHEST = 0.08;
/** As dark: no channel differs from the place by more, in steps of 8 bits. A shadow is lighter towards its edge. */
const DARKER = 28;
const LIGHTER = 44;
/** As even: colour changes by no more than this per pixel. */
const EVEN = 5;
/** A click beside it still means it: so far, over the picture's longer side. */
const BESIDE = 0.008;
/** Matte from which a click means what is there, 0..255. */
const COVERED = 128;

/** @param matte bytes, of the guide's size, changed in place; nothing where the click is beside it, or too high. @param at in fractions of the photo. @param subject the car */
export function clickShadowAway(matte: Uint8Array, guide: Raster, at: readonly [number, number], subject: Part): void {
  const { width, height } = guide;
  const start = nearestTo(at, guide, BESIDE, (i) => (matte[i] as number) >= COVERED);
  if (start < 0) return;
  const highest = Math.max(0, Math.floor(subject.bottom - HIGHEST * (subject.bottom - subject.top)));
  const shade = shadeAround(matte, guide, start, highest);
  for (let x = 0; x < width; x++) {
    let y = highest;
    while (y < height && shade[y * width + x] === 0) y++;
    // Whatever lies below it in the picture is floor, too. Its first row is soft.
    for (let left = 0.5; y < height; y++, left = 0) {
      const i = y * width + x;
      matte[i] = Math.round((matte[i] as number) * left);
    }
  }
}

/** 1 where a shadow is that hangs together with a pixel, from a row on. */
function shadeAround(matte: Uint8Array, guide: Raster, start: number, highest: number): Uint8Array {
  const { data, width } = guide;
  const { strength } = barriersOf({ ...guide, channels: 3 });
  const unit = data instanceof Uint16Array ? 1 / 257 : 1;
  const channel = (i: number, c: number): number => (data[3 * i + c] as number) * unit;
  const place = [0, 1, 2].map((c) => channel(start, c));
  const isAlike = (i: number): boolean =>
    place.every((value, c) => {
      const more = channel(i, c) - value;
      return more >= -DARKER && more <= LIGHTER;
    });
  const shade = new Uint8Array(matte.length);
  const enter = (i: number): boolean => {
    if (i < highest * width || shade[i] === 1 || matte[i] === 0 || (strength[i] as number) > EVEN || !isAlike(i)) return false;
    shade[i] = 1;
    return true;
  };
  const queue = new Int32Array(matte.length);
  queue[0] = start;
  if (enter(start)) flood(guide, queue, 1, enter);
  return shade;
}
