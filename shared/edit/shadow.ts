/**
 * The contact shadow: what grounds a cut-out on its new floor.
 *
 * It is estimated from the outline alone. For every column the lowest covered pixel is a point of the bottom contour.
 * The floor's near edge is the tightest gently sloped hull below that contour (a car seen at an angle stands on a slanted
 * line). Where the contour meets the hull, or ends in a leg of its own, the object touches the floor: a small dark core.
 * Where it hovers low over the hull, the floor beneath it sees little light: a broad shade that fades with the clearance.
 *
 * Preview and export both work at `shadowSize` and scale the result up, so both get the same shadow.
 */
import { blurred } from './blur.ts';
import type { Size } from './placement.ts';
import type { Shadow } from './recipe.ts';

/** The longest side at which a shadow is computed, whatever the canvas' size: soft things need few pixels. */
export const SHADOW_LONG_EDGE = 800;

/** How steep, on the canvas, the line between two points of a level floor gets: 0.3 suits eye level to slightly above. */
const FLOOR_SLOPE = 0.3;

/** Alpha (0..255) from which a pixel counts as covered. */
const COVERED = 128;

/** All lengths over the subject's size, hypot(width, height). */
const CONTACT_CLEARANCE = 0.012;
const LEG_PROMINENCE = 0.045;
const SHADE_CLEARANCE = 0.075;
const SHADE_DEPTH = 0.13;

/** The layers of the shadow, from the core to the far halo: blur radii over the subject's size (at softness 0.5). */
const LAYERS = [
  { of: 'contact', across: 0.0045, down: 0.0025, weight: 0.95 },
  { of: 'contact', across: 0.017, down: 0.0065, weight: 0.75 },
  { of: 'shade', across: 0.018, down: 0.009, weight: 0.8 },
  { of: 'shade', across: 0.06, down: 0.026, weight: 0.5 },
] as const;

/** The size at which to compute the shadow of a canvas. */
export function shadowSize(canvas: Size): Size {
  const k = Math.min(1, SHADOW_LONG_EDGE / Math.max(canvas.width, canvas.height));
  return { width: Math.max(1, Math.round(canvas.width * k)), height: Math.max(1, Math.round(canvas.height * k)) };
}

/**
 * The shadow of a subject that lies on the canvas already.
 *
 * @param alpha width * height bytes, or every `stride`-th byte from `offset` of an RGBA buffer (stride 4, offset 3).
 * @returns width * height bytes: how much of a black layer lies over the background, below the subject (0 none, 255 all).
 */
export function contactShadow(alpha: Uint8Array | Uint8ClampedArray, size: Size, shadow: Shadow, stride = 1, offset = 0): Uint8Array {
  const { width, height } = size;
  const mask = new Uint8Array(width * height);
  if (shadow.kind === 'none' || shadow.strength === 0) return mask;
  const contour = bottomContour(alpha, size, stride, offset);
  if (contour === null || isCutBelow(contour, height)) return mask;
  const { scale } = contour;
  const ground = groundLine(contour.low, width, contour.left, contour.right);

  const contact = new Float32Array(width * height);
  const shade = new Float32Array(width * height);
  const legs = prominence(contour.low, width, scale);
  const core = Math.max(0.75, 0.006 * scale);
  for (let x = contour.left; x <= contour.right; x++) {
    const low = at(contour.low, x);
    // What leaves the canvas below touches no floor on it.
    if (low < 0 || low >= height) continue;
    const edge = at(ground, x);
    const clearance = edge - low;
    const touching = Math.max(1 - clearance / (CONTACT_CLEARANCE * scale), smooth(at(legs, x) / (LEG_PROMINENCE * scale)));
    if (touching > 0) strip(contact, size, x, { from: low - 1.6 * core, to: low + 0.6 * core, weight: Math.min(1, touching) });
    const shaded = Math.exp(-clearance / (SHADE_CLEARANCE * scale));
    const from = Math.max(low - SHADE_DEPTH * scale * 0.35, edge - SHADE_DEPTH * scale);
    strip(shade, size, x, { from, to: edge, weight: shaded });
  }
  compose(mask, { contact, shade }, size, shadow, scale);
  return mask;
}

/** Over the subject's width: from so much of it that leaves the canvas below on, what is left is a bust and stands on nothing. */
const CUT_BELOW = 1 / 3;

function isCutBelow({ low, left, right }: Contour, height: number): boolean {
  let leaving = 0;
  for (let x = left; x <= right; x++) if (at(low, x) >= height) leaving += 1;
  return leaving > CUT_BELOW * (right - left + 1);
}

interface Contour {
  /** Per column: the lower end of the lowest covered pixel (y grows downwards), -1 where nothing is covered. */
  readonly low: Float32Array;
  readonly left: number;
  readonly right: number;
  /** The subject's size, hypot(width, height). */
  readonly scale: number;
}

/** The bottom contour with sub-pixel precision: the alpha below the last covered pixel says how far the edge reaches. */
function bottomContour(alpha: Uint8Array | Uint8ClampedArray, { width, height }: Size, stride: number, offset: number): Contour | null {
  const low = new Float32Array(width).fill(-1);
  let left = width;
  let right = -1;
  let top = height;
  let bottom = -1;
  for (let y = 0; y < height; y++) {
    for (let x = 0, i = y * width * stride + offset; x < width; x++, i += stride) {
      if ((alpha[i] ?? 0) < COVERED) continue;
      const below = y + 1 < height ? (alpha[i + width * stride] ?? 0) : 0;
      low[x] = y + 1 + (below < COVERED ? below / 255 : 0);
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  return right < 0 ? null : { low, left, right, scale: Math.hypot(right - left + 1, bottom - top + 1) };
}

/**
 * The near edge of the floor under the subject: the upper hull (y downwards: the lower one on the picture) of the contour,
 * made no steeper than a level floor can look, and reaching a little beyond both ends.
 */
function groundLine(low: Float32Array, width: number, left: number, right: number): Float32Array {
  const line = new Float32Array(width).fill(-1e9);
  let reach = -1e9;
  for (let x = 0; x < width; x++) {
    reach = Math.max(reach - FLOOR_SLOPE, at(low, x) >= 0 ? at(low, x) : -1e9);
    line[x] = reach;
  }
  reach = -1e9;
  for (let x = width - 1; x >= 0; x--) {
    reach = Math.max(reach - FLOOR_SLOPE, at(line, x));
    line[x] = reach;
  }
  const hull: number[] = [];
  for (let x = left; x <= right; x++) {
    while (hull.length >= 2 && !turns(line, hull[hull.length - 2] ?? 0, hull[hull.length - 1] ?? 0, x)) hull.pop();
    hull.push(x);
  }
  for (let i = 1; i < hull.length; i++) {
    const from = hull[i - 1] ?? left;
    const to = hull[i] ?? right;
    for (let x = from + 1; x < to; x++) line[x] = at(line, from) + ((at(line, to) - at(line, from)) * (x - from)) / (to - from);
  }
  return line;
}

/** Whether the middle point lies on the outer (lower) side of the line between its neighbours. */
function turns(line: Float32Array, a: number, b: number, c: number): boolean {
  return (at(line, b) - at(line, a)) * (c - a) > (at(line, c) - at(line, a)) * (b - a);
}

/**
 * How far each column stands out below what is within reach on both sides: large at the end of a leg, small along a sill.
 * Outside the subject counts as high up.
 */
function prominence(low: Float32Array, width: number, scale: number): Float32Array {
  const reach = Math.max(2, Math.round(0.05 * scale));
  const out = new Float32Array(width);
  const highest = (from: number, to: number): number => {
    let y = 1e9;
    for (let x = from; x <= to; x++) y = Math.min(y, x < 0 || x >= width ? -1 : at(low, x));
    return y;
  };
  const ceiling = LEG_PROMINENCE * scale * 2;
  for (let x = 0; x < width; x++) {
    const here = at(low, x);
    if (here < 0) continue;
    out[x] = Math.min(ceiling, here - highest(x - reach, x), here - highest(x, x + reach));
    // Only the lower end of a leg touches: take away what hangs above the lowest point within reach.
    let lowest = here;
    for (let n = Math.max(0, x - reach); n <= Math.min(width - 1, x + reach); n++) lowest = Math.max(lowest, at(low, n));
    out[x] = Math.max(0, at(out, x) - 6 * (lowest - here));
  }
  return out;
}

/** A piece of a column. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly weight: number;
}

/** Adds a column's piece, with soft ends, keeping the strongest. */
function strip(field: Float32Array, { width, height }: Size, x: number, { from, to, weight }: Piece): void {
  const first = Math.max(0, Math.floor(from));
  const last = Math.min(height - 1, Math.ceil(to) - 1);
  for (let y = first; y <= last; y++) {
    const covered = Math.min(y + 1, to) - Math.max(y, from);
    const i = y * width + x;
    field[i] = Math.max(at(field, i), weight * Math.min(1, Math.max(0, covered)));
  }
}

/** Blurs the layers and lays them over each other as veils: 1 - (1-a)(1-b)... */
function compose(
  mask: Uint8Array,
  fields: { contact: Float32Array; shade: Float32Array },
  size: Size,
  shadow: Shadow,
  scale: number,
): void {
  const softness = 0.45 + 1.1 * shadow.softness;
  const light = new Float32Array(mask.length).fill(1);
  for (const layer of LAYERS) {
    const spread = scale * softness;
    const soft = blurred(fields[layer.of], size, { across: layer.across * spread, down: layer.down * spread });
    if (soft === null) continue;
    const { part, values } = soft;
    // A hard shadow keeps its core and loses its halo; a soft one the other way round.
    const weight = layer.weight * (layer.across > 0.03 ? 0.6 + 0.8 * shadow.softness : 1.1 - 0.2 * shadow.softness);
    for (let y = part.top, n = 0; y <= part.bottom; y++) {
      const last = y * size.width + part.right;
      for (let i = y * size.width + part.left; i <= last; i++, n++) light[i] = at(light, i) * (1 - Math.min(1, weight * at(values, n)));
    }
  }
  // Strength 0.5 is the natural shadow; above it the shadow gets denser, below it thinner.
  const strength = shadow.strength * 2;
  for (let i = 0; i < mask.length; i++) {
    const left = at(light, i);
    if (left === 1) continue;
    mask[i] = Math.round(255 * 0.92 * (strength <= 1 ? strength * (1 - left) : 1 - left ** strength));
  }
}

const smooth = (t: number): number => {
  const x = Math.min(1, Math.max(0, t));
  return x * x * (3 - 2 * x);
};

/** Typed arrays are dense: an index inside them always holds a number. */
const at = (values: Float32Array, index: number): number => values[index] as number;
