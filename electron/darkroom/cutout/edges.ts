/**
 * The matte along edges. The network draws them at a fortieth of a large photo's pixels; here the photo's own pixels explain them
 * (guided-filter.ts), in two ways: close and crisp for the rims of things, wide and soft for hair and fur, mixed by how soft the
 * network's matte is around a place. Each has a say only as far as colour explains the matte there; where it does not, the network's
 * own matte stands, so that an edge is never worse than it was.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import { boxMean } from '../filters/box-filter.ts';
import { type GuidedFit, guidedFilter } from '../filters/guided-filter.ts';
import type { Planes } from '../filters/planes.ts';
import { enlarge } from '../filters/planes.ts';
import { type ScratchMemory, TileMemory } from '../filters/scratch-memory.ts';
import { cut, grown, type Tile, tilesWith } from '../filters/tiles.ts';
import { sharedFloats, type Take } from '../filters/turns.ts';
import { ALL, EDGE, NOTHING } from '../filters/zones.ts';
import type { WideLook } from './foreground.ts';

interface WindowKind {
  /** Over the picture's longer side. */
  readonly reach: number;
  /** How much a window must vary before its edges count, in squares of full scale. */
  readonly epsilon: number;
  /** R² below the first is not believed, above the second wholly. Measured: docs/darkroom.md has the figures. */
  readonly gate: readonly [from: number, to: number];
  /** The ends of the matte that are pulled in: a rim is a pixel wide and leaves no veil; the tips of hair are all veil. */
  readonly ends: number;
}

const CRISP: WindowKind = { reach: 4 / 1536, epsilon: 1e-4, gate: [0.55, 0.92], ends: 0.1 };
const SOFT: WindowKind = { reach: 30 / 1536, epsilon: 1e-3, gate: [0.4, 0.8], ends: 0.03 };
/** How much more of each end is pulled in at a crisp edge that colours say nothing about: the network draws it wider than it is, and no fit narrows it. */
const DRAWN_WIDER = 0.16;
/** Mean undecidedness (0..1) of a neighbourhood: the rim of a thing stays below the first, hair is above the second. */
const CRISP_BELOW = 0.15;
const SOFT_ABOVE = 0.3;
const NEIGHBOURHOOD = 16 / 1536;
/** A place with this share of softness around it is as soft as what surrounds it: 1 / BESIDE. */
const BESIDE = 2.5;

/** Where the wide fit has a say, even what the network was sure of is looked at again. */
const LOOK_AGAIN_ABOVE = 0.3;

/** All of one size, in memory that threads share: the photo RGB 0..1, the network's matte 0..1, its zones (zones.ts) and softness, and the colours far and wide. */
export interface EdgeInput {
  readonly colours: Planes;
  readonly matte: Float32Array;
  readonly zone: Uint8Array;
  readonly soft: Float32Array;
  readonly look: WideLook;
  readonly size: Size;
}

/** Hair reaches further in and out than the network's edge of it: in soft places, what is next to an edge becomes one. */
export function widenZones(zone: Uint8Array, soft: Float32Array): void {
  for (let i = 0; i < zone.length; i++) if ((soft[i] as number) > LOOK_AGAIN_ABOVE) zone[i] = EDGE;
}

/** What a fit says; a tile of it is written by one thread. In memory that threads share. */
export interface Fitted {
  /** Four per pixel: alpha = l0 r + l1 g + l2 b + l3. Away from edges they are left at 0. */
  readonly linear: Float32Array;
  /** How far colour explains a crisp edge here, 0..1. */
  readonly trust: Float32Array;
}

/** How much of the subject the network sees around each place. */
export function surroundings({ matte, size }: EdgeInput): Float32Array {
  const around = sharedFloats(matte.length);
  boxMean(matte, { size, radius: Math.max(1, Math.round(BELIEF_RADIUS * Math.max(size.width, size.height))) }, around);
  return around;
}

/** Explains the network's matte by colours, on the tiles that are taken. @param around `surroundings` of it. @param fitted still all 0 there */
export function fitToNetwork(input: EdgeInput, around: Float32Array, { linear, trust }: Fitted, take: Take): void {
  const { matte, zone, soft, look, size } = input;
  const [near, far] = [new TileMemory(), new TileMemory()];
  for (const tile of tilesWith(zone, EDGE, size, 0, take)) {
    near.clear();
    far.clear();
    const close = fitAround(input, tile, CRISP, near);
    const t = cut(soft, size.width, tile, near);
    const wide = t.some((share) => share > 0) ? fitAround(input, tile, SOFT, far) : close;
    const sides = wide === close ? null : sixPlanes(look, tile, near);
    for (let y = tile.top, n = 0; y < tile.bottom; y++) {
      for (let x = tile.left, i = y * size.width + x; x < tile.right; x++, i++, n++) {
        const share = t[n] as number;
        const at = 4 * i;
        const network = normalised(matte[i] as number);
        const rest = 1 - share;
        const crisp = rest * addFit(linear, at, close, close.at(x, y), rest);
        trust[i] = crisp;
        addNetwork(linear, at, network, rest - crisp);
        const believed = share === 0 ? 0 : share * addFit(linear, at, wide, wide.at(x, y), share);
        addNetwork(linear, at, network, share - believed);
        pullEnds(linear, at, rest * CRISP.ends + (rest - crisp) * DRAWN_WIDER + believed * SOFT.ends);
        if (sides !== null && believed > 0) {
          const trust = believed * credible(around[i] as number) * (1 - denied(input, i, sides, n));
          projectOnColours(linear, at, sides, n, trust);
        }
      }
    }
  }
}

/** How often it is fitted again. After that, little changes, and each costs a tenth of the cut-out's time. */
export const ROUNDS = 2;

/** The matte with what a fit made of its edges: what the next one is fitted to. */
export function refitted({ colours: [r, g, b], matte, zone }: EdgeInput, linear: Float32Array): Float32Array {
  const out = sharedFloats(matte.length);
  out.set(matte);
  for (let i = 0, at = 0; i < out.length; i++, at += 4) {
    if (zone[i] !== EDGE) continue;
    const slopes = (linear[at] as number) * (r[i] as number) + (linear[at + 1] as number) * (g[i] as number);
    const alpha = slopes + (linear[at + 2] as number) * (b[i] as number) + (linear[at + 3] as number);
    out[i] = Math.min(1, Math.max(0, alpha));
  }
  return out;
}

/**
 * Explains what the last fit made of the matte, where the first was believed. The network draws an edge wider than it is, and a fit to
 * that leaves some of its width in the colours beside the edge; a fit to the fit's own answer does not. It is how the matting
 * Laplacian (Levin, Lischinski & Weiss, PAMI 2008) is solved by relaxation, begun near its solution. R² of a later fit says little, as its
 * matte is made of colours already: how far to go is what the first one says.
 *
 * @param input with what the last fit made of the matte (`refitted`)
 */
export function fitAgain(input: EdgeInput, { linear, trust }: Fitted, take: Take): void {
  const { matte, zone, size } = input;
  const bench = new TileMemory();
  const again = new Float32Array(4);
  for (const tile of tilesWith(zone, EDGE, size, 0, take)) {
    bench.clear();
    if (!cut(trust, size.width, tile, bench).some((share) => share > 0)) continue;
    const close = fitAround(input, tile, CRISP, bench);
    for (let y = tile.top; y < tile.bottom; y++) {
      for (let x = tile.left, i = y * size.width + x; x < tile.right; x++, i++) {
        const share = trust[i] as number;
        if (share === 0) continue;
        again.fill(0);
        addNetwork(again, 0, matte[i] as number, 1 - addFit(again, 0, close, close.at(x, y), 1));
        pullEnds(again, 0, CRISP.ends);
        for (let c = 0; c < 4; c++) linear[4 * i + c] = (1 - share) * (linear[4 * i + c] as number) + share * (again[c] as number);
      }
    }
  }
}

/** What the network's matte says by itself, with the ends that count as nothing and all. */
const normalised = (matte: number): number => (matte - NOTHING) / (ALL - NOTHING);

/**
 * Adds a share of the fit, as far as colour explains the matte there.
 *
 * @returns how far the fit is believed, 0..1; the rest of its share is the network's
 */
function addFit(linear: Float32Array, to: number, fit: TileFit, from: number, share: number): number {
  const believed = smoothstep(fit.gate[0], fit.gate[1], fit.explained[from] as number);
  const weight = share * believed;
  for (let c = 0; c < 4; c++) linear[to + c] = (linear[to + c] as number) + weight * (fit.planes[c as 0 | 1 | 2 | 3][from] as number);
  return believed;
}

/** The network's own matte, so that no texture of subject or background gets into an edge that colour says nothing about. */
function addNetwork(linear: Float32Array, to: number, network: number, share: number): void {
  linear[to + 3] = (linear[to + 3] as number) + share * network;
}

/** Stretches a function so that `ends` of the matte become nothing, and all. */
function pullEnds(linear: Float32Array, at: number, ends: number): void {
  const gain = 1 / (1 - 2 * ends);
  for (let c = 0; c < 3; c++) linear[at + c] = gain * (linear[at + c] as number);
  linear[at + 3] = gain * ((linear[at + 3] as number) - ends);
}

interface TileFit extends GuidedFit {
  readonly gate: WindowKind['gate'];
  /** Where the planes hold a pixel of the picture. */
  at(x: number, y: number): number;
}

/** The fit that a tile needs, from as far around it as its windows reach. */
function fitAround({ colours, matte, size }: EdgeInput, inner: Tile, kind: WindowKind, bench: ScratchMemory): TileFit {
  const radius = Math.max(2, Math.round(kind.reach * Math.max(size.width, size.height)));
  const tile = grown(inner, size, 2 * radius);
  const of = (plane: Float32Array): Float32Array => cut(plane, size.width, tile, bench);
  const { epsilon, gate } = kind;
  const fit = guidedFilter([of(colours[0]), of(colours[1]), of(colours[2])], of(matte), { size: tile, radius, epsilon, bench });
  return { ...fit, gate, at: (x, y) => (y - tile.outerTop) * tile.width + x - tile.outerLeft };
}

/** Red, green, blue of the subject, then of the background. */
type SixPlanes = readonly [Float32Array, Float32Array, Float32Array, Float32Array, Float32Array, Float32Array];

function sixPlanes({ fore, back }: WideLook, tile: Tile, bench: ScratchMemory): SixPlanes {
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

/**
 * How far the projection would make a hole where the network is sure of the subject, 0..1. Wide around the spokes of a wheel the subject has the colour of the
 * tyre; what is bright there is no background for that.
 */
function denied({ colours, matte }: EdgeInput, i: number, sides: SixPlanes, n: number): number {
  const sure = smoothstep(0.7, 0.95, matte[i] as number);
  if (sure === 0) return 0;
  let [along, distance] = [0, 1e-4];
  for (let c = 0; c < 3; c++) {
    const back = (sides[c + 3] as Float32Array)[n] as number;
    const way = ((sides[c] as Float32Array)[n] as number) - back;
    along += way * (((colours[c] as Float32Array)[i] as number) - back);
    distance += way * way;
  }
  return sure * smoothstep(0.3, 0.7, (matte[i] as number) - along / distance);
}

const BELIEF_RADIUS = 8 / 1536;

/** How much the projection counts at most; how far apart two colours have to be to be told apart. */
const PROJECTION = 0.85;
const TELL_APART = 0.25;

/** Where the matte is soft over more than a rim: 0 crisp .. 1 soft. In memory that threads share. */
export function softness(matte: Float32Array, size: Size): Float32Array {
  const soft = sharedFloats(matte.length);
  for (let i = 0; i < soft.length; i++) soft[i] = 4 * (matte[i] as number) * (1 - (matte[i] as number));
  const mean = new Float32Array(matte.length);
  const windows = { size, radius: Math.max(1, Math.round(NEIGHBOURHOOD * Math.max(size.width, size.height))) };
  boxMean(soft, windows, mean);
  for (let i = 0; i < soft.length; i++) {
    const around = mean[i] as number;
    soft[i] = around <= CRISP_BELOW ? 0 : smoothstep(CRISP_BELOW, SOFT_ABOVE, around);
  }
  // What lies between locks of hair is next to softness, not in its middle.
  boxMean(soft, windows, mean);
  for (let i = 0; i < soft.length; i++) {
    const beside = Math.min(1, BESIDE * (mean[i] as number));
    if (beside > (soft[i] as number)) soft[i] = beside;
  }
  return soft;
}

function smoothstep(from: number, to: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
