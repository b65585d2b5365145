/**
 * The cut-out: everything that separates the subject of a photo from its background, at a reduced size ("the guide"), in a form
 * that can be developed at any size. Per pixel of the guide: whether it is outside, inside, or at an edge; at edges the linear
 * function that gives the matte from the photo's own pixels, and the mean colours on both sides.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Ground } from '../../../shared/edit/ground.ts';
import type { Size } from '../../../shared/edit/placement.ts';
import type { Stroke } from '../../../shared/edit/recipe.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { Raster } from '../files/raster.ts';
import type { Planes } from '../filters/planes.ts';
import { sharedBytes, sharedFloats } from '../filters/turns.ts';
import { ALL, EDGE, INSIDE, NOTHING, OUTSIDE } from '../filters/zones.ts';
import type { GlassLayer } from '../glass/layer.ts';
import { type Beside, drawActs, NOTHING_BESIDE } from './acts.ts';
import { developAlpha, type Edges, type Outline } from './develop.ts';
import { ALONE, type EdgeThreads, fitEdges, sidesAlong } from './edge-threads.ts';
import { softness, widenZones } from './edges.ts';
import { wideLook } from './foreground.ts';

/** Longest side at which edges are worked out; above it the photo's own pixels decide. */
export const GUIDE_LONG_EDGE = 1536;

/** The functions along edges and the colours beside them are smooth: half the guide's size holds all of them. */
const HALF = 2;

/** The subject: its matte, the clean colours of its edge, and where it lies. */
export interface Cutout extends Outline {
  /** The refined matte at the guide's size, 0..255. */
  readonly alpha: Uint8Array;
  /** Fractions of the photo; null when there is no subject. */
  readonly subject: Rect | null;
  /** Glass that lies over the new background; null without. */
  readonly glass: GlassLayer | null;
  /** Where it stands, when it is a car whose wheels are known or guessed; null for everything else. */
  readonly ground: Ground | null;
  /** The share of the subject that the network was undecided about at first, 0..1; 0 where nobody asked it, or a brush has decided. */
  readonly undecided: number;
}

/** How far beyond that the edge is taken to reach, over the guide's longer side. */
const EDGE_REACH = 8 / 1536;

/**
 * @param guide the photo, reduced, in its own colour space
 * @param matte what the network said, without an old shadow, width * height bytes of the guide's size
 * @param threads share the work along edges when they have nothing else to do; what comes out is the same
 * @returns a cut-out that stands nowhere yet
 */
export function makeCutout(
  guide: Raster,
  matte: Uint8Array,
  strokes: readonly Stroke[],
  beside: Beside = NOTHING_BESIDE,
  threads: EdgeThreads = ALONE,
): Cutout {
  const { width, height } = guide;
  const { rough, glass } = drawActs(guide, matte, strokes, beside);

  const half = halved(guide, rough);
  const { size } = half;
  const smallZone = zonesOf(half, Math.max(1, Math.round((EDGE_REACH * Math.max(width, height)) / HALF)));
  const soft = softness(half.matte, size);
  widenZones(smallZone, soft);
  for (let i = 0; i < smallZone.length; i++) if (smallZone[i] !== EDGE) half.matte[i] = smallZone[i] as number;
  const look = wideLook(half.colours, half.matte, smallZone, size);
  const linear = fitEdges({ colours: half.colours, matte: half.matte, zone: smallZone, soft, look, size }, threads);

  const zone = doubled(smallZone, size, guide);
  const alpha = new Uint8Array(width * height);
  for (let i = 0; i < alpha.length; i++) if (zone[i] === INSIDE) alpha[i] = 255;
  developAlpha({ width, height, zone, edges: { ...size, linear, sides: new Uint8Array(6 * smallZone.length) } }, guide, alpha);
  halveMatte(alpha, guide, half.matte);
  const edges: Edges = {
    ...size,
    linear,
    sides: sidesAlong({ picture: half.colours, alpha: half.matte, size, zone: smallZone }, look, threads),
  };
  return { width, height, zone, alpha, edges, subject: subjectIn(alpha, width, height), glass, ground: null, undecided: 0 };
}

interface Half {
  readonly size: Size;
  /** These and the matte in memory that threads share. */
  readonly colours: Planes;
  readonly matte: Float32Array;
  /** The least and the most of the matte under each pixel. */
  readonly least: Float32Array;
  readonly most: Float32Array;
}

/** Means of 2 x 2 pixels; a last odd row or column counts twice. */
function halved({ data, width, height }: Raster, matte: Float32Array): Half {
  const size = { width: Math.ceil(width / HALF), height: Math.ceil(height / HALF) };
  const area = size.width * size.height;
  const [r, g, b, mean] = [sharedFloats(area), sharedFloats(area), sharedFloats(area), sharedFloats(area)];
  const [least, most] = [new Float32Array(area), new Float32Array(area)];
  const unit = 0.25 / (data instanceof Uint16Array ? 65535 : 255);
  for (let y = 0, i = 0; y < size.height; y++) {
    const upper = HALF * y * width;
    const lower = Math.min(height - 1, HALF * y + 1) * width;
    for (let x = 0; x < size.width; x++, i++) {
      const p = upper + HALF * x;
      const s = lower + HALF * x;
      const next = HALF * x + 1 < width ? 1 : 0;
      const q = p + next;
      const t = s + next;
      r[i] = unit * ((data[3 * p] as number) + (data[3 * q] as number) + (data[3 * s] as number) + (data[3 * t] as number));
      g[i] = unit * ((data[3 * p + 1] as number) + (data[3 * q + 1] as number) + (data[3 * s + 1] as number) + (data[3 * t + 1] as number));
      b[i] = unit * ((data[3 * p + 2] as number) + (data[3 * q + 2] as number) + (data[3 * s + 2] as number) + (data[3 * t + 2] as number));
      const a = matte[p] as number;
      const c = matte[q] as number;
      const d = matte[s] as number;
      const e = matte[t] as number;
      mean[i] = 0.25 * (a + c + d + e);
      least[i] = Math.min(Math.min(a, c), Math.min(d, e));
      most[i] = Math.max(Math.max(a, c), Math.max(d, e));
    }
  }
  return { size, colours: [r, g, b], matte: mean, least, most };
}

/** The refined matte, halved, in place of the rough one. */
function halveMatte(alpha: Uint8Array, { width, height }: Size, out: Float32Array): void {
  for (let y = 0, i = 0; y < height; y += HALF) {
    const upper = y * width;
    const lower = Math.min(height - 1, y + 1) * width;
    for (let x = 0; x < width; x += HALF, i++) {
      const right = x + 1 < width ? x + 1 : x;
      const sum = (alpha[upper + x] as number) + (alpha[upper + right] as number);
      out[i] = (sum + (alpha[lower + x] as number) + (alpha[lower + right] as number)) / 1020;
    }
  }
}

/** An edge is where the matte is undecided, or where it changes within reach. In memory that threads share. */
function zonesOf({ size, least, most }: Half, reach: number): Uint8Array {
  const { width, height } = size;
  const something = new Uint8Array(least.length);
  const incomplete = new Uint8Array(least.length);
  for (let i = 0; i < least.length; i++) {
    if ((most[i] as number) >= NOTHING) something[i] = 1;
    if ((least[i] as number) <= ALL) incomplete[i] = 1;
  }
  grow(something, width, height, reach);
  grow(incomplete, width, height, reach);
  const zone = sharedBytes(least.length);
  for (let i = 0; i < zone.length; i++) zone[i] = something[i] === 0 ? OUTSIDE : incomplete[i] === 0 ? INSIDE : EDGE;
  return zone;
}

function doubled(zone: Uint8Array, small: Size, { width, height }: Size): Uint8Array {
  const out = new Uint8Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const line = (y >> 1) * small.width;
    for (let x = 0; x < width; x++, i++) out[i] = zone[line + (x >> 1)] as number;
  }
  return out;
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
function subjectIn(alpha: Uint8Array, width: number, height: number): Rect | null {
  const least = 2;
  const columns = new Uint8Array(width);
  const rows = new Uint32Array(height);
  for (let y = 0, i = 0; y < height; y++) {
    let covered = 0;
    for (let x = 0; x < width; x++, i++) {
      if ((alpha[i] as number) < 128) continue;
      covered++;
      if ((columns[x] as number) < least) columns[x] = (columns[x] as number) + 1;
    }
    rows[y] = covered;
  }
  const left = columns.findIndex((n) => n >= least);
  const top = rows.findIndex((n) => n >= least);
  if (left < 0 || top < 0) return null;
  const right = columns.findLastIndex((n) => n >= least) + 1;
  const bottom = rows.findLastIndex((n) => n >= least) + 1;
  return { x: left / width, y: top / height, width: (right - left) / width, height: (bottom - top) / height };
}
