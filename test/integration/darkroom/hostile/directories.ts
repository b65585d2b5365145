/** TIFFs whose directory lies. The entries of a good one are changed in place, so everything else stays as readers expect it. */
import type { Breaks } from './anything.ts';
import type { Dice } from './dice.ts';

const TAG = {
  width: 256,
  height: 257,
  bits: 258,
  compression: 259,
  photometric: 262,
  offsets: 273,
  orientation: 274,
  samples: 277,
  rows: 278,
  counts: 279,
  planar: 284,
  tileWidth: 322,
  extra: 338,
  format: 339,
} as const;

/** A little-endian TIFF 6.0, as the bases are. Calls for each entry of its first directory. */
function entries(tiff: Buffer, visit: (tag: number, at: number) => void): number {
  const start = tiff.readUInt32LE(4);
  const count = tiff.readUInt16LE(start);
  for (let n = 0; n < count; n++) visit(tiff.readUInt16LE(start + 2 + 12 * n), start + 2 + 12 * n);
  return start + 2 + 12 * count;
}

const setting =
  (tag: number, values: readonly number[]): Breaks =>
  (tiff, dice) => {
    const copy = Buffer.from(tiff);
    entries(copy, (found, at) => {
      if (found !== tag) return;
      // A short in the place of whatever was there, as one value.
      copy.writeUInt16LE(4, at + 2);
      copy.writeUInt32LE(1, at + 4);
      copy.writeUInt32LE(dice.oneOf(values), at + 8);
    });
    return copy;
  };

const entryOf = (tiff: Buffer, dice: Dice, edit: (copy: Buffer, at: number) => void): Buffer => {
  const copy = Buffer.from(tiff);
  const places: number[] = [];
  entries(copy, (_, at) => places.push(at));
  edit(copy, dice.oneOf(places));
  return copy;
};

/** By what is wrong. */
export const tiffBreaks: Readonly<Record<string, Breaks>> = {
  'another width': setting(TAG.width, [0, 1, 95, 97, 5000, 0x7fff_ffff, 0xffff_ffff]),
  'another height': setting(TAG.height, [0, 1, 63, 65, 5000, 0x7fff_ffff, 0xffff_ffff]),
  'samples of another depth': setting(TAG.bits, [0, 1, 3, 7, 12, 24, 32, 64, 65_535]),
  'numbers of another kind': setting(TAG.format, [0, 2, 3, 4, 5, 6, 77]),
  'an unknown way of packing': setting(TAG.compression, [0, 2, 3, 4, 6, 7, 8, 32_773, 34_712, 50_000, 65_535]),
  'colours of another kind': setting(TAG.photometric, [0, 1, 3, 4, 5, 6, 8, 32_844, 65_535]),
  'another number of colours': setting(TAG.samples, [0, 1, 2, 5, 77, 65_535]),
  'planes instead of pixels': setting(TAG.planar, [0, 2, 3]),
  'an impossible orientation': setting(TAG.orientation, [0, 5, 9, 65_535]),
  'strips that lie elsewhere': setting(TAG.offsets, [0, 1, 4, 0x7fff_ffff, 0xffff_ffff]),
  'strips of another length': setting(TAG.counts, [0, 1, 0x7fff_ffff, 0xffff_ffff]),
  'other rows in a strip': setting(TAG.rows, [0, 1, 7, 0xffff_ffff]),
  'tiles without a width': setting(TAG.tileWidth, [0, 1, 16, 0x7fff_fff0]),
  'a directory that follows itself': (tiff) => {
    const copy = Buffer.from(tiff);
    copy.writeUInt32LE(
      copy.readUInt32LE(4),
      entries(copy, () => undefined),
    );
    return copy;
  },
  'a thousand directories': (tiff) => {
    const copies: Buffer[] = [tiff];
    const start = tiff.readUInt32LE(4);
    const end = entries(tiff, () => undefined) + 4;
    let at = tiff.length + (tiff.length & 1);
    if (at > tiff.length) copies.push(Buffer.alloc(1));
    const body = tiff.subarray(start, end);
    for (let n = 0; n < 1000; n++) {
      const directory = Buffer.from(body);
      at += body.length;
      directory.writeUInt32LE(n === 999 ? 0 : at, body.length - 4);
      copies.push(directory);
    }
    const file = Buffer.concat(copies);
    file.writeUInt32LE(tiff.length + (tiff.length & 1), end - 4);
    return file;
  },
  'a directory outside of the file': (tiff, dice) => {
    const copy = Buffer.from(tiff);
    copy.writeUInt32LE(dice.oneOf([0, 1, 7, copy.length - 1, 0x7fff_ffff, 0xffff_ffff]), 4);
    return copy;
  },
  'more entries than there are': (tiff, dice) => {
    const copy = Buffer.from(tiff);
    copy.writeUInt16LE(dice.oneOf([0, 1, 200, 65_535]), copy.readUInt32LE(4));
    return copy;
  },
  'an entry of another type': (tiff, dice) => entryOf(tiff, dice, (copy, at) => copy.writeUInt16LE(dice.between(0, 20), at + 2)),
  'an entry with too many values': (tiff, dice) =>
    entryOf(tiff, dice, (copy, at) => copy.writeUInt32LE(dice.oneOf([0, 1000, 0x1000_0000, 0xffff_ffff]), at + 4)),
  'an entry of another name': (tiff, dice) =>
    entryOf(tiff, dice, (copy, at) => copy.writeUInt16LE(dice.oneOf([330, 34_675, 34_665, 700, 347, 65_535]), at)),
  'the other byte order': (tiff) => Buffer.concat([Buffer.from('MM\0*', 'latin1'), tiff.subarray(4)]),
  'a BigTIFF that is none': (tiff) => Buffer.concat([Buffer.from('II+\0\x08\0\0\0', 'latin1'), Buffer.alloc(8, 0xff), tiff.subarray(16)]),
};
