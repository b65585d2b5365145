/** Metadata in and out of files: what goes in is found by an independent reader (sharp's libraries). */
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { intoJpeg, intoPng, intoWebp } from '../../../electron/darkroom/files/container.ts';
import { adjustExif, readExif } from '../../../electron/darkroom/files/exif.ts';
import { readHeif } from '../../../electron/darkroom/files/heif.ts';
import { describeProfile } from '../../../electron/darkroom/files/icc.ts';
import { inMemory, writeTiff } from '../../../electron/darkroom/files/tiff.ts';

const plain = () => sharp({ create: { width: 40, height: 30, channels: 3, background: '#804020' } });

async function passengers() {
  const photo = await plain()
    .withExif({ IFD0: { Make: 'Maker', ImageDescription: 'A longer description than four bytes' } })
    .withIccProfile('p3')
    .jpeg()
    .toBuffer();
  const { exif, icc } = await sharp(photo).metadata();
  if (exif === undefined || icc === undefined) throw new Error('the test picture has no metadata');
  return { exif: adjustExif(exif, { width: 40, height: 30 }), profile: icc, xmp: Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>') };
}

describe.each([
  ['JPEG', async () => intoJpeg(await plain().jpeg().toBuffer(), await passengers())],
  ['PNG', async () => intoPng(await plain().png().toBuffer(), await passengers())],
  ['WebP', async () => intoWebp(await plain().webp().toBuffer(), await passengers(), { width: 40, height: 30 })],
  ['lossless WebP', async () => intoWebp(await plain().webp({ lossless: true }).toBuffer(), await passengers(), { width: 40, height: 30 })],
])('%s', (_, make) => {
  test('carries profile, EXIF and XMP, and its pixels are untouched', async () => {
    const file = await make();
    const metadata = await sharp(file).metadata();
    const given = await passengers();
    expect(metadata).toMatchObject({ width: 40, height: 30 });
    expect(metadata.icc?.equals(given.profile)).toBe(true);
    expect(
      readExif(metadata.exif ?? Buffer.alloc(0))
        .find((field) => field.tag === 0x10e)
        ?.value.toString('latin1'),
    ).toBe('A longer description than four bytes\0');
    expect(metadata.xmp?.toString()).toContain('xmpmeta');
    const [r = 0, g = 0, b = 0] = await sharp(file, { ignoreIcc: true }).raw().toBuffer();
    expect(Math.abs(r - 0x80) + Math.abs(g - 0x40) + Math.abs(b - 0x20)).toBeLessThan(12);
  });
});

test('a profile larger than a JPEG segment is split and found whole', async () => {
  const { profile } = await passengers();
  const giant = Buffer.concat([profile, Buffer.alloc(150_000, 7)]);
  giant.writeUInt32BE(giant.length, 0);
  const file = intoJpeg(await plain().jpeg().toBuffer(), { profile: giant, exif: null, xmp: null });
  expect((await sharp(file).metadata()).icc?.equals(giant)).toBe(true);
});

describe('EXIF', () => {
  test('is made true: upright, its own size, no preview of the old picture; both byte orders', () => {
    for (const little of [true, false]) {
      const tiff = exifBlock(little);
      const adjusted = adjustExif(Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]), { width: 300, height: 200 });
      const fields = readExif(adjusted ?? Buffer.alloc(0));
      expect(fields.find((field) => field.tag === 0x112)?.value.readUInt16LE(0), String(little)).toBe(1);
      const inner = fields.find((field) => field.tag === 0x8769)?.directory ?? [];
      expect(inner.map((field) => [field.tag, field.value.readUInt32LE(0)])).toEqual([
        [0xa002, 300],
        [0xa003, 200],
      ]);
      const next = little ? adjusted?.readUInt32LE(8 + 2 + 24) : adjusted?.readUInt32BE(8 + 2 + 24);
      expect(next).toBe(0);
    }
  });

  test.each([
    ['no EXIF at all', Buffer.from('hello')],
    ['a directory that points outside', Buffer.from('II*\0\xff\xff\xff\x7f', 'latin1')],
    ['nothing', Buffer.alloc(0)],
  ])('%s is left out, not passed on broken', (_, bytes) => {
    expect(adjustExif(bytes, { width: 1, height: 1 })).toBeNull();
    expect(readExif(bytes)).toEqual([]);
  });
});

/** Orientation 6, a directory with the pixel size, and a second directory (the preview). */
function exifBlock(little: boolean): Buffer {
  const block = Buffer.alloc(8 + 2 + 24 + 4 + 2 + 24 + 4 + 6);
  const u16 = (at: number, value: number) => (little ? block.writeUInt16LE(value, at) : block.writeUInt16BE(value, at));
  const u32 = (at: number, value: number) => (little ? block.writeUInt32LE(value, at) : block.writeUInt32BE(value, at));
  const entry = (at: number, tag: number, type: number, value: number) => {
    u16(at, tag);
    u16(at + 2, type);
    u32(at + 4, 1);
    if (type === 3) u16(at + 8, value);
    else u32(at + 8, value);
  };
  block.write(little ? 'II' : 'MM', 'latin1');
  u16(2, 42);
  u32(4, 8);
  u16(8, 2);
  entry(10, 0x112, 3, 6);
  entry(22, 0x8769, 4, 38);
  u32(34, 68);
  u16(38, 2);
  entry(40, 0xa002, 4, 4000);
  entry(52, 0xa003, 4, 6000);
  return block;
}

describe('TIFF', () => {
  test.each([
    [true, 8],
    [true, 16],
    [false, 8],
    [false, 16],
  ] as const)('compressed %s, %i bits: every sample comes back', async (compressed, depth) => {
    const samples = depth === 16 ? new Uint16Array(50 * 40 * 3) : new Uint8Array(50 * 40 * 3);
    for (let i = 0; i < samples.length; i++) samples[i] = (i * 7919) % (depth === 16 ? 65_536 : 256);
    const extras = { profile: null, xmp: null, exif: [], density: 300 };
    const file = Buffer.concat(await writeTiff(inMemory({ data: samples, width: 50, height: 40 }), extras, compressed));
    const metadata = await sharp(file).metadata();
    expect(metadata).toMatchObject({ format: 'tiff', width: 50, height: 40, density: 300, depth: depth === 16 ? 'ushort' : 'uchar' });
    const read = await sharp(file)
      .toColourspace(depth === 16 ? 'rgb16' : 'srgb')
      .raw({ depth: depth === 16 ? 'ushort' : 'uchar' })
      .toBuffer();
    expect(read.equals(Buffer.from(samples.buffer))).toBe(true);
  });
});

describe('profiles', () => {
  test('sRGB needs no converting, P3 does, CMYK is none of ours', async () => {
    const icc = async (name: string) =>
      (await sharp(await plain().withIccProfile(name).jpeg().toBuffer()).metadata()).icc ?? Buffer.alloc(0);
    expect(describeProfile(await icc('srgb'))).toMatchObject({ isRgb: true, isSrgb: true });
    expect(describeProfile(await icc('p3'))).toMatchObject({ isRgb: true, isSrgb: false });
    expect(describeProfile(await icc('cmyk'))).toMatchObject({ isRgb: false });
    expect(describeProfile(Buffer.from('no profile'))).toMatchObject({ isRgb: false });
  });
});

test('a container that cannot be followed tells nothing and does not throw', () => {
  expect(readHeif(Buffer.alloc(0))).toBeNull();
  expect(readHeif(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0heicmif1\0\0\x10\0meta', 'latin1'))).toBeNull();
});
