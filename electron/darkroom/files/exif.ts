/**
 * Reading and adjusting EXIF: a TIFF structure of directories (CIPA DC-008, TIFF 6.0). What the camera wrote is kept; only what the
 * finished picture makes untrue is changed: it is upright, has its own size, and the little preview showed the old background.
 */

/** Bytes per value of each TIFF field type; 0 is unknown. */
const TYPE_SIZE = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8] as const;

const ORIENTATION = 0x0112;
const EXIF_IFD = 0x8769;
const GPS_IFD = 0x8825;
const INTEROP_IFD = 0xa005;
const PIXEL_X = 0xa002;
const PIXEL_Y = 0xa003;

export interface Field {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Little endian. */
  readonly value: Buffer;
  readonly directory: readonly Field[] | null;
}

/** The TIFF structure without the prefix that JPEG puts before it; null when there is none. */
export function tiffOf(exif: Buffer): Buffer | null {
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
    eachEntry(tiff, first, (tag, entry) => {
      if (tag === ORIENTATION) order.setU16(entry + 8, 1);
      if (tag !== EXIF_IFD) return;
      eachEntry(tiff, order.u32(entry + 8), (inner, at) => {
        if (inner !== PIXEL_X && inner !== PIXEL_Y) return;
        const pixels = inner === PIXEL_X ? size.width : size.height;
        if (order.u16(at + 2) === 3) order.setU16(at + 8, Math.min(pixels, 65_535));
        else order.setU32(at + 8, pixels);
      });
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
  try {
    return readDirectory(tiff, byteOrder(tiff).u32(4), 0);
  } catch {
    return [];
  }
}

function readDirectory(tiff: Buffer, start: number, depth: number): Field[] {
  const order = byteOrder(tiff);
  const fields: Field[] = [];
  eachEntry(tiff, start, (tag, entry) => {
    const type = order.u16(entry + 2);
    const count = order.u32(entry + 4);
    const size = (TYPE_SIZE[type] ?? 0) * count;
    const at = size <= 4 ? entry + 8 : order.u32(entry + 8);
    if (size === 0 || at + size > tiff.length) return;
    if ([EXIF_IFD, GPS_IFD, INTEROP_IFD].includes(tag)) {
      if (depth < 3)
        fields.push({ tag, type: 4, count: 1, value: Buffer.alloc(4), directory: readDirectory(tiff, order.u32(entry + 8), depth + 1) });
      return;
    }
    fields.push({ tag, type, count, value: littleEndian(tiff.subarray(at, at + size), type, order.little), directory: null });
  });
  return fields;
}

function littleEndian(value: Buffer, type: number, already: boolean): Buffer {
  const copy = Buffer.from(value);
  if (already) return copy;
  // Rationals are pairs of 32 bit numbers.
  const width = type === 5 || type === 10 ? 4 : (TYPE_SIZE[type] ?? 1);
  if (width === 2) return copy.swap16();
  if (width === 4) return copy.swap32();
  return width === 8 ? copy.swap64() : copy;
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
    little,
    u16: (at: number): number => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at)),
    u32: (at: number): number => (little ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at)),
    setU16: (at: number, value: number): number => (little ? tiff.writeUInt16LE(value, at) : tiff.writeUInt16BE(value, at)),
    setU32: (at: number, value: number): number => (little ? tiff.writeUInt32LE(value, at) : tiff.writeUInt32BE(value, at)),
  };
}
