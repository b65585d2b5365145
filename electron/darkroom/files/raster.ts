/** Pixels in memory: the shapes that every room of the darkroom hands on. */
import type { Size } from '../../../shared/edit/placement.ts';
import type { Rect } from '../../../shared/edit/rect.ts';

/** Interleaved RGB, in the photo's own colour space. */
export interface Raster {
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
}

/** Interleaved RGBA, colours not multiplied by alpha, in the photo's own colour space. */
export interface ClearRaster {
  readonly data: Uint8Array | Uint16Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 4;
}

/** How large a picture is, and what its samples are. */
export interface PixelShape extends Size {
  readonly channels: 3 | 4;
  readonly depth: 8 | 16;
}

/** Of pixels that are in memory. */
export const shapeOf = ({ data, width, height, ...more }: (Raster & { readonly channels?: 3 | 4 }) | ClearRaster): PixelShape => ({
  width,
  height,
  channels: more.channels ?? 3,
  depth: data instanceof Uint16Array ? 16 : 8,
});

/** Some rows of a picture. */
export interface Strip {
  readonly data: Uint8Array | Uint16Array;
  /** Of the whole picture. */
  readonly width: number;
  readonly height: number;
  /** The row that `data` begins with; 0, and all rows are there, when not given. */
  readonly top?: number;
}

/** Pixels of the upright photo. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The whole photo, in fractions of it. */
export const WHOLE: Rect = { x: 0, y: 0, width: 1, height: 1 };

/** The largest size of the photo's shape within `longEdge`, never larger than the photo. */
export function within(size: Size, longEdge: number): Size {
  const k = Math.min(1, longEdge / Math.max(size.width, size.height));
  return { width: Math.max(1, Math.round(size.width * k)), height: Math.max(1, Math.round(size.height * k)) };
}

/** The same bytes, of which a slice is a copy: that of a Buffer is not, and who works on a picture takes one first. */
export const bytesOf = (buffer: Buffer): Uint8Array => new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
