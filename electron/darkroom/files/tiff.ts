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
import type { ClearRaster, Raster } from './raster.ts';

const compress = promisify(deflate);

/** Bytes of pixels per strip: large enough to compress well, small enough to spread over the cores. */
const STRIP_BYTES = 2_000_000;
/** Offsets are 32 bits. */
export const MAX_TIFF_BYTES = 0xffff_0000;

interface TiffExtras {
  readonly profile: Buffer | null;
  readonly xmp: Buffer | null;
  readonly exif: readonly Field[];
  /** Pixels per inch. */
  readonly density: number | null;
}

/** A TIFF in strips with 8 or 16 bits, deflated unless told otherwise: RGB, or RGBA with colours that are not multiplied by alpha (ExtraSamples 2). */
export async function writeTiff(picture: Raster | ClearRaster, extras: TiffExtras, compressed = true): Promise<Buffer> {
  const { width, height, data } = picture;
  const bytesPerSample = data instanceof Uint16Array ? 2 : 1;
  const samples = samplesOf(picture);
  const rowBytes = width * samples * bytesPerSample;
  const rows = Math.max(1, Math.min(height, Math.floor(STRIP_BYTES / rowBytes)));
  const strips: Promise<Buffer>[] = [];
  for (let y = 0; y < height; y += rows) strips.push(strip(picture, y, Math.min(height, y + rows), compressed));
  const bodies = await Promise.all(strips);
  const offsets: number[] = [];
  let at = 8;
  for (const body of bodies) {
    offsets.push(at);
    at += body.length + (body.length & 1);
  }
  const density = rational(extras.density ?? 72);
  const fields: Field[] = [
    number(0x0100, 4, [width]),
    number(0x0101, 4, [height]),
    number(
      0x0102,
      3,
      Array.from({ length: samples }, () => 8 * bytesPerSample),
    ),
    number(0x0103, 3, [compressed ? 8 : 1]),
    number(0x0106, 3, [2]),
    number(0x0111, 4, offsets),
    number(0x0112, 3, [1]),
    number(0x0115, 3, [samples]),
    number(0x0116, 4, [rows]),
    number(
      0x0117,
      4,
      bodies.map((body) => body.length),
    ),
    { tag: 0x011a, type: 5, count: 1, value: density, directory: null },
    { tag: 0x011b, type: 5, count: 1, value: density, directory: null },
    number(0x011c, 3, [1]),
    number(0x0128, 3, [2]),
    ...(compressed ? [number(0x013d, 3, [2])] : []),
    ...(samples === 4 ? [number(0x0152, 3, [2])] : []),
    ...(extras.xmp === null ? [] : [{ tag: 0x02bc, type: 1, count: extras.xmp.length, value: extras.xmp, directory: null }]),
    ...(extras.profile === null ? [] : [{ tag: 0x8773, type: 7, count: extras.profile.length, value: extras.profile, directory: null }]),
    ...extras.exif.filter((field) => DESCRIPTIVE.has(field.tag)),
  ];
  const header = Buffer.from('II*\0\0\0\0\0', 'latin1');
  header.writeUInt32LE(at, 4);
  const padded = bodies.flatMap((body) => ((body.length & 1) === 0 ? [body] : [body, Buffer.alloc(1)]));
  return Buffer.concat([header, ...padded, writeDirectory(fields, at)]);
}

const samplesOf = (picture: Raster | ClearRaster): 3 | 4 => ('channels' in picture ? picture.channels : 3);

async function strip(picture: Raster | ClearRaster, from: number, to: number, compressed: boolean): Promise<Buffer> {
  const perRow = picture.width * samplesOf(picture);
  const samples = picture.data.slice(from * perRow, to * perRow);
  if (compressed) predict(samples, perRow, samplesOf(picture));
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
