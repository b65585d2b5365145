/**
 * The largest connected part of a matte: with two cars in a picture the wheels of one must not be paired with those of the other.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';

/** Matte from which a pixel counts as covered. */
const COVERED = 128;

/** All connected parts of a matte. */
export interface Parts {
  /** 0 where nothing is covered, else the number of the part, from 1 on. */
  readonly label: Int32Array;
  /** Pixels of each part, by its number; the first is unused. */
  readonly sizes: readonly number[];
  /** The number of the largest; 0 when there is none. */
  readonly largest: number;
}

/** One of them, in pixels of the matte. */
export interface Part {
  /** 1 where the part is. */
  readonly mask: Uint8Array;
  /** Its box: the first and last column and row, both inside. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** @param matte width * height bytes. @param covered from which value on a pixel belongs to a part */
export function partsOf(matte: Uint8Array, size: Size, covered = COVERED): Parts {
  const label = new Int32Array(matte.length);
  const queue = new Int32Array(matte.length);
  const sizes = [0];
  for (let start = 0; start < matte.length; start++)
    if (label[start] === 0 && (matte[start] as number) >= covered)
      sizes.push(flood(matte, size, start, { covered, label, queue, number: sizes.length }));
  return { label, sizes, largest: sizes.reduce((best, count, n) => (count > (sizes[best] ?? 0) ? n : best), 0) };
}

/** @param matte width * height bytes. @returns null when nothing is covered */
export function largestPart(matte: Uint8Array, size: Size): Part | null {
  const { label, largest } = partsOf(matte, size);
  if (largest === 0) return null;
  const mask = new Uint8Array(matte.length);
  const part = { left: size.width, top: size.height, right: -1, bottom: -1 };
  for (let y = 0, i = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++, i++) {
      if (label[i] !== largest) continue;
      mask[i] = 1;
      if (x < part.left) part.left = x;
      if (x > part.right) part.right = x;
      if (y < part.top) part.top = y;
      part.bottom = y;
    }
  }
  return { mask, ...part };
}

interface Flood {
  readonly covered: number;
  readonly label: Int32Array;
  readonly queue: Int32Array;
  readonly number: number;
}

/** Labels what hangs together with a pixel (by its four neighbours). @returns how many pixels that is */
function flood(matte: Uint8Array, { width }: Size, start: number, { covered, label, queue, number }: Flood): number {
  let tail = 0;
  const visit = (i: number): void => {
    if (label[i] !== 0 || (matte[i] as number) < covered) return;
    label[i] = number;
    queue[tail++] = i;
  };
  visit(start);
  for (let head = 0; head < tail; head++) {
    const i = queue[head] as number;
    const x = i % width;
    if (x > 0) visit(i - 1);
    if (x < width - 1) visit(i + 1);
    if (i >= width) visit(i - width);
    if (i + width < matte.length) visit(i + width);
  }
  return tail;
}
