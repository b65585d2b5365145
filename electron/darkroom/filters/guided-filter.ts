/**
 * The guided filter (He, Sun & Tang, PAMI 2013) with a colour guide, in its fast form (He & Sun, arXiv:1505.00996): in every
 * window the matte is explained as a linear function of the picture, alpha = a . I + b. The functions are smooth, so they are
 * worked out at a reduced size; applied to the full-size photo they give the matte the photo's own edges.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { boxMean, boxMeanOfProduct, type Windows } from './box-filter.ts';
import type { Planes } from './planes.ts';
import type { ScratchMemory } from './scratch-memory.ts';

/** A mean this close to an end is one of nothing but that end. */
const FLAT = 1e-5;
/** Below this variance the matte of a window is as good as constant, and any fit explains it. */
const CONSTANT = 1e-4;

/** Planes of one size, on the bench: alpha = red r + green g + blue b + constant, and how far that can be believed. */
export interface GuidedFit {
  readonly planes: readonly [red: Float32Array, green: Float32Array, blue: Float32Array, constant: Float32Array];
  /**
   * R², 0..1: the share of the matte's variance in the windows around a pixel that colour explains. Near 0 the subject and its
   * background share their colours, and the fit would draw the texture of the one or the other into the matte.
   */
  readonly explained: Float32Array;
}

/** How the fit looks: its windows, with memory to work in that holds the result too. */
export interface Look extends Windows {
  readonly bench: ScratchMemory;
  /** How much a window must vary before its edges count, in squares of full scale. */
  readonly epsilon: number;
}

/**
 * @param guide RGB planes, 0..1
 * @param matte 0..1
 * @returns the fit; within 2 radius of the rim it is that of a picture that ends there.
 */
export function guidedFilter(guide: Planes, matte: Float32Array, look: Look): GuidedFit {
  const { size, epsilon, bench } = look;
  const area = size.width * size.height;
  const mean = (plane: Float32Array): Float32Array => {
    const out = bench.take(area);
    boxMean(plane, look, out);
    return out;
  };
  const meanOf = (a: Float32Array, b: Float32Array): Float32Array => {
    const out = bench.take(area);
    boxMeanOfProduct(a, b, look, out);
    return out;
  };
  const [r, g, b] = guide;
  const [mr, mg, mb, mp] = [mean(r), mean(g), mean(b), mean(matte)];
  const [rp, gp, bp] = [meanOf(r, matte), meanOf(g, matte), meanOf(b, matte)];
  const [rr, rg, rb, gg, gb, bb] = [meanOf(r, r), meanOf(r, g), meanOf(r, b), meanOf(g, g), meanOf(g, b), meanOf(b, b)];
  const pp = meanOf(matte, matte);

  // The results go where their inputs were: a0 over rp, a1 over gp, a2 over bp, the constant over mp, R² over pp.
  for (let i = 0; i < area; i++) {
    const p = mp[i] as number;
    const [x, y, z] = [mr[i] as number, mg[i] as number, mb[i] as number];
    const cr = (rp[i] as number) - x * p;
    const cg = (gp[i] as number) - y * p;
    const cb = (bp[i] as number) - z * p;
    // A window in which the matte does not change.
    if (p < FLAT || p > 1 - FLAT) {
      rp[i] = gp[i] = bp[i] = 0;
      pp[i] = 1;
      continue;
    }
    const vrr = (rr[i] as number) - x * x + epsilon;
    const vrg = (rg[i] as number) - x * y;
    const vrb = (rb[i] as number) - x * z;
    const vgg = (gg[i] as number) - y * y + epsilon;
    const vgb = (gb[i] as number) - y * z;
    const vbb = (bb[i] as number) - z * z + epsilon;
    const i00 = vgg * vbb - vgb * vgb;
    const i01 = vrb * vgb - vrg * vbb;
    const i02 = vrg * vgb - vrb * vgg;
    const inverse = 1 / (vrr * i00 + vrg * i01 + vrb * i02);
    const i11 = vrr * vbb - vrb * vrb;
    const i12 = vrg * vrb - vrr * vgb;
    const i22 = vrr * vgg - vrg * vrg;
    const a0 = (i00 * cr + i01 * cg + i02 * cb) * inverse;
    const a1 = (i01 * cr + i11 * cg + i12 * cb) * inverse;
    const a2 = (i02 * cr + i12 * cg + i22 * cb) * inverse;
    rp[i] = a0;
    gp[i] = a1;
    bp[i] = a2;
    mp[i] = p - a0 * x - a1 * y - a2 * z;
    const varied = (pp[i] as number) - p * p;
    pp[i] = varied < CONSTANT ? 1 : Math.min(1, Math.max(0, (a0 * cr + a1 * cg + a2 * cb) / varied));
  }
  for (const plane of [rp, gp, bp, mp, pp]) boxMean(plane, look, plane);
  return { planes: [rp, gp, bp, mp], explained: pp };
}
