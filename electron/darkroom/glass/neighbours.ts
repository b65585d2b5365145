/**
 * What the smallest regions are, and how long and how strong the contours between them are.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import type { Planes } from '../filters/planes.ts';
import type { Likeness } from './scenery.ts';
import type { Leaves } from './watershed.ts';

/** Sums over the pixels of each region; whatever is asked of a region or of several together is worked out of these. */
export interface Sums {
  readonly area: Float64Array;
  /** Of L, a and b. */
  readonly l: Float64Array;
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** Of contour strength inside, and of the row. */
  readonly inner: Float64Array;
  readonly y: Float64Array;
  /** Length of the outline in pixels, and the sum of contour strength along it. */
  readonly outline: Float64Array;
  readonly outlineStrength: Float64Array;
  /** How much of the outline is the subject's own. */
  readonly silhouette: Float64Array;
  /** Light times itself, times that of the scenery behind, and that times itself (scenery.ts). */
  readonly seen: Float64Array;
  readonly both: Float64Array;
  readonly behind: Float64Array;
}

/** Room for so many regions, all 0. */
export const emptySums = (count: number): Sums => ({
  area: new Float64Array(count),
  l: new Float64Array(count),
  a: new Float64Array(count),
  b: new Float64Array(count),
  inner: new Float64Array(count),
  y: new Float64Array(count),
  outline: new Float64Array(count),
  outlineStrength: new Float64Array(count),
  silhouette: new Float64Array(count),
  seen: new Float64Array(count),
  both: new Float64Array(count),
  behind: new Float64Array(count),
});

/** The smallest regions side by side. */
export interface Neighbours {
  /** By region, counted from 0 (a label less one). */
  readonly sums: Sums;
  /** The contours between two regions: which, how long, and the sum of strength along it. */
  readonly first: readonly number[];
  readonly second: readonly number[];
  readonly length: readonly number[];
  readonly strength: readonly number[];
}

/** What is known of each pixel of the stage. */
export interface Seen {
  readonly lab: Planes;
  /** Contour strength. */
  readonly strength: Float32Array;
  readonly likeness: Likeness;
  readonly size: Size;
}

/** @param nodes how many regions there will be with all that are made of them: `sums` has room for those */
export function neighboursOf({ labels, count }: Leaves, { lab, strength, likeness, size }: Seen, nodes: number): Neighbours {
  const sums = emptySums(nodes);
  sums.seen.set(likeness.seen);
  sums.both.set(likeness.both);
  sums.behind.set(likeness.behind);
  const contours = new Contours(count);
  const { width, height } = size;
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i++) {
      const label = labels[i] as number;
      if (label > 0) {
        const n = label - 1;
        sums.area[n] = (sums.area[n] as number) + 1;
        sums.l[n] = (sums.l[n] as number) + (lab[0][i] as number);
        sums.a[n] = (sums.a[n] as number) + (lab[1][i] as number);
        sums.b[n] = (sums.b[n] as number) + (lab[2][i] as number);
        sums.inner[n] = (sums.inner[n] as number) + (strength[i] as number);
        sums.y[n] = (sums.y[n] as number) + y;
      }
      const east = x + 1 < width ? (labels[i + 1] as number) : label;
      const south = y + 1 < height ? (labels[i + width] as number) : label;
      if (east !== label) contours.meet(sums, label, east, Math.max(strength[i] as number, strength[i + 1] as number));
      if (south !== label) contours.meet(sums, label, south, Math.max(strength[i] as number, strength[i + width] as number));
    }
  }
  return { sums, first: contours.first, second: contours.second, length: contours.length, strength: contours.strength };
}

/** The contours, found by the two regions that they lie between. */
class Contours {
  readonly first: number[] = [];
  readonly second: number[] = [];
  readonly length: number[] = [];
  readonly strength: number[] = [];
  readonly #count: number;
  readonly #known = new Map<number, number>();

  constructor(count: number) {
    this.#count = count;
  }

  /** Two pixels side by side. @param p and q: their labels, which differ */
  meet(sums: Sums, p: number, q: number, strength: number): void {
    this.#addOutline(sums, p, strength);
    this.#addOutline(sums, q, strength);
    if (p === 0 || q === 0) {
      const n = p + q - 1;
      sums.silhouette[n] = (sums.silhouette[n] as number) + 1;
      return;
    }
    const [a, b] = p < q ? [p - 1, q - 1] : [q - 1, p - 1];
    const key = a * this.#count + b;
    let at = this.#known.get(key);
    if (at === undefined) {
      at = this.first.length;
      this.#known.set(key, at);
      this.first.push(a);
      this.second.push(b);
      this.length.push(0);
      this.strength.push(0);
    }
    this.length[at] = (this.length[at] as number) + 1;
    this.strength[at] = (this.strength[at] as number) + strength;
  }

  #addOutline(sums: Sums, label: number, strength: number): void {
    if (label === 0) return;
    sums.outline[label - 1] = (sums.outline[label - 1] as number) + 1;
    sums.outlineStrength[label - 1] = (sums.outlineStrength[label - 1] as number) + strength;
  }
}
