/**
 * Pixels that several threads work on. Their memory is used again: what lives in other threads, too, is freed late, and a batch of
 * photos would pile it up. So pictures are worked on strip by strip.
 */
import type { Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import type { PixelShape, Strip } from './raster.ts';

/** Rows of a picture that threads share without copying. */
export interface SharedStrip extends Strip {
  readonly data: Uint8Array<SharedArrayBuffer> | Uint16Array<SharedArrayBuffer>;
  readonly top: number;
}

/** How many are kept for the next strips: those of a canvas and of its photo, of two jobs side by side. */
const KEPT = 4;

/** So many bytes of pixels are worked on at a time, or one row. */
const STRIP_BYTES = 16_000_000;

const free: SharedArrayBuffer[] = [];

/** Its content is what the last one left. */
export function takeStrip({ width, height, channels, depth }: PixelShape, { from, to }: Rows): SharedStrip {
  const samples = (to - from) * width * channels;
  const bytes = (samples * depth) / 8;
  const at = free.findIndex((buffer) => buffer.byteLength >= bytes);
  // As much as the largest ask for, so that one size serves all; what is not written to takes no memory.
  const memory = at < 0 ? new SharedArrayBuffer(Math.max(2 * STRIP_BYTES, bytes)) : (free.splice(at, 1)[0] as SharedArrayBuffer);
  const data = depth === 16 ? new Uint16Array(memory, 0, samples) : new Uint8Array(memory, 0, samples);
  return { data, width, height, top: from };
}

/** The strip must not be used afterwards. */
export function giveBack({ data }: SharedStrip): void {
  if (data.buffer.byteLength === 2 * STRIP_BYTES && free.length < KEPT) free.push(data.buffer);
}

/** The rows of a picture in strips, from top to bottom. */
export function stripsOf({ width, height, channels, depth }: PixelShape): readonly Rows[] {
  const rows = Math.max(1, Math.floor((8 * STRIP_BYTES) / (width * channels * depth)));
  return Array.from({ length: Math.ceil(height / rows) }, (_, n) => ({ from: n * rows, to: Math.min(height, (n + 1) * rows) }));
}
