/**
 * A brush that stops at edges of the photo. A pixel under it is painted when it is easier to come to from the middle of the brush than
 * from beyond its rim, by what has to be crossed, and no clear edge lies between it and the middle: in a plain place all of the brush
 * paints, and where something begins under it, it paints up to there. What lies shut in among what it paints is painted with it. What it does is decided by the photo alone, never by a matte, so a stroke stays what it is under another
 * network; and here, so that canvas and export agree. Pure.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { type Barriers, barriersOf, type Crossed, crossedFrom, type EdgePicture } from './barriers.ts';
import type { Bounds } from './bounds.ts';
import { brushRadius, coverageAt } from './brush.ts';
import type { BrushStroke } from './recipe.ts';

/** Longest side of the picture in which edges are looked for: that of the darkroom's guide. */
export const SNAP_LONG_EDGE = 1536;

/** The part of the radius that surely belongs to what is painted: whoever crosses an edge with it means both sides. */
const CORE = 0.15;
/** Pixels beyond the radius from which the other side is looked for. */
const RIM = 2;
/** A stroke is painted piece by piece, each so long, over the radius: what happens far away has no say. */
const PIECE = 0.25;
/** An edge that is higher than those on the other side by so many steps of 8 bits stops the brush, a weaker one in part. */
const STOPS = 8;
/** As steep as this, in steps per pixel, an edge begins to stop it, whatever lies beyond; from the other on it does. */
const CLEAR = { from: 6, to: 10 } as const;

type Point = readonly [x: number, y: number];

/** One stroke as far as it was drawn. */
export class SnappedStroke {
  /** How much of each pixel of the picture is covered, 0..1. */
  readonly touch: Float32Array;
  readonly #barriers: Barriers;
  readonly #radius: number;
  readonly #hardness: number;
  #bounds: Bounds | null = null;
  /** Where the last whole piece ended, and where the stroke was last. */
  #end: Point | null = null;
  #last: Point | null = null;
  /** What was there before the last, unfinished piece. */
  #unfinished: { readonly window: Bounds; readonly before: Float32Array } | null = null;

  constructor(picture: EdgePicture, { radius, hardness }: Pick<BrushStroke, 'radius' | 'hardness'>) {
    this.#barriers = barriersOf(picture);
    this.#radius = brushRadius(radius, picture);
    this.#hardness = hardness;
    this.touch = new Float32Array(picture.width * picture.height);
  }

  /** Where anything is covered, in pixels of the picture; null: nowhere. */
  get bounds(): Bounds | null {
    return this.#bounds;
  }

  /** Goes on to further places, in fractions of the photo. The same comes of them at once or one after the other. */
  follow(points: Iterable<Point>): void {
    this.#takeBack();
    const { width, height } = this.#barriers;
    let [from, last] = [this.#end, this.#last];
    for (const [x, y] of points) {
      last = [x * width, y * height];
      from ??= this.#paint(last, last);
      if (Math.hypot(last[0] - from[0], last[1] - from[1]) < Math.max(1, PIECE * this.#radius)) continue;
      from = this.#paint(from, last);
    }
    this.#end = from;
    this.#last = last;
    if (from !== null && last !== null && (last[0] !== from[0] || last[1] !== from[1])) this.#finish(from, last);
  }

  /** Paints the last piece as far as it goes; it is taken back when the stroke goes on. */
  #finish(from: Point, to: Point): void {
    const window = this.#windowOf(from, to);
    if (window === null) return;
    this.#unfinished = { window, before: this.#cut(window) };
    this.#paint(from, to);
  }

  #takeBack(): void {
    if (this.#unfinished === null) return;
    const { window, before } = this.#unfinished;
    const wide = window.right - window.left + 1;
    for (let y = window.top, n = 0; y <= window.bottom; y++, n += wide)
      this.touch.set(before.subarray(n, n + wide), y * this.#barriers.width + window.left);
    this.#unfinished = null;
  }

  #cut({ left, top, right, bottom }: Bounds): Float32Array {
    const wide = right - left + 1;
    const piece = new Float32Array(wide * (bottom - top + 1));
    for (let y = top, n = 0; y <= bottom; y++, n += wide) {
      const line = y * this.#barriers.width;
      piece.set(this.touch.subarray(line + left, line + right + 1), n);
    }
    return piece;
  }

  /** Paints a piece. The strongest touch counts, however often the stroke passes. @returns where it ends */
  #paint(from: Point, to: Point): Point {
    const window = this.#windowOf(from, to);
    if (window === null) return to;
    this.#bounds = joined(this.#bounds, window);
    const away = awayFrom(from, to, window);
    const [core, rim]: [number[], number[]] = [[], []];
    for (let n = 0; n < away.length; n++) {
      const distance = away[n] as number;
      if (distance <= Math.max(0.75, CORE * this.#radius)) core.push(n);
      else if (distance > this.#radius) rim.push(n);
    }
    const side = ownSide(crossedFrom(core, this.#barriers, window), crossedFrom(rim, this.#barriers, window));
    fillShutIn(side, rim, window);
    for (let y = window.top, n = 0; y <= window.bottom; y++) {
      for (let x = window.left, i = y * this.#barriers.width + x; x <= window.right; x++, i++, n++) {
        const covered = (side[n] as number) * coverageAt(away[n] as number, this.#radius, this.#hardness);
        if (covered > (this.touch[i] as number)) this.touch[i] = covered;
      }
    }
    return to;
  }

  /** What of the picture a piece can touch, and the rim around it; null: nothing. */
  #windowOf([x0, y0]: Point, [x1, y1]: Point): Bounds | null {
    const { width, height } = this.#barriers;
    const reach = this.#radius + RIM;
    const left = Math.max(0, Math.floor(Math.min(x0, x1) - reach));
    const right = Math.min(width - 1, Math.ceil(Math.max(x0, x1) + reach));
    const top = Math.max(0, Math.floor(Math.min(y0, y1) - reach));
    const bottom = Math.min(height - 1, Math.ceil(Math.max(y0, y1) + reach));
    return left > right || top > bottom ? null : { left, top, right, bottom };
  }
}

/** How much each pixel belongs to the middle of the brush, 0..1. */
function ownSide(own: Crossed, other: Crossed): Float32Array {
  const side = new Float32Array(own.sum.length);
  for (let n = 0; n < side.length; n++) {
    const easier = 1 + ((other.sum[n] as number) - (own.sum[n] as number)) / STOPS;
    const open = (CLEAR.to - (own.peak[n] as number)) / (CLEAR.to - CLEAR.from);
    side[n] = Math.min(1, Math.max(0, Math.min(easier, open)));
  }
  return side;
}

/** What cannot be reached from beyond the rim but through what is painted is painted, too. @param side changed in place */
function fillShutIn(side: Float32Array, rim: readonly number[], { left, right }: Bounds): void {
  const wide = right - left + 1;
  const beyond = new Uint8Array(side.length);
  const queue = [...rim];
  for (const n of queue) beyond[n] = 1;
  const reach = (n: number): void => {
    if (beyond[n] === 1 || (side[n] as number) >= 0.5) return;
    beyond[n] = 1;
    queue.push(n);
  };
  for (let head = 0; head < queue.length; head++) {
    const n = queue[head] as number;
    const x = n % wide;
    if (x > 0) reach(n - 1);
    if (x < wide - 1) reach(n + 1);
    if (n >= wide) reach(n - wide);
    if (n + wide < side.length) reach(n + wide);
  }
  for (let n = 0; n < side.length; n++) if (beyond[n] === 0) side[n] = 1;
}

const joined = (a: Bounds | null, b: Bounds): Bounds => ({
  left: Math.min(a?.left ?? b.left, b.left),
  top: Math.min(a?.top ?? b.top, b.top),
  right: Math.max(a?.right ?? b.right, b.right),
  bottom: Math.max(a?.bottom ?? b.bottom, b.bottom),
});

/** How far each pixel of a window is from the line between two points. */
function awayFrom([x0, y0]: Point, [x1, y1]: Point, { left, top, right, bottom }: Bounds): Float32Array {
  const wide = right - left + 1;
  const away = new Float32Array(wide * (bottom - top + 1));
  const [dx, dy] = [x1 - x0, y1 - y0];
  const length = dx * dx + dy * dy;
  for (let y = top, n = 0; y <= bottom; y++) {
    for (let x = left; x <= right; x++, n++) {
      const [px, py] = [x + 0.5 - x0, y + 0.5 - y0];
      const t = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
      away[n] = Math.hypot(px - t * dx, py - t * dy);
    }
  }
  return away;
}
