/**
 * The cut-out: everything that separates the subject of a photo from its background, at a reduced size ("the guide"), in a form
 * that can be developed at any size. Per pixel of the guide: whether it is outside, inside, or at an edge; at edges the linear
 * function that gives the matte from the photo's own pixels, and the mean colours on both sides.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Stroke } from '../../shared/edit/recipe.ts';
import type { Rect } from '../../shared/ipc/library.ts';
import { alphaOf, fitEdges, softness, widenZones } from './edges.ts';
import { type Planes, sideColours, wideLook } from './foreground.ts';
import type { Raster } from './raster.ts';
import { drawStrokes } from './strokes.ts';
import { EDGE, INSIDE, OUTSIDE } from './zones.ts';

/** Longest side at which edges are worked out; above it the photo's own pixels decide. */
export const GUIDE_LONG_EDGE = 1536;

export interface Cutout {
  readonly width: number;
  readonly height: number;
  /** OUTSIDE, INSIDE or EDGE per pixel. */
  readonly zone: Uint8Array;
  /** The refined matte at the guide's size, 0..255. */
  readonly alpha: Uint8Array;
  /** Four per pixel: alpha = l0 r + l1 g + l2 b + l3 for samples in 0..1. */
  readonly linear: Float32Array;
  /** Six per pixel, 0..255: mean colour of the subject, mean colour of the background. */
  readonly sides: Uint8Array;
  /** Fractions of the photo; null when there is no subject. */
  readonly subject: Rect | null;
}

/** A matte this close to an end is that end. */
const NOTHING = 0.04;
const ALL = 0.96;
/** How far beyond that the edge is taken to reach, over the guide's longer side. */
const EDGE_REACH = 10 / 1536;

/**
 * @param guide the photo, reduced, in its own colour space
 * @param matte what the network said, width * height bytes of the guide's size
 */
export function makeCutout(guide: Raster, matte: Uint8Array, strokes: readonly Stroke[]): Cutout {
  const { width, height } = guide;
  const area = width * height;
  const long = Math.max(width, height);
  const rough = new Float32Array(area);
  for (let i = 0; i < area; i++) rough[i] = (matte[i] as number) / 255;
  drawStrokes(rough, guide, strokes);

  const zone = zonesOf(rough, width, height, Math.max(1, Math.round(EDGE_REACH * long)));
  const soft = softness(rough, guide);
  widenZones(zone, soft, guide);
  const fine = new Float32Array(area);
  const linear = new Float32Array(area * 4);
  for (let i = 0; i < area; i++) {
    if (zone[i] !== EDGE) rough[i] = zone[i] as number;
    linear[4 * i + 3] = fine[i] = rough[i] as number;
  }
  const planes = planesOf(guide);
  const look = wideLook(planes, rough, zone, guide);
  fitEdges({ planes, matte: rough, zone, soft, look, size: guide }, linear);
  for (let i = 0; i < area; i++) {
    if (zone[i] === EDGE) fine[i] = alphaOf(linear, 4 * i, planes[0][i] as number, planes[1][i] as number, planes[2][i] as number);
  }
  const alpha = new Uint8Array(area);
  for (let i = 0; i < area; i++) alpha[i] = 255 * (fine[i] as number) + 0.5;
  const sides = new Uint8Array(area * 6);
  sideColours(planes, fine, guide, zone, look, (i, fr, fg, fb, br, bg, bb) => {
    const at = 6 * i;
    sides[at] = byte(fr);
    sides[at + 1] = byte(fg);
    sides[at + 2] = byte(fb);
    sides[at + 3] = byte(br);
    sides[at + 4] = byte(bg);
    sides[at + 5] = byte(bb);
  });
  return { width, height, zone, alpha, linear, sides, subject: boundsOf(alpha, width, height) };
}

const byte = (value: number): number => Math.min(255, Math.max(0, value * 255 + 0.5));

function planesOf({ data, width, height }: Raster): Planes {
  const area = width * height;
  const planes: Planes = [new Float32Array(area), new Float32Array(area), new Float32Array(area)];
  const unit = data instanceof Uint16Array ? 1 / 65535 : 1 / 255;
  for (let i = 0, p = 0; i < area; i++, p += 3) {
    planes[0][i] = (data[p] as number) * unit;
    planes[1][i] = (data[p + 1] as number) * unit;
    planes[2][i] = (data[p + 2] as number) * unit;
  }
  return planes;
}

/** An edge is where the matte is undecided, or where it changes within reach. */
function zonesOf(matte: Float32Array, width: number, height: number, reach: number): Uint8Array {
  const something = new Uint8Array(matte.length);
  const incomplete = new Uint8Array(matte.length);
  for (let i = 0; i < matte.length; i++) {
    const value = matte[i] as number;
    if (value >= NOTHING) something[i] = 1;
    if (value <= ALL) incomplete[i] = 1;
  }
  grow(something, width, height, reach);
  grow(incomplete, width, height, reach);
  const zone = new Uint8Array(matte.length);
  for (let i = 0; i < zone.length; i++) zone[i] = something[i] === 0 ? OUTSIDE : incomplete[i] === 0 ? INSIDE : EDGE;
  return zone;
}

/** Grows the set pixels of a mask by a square of `reach`, in place: along rows, then along columns. */
function grow(mask: Uint8Array, width: number, height: number, reach: number): void {
  for (let y = 0; y < height; y++) growLine(mask, y * width, width, reach);
  // How many rows ago each column was last set, going down, then going up: row by row, so that memory is read in order.
  const since = new Uint16Array(width).fill(reach + 1);
  const below = mask.slice();
  for (const down of [true, false]) {
    since.fill(reach + 1);
    for (let n = 0; n < height; n++) {
      const start = (down ? n : height - 1 - n) * width;
      for (let x = 0; x < width; x++) {
        const rows = below[start + x] === 1 ? 0 : (since[x] as number) + 1;
        since[x] = rows;
        if (rows <= reach) mask[start + x] = 1;
      }
    }
  }
}

function growLine(mask: Uint8Array, start: number, width: number, reach: number): void {
  let until = -1;
  for (let x = 0; x < width; x++) {
    if (mask[start + x] === 1) until = x + reach;
    else if (x <= until) mask[start + x] = 2;
  }
  until = width;
  for (let x = width - 1; x >= 0; x--) {
    if (mask[start + x] === 1) until = x - reach;
    else if (x >= until || mask[start + x] === 2) mask[start + x] = 2;
  }
  for (let x = 0; x < width; x++) if (mask[start + x] === 2) mask[start + x] = 1;
}

/** Specks of a few pixels do not make a subject larger: a row or column counts when it holds more than a trace. */
function boundsOf(alpha: Uint8Array, width: number, height: number): Rect | null {
  const columns = new Uint32Array(width);
  const rows = new Uint32Array(height);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      if ((alpha[i] as number) < 128) continue;
      columns[x] = (columns[x] as number) + 1;
      rows[y] = (rows[y] as number) + 1;
    }
  }
  const least = 2;
  const left = columns.findIndex((n) => n >= least);
  const top = rows.findIndex((n) => n >= least);
  if (left < 0 || top < 0) return null;
  const right = columns.findLastIndex((n) => n >= least) + 1;
  const bottom = rows.findLastIndex((n) => n >= least) + 1;
  return { x: left / width, y: top / height, width: (right - left) / width, height: (bottom - top) / height };
}
