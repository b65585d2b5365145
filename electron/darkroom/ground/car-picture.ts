/**
 * The picture in which wheels are looked for: the subject's largest part at one size, whatever the photo's, so that a wheel is as many
 * pixels wide in every photo and every constant in pixels means the same.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import type { Raster } from '../files/raster.ts';
import { largestPart, type Part } from '../filters/connected.ts';
import { gaussianBlur } from '../filters/gaussian.ts';
import type { PhotoView } from './camera.ts';

/** Width of the subject in this picture, in pixels. Every constant of this room that is in pixels is meant at this width. */
export const SUBJECT_WIDTH = 640;
/** Free space around it, over its width: the floor beside a wheel is looked at, too. */
const MARGIN = 0.06;
/** Standard deviation of the blur before edges are looked for, in pixels. */
const EDGE_BLUR = 1.2;
/** What black is lifted by before its logarithm is taken, in full scale: below it is noise. */
const BLACK = 0.02;
/** Matte from which a pixel counts as covered, 0..1. */
const COVERED = 0.5;

/** Where a picture lies in the guide: guide pixel = offset + pixel / scale. */
export interface Frame {
  /** Where its top left corner lies, in pixels of the guide. */
  readonly left: number;
  readonly top: number;
  /** Pixels of it per pixel of the guide. */
  readonly scale: number;
}

/** The planes of the subject's largest part, `size` pixels each. */
export interface CarPicture extends Frame {
  readonly size: Size;
  /**
   * ln of the brightest channel, blurred: in its logarithm a black rim in a black tyre at dusk stands out as much as a silver one in
   * the sun does.
   */
  readonly light: Float32Array;
  /** ln of the mean of the channels, for the edge between body and shadow. Not blurred. */
  readonly grey: Float32Array;
  /** The part's matte, 0..1. */
  readonly matte: Float32Array;
  /** Lower end of the part per column; -1 where there is none. */
  readonly low: Float32Array;
  /** The part's first row, and its height, in pixels. */
  readonly partTop: number;
  readonly partHeight: number;
  /** The whole photo, in pixels of this picture: where the camera looked, and how wide. */
  readonly photo: PhotoView;
}

/** @param matte bytes of the guide's size; @param lens focal length over the photo's width, or null. @returns null when the matte is empty */
export function carPicture(guide: Raster, matte: Uint8Array, lens: number | null): CarPicture | null {
  const part = largestPart(matte, guide);
  if (part === null) return null;
  const across = part.right - part.left + 1;
  const scale = SUBJECT_WIDTH / across;
  const margin = MARGIN * across;
  const frame = { left: part.left - margin, top: part.top - margin, scale };
  const size = {
    width: Math.round((across + 2 * margin) * scale),
    height: Math.max(1, Math.round((part.bottom - part.top + 1 + 2 * margin) * scale)),
  };
  const planes = sampled(guide, matte, part, frame, size);
  return {
    ...frame,
    size,
    light: gaussianBlur(planes.light, size, EDGE_BLUR),
    grey: planes.grey,
    matte: planes.matte,
    low: lowerContour(planes.matte, size),
    partTop: margin * scale,
    partHeight: (part.bottom - part.top + 1) * scale,
    photo: { middle: (guide.width / 2 - frame.left) * scale, width: guide.width * scale, lens },
  };
}

/** Means of the guide's pixels under each pixel; where the guide is the smaller one, its nearest pixels, mixed. */
function sampled(
  guide: Raster,
  matte: Uint8Array,
  part: Part,
  { left, top, scale }: Frame,
  size: Size,
): Pick<CarPicture, 'light' | 'grey' | 'matte'> {
  const { width, height } = size;
  const out = { light: new Float32Array(width * height), grey: new Float32Array(width * height), matte: new Float32Array(width * height) };
  const columns = samplesAlong(width, left, scale, guide.width);
  const rows = samplesAlong(height, top, scale, guide.height);
  const each = columns.each * rows.each;
  const brightest = new Logarithms(1, each, guide);
  const mean = new Logarithms(3, each, guide);
  const cover = 1 / (each * 255);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      let [r, g, b, alpha] = [0, 0, 0, 0];
      for (let v = y * rows.each; v < (y + 1) * rows.each; v++) {
        const line = (rows.at[v] as number) * guide.width;
        for (let u = x * columns.each; u < (x + 1) * columns.each; u++) {
          const n = line + (columns.at[u] as number);
          r += guide.data[3 * n] as number;
          g += guide.data[3 * n + 1] as number;
          b += guide.data[3 * n + 2] as number;
          if (part.mask[n] === 1) alpha += matte[n] as number;
        }
      }
      out.light[i] = brightest.of(Math.max(r, g, b));
      out.grey[i] = mean.of(r + g + b);
      out.matte[i] = alpha * cover;
    }
  }
  return out;
}

/** ln of the light in sums of samples, each worked out once: there are few sums, and many pixels. */
class Logarithms {
  readonly #channels: number;
  readonly #unit: number;
  /** NaN where nobody asked yet. */
  readonly #known: Float32Array;

  /** @param channels that go into a sum, with `each` samples of the guide */
  constructor(channels: number, each: number, { data }: Raster) {
    const full = data instanceof Uint16Array ? 65535 : 255;
    this.#channels = channels;
    this.#unit = 1 / (each * full);
    this.#known = new Float32Array(channels * each * full + 1).fill(Number.NaN);
  }

  of(sum: number): number {
    const known = this.#known[sum] as number;
    if (!Number.isNaN(known)) return known;
    const found = Math.log((sum / this.#channels) * this.#unit + BLACK);
    this.#known[sum] = found;
    return found;
  }
}

/** Which pixels of the guide are looked at along one direction: `each` for every pixel, the nearest ones. */
function samplesAlong(length: number, from: number, scale: number, limit: number): { readonly at: Int32Array; readonly each: number } {
  const each = Math.max(2, Math.ceil(1 / scale));
  const at = new Int32Array(length * each);
  for (let n = 0; n < at.length; n++) at[n] = Math.min(limit - 1, Math.max(0, Math.floor(from + (n + 0.5) / (each * scale))));
  return { at, each };
}

/** Per column the lower end of what is covered, to a fraction of a pixel; -1 where nothing is. */
function lowerContour(matte: Float32Array, { width, height }: Size): Float32Array {
  const low = new Float32Array(width).fill(-1);
  for (let x = 0; x < width; x++) {
    let y = height - 1;
    while (y >= 0 && (matte[y * width + x] as number) < COVERED) y--;
    if (y < 0) continue;
    const here = matte[y * width + x] as number;
    const below = y + 1 < height ? (matte[(y + 1) * width + x] as number) : 0;
    low[x] = y + 0.5 + (here - COVERED) / Math.max(1e-3, here - below);
  }
  return low;
}
