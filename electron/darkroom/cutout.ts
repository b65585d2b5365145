/**
 * The cut-out: everything that separates the subject of a photo from its background, at a reduced size ("the guide"), in a form
 * that can be developed at any size. Per pixel of the guide: whether it is outside, inside, or at an edge; at edges the linear
 * function that gives the matte from the photo's own pixels, and the mean colours on both sides.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Stroke } from '../../shared/edit/recipe.ts';
import type { Rect } from '../../shared/ipc/library.ts';
import { type Planes, sideColours } from './foreground.ts';
import { guidedFilter } from './guided-filter.ts';
import type { Raster } from './raster.ts';
import { drawStrokes } from './strokes.ts';

/** Longest side at which edges are worked out; above it the photo's own pixels decide. */
export const GUIDE_LONG_EDGE = 1536;

export const OUTSIDE = 0;
export const INSIDE = 1;
export const EDGE = 2;

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

/** Over the guide's longer side: how far the matte's uncertainty is taken to reach, and the window in which edges are fitted. */
const EDGE_REACH = 5 / 1536;
const WINDOW_RADIUS = 6 / 1536;
const EPSILON = 2e-4;

/** A matte this close to an end is that end. */
export const LOW = 0.04;
export const HIGH = 0.96;

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
  for (let i = 0; i < area; i++) if (zone[i] !== EDGE) rough[i] = zone[i] as number;
  const planes = planesOf(guide);
  const linear = guidedFilter(planes, rough, edgesOf(zone), guide, Math.max(2, Math.round(WINDOW_RADIUS * long)), EPSILON);
  const fine = new Float32Array(area);
  const alpha = new Uint8Array(area);
  for (let i = 0; i < area; i++) {
    fine[i] = alphaOf(
      linear,
      4 * i,
      (planes[0] as Float32Array)[i] as number,
      (planes[1] as Float32Array)[i] as number,
      (planes[2] as Float32Array)[i] as number,
    );
    alpha[i] = Math.round(255 * (fine[i] as number));
  }
  const { fore, back } = sideColours(planes, fine, guide);
  const sides = new Uint8Array(area * 6);
  for (let i = 0; i < area; i++) {
    for (let c = 0; c < 3; c++) {
      sides[6 * i + c] = byte((fore[c] as Float32Array)[i] as number);
      sides[6 * i + 3 + c] = byte((back[c] as Float32Array)[i] as number);
    }
  }
  return { width, height, zone, alpha, linear, sides, subject: boundsOf(alpha, width, height) };
}

/** The matte of one pixel: its linear function, with the ends pulled in so that noise leaves no veil and no pinholes. */
export function alphaOf(linear: Float32Array, at: number, r: number, g: number, b: number): number {
  const value = (linear[at] as number) * r + (linear[at + 1] as number) * g + (linear[at + 2] as number) * b + (linear[at + 3] as number);
  return Math.min(1, Math.max(0, (value - LOW) / (HIGH - LOW)));
}

const byte = (value: number): number => Math.min(255, Math.max(0, Math.round(value * 255)));

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
  const lowest = spread(matte, width, height, reach, Math.min);
  const highest = spread(matte, width, height, reach, Math.max);
  const zone = new Uint8Array(matte.length);
  for (let i = 0; i < zone.length; i++) {
    zone[i] = (highest[i] as number) < LOW ? OUTSIDE : (lowest[i] as number) > HIGH ? INSIDE : EDGE;
  }
  return zone;
}

const edgesOf = (zone: Uint8Array): Uint8Array => zone.map((z) => (z === EDGE ? 1 : 0));

/** The extreme value within a square, rows first, then columns. */
function spread(plane: Float32Array, width: number, height: number, reach: number, pick: (a: number, b: number) => number): Float32Array {
  const rows = new Float32Array(plane.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let best = plane[y * width + x] as number;
      for (let n = Math.max(0, x - reach); n <= Math.min(width - 1, x + reach); n++) best = pick(best, plane[y * width + n] as number);
      rows[y * width + x] = best;
    }
  }
  const out = rows.slice();
  for (let y = 0; y < height; y++) {
    for (let n = Math.max(0, y - reach); n <= Math.min(height - 1, y + reach); n++) {
      for (let x = 0, i = y * width, j = n * width; x < width; x++, i++, j++) out[i] = pick(out[i] as number, rows[j] as number);
    }
  }
  return out;
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
