/**
 * Where one thing ends and another begins: how fast colour changes at every pixel, as the eye sees it.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import { boxMean } from '../filters/box-filter.ts';
import { enlarge, type Planes, type Reduced, reduce } from '../filters/planes.ts';
import { sharedScratch } from '../filters/scratch-memory.ts';

/** Display values are raised to this first: it gives dark cars contours. */
const TONE = 0.75;
/** The wide look sees less of an edge than the close one; this makes them alike. */
const WIDE_GAIN = 1.5;

/** @param data interleaved RGB, 8 bits. @returns L, a and b (CIE 1976, D65), L from 0 to 100 */
export function labOf(data: Uint8Array): Planes {
  const area = data.length / 3;
  const lab: Planes = [new Float32Array(area), new Float32Array(area), new Float32Array(area)];
  for (let i = 0, p = 0; i < area; i++, p += 3) {
    const r = LINEAR[data[p] as number] as number;
    const g = LINEAR[data[p + 1] as number] as number;
    const b = LINEAR[data[p + 2] as number] as number;
    const x = rooted(0.4339 * r + 0.3762 * g + 0.1899 * b);
    const y = rooted(0.2126 * r + 0.7152 * g + 0.0722 * b);
    const z = rooted(0.0178 * r + 0.1095 * g + 0.8727 * b);
    lab[0][i] = 116 * y - 16;
    lab[1][i] = 500 * (x - y);
    lab[2][i] = 200 * (y - z);
  }
  return lab;
}

/** Display value to linear light (IEC 61966-2-1), after `TONE`. */
const LINEAR = Float32Array.from({ length: 256 }, (_, value) => {
  const v = (value / 255) ** TONE;
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
});

/** Steps of the table of roots: finer than 8 bits of display value can tell. */
const ROOTS = 4096;
const ROOT = Float32Array.from({ length: ROOTS + 1 }, (_, n) => {
  const t = n / ROOTS;
  return t > 216 / 24389 ? Math.cbrt(t) : ((24389 / 27) * t + 16) / 116;
});
const rooted = (t: number): number => ROOT[Math.min(ROOTS, Math.max(0, Math.round(t * ROOTS)))] as number;

/** How fast colour changes, in units of Lab per pixel: the larger of a close look and a wide one, which is taken at half the size. */
export function contourStrength(lab: Planes, size: Size): Float32Array {
  const strength = new Float32Array(size.width * size.height);
  steepest(
    eachOf(lab, (plane) => blurred(plane, size)),
    size,
    strength,
  );
  const halves = eachOf(lab, (plane) => reduce(plane, size, 2).data);
  const half = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
  const wide = new Float32Array(half.width * half.height);
  steepest(
    eachOf(halves, (plane) => blurred(plane, half)),
    half,
    wide,
  );
  raiseTo(strength, size, { data: wide, ...half, step: 2 });
  return strength;
}

const eachOf = ([l, a, b]: Planes, make: (plane: Float32Array) => Float32Array): Planes => [make(l), make(a), make(b)];

/** Nearly a Gaussian of sigma 1.15 pixels: two means over 3 x 3. */
export function blurred(plane: Float32Array, size: Size): Float32Array {
  const out = new Float32Array(plane.length);
  boxMean(plane, { size, radius: 1 }, out);
  boxMean(out, { size, radius: 1 }, out);
  return out;
}

/** Raises what the close look saw to what the wide one did: there a pixel is two, so that a slope is half as steep. */
function raiseTo(strength: Float32Array, size: Size, wide: Reduced): void {
  const all = { left: 0, top: 0, right: size.width, bottom: size.height, outerLeft: 0, outerTop: 0, ...size };
  const seen = enlarge(wide, all, sharedScratch);
  for (let i = 0; i < strength.length; i++) strength[i] = Math.max(strength[i] as number, (WIDE_GAIN / 2) * (seen[i] as number));
}

/**
 * The root of the larger eigenvalue of the channels' summed structure tensor (Di Zenzo 1986), from Sobel's derivatives; 0 at the rim of
 * the picture.
 */
function steepest([l, a, b]: Planes, { width, height }: Size, strength: Float32Array): void {
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, i = y * width + 1; x < width - 1; x++, i++) {
      const lx = across(l, i, width);
      const ly = down(l, i, width);
      const ax = across(a, i, width);
      const ay = down(a, i, width);
      const bx = across(b, i, width);
      const by = down(b, i, width);
      const xx = lx * lx + ax * ax + bx * bx;
      const yy = ly * ly + ay * ay + by * by;
      const xy = lx * ly + ax * ay + bx * by;
      const apart = xx - yy;
      strength[i] = Math.sqrt(0.5 * (xx + yy + Math.sqrt(apart * apart + 4 * xy * xy)));
    }
  }
}

const across = (p: Float32Array, i: number, w: number): number =>
  ((p[i - w + 1] as number) -
    (p[i - w - 1] as number) +
    (p[i + w + 1] as number) -
    (p[i + w - 1] as number) +
    2 * ((p[i + 1] as number) - (p[i - 1] as number))) /
  8;
const down = (p: Float32Array, i: number, w: number): number =>
  ((p[i + w - 1] as number) -
    (p[i - w - 1] as number) +
    (p[i + w + 1] as number) -
    (p[i - w + 1] as number) +
    2 * ((p[i + w] as number) - (p[i - w] as number))) /
  8;
