/**
 * Where a body ends above its shadow: the lowest good line of "bright above, dark below" through a stretch of columns, found by dynamic
 * programming (as a livewire, Mortensen & Barrett 1995). Lowest, not strongest: the strongest edge is that of paint against a black
 * plastic sill, and the sill belongs to the car.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { gaussianBlur } from '../filters/gaussian.ts';
import type { CarPicture } from './car-picture.ts';
import type { Columns } from './clearance.ts';
import type { NearEdge } from './floor.ts';
import { gradientsOf } from './gradients.ts';

/** Standard deviation of the blur of ln(light), in pixels. */
const BLUR = 1;
/** No body ends higher above the ground, and none lower: the ground clearance of passenger cars begins at 0.1 m. */
const HIGHEST_M = 0.25;
const LOWEST_M = 0.1;
/** So high above the ground there is a body, or none at all. */
const BODY_M = 0.4;
/** The matte's own lower end is an edge, too: the seam keeps away from it by so many rows. */
const ABOVE_LOW = 4;
/** What a row costs without any edge; a change of ln(light) per pixel beyond which a stronger edge is no better; and per row of height. */
const NO_EDGE = 0.012;
const EDGE_ENOUGH = 0.08;
const PER_ROW = 0.0006;
/** Rows from one column to the next, and what each costs. */
const STEEPEST = 2;
const PER_STEP = 0.006;
/** A seam whose middle edge is weaker was not there. */
const LEAST_EDGE = 0.03;

/** Columns to each side over which a line's rows are mixed. */
const STAIRS = 6;

/** Rows of the body's lower end, one per column of a stretch. */
export interface Seam extends Columns {
  readonly row: Float32Array;
}

/** Rows that may be chosen, per column. */
interface Band {
  readonly top: Int32Array;
  readonly bottom: Int32Array;
}

/** Finds seams in one picture. */
export class SeamFinder {
  readonly #picture: CarPicture;
  /** How much darker it gets downwards, per pixel. */
  readonly #falling: Float32Array;

  constructor(picture: CarPicture) {
    this.#picture = picture;
    this.#falling = gradientsOf(gaussianBlur(picture.grey, picture.size, BLUR), picture.size).y.map((value) => -value);
  }

  /** Where no line is good enough, it is as low as a body can be: what is below that is none. */
  find(stretch: Columns, edge: NearEdge): Seam {
    const band = this.#band(stretch, edge);
    const rows = this.#cheapest(stretch, band);
    const seen = rows !== null && this.#middleEdge(stretch, rows) >= LEAST_EDGE;
    const row = seen ? smoothed(rows) : Float32Array.from(band.bottom, (y) => y + 0.5);
    // Beyond the body's end there is nothing but shadow.
    for (let n = 0; n < row.length; n++) if (!this.#bodyAbove(stretch.first + n, edge)) row[n] = band.top[n] as number;
    return { ...stretch, row };
  }

  #bodyAbove(column: number, edge: NearEdge): boolean {
    const { size, matte } = this.#picture;
    const row = Math.round(edge.at(column + 0.5) - BODY_M * edge.scaleAt(column + 0.5));
    return row < 0 || row >= size.height || (matte[row * size.width + column] as number) > 0.5;
  }

  #middleEdge(stretch: Columns, rows: Int32Array): number {
    const edges = Array.from(rows, (y, n) => this.#edge(stretch.first + n, y)).sort((a, b) => a - b);
    return edges[edges.length >> 1] ?? 0;
  }

  #edge(column: number, row: number): number {
    return this.#falling[row * this.#picture.size.width + column] as number;
  }

  /** From as high as a body ends to as low, and a little above the matte's own lower end. */
  #band(stretch: Columns, edge: NearEdge): Band {
    const top = new Int32Array(stretch.last - stretch.first + 1);
    const bottom = new Int32Array(top.length);
    for (let n = 0; n < top.length; n++) {
      const x = stretch.first + n;
      const row = (height: number): number => Math.round(edge.at(x + 0.5) - height * edge.scaleAt(x + 0.5));
      const low = Math.floor(this.#picture.low[x] as number) - ABOVE_LOW;
      const last = this.#picture.size.height - 2;
      top[n] = Math.min(last, Math.max(1, row(HIGHEST_M)));
      bottom[n] = Math.min(last, Math.max(top[n] as number, low < 0 ? row(LOWEST_M) : Math.min(low, row(LOWEST_M))));
    }
    return { top, bottom };
  }

  #cheapest(stretch: Columns, { top, bottom }: Band): Int32Array | null {
    const first = top.reduce((a, b) => Math.min(a, b));
    const rows = bottom.reduce((a, b) => Math.max(a, b)) - first + 1;
    let before = new Float32Array(rows).fill(Number.POSITIVE_INFINITY);
    const from = new Int8Array(top.length * rows);
    for (let n = 0; n < top.length; n++) {
      const here = new Float32Array(rows).fill(Number.POSITIVE_INFINITY);
      for (let y = top[n] as number; y <= (bottom[n] as number); y++) {
        const strength = Math.min(EDGE_ENOUGH, Math.max(0, this.#edge(stretch.first + n, y)));
        const own = NO_EDGE - strength + PER_ROW * ((bottom[n] as number) + ABOVE_LOW - y);
        let [least, step] = n === 0 ? [0, 0] : [Number.POSITIVE_INFINITY, 0];
        for (let d = -STEEPEST; n > 0 && d <= STEEPEST; d++) {
          const cost = (before[y - first + d] ?? Number.POSITIVE_INFINITY) + PER_STEP * Math.abs(d);
          if (cost < least) [least, step] = [cost, d];
        }
        here[y - first] = least + own;
        from[n * rows + y - first] = step;
      }
      before = here;
    }
    return traced(before, from, first, top.length);
  }
}

/** Rows as a line without stairs; the edge itself lies at the middle of its row. */
function smoothed(rows: Int32Array): Float32Array {
  return Float32Array.from(rows, (_, n) => {
    const reach = Math.min(STAIRS, n, rows.length - 1 - n);
    const near = rows.subarray(n - reach, n + reach + 1);
    return near.reduce((sum, y) => sum + y, 0) / near.length + 0.5;
  });
}

/** The path back from its cheapest end; null when nothing leads through. */
function traced(ends: Float32Array, from: Int8Array, first: number, length: number): Int32Array | null {
  const rows = ends.length;
  let at = ends.reduce((best, cost, n) => (cost < (ends[best] as number) ? n : best), 0);
  if (!Number.isFinite(ends[at] as number)) return null;
  const path = new Int32Array(length);
  for (let n = length - 1; n >= 0; n--) {
    path[n] = first + at;
    at += from[n * rows + at] as number;
  }
  return path;
}
