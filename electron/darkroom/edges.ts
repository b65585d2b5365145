/**
 * The matte along edges. The network draws them at a fortieth of a large photo's pixels; here the photo's own pixels explain them
 * (guided-filter.ts), in two ways: close and crisp for the rims of things, wide and soft for hair and fur, mixed by how soft the
 * network's matte is around a place.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../shared/edit/placement.ts';
import { type Bench, createBench } from './bench.ts';
import { boxMean } from './box-filter.ts';
import type { Planes, WideLook } from './foreground.ts';
import { guidedFilter } from './guided-filter.ts';
import { enlarge, type Reduced, reduce } from './planes.ts';
import { cut, eachPixel, inner, type Tile, tilesWith } from './tiles.ts';
import { EDGE } from './zones.ts';

/** Windows over the guide's longer side. */
const CRISP_RADIUS = 9 / 1536;
const SOFT_RADIUS = 30 / 1536;
/** How much a window must vary before its edges count, in squares of full scale. */
const CRISP_EPSILON = 4e-4;
const SOFT_EPSILON = 1e-3;
/** The ends of the matte that are pulled in: a rim is a pixel wide and leaves no veil; the tips of hair are all veil. */
const CRISP_ENDS = 0.1;
const SOFT_ENDS = 0.03;
/** Mean undecidedness (0..1) of a neighbourhood: the rim of a thing stays below the first, hair is above the second. */
const CRISP_BELOW = 0.15;
const SOFT_ABOVE = 0.3;
const NEIGHBOURHOOD = 16 / 1536;
/** A place with this share of softness around it is as soft as what surrounds it: 1 / BESIDE. */
const BESIDE = 2.5;

/** Where the wide fit has a say, even what the network was sure of is looked at again. */
const LOOK_AGAIN_ABOVE = 0.3;

export interface EdgeInput {
  /** The photo, RGB 0..1. */
  readonly planes: Planes;
  /** The network's matte 0..1. */
  readonly matte: Float32Array;
  /** The cut-out's, see cutout.ts. */
  readonly zone: Uint8Array;
  /** See `softness`. */
  readonly soft: Reduced;
  readonly look: WideLook;
  readonly size: Size;
}

/** The matte of one pixel, explained by its colour. */
export function alphaOf(linear: Float32Array, at: number, r: number, g: number, b: number): number {
  const value = (linear[at] as number) * r + (linear[at + 1] as number) * g + (linear[at + 2] as number) * b + (linear[at + 3] as number);
  return Math.min(1, Math.max(0, value));
}

/** Hair reaches further in and out than the network's edge of it: in soft places, what is next to an edge becomes one. */
export function widenZones(zone: Uint8Array, soft: Reduced, size: Size): void {
  for (let y = 0, i = 0; y < size.height; y++) {
    const line = Math.floor(y / STEP) * soft.width;
    for (let x = 0; x < size.width; x++, i++) if ((soft.data[line + (x >> 1)] as number) > LOOK_AGAIN_ABOVE) zone[i] = EDGE;
  }
}

/** Writes the linear function of every pixel at an edge into `linear`, four values each. */
export function fitEdges(input: EdgeInput, linear: Float32Array): void {
  const { planes, matte, zone, soft, look, size } = input;
  const radius = Math.max(2, Math.round(CRISP_RADIUS * Math.max(size.width, size.height)));
  const wide = fitWide(input);
  const nearby = neighbourhoodMean(matte, size);
  const bench = createBench();
  for (const tile of tilesWith(zone, EDGE, size, 2 * radius)) {
    bench.clear();
    // Four planes in, four planes out: `map` forgets how many.
    const [r, g, b, m] = [planes[0], planes[1], planes[2], matte].map((plane) =>
      cut(plane, size.width, tile, bench),
    ) as unknown as FourPlanes;
    const close = guidedFilter([r, g, b], m, tile, radius, CRISP_EPSILON, bench);
    const proper = inner(tile);
    const t = enlarge(soft, proper, bench);
    const anySoft = t.some((share) => share > 0);
    const far = anySoft ? wide.map((plane) => enlarge(plane, proper, bench)) : close;
    const belief = anySoft ? enlarge(nearby, proper, bench) : t;
    const sides = anySoft ? sixPlanes(look, proper, bench) : null;
    eachPixel(tile, size.width, (i, near, n) => {
      if (zone[i] !== EDGE) return;
      const share = t[n] as number;
      const ends = CRISP_ENDS + share * (SOFT_ENDS - CRISP_ENDS);
      const gain = 1 / (1 - 2 * ends);
      for (let c = 0; c < 4; c++) {
        const crisp = (close[c] as Float32Array)[near] as number;
        const value = share === 0 ? crisp : crisp + share * (((far[c] as Float32Array)[n] as number) - crisp);
        linear[4 * i + c] = gain * (c === 3 ? value - ends : value);
      }
      if (sides !== null && share > 0) projectOnColours(linear, 4 * i, sides, n, share * credible(belief[n] as number));
    });
  }
}

/** Red, green, blue of the subject, then of the background. */
type FourPlanes = readonly [Float32Array, Float32Array, Float32Array, Float32Array];
type SixPlanes = readonly [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

function sixPlanes({ fore, back }: WideLook, tile: Tile, bench: Bench): SixPlanes {
  return [
    enlarge(fore[0], tile, bench),
    enlarge(fore[1], tile, bench),
    enlarge(fore[2], tile, bench),
    enlarge(back[0], tile, bench),
    enlarge(back[1], tile, bench),
    enlarge(back[2], tile, bench),
  ];
}

/**
 * Hair over a background of another colour: how far a pixel's colour is from the one to the other says more than any window. Also a
 * linear function of the colour, mixed in as far as the two colours can be told apart.
 */
function projectOnColours(linear: Float32Array, at: number, sides: SixPlanes, n: number, share: number): void {
  const [foreR, foreG, foreB, backR, backG, backB] = sides;
  const br = backR[n] as number;
  const bg = backG[n] as number;
  const bb = backB[n] as number;
  const dr = (foreR[n] as number) - br;
  const dg = (foreG[n] as number) - bg;
  const db = (foreB[n] as number) - bb;
  const distance = dr * dr + dg * dg + db * db;
  const trust = (PROJECTION * share * distance) / (distance + TELL_APART * TELL_APART);
  const norm = 1 / (distance + 1e-4);
  const keep = 1 - trust;
  linear[at] = keep * (linear[at] as number) + trust * dr * norm;
  linear[at + 1] = keep * (linear[at + 1] as number) + trust * dg * norm;
  linear[at + 2] = keep * (linear[at + 2] as number) + trust * db * norm;
  linear[at + 3] = keep * (linear[at + 3] as number) - trust * norm * (br * dr + bg * dg + bb * db);
}

/** Where the network sees nothing for some way around, a colour like the subject's is a coincidence. */
const credible = (belief: number): number => smoothstep(0.02, 0.2, belief);

function neighbourhoodMean(matte: Float32Array, size: Size): Reduced {
  const small = reduce(matte, size, STEP);
  const mean = new Float32Array(small.data.length);
  const radius = Math.max(1, Math.round((BELIEF_RADIUS * Math.max(size.width, size.height)) / STEP));
  boxMean(small.data, small, radius, mean);
  return { ...small, data: mean };
}
const BELIEF_RADIUS = 8 / 1536;

/** How much the projection counts at most; how far apart two colours have to be to be told apart. */
const PROJECTION = 0.85;
const TELL_APART = 0.25;

/** Half the guide's size is plenty for anything that looks this wide. */
const STEP = 2;

/** Where the matte is soft over more than a rim: 0 crisp .. 1 soft, reduced. */
export function softness(matte: Float32Array, size: Size): Reduced {
  const small = reduce(matte, size, STEP);
  const undecided = small.data.map((value) => 4 * value * (1 - value));
  const mean = new Float32Array(undecided.length);
  const radius = Math.max(1, Math.round((NEIGHBOURHOOD * Math.max(size.width, size.height)) / STEP));
  boxMean(undecided, small, radius, mean);
  const soft = mean.map((value) => smoothstep(CRISP_BELOW, SOFT_ABOVE, value));
  // What lies between locks of hair is next to softness, not in its middle.
  boxMean(soft, small, radius, mean);
  return { ...small, data: soft.map((value, i) => Math.max(value, Math.min(1, BESIDE * (mean[i] as number)))) };
}

/** The wide fit, reduced, where anything is soft. */
function fitWide({ planes, matte, zone, soft, size }: EdgeInput): Reduced[] {
  const wanted = new Uint8Array(soft.data.length);
  for (let y = 0, i = 0; y < soft.height; y++) {
    for (let x = 0; x < soft.width; x++, i++) {
      if (soft.data[i] !== 0 && zone[Math.min(size.height - 1, y * STEP) * size.width + Math.min(size.width - 1, x * STEP)] === EDGE)
        wanted[i] = 1;
    }
  }
  const out = [0, 1, 2, 3].map(() => ({ ...soft, data: new Float32Array(soft.data.length) }));
  if (!wanted.includes(1)) return out;
  const small = [...planes, matte].map((plane) => reduce(plane, size, STEP));
  const radius = Math.max(2, Math.round((SOFT_RADIUS * Math.max(size.width, size.height)) / STEP));
  const bench = createBench();
  for (const tile of tilesWith(wanted, 1, soft, 2 * radius)) {
    bench.clear();
    // As above.
    const [r, g, b, m] = small.map((plane) => cut(plane.data, plane.width, tile, bench)) as unknown as FourPlanes;
    const fitted = guidedFilter([r, g, b], m, tile, radius, SOFT_EPSILON, bench);
    eachPixel(tile, soft.width, (i, n) => {
      for (let c = 0; c < 4; c++) (out[c] as { data: Float32Array }).data[i] = (fitted[c] as Float32Array)[n] as number;
    });
  }
  return out;
}

function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
