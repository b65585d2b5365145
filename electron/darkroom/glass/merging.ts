/**
 * From the smallest regions to the whole: two at a time, the pair first that the weakest contour parts. What comes of it is a tree:
 * a pane, the scenery in it, and all windows of a side together are each a region of it, at different heights.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { HULL_WIDTH } from './hull.ts';
import type { Neighbours, Sums } from './neighbours.ts';

/** What parting two regions costs: mostly the contour between them; colour at half the weight finds a twentieth less. */
const CONTOUR = 0.85 * 2.2;
const COLOUR = 0.15;
/** Small regions go first: areas in this share of the subject's width squared, to this power. */
const UNIT_AREA = 0.01 * HULL_WIDTH ** 2;
const AREA_POWER = 0.1;

/** Every region there ever was while they were merged. */
export interface Merged {
  /** Of every region the one that it became part of; itself the smallest ones, 0 up to the count of leaves. -1: of none. */
  readonly parent: Int32Array;
  /** How strong a contour had to give way for it; never less than in its parts. */
  readonly height: Float32Array;
  readonly sums: Sums;
  readonly leaves: number;
  readonly count: number;
}

/** How many regions there are at most, with all that are made of so many. */
export const nodesFor = (leaves: number): number => Math.max(0, 2 * leaves - 1);

/** Merges until nothing is next to anything else. `neighbours.sums` gets those of what comes of it. */
export function mergeRegions(neighbours: Neighbours, leaves: number): Merged {
  const merging = new Merging(neighbours, leaves);
  while (merging.step());
  return { parent: merging.parent, height: merging.height, sums: merging.sums, leaves, count: merging.count };
}

class Merging {
  readonly parent: Int32Array;
  readonly height: Float32Array;
  readonly sums: Sums;
  count: number;
  /** By region: its neighbours, and the contour to each. */
  readonly #around: Map<number, number>[];
  readonly #first: number[];
  readonly #second: number[];
  readonly #length: number[];
  readonly #strength: number[];
  readonly #cheapest = new Heap();

  constructor({ sums, first, second, length, strength }: Neighbours, leaves: number) {
    this.sums = sums;
    this.count = leaves;
    this.parent = new Int32Array(nodesFor(leaves)).fill(-1);
    this.height = new Float32Array(nodesFor(leaves));
    this.#around = Array.from({ length: leaves }, () => new Map());
    this.#first = [...first];
    this.#second = [...second];
    this.#length = [...length];
    this.#strength = [...strength];
    for (let contour = 0; contour < first.length; contour++) this.#know(contour);
  }

  /** Merges one pair. @returns false when there is none left */
  step(): boolean {
    for (;;) {
      const contour = this.#cheapest.take();
      if (contour < 0) return false;
      const a = this.#first[contour] as number;
      const b = this.#second[contour] as number;
      // Contours of regions that have been merged since are still in the heap.
      if (this.parent[a] !== -1 || this.parent[b] !== -1) continue;
      this.#merge(a, b, contour);
      return true;
    }
  }

  #know(contour: number): void {
    const a = this.#first[contour] as number;
    const b = this.#second[contour] as number;
    this.#around[a]?.set(b, contour);
    this.#around[b]?.set(a, contour);
    this.#cheapest.put(contour, this.#cost(a, b, contour));
  }

  #cost(a: number, b: number, contour: number): number {
    const { area, l, a: green, b: blue } = this.sums;
    const [n, m] = [area[a] as number, area[b] as number];
    const dl = (l[a] as number) / n - (l[b] as number) / m;
    const da = (green[a] as number) / n - (green[b] as number) / m;
    const db = (blue[a] as number) / n - (blue[b] as number) / m;
    const between = (this.#strength[contour] as number) / (this.#length[contour] as number);
    const apart = Math.sqrt(dl * dl + da * da + db * db);
    return (CONTOUR * between + COLOUR * apart) * (Math.min(n, m) / UNIT_AREA) ** AREA_POWER;
  }

  #merge(a: number, b: number, contour: number): void {
    const made = this.count++;
    this.parent[a] = made;
    this.parent[b] = made;
    this.height[made] = Math.max(this.#cost(a, b, contour), this.height[a] as number, this.height[b] as number);
    for (const sum of Object.values(this.sums) as Float64Array[]) sum[made] = (sum[a] as number) + (sum[b] as number);
    const { outline, outlineStrength } = this.sums;
    outline[made] = (outline[made] as number) - 2 * (this.#length[contour] as number);
    outlineStrength[made] = (outlineStrength[made] as number) - 2 * (this.#strength[contour] as number);
    this.#inherit(made, a, b);
  }

  /** The contours of both are those of what was made of them; where both had one to the same neighbour, it is one now. */
  #inherit(made: number, a: number, b: number): void {
    const around = new Map<number, number>();
    this.#around.push(around);
    for (const part of [a, b]) {
      for (const [other, contour] of this.#around[part] ?? []) {
        if (other === a || other === b) continue;
        this.#around[other]?.delete(part);
        const known = around.get(other);
        if (known === undefined) around.set(other, contour);
        else {
          this.#length[known] = (this.#length[known] as number) + (this.#length[contour] as number);
          this.#strength[known] = (this.#strength[known] as number) + (this.#strength[contour] as number);
        }
      }
      this.#around[part]?.clear();
    }
    for (const [other, contour] of around) {
      const renewed = this.#first.length;
      this.#first.push(made);
      this.#second.push(other);
      this.#length.push(this.#length[contour] as number);
      this.#strength.push(this.#strength[contour] as number);
      this.#know(renewed);
    }
  }
}

/** Numbers by their cost, the cheapest on top. */
class Heap {
  readonly #items: number[] = [];
  readonly #costs: number[] = [];

  put(item: number, cost: number): void {
    let at = this.#items.length;
    this.#items.push(item);
    this.#costs.push(cost);
    while (at > 0) {
      const above = (at - 1) >> 1;
      if ((this.#costs[above] as number) <= cost) break;
      this.#move(above, at);
      at = above;
    }
    this.#items[at] = item;
    this.#costs[at] = cost;
  }

  /** -1 when it is empty. */
  take(): number {
    const top = this.#items[0];
    const item = this.#items.pop();
    const cost = this.#costs.pop();
    if (top === undefined || item === undefined || cost === undefined) return -1;
    const count = this.#items.length;
    if (count === 0) return top;
    let at = 0;
    for (let below = 1; below < count; below = 2 * at + 1) {
      if (below + 1 < count && (this.#costs[below + 1] as number) < (this.#costs[below] as number)) below++;
      if ((this.#costs[below] as number) >= cost) break;
      this.#move(below, at);
      at = below;
    }
    this.#items[at] = item;
    this.#costs[at] = cost;
    return top;
  }

  #move(from: number, to: number): void {
    this.#items[to] = this.#items[from] as number;
    this.#costs[to] = this.#costs[from] as number;
  }
}
