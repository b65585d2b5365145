/** The parts of a JPEG (ITU-T T.81, annex B) that stay in an anonymous copy: what the decoder needs, colour profile and size, and EXIF that was seen to. */
import type { Part, ReadRange } from './anonymous-fields.ts';

const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
const COMMENT = 0xfe;
const SCAN = 0xda;
const END = 0xd9;
/** Markers without a length. */
const isBare = (marker: number): boolean => marker === 0x01 || (marker >= 0xd0 && marker <= 0xd9);
const isData = (marker: number): boolean => (marker >= APP0 && marker <= 0xef) || marker === COMMENT;
const SCANNED_BYTES = 1 << 18;

/**
 * What comes after the end of the picture goes, too: phones put films and second pictures there, with data of their own.
 * @param seenTo the EXIF block (without its prefix) as it may stay; null: it goes
 * @returns null where the segments cannot be followed to the end
 */
export async function jpegParts(read: ReadRange, size: number, seenTo: (tiff: Buffer) => Buffer | null): Promise<readonly Part[] | null> {
  const parts: Part[] = [{ at: 0, bytes: 2 }];
  for (let at = 2; at + 2 <= size; ) {
    const head = await read(at, 4);
    const marker = head[1] ?? 0;
    if (head[0] !== 0xff) return null;
    // Any number of fill bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isBare(marker)) {
      parts.push({ at, bytes: 2 });
      if (marker === END) return parts;
      at += 2;
      continue;
    }
    if (head.length < 4) return null;
    const bytes = 2 + head.readUInt16BE(2);
    if (bytes < 4 || at + bytes > size) return null;
    const part = isData(marker) ? await dataPart(read, { marker, at, bytes }, seenTo) : { at, bytes };
    if (part !== null) parts.push(part);
    at += bytes;
    if (marker !== SCAN) continue;
    const end = await endOfScan(read, at, size);
    if (end === null) return null;
    parts.push({ at, bytes: end - at });
    at = end;
  }
  return null;
}

interface Segment {
  readonly marker: number;
  readonly at: number;
  readonly bytes: number;
}

async function dataPart(read: ReadRange, { marker, at, bytes }: Segment, seenTo: (tiff: Buffer) => Buffer | null): Promise<Part | null> {
  const name = (await read(at + 4, Math.min(12, bytes - 4))).toString('latin1');
  const isKept =
    (marker === APP0 && name.startsWith('JFIF\0')) ||
    (marker === APP2 && name.startsWith('ICC_PROFILE\0')) ||
    (marker === APP14 && name.startsWith('Adobe'));
  if (isKept) return { at, bytes };
  if (marker !== APP1 || !name.startsWith('Exif\0\0')) return null;
  const exif = seenTo(await read(at + 10, bytes - 10));
  return exif === null ? null : Buffer.concat([await read(at, 10), exif]);
}

/** Where the next marker stands that is neither a stuffed byte nor a restart; null: nowhere. */
async function endOfScan(read: ReadRange, from: number, size: number): Promise<number | null> {
  for (let at = from; at < size; ) {
    const piece = await read(at, SCANNED_BYTES);
    for (let found = piece.indexOf(0xff); found !== -1; found = piece.indexOf(0xff, found + 1)) {
      const marker = piece[found + 1];
      if (marker === undefined) break;
      if (marker !== 0 && marker !== 0xff && !(marker >= 0xd0 && marker <= 0xd7)) return at + found;
    }
    // The last byte may be the first half of a marker.
    at += Math.max(1, piece.length - 1);
  }
  return null;
}
