/**
 * What colour the subject has where it is half transparent: blur fusion (Forte & Pitié, "Approximate fast foreground colour
 * estimation", ICIP 2021). Means of foreground and background, weighted by the matte, say what lies on either side of an edge;
 * what the picture shows beyond that is put on top, so hair keeps its texture and loses the old background.
 *
 * The means are smooth: they are worked out at a reduced size, and `unmix` completes them at the photo's own.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { boxMean } from './box-filter.ts';

export type Planes = readonly [Float32Array, Float32Array, Float32Array];

export interface SideColours {
  readonly fore: Planes;
  readonly back: Planes;
}

/** First a wide look, for where one side is far away; then a close one. Radii over the picture's longer side. */
const RADII = [60 / 1536, 4 / 1536] as const;

/** The foreground of one sample: the subject's mean plus what the picture shows beyond both means. All 0..1, not clamped. */
export const unmix = (picture: number, alpha: number, fore: number, back: number): number =>
  fore + alpha * (picture - alpha * fore - (1 - alpha) * back);

/** The means of both sides. @param picture RGB planes 0..1 @param alpha 0..1 */
export function sideColours(picture: Planes, alpha: Float32Array, size: { readonly width: number; readonly height: number }): SideColours {
  const long = Math.max(size.width, size.height);
  const wide = blurSides({ fore: picture, back: picture }, alpha, size, Math.max(2, Math.round(RADII[0] * long)));
  for (const [channel, plane] of wide.fore.entries()) {
    const [seen, back] = [picture[channel] as Float32Array, wide.back[channel] as Float32Array];
    for (let i = 0; i < plane.length; i++) {
      plane[i] = Math.min(1, Math.max(0, unmix(seen[i] as number, alpha[i] as number, plane[i] as number, back[i] as number)));
    }
  }
  return blurSides(wide, alpha, size, Math.max(1, Math.round(RADII[1] * long)));
}

function blurSides(
  sides: SideColours,
  alpha: Float32Array,
  size: { readonly width: number; readonly height: number },
  radius: number,
): SideColours {
  const { width, height } = size;
  const area = width * height;
  const scratch = new Float32Array(area);
  const weighted = new Float32Array(area);
  const meanAlpha = new Float32Array(area);
  boxMean(alpha, width, height, radius, meanAlpha, scratch);
  const blurred = (plane: Float32Array, inverse: boolean): Float32Array => {
    const out = new Float32Array(area);
    for (let i = 0; i < area; i++) weighted[i] = (plane[i] as number) * (inverse ? 1 - (alpha[i] as number) : (alpha[i] as number));
    boxMean(weighted, width, height, radius, out, scratch);
    for (let i = 0; i < area; i++) {
      const weight = inverse ? 1 - (meanAlpha[i] as number) : (meanAlpha[i] as number);
      // Where a side is nowhere near, its former estimate is better than a mean of nothing.
      out[i] = weight > 1e-3 ? (out[i] as number) / weight : (plane[i] as number);
    }
    return out;
  };
  const all = (planes: Planes, inverse: boolean): Planes => [
    blurred(planes[0], inverse),
    blurred(planes[1], inverse),
    blurred(planes[2], inverse),
  ];
  return { fore: all(sides.fore, false), back: all(sides.back, true) };
}
