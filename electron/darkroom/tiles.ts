/**
 * Work that is only wanted near edges, tile by tile: a photo's outline touches a small part of it, and a tile with its
 * surroundings fits into the processor's cache.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../shared/edit/placement.ts';
import type { Bench } from './bench.ts';

const TILE = 48;

/** A tile of a plane: what it answers for, and the larger rectangle it may look at. */
export interface Tile {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly outerLeft: number;
  readonly outerTop: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Tiles around the pixels with `zone` equal to `wanted` and their neighbours, each as small as it can be.
 * @param halo how far around itself a tile looks
 */
export function* tilesWith(zone: Uint8Array, wanted: number, size: Size, halo: number): Generator<Tile> {
  for (let top = 0; top < size.height; top += TILE) {
    for (let left = 0; left < size.width; left += TILE) {
      const box = boundsWithin(zone, wanted, size, left, top);
      if (box === null) continue;
      const outerLeft = Math.max(0, box.left - halo);
      const outerTop = Math.max(0, box.top - halo);
      yield {
        ...box,
        outerLeft,
        outerTop,
        width: Math.min(size.width, box.right + halo) - outerLeft,
        height: Math.min(size.height, box.bottom + halo) - outerTop,
      };
    }
  }
}

/** The part of a tile that holds wanted pixels, counting those just outside of it, and one pixel around them. */
function boundsWithin(zone: Uint8Array, wanted: number, { width, height }: Size, tileLeft: number, tileTop: number) {
  const tileRight = Math.min(width, tileLeft + TILE);
  const tileBottom = Math.min(height, tileTop + TILE);
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let y = Math.max(0, tileTop - 1); y < Math.min(height, tileBottom + 1); y++) {
    const end = Math.min(width, tileRight + 1);
    for (let x = Math.max(0, tileLeft - 1), i = y * width + x; x < end; x++, i++) {
      if (zone[i] !== wanted) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  }
  if (right < 0) return null;
  return {
    left: Math.max(tileLeft, left - 1),
    top: Math.max(tileTop, top - 1),
    right: Math.min(tileRight, right + 2),
    bottom: Math.min(tileBottom, bottom + 2),
  };
}

/** The tile proper, without what it may look at. */
export const inner = ({ left, top, right, bottom }: Tile): Tile => ({
  left,
  top,
  right,
  bottom,
  outerLeft: left,
  outerTop: top,
  width: right - left,
  height: bottom - top,
});

/** The tile's outer rectangle of a plane. */
export function cut(plane: Float32Array, width: number, tile: Tile, bench: Bench): Float32Array {
  const out = bench.take(tile.width * tile.height);
  for (let y = 0; y < tile.height; y++) {
    const start = (tile.outerTop + y) * width + tile.outerLeft;
    out.set(plane.subarray(start, start + tile.width), y * tile.width);
  }
  return out;
}

/**
 * Calls back for every pixel of the tile proper: its index in the plane, in the tile's outer rectangle, and in the tile proper.
 */
export function eachPixel(tile: Tile, width: number, visit: (inPlane: number, inOuter: number, inInner: number) => void): void {
  let inInner = 0;
  for (let y = tile.top; y < tile.bottom; y++) {
    let inPlane = y * width + tile.left;
    let inOuter = (y - tile.outerTop) * tile.width + tile.left - tile.outerLeft;
    for (let x = tile.left; x < tile.right; x++, inPlane++, inOuter++, inInner++) visit(inPlane, inOuter, inInner);
  }
}
