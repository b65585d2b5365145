/** JPEGs that lie: about their size, their parts, their colours, and in what they carry along. */
import type { Breaks } from './anything.ts';
import type { Dice } from './dice.ts';

/** Where the frame header's marker stands (SOF0 to SOF2). */
function frameAt(jpeg: Buffer): number {
  let at = 2;
  while (at + 4 < jpeg.length && !/^[\xc0-\xc2]$/.test(String.fromCharCode(jpeg.readUInt8(at + 1)))) at += 2 + jpeg.readUInt16BE(at + 2);
  return at;
}

function edited(jpeg: Buffer, edit: (copy: Buffer, frame: number) => void): Buffer {
  const copy = Buffer.from(jpeg);
  edit(copy, frameAt(copy));
  return copy;
}

function withSegments(jpeg: Buffer, marker: number, ...bodies: readonly Buffer[]): Buffer {
  const segments = bodies.flatMap((body) => {
    const header = Buffer.from([0xff, marker, 0, 0]);
    header.writeUInt16BE(body.length + 2, 2);
    return [header, body];
  });
  return Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)]);
}

const profileChunk = (number: number, count: number, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.from([number, count]), body]);

/** A profile's header without anything that it promises. */
function hollowProfile(dice: Dice): Buffer {
  const profile = Buffer.alloc(dice.between(128, 400));
  profile.writeUInt32BE(profile.length, 0);
  profile.write(dice.oneOf(['RGB ', 'CMYK', 'GRAY', 'Lab ', '????']), 16, 'latin1');
  profile.write('acsp', 36, 'latin1');
  if (profile.length >= 132) profile.writeUInt32BE(dice.oneOf([0, 1, 9, 0xffff_ffff]), 128);
  dice.bytes(24).copy(profile, Math.min(profile.length - 24, 132));
  return profile;
}

/** An EXIF block whose directory is up to no good: each entry is [tag, type, count, value]. */
function exif(entries: readonly (readonly [number, number, number, number])[], next: number): Buffer {
  const block = Buffer.alloc(6 + 8 + 2 + 12 * entries.length + 4);
  block.write('Exif\0\0II*\0', 0, 'latin1');
  block.writeUInt32LE(8, 10);
  block.writeUInt16LE(entries.length, 14);
  for (const [n, [tag, type, count, value]] of entries.entries()) {
    const at = 16 + 12 * n;
    block.writeUInt16LE(tag, at);
    block.writeUInt16LE(type, at + 2);
    block.writeUInt32LE(count, at + 4);
    block.writeUInt32LE(value, at + 8);
  }
  block.writeUInt32LE(next, block.length - 4);
  return block;
}

const EXIF = 0xe1;
const PROFILE = 0xe2;
const COMMENT = 0xfe;

/** By what is wrong. */
export const jpegBreaks: Readonly<Record<string, Breaks>> = {
  'another size in its header': (jpeg, dice) =>
    edited(jpeg, (copy, frame) => {
      copy.writeUInt16BE(dice.oneOf([0, 1, 15, 63, 65, 128, 3000, 65_535]), frame + 5);
      copy.writeUInt16BE(dice.oneOf([0, 1, 15, 95, 97, 192, 3000, 65_535]), frame + 7);
    }),
  'samples of another depth': (jpeg, dice) => edited(jpeg, (copy, frame) => copy.writeUInt8(dice.oneOf([0, 1, 7, 12, 16, 255]), frame + 4)),
  'another number of colours': (jpeg, dice) => edited(jpeg, (copy, frame) => copy.writeUInt8(dice.oneOf([0, 1, 2, 4, 5, 255]), frame + 9)),
  'impossible sampling': (jpeg, dice) =>
    edited(jpeg, (copy, frame) => copy.writeUInt8(dice.oneOf([0, 0x10, 0x41, 0x44, 0xff]), frame + 11)),
  'coded in another way than it says': (jpeg, dice) =>
    edited(jpeg, (copy, frame) => copy.writeUInt8(dice.oneOf([0xc0, 0xc1, 0xc2, 0xc3, 0xc9, 0xca, 0xcb, 0xf7]), frame + 1)),
  'a segment with a wrong length': (jpeg, dice) => edited(jpeg, (copy) => copy.writeUInt16BE(dice.oneOf([0, 1, 2, 300, 0xffff]), 4)),
  'two frames': (jpeg) => {
    const at = frameAt(jpeg);
    const frame = jpeg.subarray(at, at + 2 + jpeg.readUInt16BE(at + 2));
    return Buffer.concat([jpeg.subarray(0, at), frame, frame, jpeg.subarray(at + frame.length)]);
  },
  'thousands of comments': (jpeg, dice) => withSegments(jpeg, COMMENT, ...Array.from({ length: 4000 }, () => dice.bytes(3))),
  'a profile of which parts are missing': (jpeg, dice) =>
    withSegments(jpeg, PROFILE, profileChunk(dice.oneOf([0, 2, 255]), dice.oneOf([0, 1, 3, 255]), hollowProfile(dice))),
  'a hollow profile': (jpeg, dice) => withSegments(jpeg, PROFILE, profileChunk(1, 1, hollowProfile(dice))),
  'a profile of noise': (jpeg, dice) => withSegments(jpeg, PROFILE, profileChunk(1, 1, dice.bytes(dice.between(1, 600)))),
  'an impossible orientation': (jpeg, dice) =>
    withSegments(jpeg, EXIF, exif([[0x0112, dice.between(0, 13), dice.oneOf([0, 1, 2, 0xffff_ffff]), dice.oneOf([0, 9, 65_535])]], 0)),
  'EXIF that runs in circles': (jpeg) => {
    const pointers = [0x8769, 0x8825, 0xa005].map((tag) => [tag, 4, 1, 8] as const);
    return withSegments(jpeg, EXIF, exif(pointers, 8));
  },
  'EXIF that points outside': (jpeg, dice) => {
    const outside = () => dice.oneOf([0, 7, 5000, 0x7fff_ffff, 0xffff_fff0]);
    return withSegments(
      jpeg,
      EXIF,
      exif(
        [0x010f, 0x8769, 0x9286].map((tag) => [tag, 2, outside(), outside()] as const),
        outside(),
      ),
    );
  },
  'EXIF of noise': (jpeg, dice) => withSegments(jpeg, EXIF, Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), dice.bytes(200)])),
  'broken XMP': (jpeg, dice) =>
    withSegments(
      jpeg,
      EXIF,
      Buffer.concat([
        Buffer.from('http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><a b="', 'latin1'),
        dice.bytes(dice.between(0, 300)),
      ]),
    ),
};
