/**
 * The subject as one solid shape, and the picture of it on which regions are looked for.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Raster } from '../files/raster.ts';
import { resizeRaster } from '../files/read-raster.ts';

/** Width that the subject is brought to, in pixels: at 700 small panes are lost, 1400 finds no more. All constants of this room are for it. */
export const HULL_WIDTH = 1000;
/** A photo is enlarged by no more than this: beyond it there is nothing to see. */
const MOST_ENLARGED = 2.2;
/** All glass lies in this upper share of a car; the rest is left out where the subject is taller than this many pixels of the stage. */
const UPPER = 0.68;
const LOW = 480;
/** Pixels of the guide around the subject. */
const MARGIN = 6;
/** Beyond this a pixel of the matte belongs to the subject. */
const HALF = 0.5;

/** A solid shape on the guide. */
export interface Hull {
  /** 1 inside, of the guide's size. */
  readonly mask: Uint8Array;
  /** How many pixels of the guide it has. */
  readonly area: number;
  /** In pixels of the guide: the mask's own bounds. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The largest connected piece of the matte, its holes filled; null when there is none. */
export function hullOf(matte: Float32Array, size: Size): Hull | null {
  const { width, height } = size;
  // A frame of nothing all around, so that no neighbour has to be asked whether it exists.
  const wide = width + 2;
  const cells = new Uint8Array(wide * (height + 2));
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0, n = (y + 1) * wide + 1; x < width; x++, i++, n++) if ((matte[i] as number) > HALF) cells[n] = SOLID;
  if (!markLargest(cells, wide)) return null;
  const outside = new Int32Array(cells.length);
  flood({ cells, wide, queue: outside }, 0, [EMPTY, PASSED, SOLID], OUTSIDE);
  const mask = new Uint8Array(width * height);
  let [left, top, right, bottom, area] = [width, height, -1, -1, 0];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0, n = (y + 1) * wide + 1; x < width; x++, i++, n++) {
      if (cells[n] === OUTSIDE) continue;
      mask[i] = 1;
      area++;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return { mask, area, left, top, width: right - left + 1, height: bottom - top + 1 };
}

const EMPTY = 0;
const SOLID = 1;
const PASSED = 2;
const LARGEST = 3;
const OUTSIDE = 4;

/** @returns false when nothing is solid */
function markLargest(cells: Uint8Array, wide: number): boolean {
  const place = { cells, wide, queue: new Int32Array(cells.length) };
  let [best, most] = [-1, 0];
  for (let start = cells.indexOf(SOLID); start >= 0; start = cells.indexOf(SOLID, start)) {
    const area = flood(place, start, [SOLID, SOLID, SOLID], PASSED);
    if (area > most) [best, most] = [start, area];
  }
  if (best >= 0) flood(place, best, [PASSED, PASSED, PASSED], LARGEST);
  return best >= 0;
}

interface Flooding {
  readonly cells: Uint8Array;
  /** Cells in a row. */
  readonly wide: number;
  /** As long as `cells`. */
  readonly queue: Int32Array;
}

/** Turns what is connected to `start`, over four neighbours, and of one of these kinds into another. @returns how many that are */
function flood({ cells, wide, queue }: Flooding, start: number, [a, b, c]: readonly [number, number, number], into: number): number {
  let tail = 1;
  queue[0] = start;
  cells[start] = into;
  for (let head = 0; head < tail; head++) {
    const i = queue[head] as number;
    for (let side = 0; side < 4; side++) {
      const n = side === 0 ? i - 1 : side === 1 ? i + 1 : side === 2 ? i - wide : i + wide;
      const cell = cells[n];
      // Beyond the frame nothing is: an index there reads as none.
      if (cell !== a && cell !== b && cell !== c) continue;
      cells[n] = into;
      queue[tail++] = n;
    }
  }
  return tail;
}

/** The part of the photo that holds the subject, at the size at which regions are looked for. */
export interface Stage extends Size {
  /** Interleaved RGB, 8 bits. */
  readonly data: Uint8Array;
  /** 1 inside the hull; never at the rim of the stage, so that what is inside has neighbours to all sides. */
  readonly inside: Uint8Array;
  /** What it shows, in fractions of the photo. */
  readonly box: Rect;
  /** Pixels of the stage per pixel of the guide. */
  readonly scale: number;
}

/** @param guide the photo, reduced, of the size that the hull was found at */
export async function stageOf(guide: Raster, hull: Hull): Promise<Stage> {
  const left = Math.max(0, hull.left - MARGIN);
  const top = Math.max(0, hull.top - MARGIN);
  const scale = Math.min(MOST_ENLARGED, HULL_WIDTH / hull.width);
  const wanted = Math.round(Math.min(hull.height, Math.max(UPPER * hull.height, LOW / scale)));
  const part = {
    width: Math.min(guide.width, hull.left + hull.width + MARGIN) - left,
    height: Math.min(guide.height, hull.top + wanted + MARGIN) - top,
  };
  const size = { width: Math.max(1, Math.round(part.width * scale)), height: Math.max(1, Math.round(part.height * scale)) };
  const piece = new Uint8Array(3 * part.width * part.height);
  for (let y = 0; y < part.height; y++) {
    const start = 3 * ((top + y) * guide.width + left);
    piece.set(guide.data.subarray(start, start + 3 * part.width), 3 * y * part.width);
  }
  const { data } = await resizeRaster({ data: piece, ...part }, size, 'cubic');
  const inside = new Uint8Array(size.width * size.height);
  const columns = Int32Array.from({ length: size.width }, (_, x) => Math.min(part.width - 1, Math.floor((x + 0.5) / scale)));
  for (let y = 1; y < size.height - 1; y++) {
    const line = (top + Math.min(part.height - 1, Math.floor((y + 0.5) / scale))) * guide.width + left;
    for (let x = 1, i = y * size.width + 1; x < size.width - 1; x++, i++) inside[i] = hull.mask[line + (columns[x] as number)] as number;
  }
  const box = { x: left / guide.width, y: top / guide.height, width: part.width / guide.width, height: part.height / guide.height };
  if (data instanceof Uint16Array) throw new Error('regions are looked for in 8 bits');
  return { ...size, data, inside, box, scale };
}
