/**
 * Connected parts of the matte: dropped as a whole, or brought back as a whole from what the network saw.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import { flood, nearestTo } from '../filters/connected.ts';

/** A part is connected where the matte is at least this. */
const SOLID = 0.5;
/** What is softer than this belongs to no part. */
const TRACE = 0.01;
/** A click beside a thin part still means it: so far, over the picture's longer side. */
const BESIDE = 0.01;
/** The network's word for a part that it left out counts from here on, and from this share of what it said at the click. */
const LEAST_SEEN = 0.08;
const SHARE_SEEN = 0.4;

type Place = readonly [x: number, y: number];

/** Takes the part at `at` away, with its soft rim; nothing where there is none. */
export function dropPart(matte: Float32Array, size: Size, at: Place): void {
  const start = nearestTo(at, size, BESIDE, (i) => (matte[i] as number) >= SOLID);
  if (start < 0) return;
  const owner = partOf(matte, size, start);
  for (let i = 0; i < matte.length; i++) if (owner[i] === MINE) matte[i] = 0;
}

/** Marks the solid part around `start` and its rim as `MINE`. The rims of all parts grow at once: where two touch, each keeps its own. */
function partOf(matte: Float32Array, size: Size, start: number): Uint8Array {
  const owner = new Uint8Array(matte.length);
  connected(start, size, owner, (i) => (matte[i] as number) >= SOLID);
  const queue = new Int32Array(matte.length);
  let solid = 0;
  for (let i = 0; i < matte.length; i++) {
    if ((matte[i] as number) < SOLID) continue;
    if (owner[i] === 0) owner[i] = OTHERS;
    queue[solid++] = i;
  }
  flood(size, queue, solid, (i, from) => {
    if (owner[i] !== 0 || (matte[i] as number) < TRACE) return false;
    owner[i] = owner[from] as number;
    return true;
  });
  return owner;
}

const MINE = 1;
const OTHERS = 2;

/**
 * Brings the part at `at` back: one that was dropped as the network drew it, one that it was unsure of as far as it was as sure as at the
 * click. Nothing where it saw nothing.
 */
export function addPart(
  matte: Float32Array,
  size: Size,
  at: Place,
  network: { readonly matte: Uint8Array; readonly seen: Uint8Array | null },
): void {
  const drawn = Float32Array.from(network.matte, (value) => value / 255);
  const known = nearestTo(at, size, BESIDE, (i) => (drawn[i] as number) >= SOLID);
  if (known >= 0) {
    const owner = partOf(drawn, size, known);
    for (let i = 0; i < matte.length; i++) if (owner[i] === MINE) matte[i] = Math.max(matte[i] as number, drawn[i] as number);
    return;
  }
  const { seen } = network;
  if (seen === null) return;
  const start = nearestTo(at, size, BESIDE, (i) => (seen[i] as number) / 255 >= LEAST_SEEN);
  if (start < 0) return;
  const sure = (seen[start] as number) / 255;
  const least = Math.max(LEAST_SEEN, SHARE_SEEN * sure);
  const marked = new Uint8Array(matte.length);
  for (const i of connected(start, size, marked, (n) => (seen[n] as number) / 255 >= least && (matte[n] as number) < SOLID)) {
    const share = ((seen[i] as number) / 255 - least) / (sure - least + 1e-6);
    matte[i] = Math.max(matte[i] as number, Math.min(1, 2 * share));
  }
}

/** What is connected to `start`, marked in `seen`. */
function connected(start: number, size: Size, seen: Uint8Array, inside: (index: number) => boolean): Int32Array {
  const queue = new Int32Array(seen.length);
  queue[0] = start;
  seen[start] = MINE;
  const reached = flood(size, queue, 1, (i) => {
    if (seen[i] === MINE || !inside(i)) return false;
    seen[i] = MINE;
    return true;
  });
  return queue.subarray(0, reached);
}
