/**
 * What has to be blotted out of a TIFF structure (of a TIFF file, or of the EXIF in another) so that it says neither where a photo was taken nor with
 * which very camera. By a list of what stays: fields that the pixels need, and the settings of the camera. Positions, serial numbers, makers' private
 * notes, names, captions and whatever a later standard adds are not on it. Nothing moves, so that every offset stays true.
 */
import { EXIF_IFD, type Layout, layoutOf, offsetIn, type Reading, TYPE_SIZE } from './ifd.ts';

/** Bytes that take the place of others: given ones, or so many zeros. */
export interface Patch {
  readonly at: number;
  readonly bytes: Buffer | number;
}

/** What a copy is made of, in its order: bytes of the file, or others in their place. */
export type Part = { readonly at: number; readonly bytes: number } | Uint8Array;
/** Reads a range of the file; shorter where it ends before. */
export type ReadRange = (at: number, bytes: number) => Promise<Buffer>;

const span = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n);
const SUB_IFDS = 0x014a;
/** TIFF 6.0 and its supplements: how the pixels are laid out; maker, model, software and date. */
const OF_THE_PICTURE: ReadonlySet<number> = new Set([
  ...[0x00fe, 0x00ff, 0x0100, 0x0101, 0x0102, 0x0103, 0x0106, 0x0107, 0x0108, 0x0109, 0x010a, 0x010f, 0x0110, 0x0111, 0x0112],
  ...[0x0115, 0x0116, 0x0117, 0x0118, 0x0119, 0x011a, 0x011b, 0x011c, 0x0122, 0x0123, 0x0124, 0x0125, 0x0128, 0x012d, 0x0131, 0x0132],
  ...span(0x013d, 0x0145),
  ...[SUB_IFDS, 0x014c, 0x014e, 0x0150, 0x0152, 0x0153, 0x0154, 0x0155, 0x0156, 0x015b],
  ...span(0x0200, 0x0209),
  ...[0x0211, 0x0212, 0x0213, 0x0214, EXIF_IFD, 0x8773],
]);
/** CIPA DC-008: exposure, lens, size and colour. */
const OF_THE_CAMERA: ReadonlySet<number> = new Set([
  ...[0x829a, 0x829d, 0x8822, 0x8827, ...span(0x8830, 0x8835)],
  ...[0x9000, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9101, 0x9102, ...span(0x9201, 0x920a), 0x9290, 0x9291, 0x9292],
  ...[...span(0xa000, 0xa003), 0xa20e, 0xa20f, 0xa210, 0xa215, 0xa217, 0xa300, 0xa301, ...span(0xa401, 0xa40a), 0xa40c],
  ...[0xa432, 0xa433, 0xa434, 0xa500],
]);

/** Pages, sub-pictures and their EXIF. */
const MOST_DIRECTORIES = 64;
const MOST_ENTRIES = 4096;

/** Whether further directories of the chain are pages that stay, or the camera's little preview, which goes. */
type Chain = 'pages' | 'preview';

interface Walk {
  readonly layout: Layout;
  readonly patches: Patch[];
  readonly seen: Set<number>;
}

/** Where the patches go; null where the bytes are no TIFF structure that can be followed whole: then nobody knows what is in it. */
export function* findIdentity(chain: Chain): Reading<readonly Patch[] | null> {
  const head = yield { at: 0, bytes: 16 };
  const layout = layoutOf(head);
  if (layout === null) return null;
  const walk: Walk = { layout, patches: [], seen: new Set() };
  let at = layout.isBig ? layout.u64(head, 8) : layout.u32(head, 4);
  for (let first = true; at !== 0; first = false) {
    if (!first && chain === 'preview') return (yield* blotOut(walk, at)) ? walk.patches : null;
    const next = yield* keepListed(walk, at, OF_THE_PICTURE, first && chain === 'preview');
    if (next === null) return null;
    at = next;
  }
  return walk.patches;
}

/** A directory as the file has it; null where it ends early, was read before, or is too large. */
interface Directory {
  readonly at: number;
  readonly entries: readonly Buffer[];
  readonly next: number;
  readonly bytes: number;
}

function* directoryAt({ layout, seen }: Walk, at: number): Reading<Directory | null> {
  if (seen.has(at) || seen.size >= MOST_DIRECTORIES) return null;
  seen.add(at);
  const { countBytes, entryBytes, isBig } = layout;
  const counted = yield { at, bytes: countBytes };
  if (counted.length < countBytes) return null;
  const count = isBig ? layout.u64(counted, 0) : layout.u16(counted, 0);
  if (count > MOST_ENTRIES) return null;
  const rest = count * entryBytes + (isBig ? 8 : 4);
  const table = yield { at: at + countBytes, bytes: rest };
  if (table.length < count * entryBytes) return null;
  const entries = Array.from({ length: count }, (_, n) => table.subarray(n * entryBytes, (n + 1) * entryBytes));
  // Some writers leave the last pointer out: then there is no next one.
  const hasNext = table.length >= rest;
  const next = hasNext ? (isBig ? layout.u64(table, count * entryBytes) : layout.u32(table, count * entryBytes)) : 0;
  return { at, entries, next, bytes: countBytes + (hasNext ? rest : count * entryBytes) };
}

/** Answers where the next directory of the chain is, 0: nowhere; null where it cannot be followed. */
function* keepListed(walk: Walk, at: number, listed: ReadonlySet<number>, endsHere: boolean): Reading<number | null> {
  const { layout, patches } = walk;
  const directory = yield* directoryAt(walk, at);
  if (directory === null) return null;
  const kept = directory.entries.filter((entry) => listed.has(layout.u16(entry, 0)));
  for (const entry of directory.entries) {
    const tag = layout.u16(entry, 0);
    if (!listed.has(tag)) {
      if (!(yield* blotOutValue(walk, entry))) return null;
    } else if (tag === EXIF_IFD) {
      if ((yield* keepListed(walk, offsetIn(layout, entry), OF_THE_CAMERA, false)) === null) return null;
    } else if (tag === SUB_IFDS) {
      for (const below of yield* offsetsOf(walk, entry)) if ((yield* keepListed(walk, below, OF_THE_PICTURE, false)) === null) return null;
    }
  }
  if (kept.length < directory.entries.length || endsHere)
    patches.push({ at, bytes: written(layout, kept, endsHere ? 0 : directory.next, directory.bytes) });
  return directory.next;
}

/** The same directory with these entries only, as long as it was. */
function written(layout: Layout, kept: readonly Buffer[], next: number, bytes: number): Buffer {
  const { isLittle, isBig, countBytes, entryBytes } = layout;
  const out = Buffer.alloc(bytes);
  const put = (value: number, at: number, width: number): void => {
    const digits = Buffer.alloc(8);
    digits.writeBigUInt64LE(BigInt(value));
    const little = digits.subarray(0, width);
    out.set(isLittle ? little : little.reverse(), at);
  };
  put(kept.length, 0, countBytes);
  for (const [n, entry] of kept.entries()) out.set(entry, countBytes + n * entryBytes);
  const end = countBytes + kept.length * entryBytes;
  const width = isBig ? 8 : 4;
  if (end + width <= bytes) put(next, end, width);
  return out;
}

/** GPS, interoperability: everything that they point to goes as well. */
const POINTS_BELOW: ReadonlySet<number> = new Set([0x8825, 0xa005]);
const JPEG_AT = 0x0201;
const JPEG_BYTES = 0x0202;

/** False where a pointer cannot be followed: what it hides would stay. */
function* blotOutValue(walk: Walk, entry: Buffer): Reading<boolean> {
  const { layout, patches } = walk;
  if (POINTS_BELOW.has(layout.u16(entry, 0))) return yield* blotOut(walk, offsetIn(layout, entry));
  const count = layout.isBig ? layout.u64(entry, 4) : layout.u32(entry, 4);
  const bytes = (TYPE_SIZE[layout.u16(entry, 2)] ?? 0) * count;
  if (bytes > layout.entryBytes - layout.valueAt) patches.push({ at: valueAt(layout, entry), bytes });
  return true;
}

function* blotOut(walk: Walk, at: number): Reading<boolean> {
  const { layout, patches } = walk;
  const directory = yield* directoryAt(walk, at);
  if (directory === null) return false;
  for (const entry of directory.entries) if (!(yield* blotOutValue(walk, entry))) return false;
  const numberOf = (tag: number): number => {
    const entry = directory.entries.find((each) => layout.u16(each, 0) === tag);
    return entry === undefined ? 0 : valueAt(layout, entry);
  };
  // A preview in its own JPEG, which may carry everything once more.
  if (numberOf(JPEG_BYTES) > 0) patches.push({ at: numberOf(JPEG_AT), bytes: numberOf(JPEG_BYTES) });
  patches.push({ at, bytes: directory.bytes });
  return true;
}

const valueAt = (layout: Layout, entry: Buffer): number =>
  layout.isBig ? layout.u64(entry, layout.valueAt) : layout.u32(entry, layout.valueAt);

function* offsetsOf({ layout }: Walk, entry: Buffer): Reading<number[]> {
  const count = layout.isBig ? layout.u64(entry, 4) : layout.u32(entry, 4);
  const width = layout.isBig && layout.u16(entry, 2) !== 4 && layout.u16(entry, 2) !== 13 ? 8 : 4;
  const bytes = Math.min(count, MOST_DIRECTORIES) * width;
  const isInline = bytes <= layout.entryBytes - layout.valueAt;
  const list = isInline ? entry.subarray(layout.valueAt) : yield { at: valueAt(layout, entry), bytes };
  return Array.from({ length: Math.floor(Math.min(bytes, list.length) / width) }, (_, n) =>
    width === 8 ? layout.u64(list, n * 8) : layout.u32(list, n * 4),
  );
}
