/**
 * Work that is only wanted near edges, tile by tile: a photo's outline touches a small part of it, and a tile with its
 * surroundings fits into the processor's cache.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */

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

/** The tiles that hold a pixel with `zone` equal to `wanted`, or touch one. @param halo how far around itself a tile looks */
export function* tilesWith(
  zone: Uint8Array,
  wanted: number,
  size: { readonly width: number; readonly height: number },
  halo: number,
): Generator<Tile> {
  for (let top = 0; top < size.height; top += TILE) {
    for (let left = 0; left < size.width; left += TILE) {
      const right = Math.min(size.width, left + TILE);
      const bottom = Math.min(size.height, top + TILE);
      if (!holds(zone, wanted, size, left - 1, top - 1, right + 1, bottom + 1)) continue;
      const outerLeft = Math.max(0, left - halo);
      const outerTop = Math.max(0, top - halo);
      yield {
        left,
        top,
        right,
        bottom,
        outerLeft,
        outerTop,
        width: Math.min(size.width, right + halo) - outerLeft,
        height: Math.min(size.height, bottom + halo) - outerTop,
      };
    }
  }
}

function holds(
  zone: Uint8Array,
  wanted: number,
  { width, height }: { readonly width: number; readonly height: number },
  left: number,
  top: number,
  right: number,
  bottom: number,
): boolean {
  for (let y = Math.max(0, top); y < Math.min(height, bottom); y++) {
    const end = y * width + Math.min(width, right);
    for (let i = y * width + Math.max(0, left); i < end; i++) if (zone[i] === wanted) return true;
  }
  return false;
}

/** The tile's outer rectangle of a plane. */
export function cut(plane: Float32Array, width: number, tile: Tile): Float32Array {
  const out = new Float32Array(tile.width * tile.height);
  for (let y = 0; y < tile.height; y++) {
    const start = (tile.outerTop + y) * width + tile.outerLeft;
    out.set(plane.subarray(start, start + tile.width), y * tile.width);
  }
  return out;
}

/** Calls back for every pixel of the tile proper: its index in the plane and in the tile's outer rectangle. */
export function eachPixel(tile: Tile, width: number, visit: (inPlane: number, inTile: number) => void): void {
  for (let y = tile.top; y < tile.bottom; y++) {
    let inPlane = y * width + tile.left;
    let inTile = (y - tile.outerTop) * tile.width + tile.left - tile.outerLeft;
    for (let x = tile.left; x < tile.right; x++, inPlane++, inTile++) visit(inPlane, inTile);
  }
}
