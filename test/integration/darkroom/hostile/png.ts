/** PNGs that lie, with check sums that are right: what is wrong is found out later. */
import { crc32, deflateSync } from 'node:zlib';
import type { Breaks } from './anything.ts';

interface Chunk {
  readonly type: string;
  readonly body: Buffer;
}

function chunksOf(png: Buffer): Chunk[] {
  const chunks: Chunk[] = [];
  for (let at = 8; at + 8 <= png.length; ) {
    const length = png.readUInt32BE(at);
    chunks.push({ type: png.toString('latin1', at + 4, at + 8), body: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  return chunks;
}

function written(chunks: readonly Chunk[]): Buffer {
  const parts = chunks.map(({ type, body }) => {
    const inner = Buffer.concat([Buffer.from(type, 'latin1'), body]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(body.length, 0);
    frame.writeUInt32BE(crc32(inner), 4);
    return Buffer.concat([frame.subarray(0, 4), inner, frame.subarray(4)]);
  });
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

/** With another header. */
function headed(png: Buffer, edit: (header: Buffer) => void): Buffer {
  const chunks = chunksOf(png).map((chunk) => ({ ...chunk, body: Buffer.from(chunk.body) }));
  const [header] = chunks;
  if (header !== undefined) edit(header.body);
  return written(chunks);
}

const withChunk = (png: Buffer, ...added: readonly Chunk[]): Buffer => {
  const [header, ...rest] = chunksOf(png);
  return written([...(header === undefined ? [] : [header]), ...added, ...rest]);
};

/** Tens of megabytes of nothing, in a few kilobytes. */
const bomb = (megabytes: number): Buffer => deflateSync(Buffer.alloc(megabytes * 1_000_000));

function header(width: number, height: number, depth: number, colour: number): Buffer {
  const body = Buffer.alloc(13);
  body.writeUInt32BE(width, 0);
  body.writeUInt32BE(height, 4);
  body.writeUInt8(depth, 8);
  body.writeUInt8(colour, 9);
  return body;
}

/** By what is wrong. */
export const pngBreaks: Readonly<Record<string, Breaks>> = {
  'another size in its header': (png, dice) =>
    headed(png, (body) => {
      body.writeUInt32BE(dice.oneOf([0, 1, 15, 95, 97, 4000, 0x7fff_ffff, 0xffff_ffff]), 0);
      body.writeUInt32BE(dice.oneOf([0, 1, 15, 63, 65, 4000, 0x7fff_ffff, 0xffff_ffff]), 4);
    }),
  'a line of a million pixels': (png, dice) => headed(png, (body) => body.writeUInt32BE(dice.oneOf([1_000_000, 2_500_000]), 0)),
  'colours of another kind': (png, dice) =>
    headed(png, (body) => {
      body.writeUInt8(dice.oneOf([0, 1, 2, 3, 4, 8, 16, 32]), 8);
      body.writeUInt8(dice.oneOf([0, 1, 2, 3, 4, 5, 6, 7]), 9);
    }),
  'an unknown way of packing': (png, dice) => headed(png, (body) => body.writeUInt8(dice.oneOf([1, 9, 255]), dice.between(10, 12))),
  'a bomb for pixels': () =>
    written([
      { type: 'IHDR', body: header(6000, 4000, 1, 0) },
      { type: 'IDAT', body: bomb(4) },
      { type: 'IEND', body: Buffer.alloc(0) },
    ]),
  'a bomb that is larger than its pixels': () =>
    written([
      { type: 'IHDR', body: header(64, 64, 8, 2) },
      { type: 'IDAT', body: bomb(40) },
      { type: 'IEND', body: Buffer.alloc(0) },
    ]),
  'a bomb for a text': (png) => withChunk(png, { type: 'zTXt', body: Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), bomb(40)]) }),
  'a bomb for a profile': (png) => withChunk(png, { type: 'iCCP', body: Buffer.concat([Buffer.from('sRGB\0\0', 'latin1'), bomb(40)]) }),
  'XMP that cannot be unpacked': (png, dice) =>
    withChunk(png, { type: 'iTXt', body: Buffer.concat([Buffer.from('XML:com.adobe.xmp\0\x01\0\0\0', 'latin1'), dice.bytes(90)]) }),
  'EXIF of noise': (png, dice) => withChunk(png, { type: 'eXIf', body: Buffer.concat([Buffer.from('MM\0*', 'latin1'), dice.bytes(90)]) }),
  'a palette that fits nothing': (png, dice) =>
    withChunk(png, { type: 'PLTE', body: dice.bytes(dice.oneOf([0, 1, 3, 768, 771])) }, { type: 'tRNS', body: dice.bytes(300) }),
  'no pixels': (png) => written(chunksOf(png).filter(({ type }) => type !== 'IDAT')),
  'no end': (png) => written(chunksOf(png).filter(({ type }) => type !== 'IEND')),
  'two headers': (png) => withChunk(png, { type: 'IHDR', body: header(30, 30, 8, 6) }),
  'an animation that says it has frames': (png, dice) =>
    withChunk(png, { type: 'acTL', body: dice.oneOf([Buffer.alloc(8, 0xff), Buffer.alloc(8), Buffer.alloc(3)]) }),
  'thousands of texts': (png, dice) =>
    withChunk(png, ...Array.from({ length: 4000 }, () => ({ type: 'tEXt', body: Buffer.concat([Buffer.from('a\0'), dice.bytes(4)]) }))),
};
