/** Pictures that lie in files are worked on strip by strip, so that memory does not grow with them. */
import type { Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import type { PixelShape, Strip } from './raster.ts';

/** So many bytes of pixels are worked on at a time, or one row. */
const STRIP_BYTES = 8_000_000;

/** Rows of a picture, all of them when not given, in strips from top to bottom. */
export function stripsOf(shape: PixelShape, { from, to }: Rows = { from: 0, to: shape.height }): readonly Rows[] {
  const { width, channels, depth } = shape;
  const rows = Math.max(1, Math.floor((8 * STRIP_BYTES) / (width * channels * depth)));
  return Array.from({ length: Math.ceil((to - from) / rows) }, (_, n) => ({
    from: from + n * rows,
    to: Math.min(to, from + (n + 1) * rows),
  }));
}

/** Memory for one strip at a time, used again for the next: what is freed after each piles up. */
export class StripMemory {
  #memory = new ArrayBuffer(0);

  /** Its content is whatever was there, and it is lost with the next one. */
  take({ width, height, channels, depth }: PixelShape, { from, to }: Rows): Strip & { readonly top: number } {
    const samples = (to - from) * width * channels;
    const bytes = (samples * depth) / 8;
    if (this.#memory.byteLength < bytes) this.#memory = new ArrayBuffer(bytes);
    const data = depth === 16 ? new Uint16Array(this.#memory, 0, samples) : new Uint8Array(this.#memory, 0, samples);
    return { data, width, height, top: from };
  }
}
