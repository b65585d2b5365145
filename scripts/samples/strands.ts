/**
 * Hair, strand by strand, over what the tracer drew: thousands of thin curves with a depth, so finely sampled that how much of a pixel they cover is
 * as good as exact. Each is lit as a cylinder (Kajiya & Kay, SIGGRAPH 1989) by the window's light, as far as the hair in between lets it through.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Layers } from './denoise.ts';
import type { SamplePhoto } from './photos.ts';

type Vector = readonly [number, number, number];
type Axis = 0 | 1 | 2;
const vector = (of: (axis: Axis) => number): Vector => [of(0), of(1), of(2)];

/** Linear light that the hair sends, weighted by how much of the pixel it covers, and that share. */
export interface Hair {
  readonly light: Float32Array;
  readonly cover: Float32Array;
}

const STRANDS = 26_000;
/** One of so many does not lie with the others. */
const STRAY = 24;
const STEP_M = 0.004;
/** The skull of bust.glsl, and how far above it hair begins. */
const SKULL = { at: [0, 0.425, -0.01] as Vector, axes: [0.083, 0.101, 0.097] as Vector };
const SHOULDERS = { at: [0, 0.1, -0.02] as Vector, axes: [0.235, 0.125, 0.12] as Vector };
const COLOUR: Vector = [0.105, 0.05, 0.022];
/** From the window of the kitchen, and from the room behind the camera. */
const WINDOW: Vector = unit([-0.85, 0.4, 0.34]);
const SKY: Vector = unit([0.2, 0.75, 0.6]);
/** Samples of a pixel, in each direction. A strand is one of them wide. */
const FINE = 5;

/** @param layers as the tracer drew them: hair behind what they show is hidden */
export function drawHair(photo: SamplePhoto, layers: Layers): Hair {
  const strands = grow();
  const shade = new HairShadow(strands);
  const canvas = new FineCanvas(photo, layers);
  for (const strand of strands) canvas.draw(strand, shade);
  return canvas.developed();
}

interface Strand {
  readonly points: readonly Vector[];
  /** How bright it is, about 1. */
  readonly tone: number;
}

function grow(): Strand[] {
  const random = sequence(7);
  return Array.from({ length: STRANDS }, (_, n) => grown(random, n % STRAY === 0));
}

/** One strand: it leaves the scalp, falls, waves with its lock, and lies on the head and the shoulders. */
function grown(random: () => number, stray: boolean): Strand {
  const root = rootOn(random);
  const parting = root[0] < 0.018 ? -1 : 1;
  // Locks: strands that began near one another wave alike.
  const lock = Math.floor((root[0] + 0.2) * 45) * 31 + Math.floor((root[2] + 0.2) * 45) * 17 + Math.floor(root[1] * 40);
  const phase = hash(lock) * 6.28 + (stray ? random() * 6 : random() * 0.7);
  const wave = (0.1 + 0.12 * hash(lock + 3)) * (stray ? 1.6 : 1);
  const lift = 1.02 + 0.13 * random() + (stray ? 0.22 * random() : 0);
  const length = (0.22 + 0.1 * hash(lock + 5) + 0.05 * random()) * (stray ? 0.9 : 1);
  const out = normalOf(root, SKULL);
  let heading = unit([out[0] * 0.75 + 0.75 * parting, out[1] * 0.5 + 0.2, out[2] * 0.7 - 0.1]);
  let at = root;
  const points: Vector[] = [at];
  const steps = Math.round(length / STEP_M);
  for (let n = 0; n < steps; n++) {
    const way = n * STEP_M;
    const fall = stray ? 0.09 : 0.16;
    const sway = wave * Math.min(1, way / 0.08);
    const side = [Math.cos(phase + way * 55), 0, Math.sin(phase + way * 47)] as const;
    const jitter = stray ? 0.12 : 0.03;
    heading = unit([
      heading[0] * (1 - fall) + sway * side[0] + jitter * (random() - 0.5),
      heading[1] * (1 - fall) - fall * 1.6,
      heading[2] * (1 - fall) + sway * side[2] + jitter * (random() - 0.5),
    ]);
    at = [at[0] + STEP_M * heading[0], at[1] + STEP_M * heading[1], at[2] + STEP_M * heading[2]];
    // Combed away from the face.
    if (at[2] > 0.03 && Math.abs(at[0]) < 0.075 && at[1] < 0.46) at = [at[0] + 0.0035 * parting, at[1], at[2] - 0.001];
    at = pushedOut(pushedOut(at, SKULL, lift), SHOULDERS, 0.9 + 0.1 * lift);
    points.push(at);
  }
  return { points, tone: 0.75 + 0.5 * hash(lock + 9) * random() + 0.2 * random() };
}

/** On the scalp: above a line that runs from the forehead down behind the ears. */
function rootOn(random: () => number): Vector {
  for (;;) {
    const [u, v] = [2 * random() - 1, 6.2832 * random()];
    const flat = Math.sqrt(1 - u * u);
    const on: Vector = [flat * Math.cos(v), u, flat * Math.sin(v)];
    if (on[1] < (on[2] > 0 ? 0.25 + 0.5 * on[2] : -0.35)) continue;
    return vector((c) => SKULL.at[c] + on[c] * SKULL.axes[c]);
  }
}

interface Egg {
  readonly at: Vector;
  readonly axes: Vector;
}

function normalOf(point: Vector, { at, axes }: Egg): Vector {
  return unit(vector((c) => (point[c] - at[c]) / axes[c] ** 2));
}

function pushedOut(point: Vector, { at, axes }: Egg, by: number): Vector {
  const from = vector((c) => (point[c] - at[c]) / (by * axes[c]));
  const within = Math.hypot(...from);
  if (within >= 1) return point;
  return vector((c) => at[c] + (from[c] / within) * by * axes[c]);
}

/** How much hair lies between a place and the window, by the density of a grid of 4 millimetres. */
class HairShadow {
  readonly #cells = new Float32Array(128 ** 3);

  constructor(strands: readonly Strand[]) {
    for (const { points } of strands) for (const point of points) this.#cells[cellOf(point)] = (this.#cells[cellOf(point)] as number) + 1;
  }

  /** The share of light that arrives. */
  at(point: Vector, light: Vector): number {
    let between = 0;
    for (let n = 2; n < 22; n++) {
      const way = n * 0.004;
      between += this.#cells[cellOf([point[0] + way * light[0], point[1] + way * light[1], point[2] + way * light[2]])] as number;
    }
    return Math.exp(-0.02 * between);
  }
}

const cellOf = ([x, y, z]: Vector): number => {
  const of = (value: number): number => Math.min(127, Math.max(0, Math.floor(value / 0.004)));
  return (of(z + 0.256) * 128 + of(y)) * 128 + of(x + 0.256);
};

/** Draws strands into a picture that is `FINE` times as fine, nearest first. */
class FineCanvas {
  readonly #layers: Layers;
  readonly #size: { readonly width: number; readonly height: number };
  readonly #depth: Float32Array;
  readonly #light: Float32Array;
  readonly #eye: Vector;
  readonly #axes: { readonly forward: Vector; readonly right: Vector; readonly up: Vector };
  readonly #focal: number;

  constructor(photo: SamplePhoto, layers: Layers) {
    this.#layers = layers;
    this.#size = { width: layers.width * FINE, height: layers.height * FINE };
    this.#depth = new Float32Array(this.#size.width * this.#size.height).fill(Number.POSITIVE_INFINITY);
    this.#light = new Float32Array(3 * this.#depth.length);
    this.#eye = photo.eye;
    const forward = unit(minus(photo.target, photo.eye));
    const right = unit([-forward[2], 0, forward[0]]);
    this.#axes = { forward, right, up: cross(right, forward) };
    this.#focal = (photo.focal / 36) * Math.max(this.#size.width, this.#size.height);
  }

  draw({ points, tone }: Strand, shadow: HairShadow): void {
    for (let n = 0; n + 1 < points.length; n++) {
      const [from, to] = [points[n] as Vector, points[n + 1] as Vector];
      const shown = lit(from, unit(minus(to, from)), unit(minus(this.#eye, from)), shadow);
      const light = vector((c) => shown[c] * tone);
      const [a, b] = [this.#seen(from), this.#seen(to)];
      const samples = Math.max(1, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y)));
      for (let s = 0; s < samples; s++) {
        const t = s / samples;
        this.#set(a.x + t * (b.x - a.x), a.y + t * (b.y - a.y), a.far + t * (b.far - a.far), light);
      }
    }
  }

  #seen(point: Vector): { readonly x: number; readonly y: number; readonly far: number } {
    const to = minus(point, this.#eye);
    const perMetre = this.#focal / dot(to, this.#axes.forward);
    return {
      x: this.#size.width / 2 + perMetre * dot(to, this.#axes.right),
      y: this.#size.height / 2 - perMetre * dot(to, this.#axes.up),
      far: Math.hypot(...to),
    };
  }

  #set(x: number, y: number, far: number, light: Vector): void {
    const [column, row] = [Math.floor(x), Math.floor(y)];
    if (column < 0 || row < 0 || column >= this.#size.width || row >= this.#size.height) return;
    const i = row * this.#size.width + column;
    const pixel = Math.floor(row / FINE) * this.#layers.width + Math.floor(column / FINE);
    // What the tracer drew there is nearer; at its outline its distance is a mean with what lies behind, and hides nothing.
    if (far > (this.#layers.falling[4 * pixel + 3] as number) + 0.003 || far > (this.#depth[i] as number)) return;
    this.#depth[i] = far;
    this.#light.set(light, 3 * i);
  }

  /** Means over each pixel. */
  developed(): Hair {
    const { width, height } = this.#layers;
    const hair = { light: new Float32Array(3 * width * height), cover: new Float32Array(width * height) };
    for (let i = 0; i < this.#depth.length; i++) {
      if (this.#depth[i] === Number.POSITIVE_INFINITY) continue;
      const pixel = Math.floor(i / this.#size.width / FINE) * width + Math.floor((i % this.#size.width) / FINE);
      hair.cover[pixel] = (hair.cover[pixel] as number) + 1 / FINE ** 2;
      for (let c = 0; c < 3; c++)
        hair.light[3 * pixel + c] = (hair.light[3 * pixel + c] as number) + (this.#light[3 * i + c] as number) / FINE ** 2;
    }
    return hair;
  }
}

/** A cylinder's diffuse light and two highlights: one white, one in the hair's own colour and further along. */
function lit(at: Vector, along: Vector, eye: Vector, shadow: HairShadow): Vector {
  const sum: [number, number, number] = [0, 0, 0];
  for (const [light, strength] of [
    [WINDOW, 2.6],
    [SKY, 0.9],
  ] as const) {
    const through = strength * shadow.at(at, light);
    const [tl, te] = [dot(along, light), dot(along, eye)];
    const diffuse = Math.sqrt(Math.max(0, 1 - tl * tl));
    const mirrored = (shift: number, sharp: number): number => {
      const [l, e] = [tl + shift, te];
      return Math.max(0, Math.sqrt(Math.max(0, 1 - l * l)) * Math.sqrt(Math.max(0, 1 - e * e)) - l * e) ** sharp;
    };
    const white = 0.05 * mirrored(0.08, 60);
    const own = 0.9 * mirrored(-0.12, 18);
    for (const c of [0, 1, 2] as const) sum[c] += through * (COLOUR[c] * (0.8 * diffuse + own) + white);
  }
  return vector((c) => sum[c] + 0.4 * COLOUR[c]);
}

function unit(v: Vector): Vector {
  const long = Math.max(1e-9, Math.hypot(...v));
  return [v[0] / long, v[1] / long, v[2] / long];
}
const minus = (a: Vector, b: Vector): Vector => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Vector, b: Vector): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vector, b: Vector): Vector => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

/** Evenly distributed, 0..1, the same every time (mulberry32). */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    return hash(state);
  };
}

function hash(n: number): number {
  let t = Math.imul(n ^ (n >>> 15), 1 | n);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
}
