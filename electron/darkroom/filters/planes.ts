/**
 * One value per pixel, at a reduced size and back.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import type { Size } from '../../../shared/edit/placement.ts';
import type { ScratchMemory } from './scratch-memory.ts';
import type { Tile } from './tiles.ts';

/** Red, green and blue of a picture, 0..1, a plane each. */
export type Planes = readonly [Float32Array, Float32Array, Float32Array];

const UNIT = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Bytes as a plane of 0..1. */
export function unitPlane(bytes: Uint8Array): Float32Array {
  const out = new Float32Array(bytes.length);
  for (let i = 0; i < out.length; i++) out[i] = UNIT[bytes[i] as number] as number;
  return out;
}

/** A plane at a fraction of its size. */
export interface Reduced {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
  /** How many pixels of the original lie along one of these. */
  readonly step: number;
}

/** Means of step x step pixels. */
export function reduce(plane: Float32Array, size: Size, step: number): Reduced {
  const width = Math.ceil(size.width / step);
  const height = Math.ceil(size.height / step);
  const data = new Float32Array(width * height);
  for (let y = 0, i = 0; y < height; y++) {
    const bottom = Math.min(size.height, (y + 1) * step);
    for (let x = 0; x < width; x++, i++) {
      const right = Math.min(size.width, (x + 1) * step);
      let sum = 0;
      for (let sy = y * step; sy < bottom; sy++) for (let sx = x * step; sx < right; sx++) sum += plane[sy * size.width + sx] as number;
      data[i] = sum / ((bottom - y * step) * (right - x * step));
    }
  }
  return { data, width, height, step };
}

/** The values under a tile of the original (its outer rectangle), bilinear. */
export function enlarge({ data, width, height, step }: Reduced, tile: Tile, bench: ScratchMemory): Float32Array {
  const out = bench.take(tile.width * tile.height);
  for (let y = 0, i = 0; y < tile.height; y++) {
    const gy = Math.min(height - 1, Math.max(0, (tile.outerTop + y + 0.5) / step - 0.5));
    const y0 = Math.floor(gy);
    const ty = gy - y0;
    const up = y0 * width;
    const low = Math.min(height - 1, y0 + 1) * width;
    // Along a row the two columns change only every `step` pixels.
    for (let x = 0; x < tile.width; ) {
      const gx = (tile.outerLeft + x + 0.5) / step - 0.5;
      const cell = Math.floor(gx);
      const x0 = Math.min(width - 1, Math.max(0, cell));
      const x1 = Math.min(width - 1, Math.max(0, cell + 1));
      const left = (data[up + x0] as number) + ty * ((data[low + x0] as number) - (data[up + x0] as number));
      const right = (data[up + x1] as number) + ty * ((data[low + x1] as number) - (data[up + x1] as number));
      const slope = (right - left) / step;
      const end = Math.min(tile.width, Math.ceil((cell + 1.5) * step - 0.5 - tile.outerLeft));
      let value = left + (gx - cell) * (right - left);
      do {
        out[i++] = value;
        value += slope;
        x++;
      } while (x < end);
    }
  }
  return out;
}
