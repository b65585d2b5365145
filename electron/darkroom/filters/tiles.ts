/**
 * Work that is only wanted near edges, tile by tile: a photo's outline touches a small part of it, and a tile with its
 * surroundings fits into the processor's cache.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { boundsOf } from '../../../shared/edit/bounds.ts';
import type { Size } from '../../../shared/edit/placement.ts';
import type { ScratchMemory } from './scratch-memory.ts';
import { inTurn, type Take } from './turns.ts';

const TILE = 40;

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
 *
 * @param take which of them: all when not given
 */
export function* tilesWith(zone: Uint8Array, wanted: number, size: Size, halo = 0, take: Take = inTurn()): Generator<Tile> {
  const across = Math.ceil(size.width / TILE);
  const count = across * Math.ceil(size.height / TILE);
  for (let n = take(); n < count; n = take()) {
    const box = boundsWithin(zone, wanted, size, TILE * (n % across), TILE * Math.floor(n / across));
    if (box !== null) yield grown({ ...box, outerLeft: 0, outerTop: 0, width: 0, height: 0 }, size, halo);
  }
}

/** The part of a tile that holds wanted pixels, counting those just outside of it, and one pixel around them. */
function boundsWithin(zone: Uint8Array, wanted: number, { width, height }: Size, tileLeft: number, tileTop: number) {
  const tileRight = Math.min(width, tileLeft + TILE);
  const tileBottom = Math.min(height, tileTop + TILE);
  const within = {
    left: Math.max(0, tileLeft - 1),
    top: Math.max(0, tileTop - 1),
    right: Math.min(width, tileRight + 1) - 1,
    bottom: Math.min(height, tileBottom + 1) - 1,
  };
  const bounds = boundsOf(zone, { width, height }, { value: wanted, within });
  if (bounds === null) return null;
  return {
    left: Math.max(tileLeft, bounds.left - 1),
    top: Math.max(tileTop, bounds.top - 1),
    right: Math.min(tileRight, bounds.right + 2),
    bottom: Math.min(tileBottom, bounds.bottom + 2),
  };
}

/** The tile with more around it to look at. */
export function grown(tile: Tile, size: Size, halo: number): Tile {
  const outerLeft = Math.max(0, tile.left - halo);
  const outerTop = Math.max(0, tile.top - halo);
  return {
    ...tile,
    outerLeft,
    outerTop,
    width: Math.min(size.width, tile.right + halo) - outerLeft,
    height: Math.min(size.height, tile.bottom + halo) - outerTop,
  };
}

/** The tile's outer rectangle of a plane. */
export function cut(plane: Float32Array, width: number, tile: Tile, bench: ScratchMemory): Float32Array {
  const out = bench.take(tile.width * tile.height);
  for (let y = 0; y < tile.height; y++) {
    const start = (tile.outerTop + y) * width + tile.outerLeft;
    out.set(plane.subarray(start, start + tile.width), y * tile.width);
  }
  return out;
}

/** Calls back for every pixel of the tile proper: its index in the plane, and in the tile's outer rectangle. */
export function eachPixel(tile: Tile, width: number, visit: (inPlane: number, inOuter: number) => void): void {
  for (let y = tile.top; y < tile.bottom; y++) {
    let inPlane = y * width + tile.left;
    let inOuter = (y - tile.outerTop) * tile.width + tile.left - tile.outerLeft;
    for (let x = tile.left; x < tile.right; x++, inPlane++, inOuter++) visit(inPlane, inOuter);
  }
}
