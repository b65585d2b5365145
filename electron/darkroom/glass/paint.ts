/**
 * What the subject is painted with.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Measured } from './measuring.ts';
import type { Merged } from './merging.ts';
import type { Sums } from './neighbours.ts';

/** Rows between which it is looked for, over the subject's height from its top. */
const PAINT_ROWS = [0.42, 0.75] as const;
/** Colours are alike within this distance in Lab. */
const ALIKE = 12;
/** Two colours are told apart from this distance of a and b of Lab on: what mirrors and what lets through keep a part of it. */
const TOLD_APART = 8;

/** The colour of something, without how light it is: a and b of Lab as `labOf` has it. */
export interface Tint {
  readonly a: number;
  readonly b: number;
}

/** The colours of the subject's lower middle: by its smallest regions. */
export class Paint {
  readonly #sums: Sums;
  readonly #regions: number[] = [];
  #area = 1e-6;
  /** Mean a and b of Lab. */
  readonly #colour: Tint;

  constructor({ sums, leaves }: Merged, rows: Measured['rows']) {
    this.#sums = sums;
    for (let n = 0; n < leaves; n++) {
      const row = ((sums.y[n] as number) / Math.max(1, sums.area[n] as number) - rows.top) / rows.height;
      if (row < PAINT_ROWS[0] || row > PAINT_ROWS[1]) continue;
      this.#regions.push(n);
      this.#area += sums.area[n] as number;
    }
    const mean = (plane: Float32Array | Float64Array): number =>
      this.#regions.reduce((sum, n) => sum + (plane[n] as number), 0) / this.#area;
    this.#colour = { a: mean(sums.a), b: mean(sums.b) };
  }

  /** How much of it has nearly the mean colour of a region, 0..1. */
  shareLike(region: number): number {
    const { area, l, a, b } = this.#sums;
    const size = area[region] as number;
    const [meanL, meanA, meanB] = [(l[region] as number) / size, (a[region] as number) / size, (b[region] as number) / size];
    let alike = 0;
    for (const n of this.#regions) {
      const of = area[n] as number;
      const [dl, da, db] = [(l[n] as number) / of - meanL, (a[n] as number) / of - meanA, (b[n] as number) / of - meanB];
      if (dl * dl + da * da + db * db < ALIKE * ALIKE) alike += of;
    }
    return alike / this.#area;
  }

  /**
   * Where a region's colour lies between that of what is behind it, 0, and that of the paint, 1: what paint mirrors is added to its own
   * colour, and glass has none. Null where the two are too alike to tell.
   */
  leaning(region: number, behind: Tint): number | null {
    const { area, a, b } = this.#sums;
    const size = area[region] as number;
    const way = { a: this.#colour.a - behind.a, b: this.#colour.b - behind.b };
    const length = Math.hypot(way.a, way.b);
    if (length < TOLD_APART) return null;
    const gone = { a: (a[region] as number) / size - behind.a, b: (b[region] as number) / size - behind.b };
    return (gone.a * way.a + gone.b * way.b) / length ** 2;
  }
}
