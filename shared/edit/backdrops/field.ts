/**
 * A backdrop is smooth: its light is worked out on a coarse grid and scaled up with cubics, which is what makes 24
 * megapixels affordable; grain is added at full resolution, and every value is dithered before it is rounded.
 */
import type { Size } from '../placement.ts';
import { develop } from './colour.ts';
import { ditherTile, GRAIN_ONE, grainTile } from './noise.ts';

/** Linear red, green, blue, and how strongly the grain shows (0..1 of full scale), written into `out`. */
export type Shader = (u: number, v: number, out: Float64Array) => void;

/** The light of a backdrop on its grid, before it is enlarged to the canvas. */
export interface Field {
  readonly width: number;
  readonly height: number;
  /** width * height * 4: red, green, blue as 0..255 sRGB, and the grain's amplitude in the same steps. Zero where not worked out yet. */
  readonly values: Float32Array;
  /** Works out a row, once: a thread that draws half a canvas needs half of its light. */
  readonly need: (row: number) => void;
}

/** Evaluates a shader at the centres of a grid whose longest side is `longEdge`. u and v run over the canvas, 0..1. */
export function sample(shader: Shader, canvas: Size, longEdge: number): Field {
  const k = longEdge / Math.max(canvas.width, canvas.height);
  const width = Math.max(4, Math.round(canvas.width * k));
  const height = Math.max(4, Math.round(canvas.height * k));
  const values = new Float32Array(width * height * 4);
  const known = new Uint8Array(height);
  const out = new Float64Array(4);
  const need = (y: number): void => {
    if (known[y] === 1) return;
    known[y] = 1;
    for (let x = 0, i = 4 * y * width; x < width; x++, i += 4) {
      out[3] = 0;
      shader((x + 0.5) / width, (y + 0.5) / height, out);
      values[i] = develop(out[0] as number);
      values[i + 1] = develop(out[1] as number);
      values[i + 2] = develop(out[2] as number);
      values[i + 3] = 255 * (out[3] as number);
    }
  };
  return { width, height, values, need };
}

interface Grain {
  readonly seed: number;
  /** Side of the repeating tile over the canvas' longest side. */
  readonly tile: number;
}

/** A strip of the canvas to be painted, as 8-bit sRGB. */
export interface Target {
  readonly pixels: Uint8Array | Uint8ClampedArray;
  readonly channels: 3 | 4;
  /** The rows that `pixels` holds. */
  readonly from: number;
  readonly to: number;
}

/** Writes rows of the canvas. Strips of any height join without a seam. */
export function render(field: Field, canvas: Size, target: Target, grain: Grain | null): void {
  if (canvas.width < field.width || canvas.height < field.height) {
    renderSmall(field, canvas, target);
    return;
  }
  const tileSide = grain === null ? 0 : Math.max(16, Math.round(grain.tile * Math.max(canvas.width, canvas.height)));
  const tile = grain === null ? null : cachedGrain(tileSide, grain.seed);
  const row = new Float32Array(field.width * 4);
  const { side, values: dither } = ditherTile();
  const run = runLength(canvas.width / field.width);
  const knots = new Int32Array(4 * (Math.ceil(canvas.width / run) + 1));
  const line: Line = {
    // Clamped whatever the target is, so that what is brighter than white stays white.
    pixels: new Uint8ClampedArray(target.pixels.buffer, target.pixels.byteOffset, target.pixels.length),
    width: canvas.width,
    channels: target.channels,
    knots,
    run,
  };
  // Down the canvas, too, the light is a curve at every `run`-th row and a straight line between them.
  const upper = new Int32Array(knots.length);
  const lower = new Int32Array(knots.length);
  const bits = 31 - Math.clz32(run);
  let band = -2;
  const knotRow = (n: number, into: Int32Array): void => {
    mixRows(field, ((n * run + 0.5) * field.height) / canvas.height - 0.5, row);
    stretch(row, field.width, into, run, canvas.width);
  };
  const betweenRows = (y: number): void => {
    const here = Math.floor(y / run);
    if (here !== band) {
      if (here === band + 1) upper.set(lower);
      else knotRow(here, upper);
      knotRow(here + 1, lower);
      band = here;
    }
    const t = y - here * run;
    for (let i = 0; i < knots.length; i++) {
      // Up to 256 steps of 65,536 times 8 rows: within 32 bits.
      const sum = Math.imul(upper[i] as number, run - t) + Math.imul(lower[i] as number, t);
      // Divided by a run, a power of two, towards zero.
      knots[i] = (sum + ((sum >> 31) & (run - 1))) >> bits;
    }
  };
  for (let y = target.from; y < target.to; y++) {
    betweenRows(y);
    const start = (y - target.from) * canvas.width * target.channels;
    const noise = dither.subarray((y % side) * side, ((y % side) + 1) * side);
    if (tile === null) {
      drawSmooth(line, start, noise);
    } else {
      // Every tile row of grain is shifted sideways: the eye finds repeats that line up.
      const shift = (Math.floor(y / tileSide) * Math.round(tileSide * 0.382)) % tileSide;
      drawGrainy(line, start, noise, tile.subarray((y % tileSide) * tileSide, ((y % tileSide) + 1) * tileSide), shift);
    }
  }
}

/**
 * A row being drawn. Its light is known at every `run`-th pixel, in fixed point (16 bits behind the point), four values each; what
 * lies between is a straight line. The grid's cells are at least three times as wide as a run, so the line is the curve to the eye.
 */
interface Line {
  readonly pixels: Uint8ClampedArray;
  readonly width: number;
  readonly channels: 3 | 4;
  readonly knots: Int32Array;
  readonly run: number;
}

/** A power of two, at most a third of a cell. */
const runLength = (cell: number): number => (cell >= 24 ? 8 : cell >= 12 ? 4 : cell >= 6 ? 2 : 1);

const SHIFT = 16;
const ONE = 1 << SHIFT;
/** What is left to take away of an amplitude with 8 bits behind the point times a grain of GRAIN_ONE. */
const GRAIN_SHIFT = Math.log2(GRAIN_ONE) - 8;

function drawSmooth({ pixels, width, channels, knots, run }: Line, start: number, noise: Int32Array): void {
  const mask = noise.length - 1;
  const bits = 31 - Math.clz32(run);
  for (let x = 0, k = 0, i = start; x < width; k += 4) {
    let r = knots[k] as number;
    let g = knots[k + 1] as number;
    let b = knots[k + 2] as number;
    const stepR = ((knots[k + 4] as number) - r) >> bits;
    const stepG = ((knots[k + 5] as number) - g) >> bits;
    const stepB = ((knots[k + 6] as number) - b) >> bits;
    for (const end = Math.min(width, x + run); x < end; x++, i += channels, r += stepR, g += stepG, b += stepB) {
      const lift = noise[x & mask] as number;
      pixels[i] = (r + lift) >> SHIFT;
      pixels[i + 1] = (g + lift) >> SHIFT;
      pixels[i + 2] = (b + lift) >> SHIFT;
      if (channels === 4) pixels[i + 3] = 255;
    }
  }
}

function drawGrainy(
  { pixels, width, channels, knots, run }: Line,
  start: number,
  noise: Int32Array,
  tile: Int16Array,
  shift: number,
): void {
  const mask = noise.length - 1;
  const bits = 31 - Math.clz32(run);
  let tileX = shift;
  for (let x = 0, k = 0, i = start; x < width; k += 4) {
    let r = knots[k] as number;
    let g = knots[k + 1] as number;
    let b = knots[k + 2] as number;
    let grain = knots[k + 3] as number;
    const stepR = ((knots[k + 4] as number) - r) >> bits;
    const stepG = ((knots[k + 5] as number) - g) >> bits;
    const stepB = ((knots[k + 6] as number) - b) >> bits;
    const stepGrain = ((knots[k + 7] as number) - grain) >> bits;
    for (const end = Math.min(width, x + run); x < end; x++, i += channels, r += stepR, g += stepG, b += stepB, grain += stepGrain) {
      const lift = (noise[x & mask] as number) + (((grain >> 8) * (tile[tileX] as number)) >> GRAIN_SHIFT);
      if (++tileX === tile.length) tileX = 0;
      pixels[i] = (r + lift) >> SHIFT;
      pixels[i + 1] = (g + lift) >> SHIFT;
      pixels[i + 2] = (b + lift) >> SHIFT;
      if (channels === 4) pixels[i + 3] = 255;
    }
  }
}

/** One row between the grid's rows, Catmull-Rom. */
function mixRows(field: Field, at: number, row: Float32Array): void {
  const base = Math.floor(at);
  const t = at - base;
  const line = (n: number): number => {
    const y = Math.min(field.height - 1, Math.max(0, base + n));
    field.need(y);
    return y * field.width * 4;
  };
  const [a, b, c, d] = [line(-1), line(0), line(1), line(2)];
  const wa = ((-0.5 * t + 1) * t - 0.5) * t;
  const wb = (1.5 * t - 2.5) * t * t + 1;
  const wc = ((-1.5 * t + 2) * t + 0.5) * t;
  const wd = (0.5 * t - 0.5) * t * t;
  for (let i = 0; i < row.length; i++) {
    row[i] =
      wa * (field.values[a + i] as number) +
      wb * (field.values[b + i] as number) +
      wc * (field.values[c + i] as number) +
      wd * (field.values[d + i] as number);
  }
}

/** A row of the grid at every `run`-th pixel of the canvas: one cubic per cell. */
function stretch(row: Float32Array, cells: number, knots: Int32Array, run: number, width: number): void {
  const step = cells / width;
  for (let channel = 0; channel < 4; channel++) {
    let k = 0;
    for (let cell = -1; cell < cells; cell++) {
      const p = row[Math.max(0, cell - 1) * 4 + channel] as number;
      const q = row[Math.max(0, cell) * 4 + channel] as number;
      const r = row[Math.min(cells - 1, cell + 1) * 4 + channel] as number;
      const s = row[Math.min(cells - 1, cell + 2) * 4 + channel] as number;
      const c1 = 0.5 * (r - p);
      const c2 = p - 2.5 * q + 2 * r - 0.5 * s;
      const c3 = 0.5 * (s - p) + 1.5 * (q - r);
      const last = cell === cells - 1;
      for (; 4 * k < knots.length; k++) {
        const t = (k * run + 0.5) * step - 0.5 - cell;
        if (t >= 1 && !last) break;
        knots[4 * k + channel] = ONE * (q + t * (c1 + t * (c2 + t * c3)));
      }
    }
  }
}

/** Smaller than the grid: every pixel is the mean of the grid under it, as a reduced large picture would be. */
function renderSmall(field: Field, canvas: Size, target: Target): void {
  const noise = ditherTile();
  for (let y = target.from; y < target.to; y++) {
    const top = (y * field.height) / canvas.height;
    const bottom = ((y + 1) * field.height) / canvas.height;
    for (let cy = Math.floor(top); cy < bottom; cy++) field.need(Math.min(cy, field.height - 1));
    for (let x = 0; x < canvas.width; x++) {
      const left = (x * field.width) / canvas.width;
      const right = ((x + 1) * field.width) / canvas.width;
      const sum = [0, 0, 0];
      let area = 0;
      for (let cy = Math.floor(top); cy < bottom; cy++) {
        const high = Math.min(cy + 1, bottom) - Math.max(cy, top);
        for (let cx = Math.floor(left); cx < right; cx++) {
          const covered = high * (Math.min(cx + 1, right) - Math.max(cx, left));
          const i = (Math.min(cy, field.height - 1) * field.width + Math.min(cx, field.width - 1)) * 4;
          for (let c = 0; c < 3; c++) sum[c] = (sum[c] as number) + covered * (field.values[i + c] as number);
          area += covered;
        }
      }
      const lift = (noise.values[(y % noise.side) * noise.side + (x % noise.side)] as number) / ONE;
      const i = ((y - target.from) * canvas.width + x) * target.channels;
      for (let c = 0; c < 3; c++) target.pixels[i + c] = Math.min(255, Math.max(0, Math.floor((sum[c] as number) / area + lift)));
      if (target.channels === 4) target.pixels[i + 3] = 255;
    }
  }
}

let lastGrain: { readonly key: string; readonly tile: Int16Array } | null = null;

/** The grain of the last canvas: a live preview and a batch both draw the same one many times. */
function cachedGrain(side: number, seed: number): Int16Array {
  const key = `${side} ${seed}`;
  if (lastGrain?.key !== key) lastGrain = { key, tile: grainTile(side, seed) };
  return lastGrain.tile;
}
