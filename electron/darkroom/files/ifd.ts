/**
 * Directories of fields, as TIFF and EXIF have them: TIFF 6.0 section 2 and CIPA DC-008 with 32 bit offsets, BigTIFF with 64 bit ones.
 * Reading asks for one range of bytes after the other, so that the same code reads a block in memory and a file of gigabytes; what it asks
 * for is bounded however the file was made.
 */

/** Pointers to directories below the first. */
export const EXIF_IFD = 0x8769;
const GPS_IFD = 0x8825;
const INTEROP_IFD = 0xa005;
const POINTERS: ReadonlySet<number> = new Set([EXIF_IFD, GPS_IFD, INTEROP_IFD]);

/** Bytes per value of each field type; 0 is unknown. */
export const TYPE_SIZE = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8] as const;
/** The first, EXIF, GPS and interoperability; and as many again for files that repeat themselves. */
const MOST_DIRECTORIES = 8;
/** Cameras write about a hundred. */
const MOST_ENTRIES = 1024;

/** A field of a TIFF directory. `type` is TIFF's number of it; `directory`: the fields it points to, null when it points to none. */
export interface Field {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Little endian. */
  readonly value: Buffer;
  readonly directory: readonly Field[] | null;
}

/** So many bytes from `at` on; answered with fewer, or none, where the file ends before. */
export interface ByteRange {
  readonly at: number;
  readonly bytes: number;
}
/** Asks for ranges, is handed their bytes, and returns what it read. */
export type Reading<T> = Generator<ByteRange, T, Buffer>;

/** How much of a directory is read: it comes from a file that nobody vouches for. */
export interface Bounds {
  /** Fields of the first directory that are read; those below it are read whole. */
  readonly wanted: (tag: number) => boolean;
  /** Longer values are left out. */
  readonly longestValueBytes: number;
  /** Of all values together; what comes after is left out. */
  readonly mostBytes: number;
}

/**
 * The first directory and those below it. No field where the bytes are no TIFF structure; fields that cannot be followed, directories that
 * are pointed to twice, and empty ones are left out.
 */
export function* readDirectories(bounds: Bounds): Reading<readonly Field[]> {
  const head = yield { at: 0, bytes: 16 };
  const layout = layoutOf(head);
  if (layout === null) return [];
  const first = layout.isBig ? layout.u64(head, 8) : layout.u32(head, 4);
  return yield* readDirectory({ layout, bounds, read: new Set(), bytesLeft: bounds.mostBytes }, first, 0);
}

interface Walk {
  readonly layout: Layout;
  readonly bounds: Bounds;
  /** Where the directories stand that were read. */
  readonly read: Set<number>;
  bytesLeft: number;
}

function* readDirectory(walk: Walk, start: number, depth: number): Reading<Field[]> {
  const { layout, read } = walk;
  if (read.has(start) || read.size >= MOST_DIRECTORIES) return [];
  read.add(start);
  const counted = yield { at: start, bytes: layout.countBytes };
  if (counted.length < layout.countBytes) return [];
  const count = Math.min(layout.isBig ? layout.u64(counted, 0) : layout.u16(counted, 0), MOST_ENTRIES);
  const table = yield { at: start + layout.countBytes, bytes: count * layout.entryBytes };
  const fields: Field[] = [];
  for (let at = 0; at + layout.entryBytes <= table.length; at += layout.entryBytes) {
    const entry = table.subarray(at, at + layout.entryBytes);
    if (depth === 0 && !walk.bounds.wanted(layout.u16(entry, 0))) continue;
    const field = POINTERS.has(layout.u16(entry, 0)) ? yield* readPointer(walk, entry, depth) : yield* readValue(walk, entry);
    if (field !== null) fields.push(field);
  }
  return fields;
}

function* readPointer(walk: Walk, entry: Buffer, depth: number): Reading<Field | null> {
  const directory = yield* readDirectory(walk, offsetIn(walk.layout, entry), depth + 1);
  return directory.length === 0 ? null : { tag: walk.layout.u16(entry, 0), type: 4, count: 1, value: Buffer.alloc(4), directory };
}

/** Where an entry points: BigTIFF writes it in 32 or in 64 bits, as the entry's type says. */
export function offsetIn(layout: Layout, entry: Buffer): number {
  const isShort = !layout.isBig || layout.u16(entry, 2) === 4 || layout.u16(entry, 2) === 13;
  return isShort ? layout.u32(entry, layout.valueAt) : layout.u64(entry, layout.valueAt);
}

function* readValue(walk: Walk, entry: Buffer): Reading<Field | null> {
  const { layout, bounds } = walk;
  const [tag, type] = [layout.u16(entry, 0), layout.u16(entry, 2)];
  const count = layout.isBig ? layout.u64(entry, 4) : layout.u32(entry, 4);
  const bytes = (TYPE_SIZE[type] ?? 0) * count;
  if (bytes === 0 || bytes > bounds.longestValueBytes || bytes > walk.bytesLeft) return null;
  walk.bytesLeft -= bytes;
  const isInline = bytes <= layout.entryBytes - layout.valueAt;
  const at = layout.isBig ? layout.u64(entry, layout.valueAt) : layout.u32(entry, layout.valueAt);
  const value = isInline ? entry.subarray(layout.valueAt, layout.valueAt + bytes) : yield { at, bytes };
  return value.length < bytes ? null : { tag, type, count, value: littleEndian(value, type, layout.isLittle), directory: null };
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

/** How a file writes its directories: byte order, and 32 or 64 bit offsets. */
export interface Layout {
  readonly isLittle: boolean;
  /** BigTIFF. */
  readonly isBig: boolean;
  readonly countBytes: number;
  readonly entryBytes: number;
  /** Where in an entry its value stands, or where that is. */
  readonly valueAt: number;
  u16(from: Buffer, at: number): number;
  u32(from: Buffer, at: number): number;
  u64(from: Buffer, at: number): number;
}

/** Null for anything but TIFF. `head`: its first 16 bytes. */
export function layoutOf(head: Buffer): Layout | null {
  const mark = head.toString('latin1', 0, 4);
  const isBig = mark === 'II+\0' || mark === 'MM\0+';
  if (head.length < (isBig ? 16 : 8) || !/^(II[*+]\0|MM\0[*+])$/.test(mark)) return null;
  const isLittle = mark.startsWith('II');
  return {
    isLittle,
    isBig,
    ...(isBig ? { countBytes: 8, entryBytes: 20, valueAt: 12 } : { countBytes: 2, entryBytes: 12, valueAt: 8 }),
    u16: (from, at) => (isLittle ? from.readUInt16LE(at) : from.readUInt16BE(at)),
    u32: (from, at) => (isLittle ? from.readUInt32LE(at) : from.readUInt32BE(at)),
    u64: (from, at) => Number(isLittle ? from.readBigUInt64LE(at) : from.readBigUInt64BE(at)),
  };
}

/** Reads from bytes in memory. */
export function readFrom<T>(tiff: Buffer, reading: Reading<T>): T {
  let step = reading.next();
  while (!step.done) step = reading.next(tiff.subarray(step.value.at, step.value.at + step.value.bytes));
  return step.value;
}

/** Little-endian bytes of a directory that stands at `start`, with the values that do not fit into it and the directories below it behind. */
export function writeDirectory(unsorted: readonly Field[], start: number): Buffer {
  const fields = [...unsorted].sort((a, b) => a.tag - b.tag);
  const table = Buffer.alloc(2 + 12 * fields.length + 4);
  table.writeUInt16LE(fields.length, 0);
  const tail: Buffer[] = [];
  let end = start + table.length;
  const append = (bytes: Buffer): number => {
    const at = end;
    const padded = (bytes.length & 1) === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
    tail.push(padded);
    end += padded.length;
    return at;
  };
  for (const [n, field] of fields.entries()) {
    const at = 2 + 12 * n;
    table.writeUInt16LE(field.tag, at);
    table.writeUInt16LE(field.type, at + 2);
    table.writeUInt32LE(field.count, at + 4);
    if (field.directory !== null) table.writeUInt32LE(append(writeDirectory(field.directory, end)), at + 8);
    else if (field.value.length <= 4) field.value.copy(table, at + 8);
    else table.writeUInt32LE(append(field.value), at + 8);
  }
  return Buffer.concat([table, ...tail]);
}
