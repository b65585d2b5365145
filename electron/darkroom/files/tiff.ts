/**
 * Writing TIFF 6.0: 8 or 16 bits, deflate with the horizontal predictor, or bare. Our own writer because the profile and the
 * camera's EXIF have to go in unchanged, and because its strips are compressed on all cores at once.
 *
 * Typed arrays are dense: an index inside them always holds a number (hence `as number`).
 */
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { DESCRIPTIVE } from './exif.ts';
import { type Field, writeDirectory } from './ifd.ts';
import { type ClearRaster, type PixelShape, type Raster, shapeOf } from './raster.ts';

const compress = promisify(deflate);

/** Bytes of pixels per strip: large enough to compress well, small enough to spread over the cores. */
const STRIP_BYTES = 2_000_000;
/** Offsets are 32 bits. */
export const MAX_TIFF_BYTES = 0xffff_0000;

/** What stands in the file beside the pixels. */
interface TiffExtras {
  readonly profile: Buffer | null;
  readonly xmp: Buffer | null;
  readonly exif: readonly Field[];
  /** Pixels per inch. */
  readonly density: number | null;
}

/** A picture whose rows are read when they are wanted. */
export interface RowsToWrite {
  readonly shape: PixelShape;
  /** The samples of some rows; they are written over. */
  readonly samples: (from: number, to: number) => Promise<Uint8Array | Uint16Array>;
}

/** The rows of a picture that is in memory. */
export function inMemory(picture: Raster | ClearRaster): RowsToWrite {
  const shape = shapeOf(picture);
  const row = shape.width * shape.channels;
  return { shape, samples: async (from, to) => picture.data.slice(from * row, to * row) };
}

/**
 * The parts of a TIFF one behind the other: strips of 8 or 16 bits, deflated unless told otherwise: RGB, or RGBA with colours that are not
 * multiplied by alpha (ExtraSamples 2).
 */
export async function writeTiff({ shape, samples }: RowsToWrite, extras: TiffExtras, compressed = true): Promise<readonly Buffer[]> {
  const { height } = shape;
  const rows = rowsPerStrip(shape);
  const bodies: Buffer[] = [];
  // As many at once as the library has threads for.
  for (let y = 0; y < height; y += rows * STRIPS_AT_ONCE) {
    const starts = Array.from({ length: STRIPS_AT_ONCE }, (_, n) => y + n * rows).filter((from) => from < height);
    bodies.push(
      ...(await Promise.all(starts.map(async (from) => strip(shape, await samples(from, Math.min(height, from + rows)), compressed)))),
    );
  }
  const { offsets, end } = placesOf(bodies.map((body) => body.length));
  const strips = { rows, offsets, lengths: bodies.map((body) => body.length) };
  const padded = bodies.flatMap((body) => ((body.length & 1) === 0 ? [body] : [body, Buffer.alloc(1)]));
  return [headerTo(end), ...padded, writeDirectory(fieldsOf(shape, strips, extras, compressed), end)];
}

/** All but the pixels of a bare TIFF, whose rows follow each other from `start` on. */
export function frameTiff(shape: PixelShape): {
  readonly start: number;
  readonly head: Buffer;
  readonly tail: Buffer;
  readonly tailAt: number;
} {
  const rows = rowsPerStrip(shape);
  const lengths = Array.from(
    { length: Math.ceil(shape.height / rows) },
    (_, n) => Math.min(rows, shape.height - n * rows) * rowBytes(shape),
  );
  const offsets = lengths.map((_, n) => HEADER + n * rows * rowBytes(shape));
  const bytes = shape.height * rowBytes(shape);
  const tailAt = HEADER + bytes + (bytes & 1);
  const extras = { profile: null, xmp: null, exif: [], density: DENSITY_OF_MEMORY };
  return {
    start: HEADER,
    head: headerTo(tailAt),
    tail: writeDirectory(fieldsOf(shape, { rows, offsets, lengths }, extras, false), tailAt),
    tailAt,
  };
}

/** What the library takes pixels in memory to have, a millimetre each: a file made from either says the same. */
const DENSITY_OF_MEMORY = 25.4;

const HEADER = 8;
const STRIPS_AT_ONCE = 4;

function headerTo(directory: number): Buffer {
  const header = Buffer.from('II*\0\0\0\0\0', 'latin1');
  header.writeUInt32LE(directory, 4);
  return header;
}

const rowBytes = ({ width, channels, depth }: PixelShape): number => (width * channels * depth) / 8;
const rowsPerStrip = (shape: PixelShape): number => Math.max(1, Math.min(shape.height, Math.floor(STRIP_BYTES / rowBytes(shape))));

/** Strips begin at even places (TIFF 6.0, page 15). */
function placesOf(lengths: readonly number[]): { readonly offsets: readonly number[]; readonly end: number } {
  const offsets: number[] = [];
  let end = HEADER;
  for (const length of lengths) {
    offsets.push(end);
    end += length + (length & 1);
  }
  return { offsets, end };
}

interface Strips {
  readonly rows: number;
  readonly offsets: readonly number[];
  readonly lengths: readonly number[];
}

function fieldsOf({ width, height, channels, depth }: PixelShape, strips: Strips, extras: TiffExtras, compressed: boolean): Field[] {
  const density = rational(extras.density ?? 72);
  return [
    number(0x0100, 4, [width]),
    number(0x0101, 4, [height]),
    number(
      0x0102,
      3,
      Array.from({ length: channels }, () => depth),
    ),
    number(0x0103, 3, [compressed ? 8 : 1]),
    number(0x0106, 3, [2]),
    number(0x0111, 4, strips.offsets),
    number(0x0112, 3, [1]),
    number(0x0115, 3, [channels]),
    number(0x0116, 4, [strips.rows]),
    number(0x0117, 4, strips.lengths),
    { tag: 0x011a, type: 5, count: 1, value: density, directory: null },
    { tag: 0x011b, type: 5, count: 1, value: density, directory: null },
    number(0x011c, 3, [1]),
    number(0x0128, 3, [2]),
    ...(compressed ? [number(0x013d, 3, [2])] : []),
    ...(channels === 4 ? [number(0x0152, 3, [2])] : []),
    ...(extras.xmp === null ? [] : [{ tag: 0x02bc, type: 1, count: extras.xmp.length, value: extras.xmp, directory: null }]),
    ...(extras.profile === null ? [] : [{ tag: 0x8773, type: 7, count: extras.profile.length, value: extras.profile, directory: null }]),
    ...extras.exif.filter((field) => DESCRIPTIVE.has(field.tag)),
  ];
}

async function strip({ width, channels }: PixelShape, samples: Uint8Array | Uint16Array, compressed: boolean): Promise<Buffer> {
  if (compressed) predict(samples, width * channels, channels);
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return compressed ? compress(bytes, { level: 4 }) : bytes;
}

/** Horizontal differencing: every sample as its difference to the one on its left. */
function predict(samples: Uint8Array | Uint16Array, row: number, step: number): void {
  for (let end = samples.length; end > 0; end -= row) {
    for (let i = end - 1; i >= end - row + step; i--) samples[i] = (samples[i] as number) - (samples[i - step] as number);
  }
}

function number(tag: number, type: 3 | 4, values: readonly number[]): Field {
  const value = Buffer.alloc(values.length * (type === 3 ? 2 : 4));
  for (const [n, v] of values.entries()) {
    if (type === 3) value.writeUInt16LE(v, n * 2);
    else value.writeUInt32LE(v, n * 4);
  }
  return { tag, type, count: values.length, value, directory: null };
}

function rational(value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeUInt32LE(Math.round(value * 100), 0);
  out.writeUInt32LE(100, 4);
  return out;
}
