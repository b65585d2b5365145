/**
 * What colour the subject has where it is half transparent: blur fusion (Forte & Pitié, "Approximate fast foreground colour
 * estimation", ICIP 2021). Means of foreground and background, weighted by the matte, say what lies on either side of an edge;
 * what the picture shows beyond that is put on top, so hair keeps its texture and loses the old background.
 *
 * The means are smooth: they are worked out at a reduced size, and `unmix` completes them at the photo's own.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../shared/edit/placement.ts';
import { boxMean } from './box-filter.ts';
import { EDGE, INSIDE, OUTSIDE } from './cutout.ts';
import { enlarge, type Reduced, reduce } from './planes.ts';
import { cut, eachPixel, tilesWith } from './tiles.ts';

export type Planes = readonly [Float32Array, Float32Array, Float32Array];

/** First a wide look, for where one side is far away; then a close one. Radii over the picture's longer side. */
const CLOSE = 8 / 1536;
/** The wide look is taken at this size. */
const WIDE_LONG_EDGE = 384;

/** The foreground of one sample: the subject's mean plus what the picture shows beyond both means. All 0..1, not clamped. */
export const unmix = (picture: number, alpha: number, fore: number, back: number): number =>
  fore + alpha * (picture - alpha * fore - (1 - alpha) * back);

/**
 * The means of both sides, near edges; elsewhere they are left at 0.
 *
 * @param picture RGB planes 0..1
 * @param alpha 0..1
 * @param zone the cut-out's, see cutout.ts
 * @param receive called for every pixel near an edge: index, then fore and back of red, green, blue
 */
export function sideColours(
  picture: Planes,
  alpha: Float32Array,
  size: Size,
  zone: Uint8Array,
  receive: (i: number, fr: number, fg: number, fb: number, br: number, bg: number, bb: number) => void,
): void {
  const long = Math.max(size.width, size.height);
  const far = wideLook(picture, alpha, zone, size);
  const radius = Math.max(1, Math.round(CLOSE * long));
  for (const tile of tilesWith(zone, EDGE, size, radius + 1)) {
    const near = cut(alpha, size.width, tile);
    const channels = picture.map((plane, c) => {
      const seen = cut(plane, size.width, tile);
      const fore = enlarge(far.fore[c] as Reduced, tile);
      const back = enlarge(far.back[c] as Reduced, tile);
      for (let i = 0; i < seen.length; i++) {
        fore[i] = Math.min(1, Math.max(0, unmix(seen[i] as number, near[i] as number, fore[i] as number, back[i] as number)));
      }
      return { fore, back };
    });
    const [r, g, b] = weightedMeans(channels, weightsOf(near), tile, radius);
    if (r === undefined || g === undefined || b === undefined) continue;
    eachPixel(tile, size.width, (i, t) => {
      receive(
        i,
        r.fore[t] as number,
        g.fore[t] as number,
        b.fore[t] as number,
        r.back[t] as number,
        g.back[t] as number,
        b.back[t] as number,
      );
    });
  }
}

interface Sides {
  readonly fore: Float32Array;
  readonly back: Float32Array;
}

/** How much each pixel has to say about the colour of the subject, and of the background. */
interface Weights {
  readonly fore: Float32Array;
  readonly back: Float32Array;
}

/** By the cubes of the matte: a matte that is wrong is wrong by halves, and what is half subject should not say what colour it has. */
function weightsOf(alpha: Float32Array): Weights {
  return { fore: alpha.map((a) => a * a * a), back: alpha.map((a) => (1 - a) * (1 - a) * (1 - a)) };
}

function weightedMeans(channels: readonly Sides[], weights: Weights, { width, height }: Size, radius: number): Sides[] {
  const area = width * height;
  const scratch = new Float32Array(area);
  const weighted = new Float32Array(area);
  const [meanFore, meanBack] = [new Float32Array(area), new Float32Array(area)];
  boxMean(weights.fore, width, height, radius, meanFore, scratch);
  boxMean(weights.back, width, height, radius, meanBack, scratch);
  return channels.map(({ fore, back }) => {
    const out = { fore: new Float32Array(area), back: new Float32Array(area) };
    for (let i = 0; i < area; i++) weighted[i] = (fore[i] as number) * (weights.fore[i] as number);
    boxMean(weighted, width, height, radius, out.fore, scratch);
    for (let i = 0; i < area; i++) weighted[i] = (back[i] as number) * (weights.back[i] as number);
    boxMean(weighted, width, height, radius, out.back, scratch);
    for (let i = 0; i < area; i++) {
      const [f, b] = [meanFore[i] as number, meanBack[i] as number];
      // Where a side is nowhere near, its former estimate is better than a mean of nothing.
      out.fore[i] = f > LEAST ? (out.fore[i] as number) / f : (fore[i] as number);
      out.back[i] = b > LEAST ? (out.back[i] as number) / b : (back[i] as number);
    }
    return out;
  });
}

export interface WideLook {
  readonly fore: readonly Reduced[];
  readonly back: readonly Reduced[];
}

/**
 * What colour each side has far and wide, worked out on a picture so small that it costs nothing. Who is safely inside or outside
 * has the word; edges are asked only where there is nobody else for a long way (spokes, whiskers).
 *
 * @param zone the cut-out's, see cutout.ts
 */
export function wideLook(picture: Planes, alpha: Float32Array, zone: Uint8Array, size: Size): WideLook {
  const step = Math.max(1, Math.round(Math.max(size.width, size.height) / WIDE_LONG_EDGE));
  const { fore, back } = weightsOf(alpha);
  for (let i = 0; i < alpha.length; i++) {
    if (zone[i] !== INSIDE) fore[i] = HEARSAY * (fore[i] as number);
    if (zone[i] !== OUTSIDE) back[i] = HEARSAY * (back[i] as number);
  }
  return { fore: spread(picture, fore, size, step), back: spread(picture, back, size, step) };
}

/** Fills a picture from the pixels that have weight: by pulling it together to ever smaller ones and pushing back what is missing. */
function spread(picture: Planes, weight: Float32Array, size: Size, step: number): Reduced[] {
  const product = new Float32Array(weight.length);
  const planes = picture.map((plane) => {
    for (let i = 0; i < product.length; i++) product[i] = (plane[i] as number) * (weight[i] as number);
    return reduce(product, size, step);
  });
  return pullPush(planes, reduce(weight, size, step)).map((plane) => ({ ...plane, step }));
}

/** @param sums colour times weight. @returns colours, everywhere */
function pullPush(sums: readonly Reduced[], weight: Reduced): Reduced[] {
  const colours = sums.map((plane) => ({
    ...plane,
    data: plane.data.map((value, i) => value / Math.max(1e-12, weight.data[i] as number)),
  }));
  if (weight.width * weight.height <= 4) return colours;
  const coarser = pullPush(
    sums.map((plane) => reduce(plane.data, plane, 2)),
    reduce(weight.data, weight, 2),
  );
  const all = {
    left: 0,
    top: 0,
    right: weight.width,
    bottom: weight.height,
    outerLeft: 0,
    outerTop: 0,
    width: weight.width,
    height: weight.height,
  };
  return colours.map((plane, c) => {
    const filled = enlarge({ ...(coarser[c] as Reduced), step: 2 }, all);
    for (let i = 0; i < filled.length; i++) {
      const known = Math.min(1, (weight.data[i] as number) / ENOUGH);
      filled[i] = (filled[i] as number) + known * ((plane.data[i] as number) - (filled[i] as number));
    }
    return { ...plane, data: filled };
  });
}

/** The word of a pixel at an edge, against 1 for one that is safely inside or outside. */
const HEARSAY = 0.001;
/** A weight that needs no help from further away. */
const ENOUGH = 0.25;
/** Below this a mean is one of nothing. */
const LEAST = 1e-3;
