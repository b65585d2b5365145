/**
 * What a WebP takes to be written. Other formats are written row by row; libwebp wants the whole picture, and more than once. Its switch for less
 * memory is not within reach of the picture library, and would not help here: nothing of what it saves is used at this effort.
 */
import type { ExportSettings } from './recipe.ts';
import type { Size } from './rect.ts';

/** From this quality on the eye sees how colour was halved, at saturated edges: a red car on grey. */
const SEEN_FROM = 90;
/**
 * WebP halves colour in any case. Doing it so that no light bleeds over saturated edges takes two and a half times the memory and five times as
 * long: 1.4 GB and 18 s at 96 megapixels. In a picture larger than this such an edge is one pixel of very many.
 */
const MOST_PIXELS_WITH_CARE = 32_000_000;
/** Bytes a pixel, measured at 24 and 96 megapixels. What is transparent is kept without loss, which takes most of it. */
const BYTES_PLAIN = 6;
const BYTES_WITH_CARE = 15;
const BYTES_TRANSPARENT = 20;
/** Less than this is not worth a word. */
const MUCH_BYTES = 1_000_000_000;

/** Whether colour is halved with care. */
export const halvesColourWithCare = (quality: number, { width, height }: Size): boolean =>
  quality >= SEEN_FROM && width * height <= MOST_PIXELS_WITH_CARE;

/** About how many bytes of memory encoding takes. */
export function webpMemory(quality: number, size: Size, clear: boolean): number {
  const bytes = clear ? BYTES_TRANSPARENT : halvesColourWithCare(quality, size) ? BYTES_WITH_CARE : BYTES_PLAIN;
  return bytes * size.width * size.height;
}

/** A word before applying where it takes much; null: it does not. @param size of the finished picture @param clear nothing lies behind the subject */
export function largeWebpSaid({ format, quality }: Pick<ExportSettings, 'format' | 'quality'>, size: Size, clear: boolean): string | null {
  if (format !== 'webp') return null;
  const bytes = webpMemory(quality, size, clear);
  return bytes < MUCH_BYTES
    ? null
    : `Writing a WebP this large takes about ${(bytes / 1e9).toFixed(1)} GB of memory; a ${clear ? 'PNG' : 'JPEG'} takes little.`;
}
