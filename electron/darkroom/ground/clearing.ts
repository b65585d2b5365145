/**
 * Taking an old shadow out of a matte, and closing the tyres beside it. Worked out in the car picture, done in the guide.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import { largestPart, partsOf } from '../filters/connected.ts';
import type { Frame } from './car-picture.ts';
import type { Seam } from './seam.ts';
import type { Tread } from './tread.ts';

/** How far a seam goes on into the columns of a tyre, over its radius; how steep it goes on at most, by how many columns that is judged. */
const INTO_TYRE = 0.9;
const STEEPEST = 0.5;
const JUDGED_BY = 24;
/** Columns between a seam's end and the tyre that it runs into. */
const BESIDE_TYRE = 10;
/** What the network must have seen of a tyre before it is closed, 0..255: a rim that it lost, not one that was never there. */
const SEEN = 0.02 * 255;
/** What hung on the shadow and is smaller than this share of the car goes with it. */
const CRUMB = 0.02;
/** Matte from which a crumb hangs together, 0..255. */
const VEIL = 16;

/** Rows of the car picture from which the matte goes, per column; infinity where it stays. */
export function cutLine(seams: readonly Seam[], treads: readonly Tread[], width: number): Float32Array {
  const cut = new Float32Array(width).fill(Number.POSITIVE_INFINITY);
  for (const seam of seams) {
    cut.set(seam.row, seam.first);
    for (const tread of treads) {
      if (tread.left > seam.last - BESIDE_TYRE && tread.left < seam.last + BESIDE_TYRE) continueSeam(cut, seam, tread, 1);
      if (tread.right > seam.first - BESIDE_TYRE && tread.right < seam.first + BESIDE_TYRE) continueSeam(cut, seam, tread, -1);
    }
  }
  return cut;
}

/** Carries a seam on into a tyre, with its own slope. */
function continueSeam(cut: Float32Array, { first, last, row }: Seam, { face }: Tread, direction: -1 | 1): void {
  const [end, inner] = direction > 0 ? [row.length - 1, Math.max(0, row.length - 1 - JUDGED_BY)] : [0, Math.min(row.length - 1, JUDGED_BY)];
  const measured = end === inner ? 0 : ((row[end] as number) - (row[inner] as number)) / (end - inner);
  const slope = Math.min(STEEPEST, Math.max(-STEEPEST, measured));
  const from = direction > 0 ? last : first;
  for (let n = 1; n <= INTO_TYRE * face.radius; n++) {
    const x = from + direction * n;
    if (x < 0 || x >= cut.length) break;
    cut[x] = Math.min(cut[x] as number, (row[end] as number) + direction * n * slope);
  }
}

/** Where a guide's pixels lie in the car picture. */
interface Place extends Size {
  readonly frame: Frame;
}

/**
 * Removes what lies below a cut, but for the tyres. @param matte bytes, width * height, changed in place
 */
export function removeBelow(matte: Uint8Array, { width, height, frame }: Place, cut: Float32Array, treads: readonly Tread[]): void {
  const [firstX, lastX] = ends(cut, frame, width);
  for (let x = firstX; x <= lastX; x++) {
    const column = (x + 0.5 - frame.left) * frame.scale;
    const row = between(cut, column - 0.5);
    if (!Number.isFinite(row)) continue;
    const top = Math.max(0, Math.floor(row / frame.scale + frame.top) - 1);
    for (let y = top; y < height; y++) {
      const i = y * width + x;
      if (matte[i] === 0) continue;
      const v = (y + 0.5 - frame.top) * frame.scale;
      const above = Math.min(1, Math.max(0, (row - v) / frame.scale + 0.5));
      const tyre = Math.max(...treads.map((tread) => covered(tread.depth(column, v) / frame.scale)));
      matte[i] = Math.round((matte[i] as number) * Math.max(above, tyre));
    }
  }
}

/** How much of a pixel lies inside an outline that is so many pixels away. */
const covered = (depth: number): number => Math.min(1, Math.max(0, depth + 0.5));

/** The first and the last column of the guide that a cut touches. */
function ends(cut: Float32Array, { left, scale }: Frame, width: number): [number, number] {
  const first = cut.findIndex(Number.isFinite);
  const last = cut.findLastIndex(Number.isFinite);
  if (first < 0) return [0, -1];
  return [Math.max(0, Math.floor(left + first / scale)), Math.min(width - 1, Math.ceil(left + (last + 1) / scale))];
}

/** A cut between two columns; beyond its ends it does not go on. */
function between(cut: Float32Array, at: number): number {
  const left = Math.floor(at);
  const [a, b] = [cut[left] ?? Number.POSITIVE_INFINITY, cut[left + 1] ?? Number.POSITIVE_INFINITY];
  const t = at - left;
  if (Number.isFinite(a) && Number.isFinite(b)) return a + t * (b - a);
  return t < 0.5 ? a : b;
}

/**
 * Fills what the network lost of a tyre's lower half: of its face alone, because beside it the network's veil is as likely shadow as
 * tread.
 *
 * @param matte bytes, changed in place
 */
export function closeTyres(matte: Uint8Array, { width, height, frame }: Place, treads: readonly Tread[]): void {
  for (const tread of treads) {
    const [firstX, lastX] = [
      Math.max(0, Math.floor(frame.left + tread.left / frame.scale)),
      Math.ceil(frame.left + tread.right / frame.scale),
    ];
    const [firstY, lastY] = [
      Math.ceil(frame.top + tread.face.y / frame.scale),
      Math.ceil(frame.top + (tread.face.y + tread.face.radius) / frame.scale),
    ];
    for (let y = Math.max(0, firstY); y <= Math.min(height - 1, lastY); y++) {
      for (let x = firstX; x <= Math.min(width - 1, lastX); x++) {
        const i = y * width + x;
        if ((matte[i] as number) <= SEEN) continue;
        const depth = tread.faceDepth((x + 0.5 - frame.left) * frame.scale, (y + 0.5 - frame.top) * frame.scale) / frame.scale;
        matte[i] = Math.max(matte[i] as number, Math.round(255 * covered(depth)));
      }
    }
  }
}

/** Drops what was joined to the car by the shadow alone. @param matte changed in place. @param before the matte as it was */
export function dropCrumbs(matte: Uint8Array, before: Uint8Array, size: Size): void {
  const car = largestPart(before, size);
  const { label, sizes, largest } = partsOf(matte, size, VEIL);
  const least = CRUMB * (sizes[largest] ?? 0);
  for (let i = 0; car !== null && i < matte.length; i++) {
    const part = label[i] as number;
    if (part !== largest && car.mask[i] === 1 && (sizes[part] ?? 0) < least) matte[i] = 0;
  }
}
