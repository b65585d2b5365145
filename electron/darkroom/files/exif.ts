/**
 * Reading and adjusting EXIF (CIPA DC-008). What the camera wrote is kept; only what the finished picture makes untrue is changed: it is
 * upright, has its own size, and the little preview showed the old background.
 */
import { EXIF_IFD, type Field, readDirectories, readFrom, writeDirectory } from './ifd.ts';
import { readRegularFile } from './regular-file.ts';

const ORIENTATION = 0x0112;
const PIXEL_X = 0xa002;
const PIXEL_Y = 0xa003;

/** What of a photo's first directory says something about the photo and not about how its file was laid out. */
export const DESCRIPTIVE: ReadonlySet<number> = new Set([0x010e, 0x010f, 0x0110, 0x0131, 0x0132, 0x013b, 0x8298, 0x8769, 0x8825]);

/** Of a TIFF: a maker's private note that is longer points into the file it came from, and would keep the rest out of a JPEG's segment. */
const LONGEST_VALUE_BYTES = 16_384;
/** A JPEG takes no more EXIF than this. */
const MOST_TIFF_EXIF_BYTES = 60_000;

/** The TIFF structure without the prefix that JPEG puts before it; null when there is none. */
function tiffOf(exif: Buffer): Buffer | null {
  const tiff = exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
  const start = tiff.toString('latin1', 0, 4);
  return start === 'II*\0' || start === 'MM\0*' ? tiff : null;
}

/** A copy that is true for the finished picture; null when the EXIF cannot be followed. */
export function adjustExif(exif: Buffer, size: { readonly width: number; readonly height: number }): Buffer | null {
  const original = tiffOf(exif);
  if (original === null) return null;
  const tiff = Buffer.from(original);
  try {
    const order = byteOrder(tiff);
    const first = order.u32(4);
    let inner: number | null = null;
    eachEntry(tiff, first, (tag, entry) => {
      if (tag === ORIENTATION) order.setU16(entry + 8, 1);
      if (tag === EXIF_IFD) inner ??= order.u32(entry + 8);
    });
    if (inner !== null)
      eachEntry(tiff, inner, (tag, at) => {
        if (tag !== PIXEL_X && tag !== PIXEL_Y) return;
        const pixels = tag === PIXEL_X ? size.width : size.height;
        if (order.u16(at + 2) === 3) order.setU16(at + 8, Math.min(pixels, 65_535));
        else order.setU32(at + 8, pixels);
      });
    // The second directory is the camera's preview.
    const next = first + 2 + 12 * order.u16(first);
    if (next + 4 <= tiff.length) order.setU32(next, 0);
    return tiff;
  } catch {
    // A directory that points outside: better no EXIF than a broken one.
    return null;
  }
}

/** The directories as values, for writing them into another file. Entries that cannot be followed are left out. */
export function readExif(exif: Buffer): readonly Field[] {
  const tiff = tiffOf(exif);
  if (tiff === null) return [];
  const bounds = { wanted: () => true, longestValueBytes: tiff.length, mostBytes: tiff.length };
  return readFrom(tiff, readDirectories(bounds));
}

/** TIFF's numbers of the types in which cameras write it. */
const SHORT = 3;
const LONG = 4;
const FOCAL_ON_35_MM = 0xa405;
/** Of the frame whose lenses the field speaks in, in millimetres: 36 by 24. */
const DIAGONAL_35_MM = Math.hypot(36, 24);
/** What a lens can have, in millimetres on that frame; anything else was never written by a camera. */
const LENSES_MM = [8, 1200] as const;
/** The photo's shape differs by more from what the camera took: it was cropped since, and the focal length is another's. */
const SAME_SHAPE = 0.02;

/**
 * The focal length over the photo's width (FocalLengthIn35mmFilm, by the frame's diagonal); null where the camera did not write it, and for photos
 * that have another shape than the camera gave them.
 *
 * @param size the upright photo's
 */
export function focalOverWidth(exif: Buffer | null, { width, height }: { readonly width: number; readonly height: number }): number | null {
  const camera = exif === null ? undefined : readExif(exif).find(({ tag }) => tag === EXIF_IFD)?.directory;
  const numberOf = (wanted: number): number | null => {
    const field = camera?.find(({ tag }) => tag === wanted);
    if (field === undefined || field.count !== 1) return null;
    return field.type === SHORT ? field.value.readUInt16LE(0) : field.type === LONG ? field.value.readUInt32LE(0) : null;
  };
  const focal = numberOf(FOCAL_ON_35_MM);
  if (focal === null || focal < LENSES_MM[0] || focal > LENSES_MM[1]) return null;
  const [across, down] = [numberOf(PIXEL_X), numberOf(PIXEL_Y)];
  if (across !== null && down !== null) {
    const shape = (one: number, other: number): number => Math.max(one, other) / Math.max(1, Math.min(one, other));
    if (Math.abs(shape(across, down) / shape(width, height) - 1) > SAME_SHAPE) return null;
  }
  return (focal * Math.hypot(width, height)) / DIAGONAL_35_MM / width;
}

/**
 * The EXIF of a TIFF file, which stands in its own first directory (libvips reads none there), as a block of its own: only what describes
 * the photo, from whatever place of the file it stands in. Null when there is none.
 *
 * @throws as readRegularFile does
 */
export async function exifOfTiff(path: string): Promise<Buffer | null> {
  const reading = readDirectories({
    wanted: (tag) => DESCRIPTIVE.has(tag),
    longestValueBytes: LONGEST_VALUE_BYTES,
    mostBytes: MOST_TIFF_EXIF_BYTES,
  });
  const fields = await readRegularFile(path, async (file, { size }) => {
    let step = reading.next();
    while (!step.done) {
      const { at, bytes } = step.value;
      const range = Buffer.alloc(Math.max(0, Math.min(bytes, size - at)));
      const { bytesRead } = range.length === 0 ? { bytesRead: 0 } : await file.read(range, 0, range.length, at);
      step = reading.next(range.subarray(0, bytesRead));
    }
    return step.value;
  });
  if (fields.length === 0) return null;
  return Buffer.concat([Buffer.from('II*\0\x08\0\0\0', 'latin1'), writeDirectory(fields, 8)]);
}

function eachEntry(tiff: Buffer, start: number, visit: (tag: number, entry: number) => void): void {
  const order = byteOrder(tiff);
  const count = order.u16(start);
  for (let n = 0; n < count; n++) {
    const entry = start + 2 + 12 * n;
    if (entry + 12 > tiff.length) return;
    visit(order.u16(entry), entry);
  }
}

function byteOrder(tiff: Buffer) {
  const little = tiff.toString('latin1', 0, 2) === 'II';
  return {
    u16: (at: number): number => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at)),
    u32: (at: number): number => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at)),
    setU16: (at: number, value: number): number => (little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at)),
    setU32: (at: number, value: number): number => (little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at)),
  };
}
