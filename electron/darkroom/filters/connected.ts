/**
 * What hangs together in a picture, over four neighbours: the one flood of the darkroom, and the parts of a matte, by stretches of rows.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { type Bounds, boundsOf } from '../../../shared/edit/bounds.ts';
import type { Size } from '../../../shared/edit/placement.ts';

/**
 * Goes on from pixels to their neighbours, the nearest first, for as long as they belong.
 *
 * @param queue as long as the picture has pixels; the first `count` are where it begins
 * @param enter whether a pixel belongs, come to from a neighbour; it marks the pixel, so that it says so once only
 * @returns how many pixels of the queue were reached, those that it began with included
 */
export function flood({ width, height }: Size, queue: Int32Array, count: number, enter: (index: number, from: number) => boolean): number {
  const last = width * (height - 1);
  let tail = count;
  for (let head = 0; head < tail; head++) {
    const i = queue[head] as number;
    const x = i % width;
    if (x > 0 && enter(i - 1, i)) queue[tail++] = i - 1;
    if (x < width - 1 && enter(i + 1, i)) queue[tail++] = i + 1;
    if (i >= width && enter(i - width, i)) queue[tail++] = i - width;
    if (i < last && enter(i + width, i)) queue[tail++] = i + width;
  }
  return tail;
}

/**
 * The nearest pixel to a place that will do: a click beside something thin still means it.
 *
 * @param place in fractions of the picture. @param beside how far it may be away, over the picture's longer side
 * @returns -1 when there is none
 */
export function nearestTo(
  [x, y]: readonly [x: number, y: number],
  { width, height }: Size,
  beside: number,
  will: (index: number) => boolean,
): number {
  const [column, row] = [Math.min(width - 1, Math.floor(x * width)), Math.min(height - 1, Math.floor(y * height))];
  const reach = Math.ceil(beside * Math.max(width, height));
  let [best, off] = [-1, Number.POSITIVE_INFINITY];
  for (let ny = Math.max(0, row - reach); ny <= Math.min(height - 1, row + reach); ny++) {
    for (let nx = Math.max(0, column - reach); nx <= Math.min(width - 1, column + reach); nx++) {
      const far = (nx - column) ** 2 + (ny - row) ** 2;
      if (far < off && will(ny * width + nx)) [best, off] = [ny * width + nx, far];
    }
  }
  return best;
}

/** Matte from which a pixel counts as covered. */
const COVERED = 128;

/** All connected parts of a matte. */
export interface Parts {
  /** 0 where nothing is covered, else the number of the part, from 1 on. */
  readonly label: Int32Array;
  /** Pixels of each part, by its number; the first is unused. */
  readonly sizes: readonly number[];
  /** The number of the largest, of equals the first; 0 when there is none. */
  readonly largest: number;
}

/** One of them, with its bounds in pixels of the matte. */
export interface Part extends Bounds {
  /** 1 where the part is. */
  readonly mask: Uint8Array;
}

/** @param matte width * height bytes. @param covered from which value on a pixel belongs to a part */
export function partsOf(matte: Uint8Array, size: Size, covered = COVERED): Parts {
  const { from, to, parent } = joinedRuns(matte, size, covered);
  const label = new Int32Array(matte.length);
  const sizes = [0];
  // A part has the number of its first run: none before it belongs to the part, so its root is itself.
  const number = new Int32Array(from.length);
  for (let run = 0; run < from.length; run++) {
    const root = rootOf(parent, run);
    if (root === run) number[run] = sizes.push(0) - 1;
    const part = number[root] as number;
    label.fill(part, from[run], to[run]);
    sizes[part] = (sizes[part] ?? 0) + (to[run] as number) - (from[run] as number);
  }
  return { label, sizes, largest: sizes.reduce((best, area, n) => (area > (sizes[best] ?? 0) ? n : best), 0) };
}

/** Covered stretches of rows, from the top left on: a matte has a thousand times fewer of them than pixels. */
interface Runs {
  /** Where each begins, and where it ends (outside). */
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** A run before it that it hangs together with; itself for the first of its part. */
  readonly parent: number[];
}

/** As a disjoint set forest (Galler & Fischer 1964) whose roots are the first runs. */
function joinedRuns(matte: Uint8Array, { width, height }: Size, covered: number): Runs {
  const [from, to, parent]: [number[], number[], number[]] = [[], [], []];
  let above = 0;
  for (let y = 0; y < height; y++) {
    const [end, firstHere] = [(y + 1) * width, from.length];
    for (let i = y * width; i < end; i++) {
      if ((matte[i] as number) < covered) continue;
      const first = i;
      while (i < end && (matte[i] as number) >= covered) i++;
      const run = from.push(first) - 1;
      to.push(i);
      parent.push(run);
      while (above < firstHere && (to[above] as number) + width <= first) above++;
      for (let n = above; n < firstHere && (from[n] as number) + width < i; n++) join(parent, n, run);
    }
    above = firstHere;
  }
  return { from, to, parent };
}

function join(parent: number[], a: number, b: number): void {
  const [one, other] = [rootOf(parent, a), rootOf(parent, b)];
  parent[Math.max(one, other)] = Math.min(one, other);
}

function rootOf(parent: number[], run: number): number {
  let root = run;
  while (parent[root] !== root) {
    const next = parent[root] as number;
    // Halves the way for whoever comes next.
    parent[root] = parent[next] as number;
    root = next;
  }
  return root;
}

/** With two cars in a picture, the wheels of one must not be paired with those of the other. @returns null when nothing is covered */
export function largestPart(matte: Uint8Array, size: Size, covered = COVERED): Part | null {
  const { label, largest } = partsOf(matte, size, covered);
  if (largest === 0) return null;
  const mask = new Uint8Array(matte.length);
  for (let i = 0; i < mask.length; i++) if (label[i] === largest) mask[i] = 1;
  const bounds = boundsOf(mask, size);
  return bounds === null ? null : { mask, ...bounds };
}
