/**
 * What hangs together in a picture, over four neighbours: the one flood of the darkroom, and the parts of a matte.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { type Bounds, boundsOf } from '../../../shared/edit/bounds.ts';
import type { Size } from '../../../shared/edit/placement.ts';

/**
 * Goes on from pixels to their neighbours, the nearest first, for as long as they belong.
 *
 * @param queue as long as the picture has pixels; the first `count` are where it begins
 * @param enter whether a pixel belongs, come to from a neighbour; it marks the pixel, so that it says so once only
 * @returns how many pixels of the queue were reached, those that it began with included
 */
export function flood({ width, height }: Size, queue: Int32Array, count: number, enter: (index: number, from: number) => boolean): number {
  const last = width * (height - 1);
  let tail = count;
  for (let head = 0; head < tail; head++) {
    const i = queue[head] as number;
    const x = i % width;
    if (x > 0 && enter(i - 1, i)) queue[tail++] = i - 1;
    if (x < width - 1 && enter(i + 1, i)) queue[tail++] = i + 1;
    if (i >= width && enter(i - width, i)) queue[tail++] = i - width;
    if (i < last && enter(i + width, i)) queue[tail++] = i + width;
  }
  return tail;
}

/** Matte from which a pixel counts as covered. */
const COVERED = 128;

/** All connected parts of a matte. */
export interface Parts {
  /** 0 where nothing is covered, else the number of the part, from 1 on. */
  readonly label: Int32Array;
  /** Pixels of each part, by its number; the first is unused. */
  readonly sizes: readonly number[];
  /** The number of the largest, of equals the first; 0 when there is none. */
  readonly largest: number;
}

/** One of them, with its bounds in pixels of the matte. */
export interface Part extends Bounds {
  /** 1 where the part is. */
  readonly mask: Uint8Array;
}

/** @param matte width * height bytes. @param covered from which value on a pixel belongs to a part */
export function partsOf(matte: Uint8Array, size: Size, covered = COVERED): Parts {
  const label = new Int32Array(matte.length);
  const queue = new Int32Array(matte.length);
  const sizes = [0];
  let largest = 0;
  for (let start = 0; start < matte.length; start++) {
    if (label[start] !== 0 || (matte[start] as number) < covered) continue;
    const number = sizes.length;
    queue[0] = start;
    label[start] = number;
    const area = flood(size, queue, 1, (i) => {
      if (label[i] !== 0 || (matte[i] as number) < covered) return false;
      label[i] = number;
      return true;
    });
    sizes.push(area);
    if (area > (sizes[largest] as number)) largest = number;
  }
  return { label, sizes, largest };
}

/** With two cars in a picture, the wheels of one must not be paired with those of the other. @returns null when nothing is covered */
export function largestPart(matte: Uint8Array, size: Size, covered = COVERED): Part | null {
  const { label, largest } = partsOf(matte, size, covered);
  if (largest === 0) return null;
  const mask = new Uint8Array(matte.length);
  for (let i = 0; i < mask.length; i++) if (label[i] === largest) mask[i] = 1;
  const bounds = boundsOf(mask, size);
  return bounds === null ? null : { mask, ...bounds };
}
