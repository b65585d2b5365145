/** Opening a photo: what it is (by content, never by name), how large, and which of its own data the finished picture keeps. */
import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import sharp, { type Metadata, type Sharp } from 'sharp';
import { pictureKind } from '../../../shared/picture-kind.ts';
import type { Inspection } from '../port.ts';
import { DarkroomError, MAX_PIXELS, MAX_SIDE, MIN_SIDE, readProblem, refuse } from '../problems.ts';
import { checkDrawing } from './drawing.ts';
import { exifOfTiff } from './exif.ts';
import { decodeHeif, readHeif } from './heif.ts';
import { describeProfile } from './icc.ts';
import type { Raster } from './raster.ts';
import { NotRegularFile, readRegularFile } from './regular-file.ts';
import { inMemory, writeTiff } from './tiff.ts';

/** An opened photo. Nothing is decoded before one of its pipelines runs. */
export interface Source {
  readonly path: string;
  readonly format: Inspection['format'];
  /** Upright size in pixels. */
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly depth: 8 | 16;
  readonly frames: number;
  readonly hasAlpha: boolean;
  /**
   * The profile its pixels are in; null when they are sRGB or are converted to it on the way in (CMYK, grey, Lab).
   * Pixels of a photo with a profile stay as they are: the background and the logo are converted to it instead.
   */
  readonly profile: Buffer | null;
  /** The profile that goes into the result: the same, or the photo's own description of sRGB. */
  readonly embedded: Buffer | null;
  readonly exif: Buffer | null;
  readonly xmp: Buffer | null;
  readonly density: number | null;
  /** A new pipeline that yields the upright photo in its own colour space: 3 or 4 channels. */
  pixels(): Promise<Sharp>;
  /** A new pipeline that yields the upright photo in sRGB, as a screen and the model want it. */
  screen(): Promise<Sharp>;
}

/** Photos with more than one page are read by their first. Warnings of harmless extra bytes are not errors; missing data is. */
const READING = { failOn: 'error', limitInputPixels: MAX_PIXELS, sequentialRead: true } as const;

/** @throws DarkroomError with the reason in the product's voice */
export async function openSource(path: string): Promise<Source> {
  try {
    const head = await headOf(path);
    if (head.bytes === 0) throw refuse('file_empty', path);
    const family = familyOf(head.start);
    if (family === 'other') throw refuse('not_a_picture', path);
    if (family === 'drawing') await checkDrawing(path);
    return family === 'heic' ? await openHeic(path, head.bytes) : await openPlain(path, head.bytes);
  } catch (error) {
    throw error instanceof DarkroomError ? error : new DarkroomError(readProblem(error, path), error);
  }
}

/** Channels of colour, where they are not three. */
const COLOURS: Readonly<Record<string, number>> = { 'b-w': 1, grey16: 1, cmyk: 4 };

async function openPlain(path: string, bytes: number): Promise<Source> {
  const metadata = await describe(path);
  const { width, height } = metadata.autoOrient;
  checkSize(path, width, height);
  const format = formatOf(metadata);
  const extra = (metadata.channels ?? 0) - (COLOURS[metadata.space ?? ''] ?? 3);
  // One is transparency. More are selections that somebody saved, or plates of a print: nothing says which, and none is a mask.
  const upright = (image: Sharp): Sharp => (extra > 1 ? image.autoOrient().removeAlpha() : image.autoOrient());
  const ownRgb = metadata.space === 'srgb' || metadata.space === 'rgb' || metadata.space === 'rgb16';
  const { profile, embedded } = keptProfile(ownRgb ? (metadata.icc ?? null) : null);
  return {
    path,
    format,
    width,
    height,
    bytes,
    depth: metadata.depth === 'ushort' || metadata.depth === 'float' ? 16 : 8,
    frames: metadata.pages ?? 1,
    hasAlpha: metadata.hasAlpha === true && extra <= 1,
    profile,
    embedded,
    exif: format === 'tiff' ? await exifOfTiff(path) : (metadata.exif ?? null),
    xmp: metadata.xmp ?? null,
    density: metadata.density ?? null,
    pixels: async () => upright(sharp(path, { ...READING, ignoreIcc: embedded !== null })),
    screen: async () => upright(sharp(path, READING)),
  };
}

async function openHeic(path: string, bytes: number): Promise<Source> {
  const file = await readFile(path);
  const container = readHeif(file);
  // What the container announces is checked before it is decoded.
  if (container !== null) checkSize(path, container.width, container.height);
  let frame: Raster;
  try {
    frame = await decodeHeif(file);
  } catch (error) {
    throw refuse('picture_damaged', path, '', error);
  }
  checkSize(path, frame.width, frame.height);
  const { profile, embedded } = keptProfile(container?.profile ?? null);
  const { width, height } = frame;
  const pixels = async (): Promise<Sharp> => sharp(frame.data, { raw: { width, height, channels: 3 }, limitInputPixels: MAX_PIXELS });
  return {
    path,
    format: 'heic',
    width,
    height,
    bytes,
    depth: 8,
    frames: 1,
    hasAlpha: false,
    profile,
    embedded,
    exif: container?.exif ?? null,
    xmp: null,
    density: null,
    pixels,
    // Raw pixels cannot carry a profile; a bare TIFF can, and the colour engine converts from it.
    screen: async () => (profile === null ? pixels() : sharp(Buffer.concat(await bareTiff(frame, profile)), READING)),
  };
}

const bareTiff = (frame: Raster, profile: Buffer): Promise<readonly Buffer[]> =>
  writeTiff(inMemory(frame), { profile, xmp: null, exif: [], density: null }, false);

function keptProfile(icc: Buffer | null): Pick<Source, 'profile' | 'embedded'> {
  const facts = icc === null ? null : describeProfile(icc);
  if (facts?.isRgb !== true) return { profile: null, embedded: null };
  return { profile: facts.isSrgb ? null : icc, embedded: icc };
}

/** The header only. A 300 megapixel file is refused by what its header says, before any of it is decoded. */
async function describe(path: string): Promise<Metadata> {
  try {
    return await sharp(path, { ...READING, limitInputPixels: false }).metadata();
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    if (/unsupported image format/i.test(message)) throw refuse('not_a_picture', path, '', error);
    throw refuse('picture_damaged', path, '', error);
  }
}

function checkSize(path: string, width: number, height: number): void {
  if (width < MIN_SIDE || height < MIN_SIDE) throw refuse('picture_too_small', path, `${width} x ${height}`);
  if (width * height > MAX_PIXELS) {
    const megapixels = Math.round((width * height) / 1e6);
    throw refuse('picture_too_large', path, `${megapixels} megapixels; up to ${MAX_PIXELS / 1e6}`);
  }
  const long = Math.max(width, height);
  if (long > MAX_SIDE) throw refuse('picture_too_large', path, `${long} pixels on one side; up to ${MAX_SIDE}`);
}

function formatOf(metadata: Metadata): Inspection['format'] {
  switch (metadata.format) {
    case 'jpeg':
    case 'png':
    case 'webp':
    case 'tiff':
    case 'gif':
    case 'svg':
      return metadata.format;
    case 'heif':
      return 'avif';
    default:
      throw new Error(`unexpected format ${metadata.format}`);
  }
}

async function headOf(path: string): Promise<{ readonly bytes: number; readonly start: Buffer }> {
  try {
    return await readRegularFile(path, async (file, { size }) => {
      // What calls itself empty is not asked for more: a system's own file may never answer.
      if (size === 0) return { bytes: 0, start: Buffer.alloc(0) };
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return { bytes: size, start: buffer.subarray(0, bytesRead) };
    });
  } catch (error) {
    throw error instanceof NotRegularFile ? refuse('not_a_picture', path, '', error) : error;
  }
}

/** Enough for every signature, and for the declaration before an SVG. */
const HEAD_BYTES = 512;

/** What the first bytes say. Sharp reads everything here but HEVC-coded HEIF. */
function familyOf(start: Buffer): 'plain' | 'drawing' | 'heic' | 'other' {
  const kind = pictureKind(start);
  if (kind !== null) return kind === 'heic' ? 'heic' : 'plain';
  return /<svg[\s>]|<\?xml[^>]*\?>\s*(<!--|<!DOCTYPE svg|<svg)/i.test(start.toString('utf8')) ? 'drawing' : 'other';
}

/**
 * A decoding error that surfaced while pixels were read. The words of a library say little that is certain: what can be looked up is, and
 * what is left is a damaged file.
 */
export async function decodingProblem(error: unknown, path: string): Promise<DarkroomError> {
  if (error instanceof DarkroomError) return error;
  try {
    await access(path, constants.R_OK);
  } catch (gone) {
    return new DarkroomError(readProblem(gone, path), error);
  }
  const message = error instanceof Error ? error.message : '';
  return refuse(/out of memory|cannot allocate/i.test(message) ? 'out_of_memory' : 'picture_damaged', path, '', error);
}
