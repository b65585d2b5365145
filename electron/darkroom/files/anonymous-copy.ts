/**
 * A copy of a picture for somebody else to look at: the same pixels, byte for byte as they were written, without what says where it was taken, with which
 * very camera and by whom. JPEG, PNG and WebP are put together from the parts that stay; TIFF and HEIC, whose parts know each other by their offsets, are
 * blotted out in place. The file that it is made of is only read.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { UploadType } from '../../../shared/api/index.ts';
import { pictureKind, SIGNATURE_BYTES } from '../../../shared/picture-kind.ts';
import { findIdentity, type Part, type Patch, type ReadRange } from './anonymous-fields.ts';
import { heifItems } from './heif.ts';
import { readFrom } from './ifd.ts';
import { jpegParts } from './jpeg-parts.ts';
import { readRegularFile } from './regular-file.ts';

/** The copy as it was written; `sha256` in hex. */
export interface AnonymousCopy {
  readonly type: Exclude<UploadType, 'application/json'>;
  readonly bytes: number;
  readonly sha256: string;
}

const PIECE_BYTES = 1 << 20;
/** A HEIC is read whole, as it is for developing; nothing of that kind is larger. */
const LARGEST_HEIC_BYTES = 512 * 1024 * 1024;

/**
 * Null: not a picture of a kind whose own data can be told apart from its pixels (GIF, AVIF, drawings, damaged files); then nothing is left at `to`.
 * @throws what the file system throws
 */
export async function copyAnonymously(from: string, to: string): Promise<AnonymousCopy | null> {
  return readRegularFile(from, async (file, { size }) => {
    const read = rangesOf(file, size);
    const plan = await planOf(read, size);
    if (plan === null) return null;
    await mkdir(dirname(to), { recursive: true });
    const out = await open(to, 'w');
    try {
      return { type: plan.type, ...(await writeParts(out, read, plan.parts)) };
    } catch (error) {
      await rm(to, { force: true });
      throw error;
    } finally {
      await out.close();
    }
  });
}

/** Reads an open file of that size in ranges. */
export const rangesOf =
  (file: FileHandle, size: number): ReadRange =>
  async (at, bytes) => {
    const range = Buffer.alloc(Math.max(0, Math.min(bytes, size - at)));
    const { bytesRead } = range.length === 0 ? { bytesRead: 0 } : await file.read(range, 0, range.length, at);
    return range.subarray(0, bytesRead);
  };

interface Plan {
  readonly type: AnonymousCopy['type'];
  readonly parts: readonly Part[];
}

async function planOf(read: ReadRange, size: number): Promise<Plan | null> {
  const planned = async (type: Plan['type'], parts: Promise<readonly Part[] | null>): Promise<Plan | null> => {
    const found = await parts;
    return found === null ? null : { type, parts: found };
  };
  switch (pictureKind(await read(0, SIGNATURE_BYTES))) {
    case 'jpeg':
      return planned('image/jpeg', jpegParts(read, size, anonymousExif));
    case 'png':
      return planned('image/png', pngParts(read, size));
    case 'webp':
      return planned('image/webp', webpParts(read, size));
    case 'tiff':
      return planned('image/tiff', tiffParts(read, size));
    case 'heic':
      return size > LARGEST_HEIC_BYTES ? null : planned('image/heic', heicParts(read, size));
    default:
      return null;
  }
}

/** Writes them one after the other and to the disk. Throws where the file became shorter meanwhile. */
export async function writeParts(out: FileHandle, read: ReadRange, parts: readonly Part[]): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const put = async (piece: Uint8Array): Promise<void> => {
    hash.update(piece);
    await out.write(piece);
    bytes += piece.length;
  };
  for (const part of parts) {
    if (part instanceof Uint8Array) await put(part);
    else
      for (let done = 0; done < part.bytes; ) {
        const piece = await read(part.at + done, Math.min(PIECE_BYTES, part.bytes - done));
        if (piece.length === 0) throw new Error('The file became shorter while it was read');
        await put(piece);
        done += piece.length;
      }
  }
  await out.sync();
  return { bytes, sha256: hash.digest('hex') };
}

/** The block without the prefix that JPEG puts before it; null where it cannot be followed: better none than one that tells. */
function anonymousExif(tiff: Buffer): Buffer | null {
  const patches = readFrom(tiff, findIdentity('preview'));
  if (patches === null) return null;
  const copy = Buffer.from(tiff);
  for (const { at, bytes } of patches) {
    if (typeof bytes === 'number') copy.fill(0, Math.min(at, copy.length), Math.min(at + bytes, copy.length));
    else bytes.copy(copy, at);
  }
  return copy;
}

/** The whole file with the patches in their places; where two overlap, what is blotted out wins. */
function patched(size: number, patches: readonly Patch[], from = 0): Part[] {
  const lengthOf = ({ bytes }: Patch): number => (typeof bytes === 'number' ? bytes : bytes.length);
  const parts: Part[] = [];
  let at = from;
  for (const patch of patches.toSorted((a, b) => a.at - b.at)) {
    const end = Math.min(patch.at + lengthOf(patch), size);
    if (end <= at) continue;
    if (patch.at > at) parts.push({ at, bytes: patch.at - at });
    const skipped = Math.max(0, at - patch.at);
    if (typeof patch.bytes !== 'number') parts.push(patch.bytes.subarray(skipped, end - patch.at));
    else for (let left = end - Math.max(at, patch.at); left > 0; left -= PIECE_BYTES) parts.push(Buffer.alloc(Math.min(left, PIECE_BYTES)));
    at = end;
  }
  if (at < size) parts.push({ at, bytes: size - at });
  return parts;
}

async function tiffParts(read: ReadRange, size: number): Promise<readonly Part[] | null> {
  const reading = findIdentity('pages');
  let step = reading.next();
  while (!step.done) step = reading.next(await read(step.value.at, step.value.bytes));
  return step.value === null ? null : patched(size, step.value);
}

/** Chunks of PNG (W3C PNG, third edition) that say how the pixels look. */
const PNG_KEPT: ReadonlySet<string> = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'gAMA', 'cHRM', 'sRGB', 'iCCP', 'cICP', 'mDCV', 'cLLI', 'sBIT', 'bKGD', 'pHYs'],
]);

async function pngParts(read: ReadRange, size: number): Promise<readonly Part[] | null> {
  const parts: Part[] = [{ at: 0, bytes: 8 }];
  for (let at = 8; at + 12 <= size; ) {
    const head = await read(at, 8);
    const [bytes, type] = [head.readUInt32BE(0), head.toString('latin1', 4, 8)];
    if (at + 12 + bytes > size) return null;
    if (PNG_KEPT.has(type)) parts.push({ at, bytes: 12 + bytes });
    if (type === 'eXIf') {
      const exif = anonymousExif(await read(at + 8, bytes));
      if (exif !== null) parts.push(pngChunk(head, exif));
    }
    if (type === 'IEND') return parts;
    at += 12 + bytes;
  }
  return null;
}

function pngChunk(head: Buffer, body: Buffer): Buffer {
  const checked = Buffer.concat([head.subarray(4, 8), body]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(checked));
  return Buffer.concat([head.subarray(0, 4), checked, sum]);
}

const WEBP_KEPT: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
/** Of the flags in VP8X. */
const HAS_EXIF = 0x08;
const HAS_XMP = 0x04;

async function webpParts(read: ReadRange, size: number): Promise<readonly Part[] | null> {
  const parts: Part[] = [];
  let extended: Buffer | null = null;
  let hasExif = false;
  let total = 4;
  const end = Math.min(size, 8 + (await read(4, 4)).readUInt32LE(0));
  for (let at = 12; at + 8 <= end; ) {
    const head = await read(at, 8);
    const [type, bytes] = [head.toString('latin1', 0, 4), head.readUInt32LE(4)];
    const padded = bytes + (bytes & 1);
    if (at + 8 + bytes > size) return null;
    const exif = type === 'EXIF' ? anonymousExif(withoutPrefix(await read(at + 8, bytes))) : null;
    let part: Part | null = WEBP_KEPT.has(type) ? { at, bytes: Math.min(8 + padded, size - at) } : null;
    if (type === 'VP8X') part = extended = await read(at, 8 + padded);
    if (exif !== null) part = riffChunk(type, exif);
    hasExif ||= exif !== null;
    if (part !== null) {
      parts.push(part);
      total += part instanceof Uint8Array ? part.length : part.bytes;
    }
    at += 8 + padded;
  }
  // The parsed header is the very object among the parts.
  if (extended !== null) extended[8] = (extended[8] ?? 0) & ~HAS_XMP & ~(hasExif ? 0 : HAS_EXIF);
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(total, 4);
  return [head, ...parts];
}

/** Some writers put JPEG's prefix before the EXIF of a WebP. */
const withoutPrefix = (exif: Buffer): Buffer => (exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif);

function riffChunk(type: string, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length & 1)]);
}

async function heicParts(read: ReadRange, size: number): Promise<readonly Part[] | null> {
  const file = await read(0, size);
  const items = heifItems(file);
  if (items === null) return null;
  const patches: Patch[] = [];
  for (const { type, at, bytes } of items) {
    if (type !== 'Exif') {
      patches.push({ at, bytes });
      continue;
    }
    const item = file.subarray(at, at + bytes);
    const tiff = item.length < 4 ? 0 : 4 + item.readUInt32BE(0);
    const exif = tiff > 0 && tiff < item.length ? anonymousExif(item.subarray(tiff)) : null;
    patches.push(exif === null ? { at, bytes } : { at: at + tiff, bytes: exif });
  }
  return patched(size, patches);
}
