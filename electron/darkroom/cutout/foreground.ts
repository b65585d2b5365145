/**
 * What colour the subject has where it is half transparent: blur fusion (Forte & Pitié, "Approximate fast foreground colour
 * estimation", ICIP 2021). Means of foreground and background, weighted by the matte, say what lies on either side of an edge;
 * what the picture shows beyond that is put on top, so hair keeps its texture and loses the old background.
 *
 * The means are smooth: they are worked out at a reduced size, and `unmix` completes them at the photo's own.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import { boxMean, boxMeanOfProduct } from '../filters/box-filter.ts';
import { enlarge, type Planes, type Reduced } from '../filters/planes.ts';
import { pullPush, type ThreePlanes } from '../filters/pull-push.ts';
import { type ScratchMemory, TileMemory } from '../filters/scratch-memory.ts';
import { cut, eachPixel, tilesWith } from '../filters/tiles.ts';
import { sharedFloats, type Take } from '../filters/turns.ts';
import { EDGE, INSIDE, OUTSIDE } from '../filters/zones.ts';

/** The close look's radius over the picture's longer side. */
const CLOSE = 8 / 1536;
/** The wide look is taken at this size. */
const WIDE_LONG_EDGE = 384;

/** The foreground of one sample: the subject's mean plus what the picture shows beyond both means. All 0..1, not clamped. */
export const unmix = (picture: number, alpha: number, fore: number, back: number): number =>
  fore + alpha * (picture - alpha * fore - (1 - alpha) * back);

/** A picture with its matte, all of one size, in memory that threads share. */
export interface MattedPicture {
  /** RGB planes 0..1. */
  readonly picture: Planes;
  /** 0..1. */
  readonly alpha: Float32Array;
  readonly size: Size;
  /** The cut-out's, see cutout.ts. */
  readonly zone: Uint8Array;
}

/**
 * Writes the means of both sides, near edges, on the tiles that are taken; elsewhere they are left as they are.
 *
 * @param far what `wideLook` found
 * @param sides six per pixel, 0..255: red, green and blue of the subject, then of the background (develop.ts, `Edges`)
 */
export function writeSides({ picture, alpha, size, zone }: MattedPicture, far: WideLook, sides: Uint8Array, take: Take): void {
  const long = Math.max(size.width, size.height);
  const radius = Math.max(1, Math.round(CLOSE * long));
  const bench = new TileMemory();
  for (const tile of tilesWith(zone, EDGE, size, radius + 1, take)) {
    bench.clear();
    const near = cut(alpha, size.width, tile, bench);
    const channels = picture.map((plane, c) => {
      const seen = cut(plane, size.width, tile, bench);
      const fore = enlarge(far.fore[c as 0 | 1 | 2], tile, bench);
      const back = enlarge(far.back[c as 0 | 1 | 2], tile, bench);
      for (let i = 0; i < seen.length; i++) {
        fore[i] = Math.min(1, Math.max(0, unmix(seen[i] as number, near[i] as number, fore[i] as number, back[i] as number)));
      }
      return { fore, back };
    });
    const [r, g, b] = weightedMeans(channels, weightsOf(near, bench), tile, radius, bench);
    if (r === undefined || g === undefined || b === undefined) continue;
    eachPixel(tile, size.width, (i, t) => {
      const at = 6 * i;
      sides[at] = byte(r.fore[t] as number);
      sides[at + 1] = byte(g.fore[t] as number);
      sides[at + 2] = byte(b.fore[t] as number);
      sides[at + 3] = byte(r.back[t] as number);
      sides[at + 4] = byte(g.back[t] as number);
      sides[at + 5] = byte(b.back[t] as number);
    });
  }
}

const byte = (value: number): number => Math.min(255, Math.max(0, value * 255 + 0.5));

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
function weightsOf(alpha: Float32Array, bench: ScratchMemory): Weights {
  const [fore, back] = [bench.take(alpha.length), bench.take(alpha.length)];
  for (let i = 0; i < alpha.length; i++) {
    const a = alpha[i] as number;
    fore[i] = a * a * a;
    back[i] = (1 - a) * (1 - a) * (1 - a);
  }
  return { fore, back };
}

function weightedMeans(channels: readonly Sides[], weights: Weights, size: Size, radius: number, bench: ScratchMemory): readonly Sides[] {
  const area = size.width * size.height;
  const windows = { size, radius, bench };
  const mean = { fore: bench.take(area), back: bench.take(area) };
  boxMean(weights.fore, windows, mean.fore);
  boxMean(weights.back, windows, mean.back);
  for (const sides of channels) {
    for (const side of ['fore', 'back'] as const) {
      const weighted = bench.take(area);
      boxMeanOfProduct(sides[side], weights[side], windows, weighted);
      for (let i = 0; i < area; i++) {
        const weight = mean[side][i] as number;
        // Where a side is nowhere near, its former estimate is better than a mean of nothing.
        if (weight > LEAST) sides[side][i] = (weighted[i] as number) / weight;
      }
    }
  }
  return channels;
}

/** Colours around each place in small: of what is surely subject, and of what is surely background. In memory that threads share. */
export interface WideLook {
  readonly fore: ThreePlanes;
  readonly back: ThreePlanes;
}

/**
 * What colour each side has far and wide, worked out on a picture so small that it costs nothing. Only certain pixels
 * vote; edge pixels vote only where no certain pixel is near (spokes, whiskers).
 *
 * @param zone the cut-out's, see cutout.ts
 */
export function wideLook(picture: Planes, alpha: Float32Array, zone: Uint8Array, size: Size): WideLook {
  const step = Math.max(1, Math.round(Math.max(size.width, size.height) / WIDE_LONG_EDGE));
  const width = Math.ceil(size.width / step);
  const height = Math.ceil(size.height / step);
  // Weight, then weighted red, green and blue, of either side: sums over the pixels under each of the small picture's.
  const sums = Array.from({ length: 8 }, () => new Float32Array(width * height));
  const [fw, fr, fg, fb, bw, br, bg, bb] = sums as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const [r, g, b] = picture;
  const unit = 1 / (step * step);
  const columns = Int32Array.from({ length: size.width }, (_, x) => Math.floor(x / step));
  for (let y = 0, i = 0; y < size.height; y++) {
    const line = Math.floor(y / step) * width;
    for (let x = 0; x < size.width; x++, i++) {
      const n = line + (columns[x] as number);
      const here = zone[i] as number;
      const a = alpha[i] as number;
      const f = here === INSIDE ? unit : here === OUTSIDE ? 0 : unit * HEARSAY * a * a * a;
      const o = here === OUTSIDE ? unit : here === INSIDE ? 0 : unit * HEARSAY * (1 - a) * (1 - a) * (1 - a);
      if (f > 0) {
        fw[n] = (fw[n] as number) + f;
        fr[n] = (fr[n] as number) + f * (r[i] as number);
        fg[n] = (fg[n] as number) + f * (g[i] as number);
        fb[n] = (fb[n] as number) + f * (b[i] as number);
      }
      if (o > 0) {
        bw[n] = (bw[n] as number) + o;
        br[n] = (br[n] as number) + o * (r[i] as number);
        bg[n] = (bg[n] as number) + o * (g[i] as number);
        bb[n] = (bb[n] as number) + o * (b[i] as number);
      }
    }
  }
  const plane = (data: Float32Array): Reduced => ({ data, width, height, step });
  const shared = (found: ThreePlanes): ThreePlanes => [sharedCopy(found[0]), sharedCopy(found[1]), sharedCopy(found[2])];
  return {
    fore: shared(pullPush([plane(fr), plane(fg), plane(fb)], plane(fw))),
    back: shared(pullPush([plane(br), plane(bg), plane(bb)], plane(bw))),
  };
}

function sharedCopy(plane: Reduced): Reduced {
  const data = sharedFloats(plane.data.length);
  data.set(plane.data);
  return { ...plane, data };
}

/** Weight of an edge pixel, against 1 for a certain one. */
const HEARSAY = 0.001;
/** Below this a mean is one of nothing. */
const LEAST = 1e-3;
