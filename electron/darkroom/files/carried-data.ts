/**
 * A corrected JPEG with what the camera wrote: position and serial numbers stayed on this computer when the picture went to be mended, and here they come
 * back to it, from the finished picture that it takes the place of. Its pixels stay as they came, byte for byte.
 */
import { open } from 'node:fs/promises';
import { pictureKind, SIGNATURE_BYTES } from '../../../shared/picture-kind.ts';
import { rangesOf, writeParts } from './anonymous-copy.ts';
import type { Part, ReadRange } from './anonymous-fields.ts';
import { adjustExif, readExif } from './exif.ts';
import { readRegularFile } from './regular-file.ts';

const ORIENTATION = 0x0112;
const APP0 = 0xe0;
const APP1 = 0xe1;
const APP13 = 0xed;
const SCAN = 0xda;
const EXIF_PREFIX = Buffer.from('Exif\0\0', 'latin1');
/** Cameras write about twenty. */
const MOST_SEGMENTS = 2000;

interface Segment {
  readonly marker: number;
  readonly at: number;
  readonly bytes: number;
}

/**
 * Writes `to`, safe against a power cut: `picture` with the EXIF, XMP and IPTC of `from`. False, and nothing is written, where one of them is no JPEG that
 * can be followed, or the picture is upright only by EXIF of its own.
 * @param size of the picture, upright, in pixels
 */
export async function carryData(
  { picture, from, to }: { readonly picture: string; readonly from: string; readonly to: string },
  size: { readonly width: number; readonly height: number },
): Promise<boolean> {
  const data = await readRegularFile(from, (file, facts) => dataOf(rangesOf(file, facts.size), facts.size, size));
  if (data === null) return false;
  return readRegularFile(picture, async (file, facts) => {
    const read = rangesOf(file, facts.size);
    const parts = await partsWith(read, facts.size, data);
    if (parts === null) return false;
    const out = await open(to, 'w');
    try {
      await writeParts(out, read, parts);
    } finally {
      await out.close();
    }
    return true;
  });
}

/** The segments before the first scan, and where that stands; null where they cannot be followed. */
async function headOf(read: ReadRange, size: number): Promise<{ readonly segments: readonly Segment[]; readonly scanAt: number } | null> {
  if (pictureKind(await read(0, SIGNATURE_BYTES)) !== 'jpeg') return null;
  const segments: Segment[] = [];
  for (let at = 2; at + 4 <= size && segments.length < MOST_SEGMENTS; ) {
    const head = await read(at, 4);
    const marker = head[1] ?? 0;
    if (head[0] !== 0xff) return null;
    if (marker === SCAN) return { segments, scanAt: at };
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const bytes = 2 + head.readUInt16BE(2);
    if (bytes < 4) return null;
    segments.push({ marker, at, bytes });
    at += bytes;
  }
  return null;
}

async function dataOf(
  read: ReadRange,
  size: number,
  pixels: { readonly width: number; readonly height: number },
): Promise<Buffer[] | null> {
  const head = await headOf(read, size);
  if (head === null) return null;
  const data: Buffer[] = [];
  for (const { marker, at, bytes } of head.segments) {
    if (marker !== APP1 && marker !== APP13) continue;
    const segment = await read(at, bytes);
    const isExif = marker === APP1 && segment.subarray(4, 10).equals(EXIF_PREFIX);
    const exif = isExif ? adjustExif(segment.subarray(10), pixels) : null;
    if (!isExif) data.push(segment);
    else if (exif !== null) data.push(Buffer.concat([segment.subarray(0, 10), exif]));
  }
  return data;
}

async function partsWith(read: ReadRange, size: number, data: readonly Buffer[]): Promise<Part[] | null> {
  const head = await headOf(read, size);
  if (head === null) return null;
  const kept: Segment[] = [];
  for (const segment of head.segments) {
    if (segment.marker === APP1 && !(await isUpright(read, segment))) return null;
    if (segment.marker !== APP1 && segment.marker !== APP13) kept.push(segment);
  }
  // JFIF wants its own segment to be the first.
  const first = kept[0]?.marker === APP0 ? kept.slice(0, 1) : [];
  return [{ at: 0, bytes: 2 }, ...first, ...data, ...kept.slice(first.length), { at: head.scanAt, bytes: size - head.scanAt }];
}

async function isUpright(read: ReadRange, { at, bytes }: Segment): Promise<boolean> {
  const segment = await read(at, bytes);
  if (!segment.subarray(4, 10).equals(EXIF_PREFIX)) return true;
  const orientation = readExif(segment.subarray(10)).find(({ tag }) => tag === ORIENTATION);
  return orientation === undefined || orientation.value[0] === 1;
}
