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
import { cut, eachPixel, type Tile, tilesWith } from './tiles.ts';

export type Planes = readonly [Float32Array, Float32Array, Float32Array];

/** First a wide look, for where one side is far away; then a close one. Radii over the picture's longer side. */
const WIDE = 60 / 1536;
const CLOSE = 4 / 1536;
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
 * @param zone where `edge` stands are edges
 * @param receive called for every pixel near an edge: index, then fore and back of red, green, blue
 */
export function sideColours(
  picture: Planes,
  alpha: Float32Array,
  size: Size,
  zone: Uint8Array,
  edge: number,
  receive: (i: number, fr: number, fg: number, fb: number, br: number, bg: number, bb: number) => void,
): void {
  const long = Math.max(size.width, size.height);
  const far = wideLook(picture, alpha, size);
  const radius = Math.max(1, Math.round(CLOSE * long));
  for (const tile of tilesWith(zone, edge, size, radius + 1)) {
    const near = cut(alpha, size.width, tile);
    const channels = picture.map((plane, c) => {
      const seen = cut(plane, size.width, tile);
      const fore = far.at(far.fore[c] as Float32Array, tile);
      const back = far.at(far.back[c] as Float32Array, tile);
      for (let i = 0; i < seen.length; i++) {
        fore[i] = Math.min(1, Math.max(0, unmix(seen[i] as number, near[i] as number, fore[i] as number, back[i] as number)));
      }
      return { fore, back };
    });
    const [r, g, b] = weightedMeans(channels, near, tile, radius);
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

/** Means of the foreground weighted by the matte, and of the background by its rest. */
function weightedMeans(channels: readonly Sides[], alpha: Float32Array, { width, height }: Size, radius: number): Sides[] {
  const area = width * height;
  const scratch = new Float32Array(area);
  const weighted = new Float32Array(area);
  const meanAlpha = new Float32Array(area);
  boxMean(alpha, width, height, radius, meanAlpha, scratch);
  return channels.map(({ fore, back }) => {
    const out = { fore: new Float32Array(area), back: new Float32Array(area) };
    for (let i = 0; i < area; i++) weighted[i] = (fore[i] as number) * (alpha[i] as number);
    boxMean(weighted, width, height, radius, out.fore, scratch);
    for (let i = 0; i < area; i++) weighted[i] = (back[i] as number) * (1 - (alpha[i] as number));
    boxMean(weighted, width, height, radius, out.back, scratch);
    for (let i = 0; i < area; i++) {
      const a = meanAlpha[i] as number;
      // Where a side is nowhere near, its former estimate is better than a mean of nothing.
      out.fore[i] = a > 1e-3 ? (out.fore[i] as number) / a : (fore[i] as number);
      out.back[i] = a < 1 - 1e-3 ? (out.back[i] as number) / (1 - a) : (back[i] as number);
    }
    return out;
  });
}

interface WideLook {
  readonly fore: readonly Float32Array[];
  readonly back: readonly Float32Array[];
  /** One of the planes, enlarged again, for a tile. */
  at(plane: Float32Array, tile: Tile): Float32Array;
}

/** The wide means, worked out on a picture so small that they cost nothing. */
function wideLook(picture: Planes, alpha: Float32Array, size: Size): WideLook {
  const step = Math.max(1, Math.round(Math.max(size.width, size.height) / WIDE_LONG_EDGE));
  const small = { width: Math.ceil(size.width / step), height: Math.ceil(size.height / step) };
  const tiny = reduced(alpha, size, small, step);
  const channels = picture.map((plane) => {
    const mean = reduced(plane, size, small, step);
    return { fore: mean, back: mean };
  });
  const radius = Math.max(2, Math.round((WIDE * Math.max(size.width, size.height)) / step));
  const means = weightedMeans(channels, tiny, small, radius);
  return {
    fore: means.map((m) => m.fore),
    back: means.map((m) => m.back),
    at(plane, tile) {
      const out = new Float32Array(tile.width * tile.height);
      for (let y = 0, i = 0; y < tile.height; y++) {
        const gy = Math.min(small.height - 1, Math.max(0, (tile.outerTop + y + 0.5) / step - 0.5));
        const y0 = Math.floor(gy);
        const up = y0 * small.width;
        const low = Math.min(small.height - 1, y0 + 1) * small.width;
        for (let x = 0; x < tile.width; x++, i++) {
          const gx = Math.min(small.width - 1, Math.max(0, (tile.outerLeft + x + 0.5) / step - 0.5));
          const x0 = Math.floor(gx);
          const x1 = Math.min(small.width - 1, x0 + 1);
          const top = (plane[up + x0] as number) + (gx - x0) * ((plane[up + x1] as number) - (plane[up + x0] as number));
          const bottom = (plane[low + x0] as number) + (gx - x0) * ((plane[low + x1] as number) - (plane[low + x0] as number));
          out[i] = top + (gy - y0) * (bottom - top);
        }
      }
      return out;
    },
  };
}

/** Means of step x step pixels. */
function reduced(plane: Float32Array, size: Size, small: Size, step: number): Float32Array {
  const out = new Float32Array(small.width * small.height);
  for (let y = 0, i = 0; y < small.height; y++) {
    const bottom = Math.min(size.height, (y + 1) * step);
    for (let x = 0; x < small.width; x++, i++) {
      const right = Math.min(size.width, (x + 1) * step);
      let sum = 0;
      for (let sy = y * step; sy < bottom; sy++) for (let sx = x * step; sx < right; sx++) sum += plane[sy * size.width + sx] as number;
      out[i] = sum / ((bottom - y * step) * (right - x * step));
    }
  }
  return out;
}
