/**
 * Pixels that several threads work on. Their memory is used again: what lives in other threads, too, is freed late, and a batch of
 * photos would pile it up.
 */
import type { ClearRaster, Raster } from './raster.ts';

/** Pixels that threads share without copying. */
export interface SharedRaster extends Raster {
  readonly data: Uint8Array<SharedArrayBuffer> | Uint16Array<SharedArrayBuffer>;
}

/** A picture that can be see-through. */
export interface SharedClear extends ClearRaster {
  readonly data: Uint8Array<SharedArrayBuffer> | Uint16Array<SharedArrayBuffer>;
}

/** How many are kept for the next photo: its pixels and its canvas. Larger ones than this are not kept. */
const KEPT = 2;
const KEPT_BYTES = 150_000_000;

const free: SharedArrayBuffer[] = [];

/** Its content is what the last one left. */
export const takeShared = (width: number, height: number, depth: 8 | 16): SharedRaster => ({
  data: samplesFor(3 * width * height, depth),
  width,
  height,
});

/** The same with an alpha, and nothing in it. */
export const takeClear = (width: number, height: number, depth: 8 | 16): SharedClear => ({
  data: samplesFor(4 * width * height, depth).fill(0),
  width,
  height,
  channels: 4,
});

function samplesFor(samples: number, depth: 8 | 16): SharedRaster['data'] {
  const bytes = (samples * depth) / 8;
  const at = free.findIndex((buffer) => buffer.byteLength >= bytes && buffer.byteLength < 2 * bytes);
  const memory = at < 0 ? new SharedArrayBuffer(bytes) : (free.splice(at, 1)[0] as SharedArrayBuffer);
  return depth === 16 ? new Uint16Array(memory, 0, samples) : new Uint8Array(memory, 0, samples);
}

/** A copy of the pixels in memory that threads share. */
export function copyShared({ data, width, height }: Raster): SharedRaster {
  const copy = takeShared(width, height, data instanceof Uint16Array ? 16 : 8);
  copy.data.set(data);
  return copy;
}

/** The raster must not be used afterwards. */
export function giveBack({ data }: SharedRaster | SharedClear): void {
  if (data.buffer.byteLength > KEPT_BYTES) return;
  free.push(data.buffer);
  // The oldest size is the least likely to be asked for again.
  if (free.length > KEPT) free.shift();
}
