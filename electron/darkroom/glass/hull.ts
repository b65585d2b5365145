/**
 * The subject as one solid shape, and the picture of it on which regions are looked for.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Raster } from '../files/raster.ts';
import { resizeRaster } from '../files/read-raster.ts';
import { flood, largestPart } from '../filters/connected.ts';

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
  const solid = new Uint8Array(matte.length);
  for (let i = 0; i < solid.length; i++) if ((matte[i] as number) > HALF) solid[i] = 1;
  const part = largestPart(solid, size, 1);
  if (part === null) return null;
  const { mask, left, top, right, bottom } = part;
  fillHoles(mask, size);
  let area = 0;
  for (let i = 0; i < mask.length; i++) area += mask[i] as number;
  return { mask, area, left, top, width: right - left + 1, height: bottom - top + 1 };
}

/** Holes are what cannot be reached from beyond the picture. @param mask 1 where something is; changed in place */
function fillHoles(mask: Uint8Array, size: Size): void {
  const { width, height } = size;
  const outside = new Uint8Array(mask.length);
  const queue = new Int32Array(mask.length);
  let count = 0;
  const enter = (i: number): boolean => {
    if (mask[i] === 1 || outside[i] === 1) return false;
    outside[i] = 1;
    return true;
  };
  for (let x = 0; x < width; x++) for (const i of [x, (height - 1) * width + x]) if (enter(i)) queue[count++] = i;
  for (let y = 0; y < height; y++) for (const i of [y * width, (y + 1) * width - 1]) if (enter(i)) queue[count++] = i;
  flood(size, queue, count, enter);
  for (let i = 0; i < mask.length; i++) if (outside[i] === 0) mask[i] = 1;
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
