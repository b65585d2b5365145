/** Seeded noise: the same seed draws the same backdrop on every machine. */

/** A 32-bit mix of two lattice coordinates and a seed (after Wellons' lowbias32). */
export function hash(x: number, y: number, seed: number): number {
  let h = Math.imul(x | 0, 0x9e3779b1) ^ Math.imul(y | 0, 0x85ebca6b) ^ Math.imul(seed | 0, 0xc2b2ae35);
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d);
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b);
  return (h ^ (h >>> 16)) >>> 0;
}

/** 0..1 */
export const random = (x: number, y: number, seed: number): number => hash(x, y, seed) / 4294967296;

/** Gradient noise (Perlin 2002), about -1..1; with a period the lattice wraps, for tiles. */
export function noise(x: number, y: number, seed: number, period = 0): number {
  const x0 = Math.floor(x);
  const y0 = Math.floor(y);
  const fx = x - x0;
  const fy = y - y0;
  const u = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
  const v = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
  const x1 = period > 0 ? (x0 + 1) % period : x0 + 1;
  const y1 = period > 0 ? (y0 + 1) % period : y0 + 1;
  const a = slope(hash(x0, y0, seed), fx, fy);
  const b = slope(hash(x1, y0, seed), fx - 1, fy);
  const c = slope(hash(x0, y1, seed), fx, fy - 1);
  const d = slope(hash(x1, y1, seed), fx - 1, fy - 1);
  return 1.5 * (a + u * (b - a) + v * (c - a + u * (a - b - c + d)));
}

const DIRECTIONS = Array.from({ length: 64 }, (_, i) => [Math.cos((i / 64) * 2 * Math.PI), Math.sin((i / 64) * 2 * Math.PI)] as const);
/** The same by coordinate: `noise` looks up four of them for every value. */
const ACROSS = Float64Array.from(DIRECTIONS, ([x]) => x);
const DOWN = Float64Array.from(DIRECTIONS, ([, y]) => y);

// Typed arrays are dense: an index inside them always holds a number.
const slope = (bits: number, x: number, y: number): number => (ACROSS[bits & 63] as number) * x + (DOWN[bits & 63] as number) * y;

const directionAt = (x: number, y: number, seed: number): readonly [number, number] => DIRECTIONS[hash(x, y, seed) & 63] ?? [1, 0];

/** Several octaves, each twice as fine and `gain` as strong. */
export function fractal(x: number, y: number, seed: number, octaves: number, gain = 0.5): number {
  let sum = 0;
  let weight = 1;
  for (let n = 0; n < octaves; n++) {
    sum += weight * noise(x, y, seed + n * 101);
    // An irrational turn per octave keeps the lattices from lining up.
    const turned = 1.6 * x + 1.2 * y;
    y = -1.2 * x + 1.6 * y + 17.3;
    x = turned + 5.1;
    weight *= gain;
  }
  return sum;
}

const DITHER_SIDE = 256;
let dither: Int32Array | null = null;

/**
 * Triangular noise of one step to either side: rounding with it leaves no bands (Lipshitz, Wannamaker, Vanderkooy 1992).
 * In fixed point, 16 bits behind the point, with the half step that makes cutting off a rounding.
 */
export function ditherTile(): { readonly side: number; readonly values: Int32Array } {
  if (dither === null) {
    dither = new Int32Array(DITHER_SIDE * DITHER_SIDE);
    for (let i = 0; i < dither.length; i++) dither[i] = 65_536 * (random(i, 1, 77) - random(i, 2, 77) + 0.5);
  }
  return { side: DITHER_SIDE, values: dither };
}

/** The value 1 in a tile of grain. */
export const GRAIN_ONE = 8192;

/**
 * A tile of fine grain, about -1..1 (times GRAIN_ONE), that repeats without a seam. `side` is its size in pixels; its features are
 * fractions of the tile, so a larger tile shows the same grain with finer detail added.
 */
export function grainTile(side: number, seed: number): Int16Array {
  const sum = new Float32Array(side * side);
  let cells = 8;
  let weight = 1;
  // Octaves finer than two pixels would only alias.
  for (let n = 0; n < 6 && cells * 2 <= side; n++) {
    addOctave(sum, side, cells, seed + n, weight);
    cells *= 2;
    weight *= 0.72;
  }
  const tile = new Int16Array(sum.length);
  for (let i = 0; i < tile.length; i++) tile[i] = Math.min(32_767, Math.max(-32_768, GRAIN_ONE * (sum[i] as number)));
  return tile;
}

/** `noise` over a whole tile of `cells` lattice cells each way: the corners of a cell are looked up once for all its pixels in a row. */
function addOctave(sum: Float32Array, side: number, cells: number, seed: number, weight: number): void {
  const step = cells / side;
  for (let y = 0; y < side; y++) {
    const at = (y + 0.5) * step;
    const y0 = Math.floor(at);
    const fy = at - y0;
    const v = fy * fy * fy * (fy * (fy * 6 - 15) + 10);
    for (let x = 0, x0 = 0; x0 < cells; x0++) {
      const [ax, ay] = directionAt(x0, y0, seed);
      const [bx, by] = directionAt((x0 + 1) % cells, y0, seed);
      const [cx, cy] = directionAt(x0, (y0 + 1) % cells, seed);
      const [dx, dy] = directionAt((x0 + 1) % cells, (y0 + 1) % cells, seed);
      for (let fx = (x + 0.5) * step - x0; x < side && fx < 1; x++, fx += step) {
        const u = fx * fx * fx * (fx * (fx * 6 - 15) + 10);
        const a = ax * fx + ay * fy;
        const b = bx * (fx - 1) + by * fy;
        const c = cx * fx + cy * (fy - 1);
        const d = dx * (fx - 1) + dy * (fy - 1);
        const i = y * side + x;
        sum[i] = (sum[i] as number) + weight * 1.5 * (a + u * (b - a) + v * (c - a + u * (a - b - c + d)));
      }
    }
  }
}
