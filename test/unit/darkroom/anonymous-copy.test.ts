/** What leaves the computer says neither where nor with which camera, and is the same picture to the last pixel. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { copyAnonymously } from '../../../electron/darkroom/files/anonymous-copy.ts';
import { readExif } from '../../../electron/darkroom/files/exif.ts';
import { contentFingerprint } from '../../../electron/darkroom/files/regular-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'backlot-anonymous-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SERIAL = 'SN-4711-0815';
const OWNER = 'Erika Mustermann';
/** Degrees that are found nowhere by chance. */
const LATITUDE = '48123457/1000003';
const XMP = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" aux:SerialNumber="${SERIAL}"/></rdf:RDF></x:xmpmeta>`;

const number = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const SECRETS = [Buffer.from(SERIAL), Buffer.from(OWNER), Buffer.concat([number(48_123_457), number(1_000_003)])];

/** A small picture that tells everything; upright only by its EXIF. */
async function telling(format: 'jpeg' | 'png' | 'webp'): Promise<string> {
  const path = join(folder, `telling.${format}`);
  const noise = Buffer.from(Array.from({ length: 48 * 32 * 3 }, (_, n) => (n * 7919) % 251));
  const picture = sharp(noise, { raw: { width: 48, height: 32, channels: 3 } })
    .withMetadata({ orientation: 6 })
    .withExif({
      IFD0: { Make: 'Maker', Artist: OWNER },
      IFD2: { FocalLengthIn35mmFilm: '35', BodySerialNumber: SERIAL, LensSerialNumber: SERIAL, CameraOwnerName: OWNER },
      IFD3: { GPSLatitude: `${LATITUDE} 0/1 0/1`, GPSLatitudeRef: 'N' },
    })
    .withXmp(XMP)
    .withIccProfile('p3');
  await picture.toFormat(format, { quality: 90 }).toFile(path);
  return path;
}

const pixelsOf = (path: string): Promise<Buffer> => sharp(path).raw().toBuffer();
const tells = (bytes: Buffer): number[] => SECRETS.flatMap((secret, n) => (bytes.includes(secret) ? [n] : []));
const tagsOf = (exif: Buffer | undefined): number[] =>
  exif === undefined ? [] : readExif(exif).flatMap(({ tag, directory }) => [tag, ...(directory ?? []).map((field) => field.tag)]);

describe('an anonymous copy', () => {
  test.each(['jpeg', 'png', 'webp'] as const)(
    'of a %s keeps the pixels, their profile and the lens, and nothing that names anybody',
    async (format) => {
      const path = await telling(format);
      const before = await contentFingerprint(path);
      expect(tells((await sharp(path).metadata()).exif ?? Buffer.alloc(0))).toEqual([0, 1, 2]);
      const to = join(folder, `copy.${format}`);
      const copy = await copyAnonymously(path, to);
      expect(copy).toEqual({ type: `image/${format}`, bytes: readFileSync(to).length, sha256: await contentFingerprint(to) });
      expect(tells(readFileSync(to))).toEqual([]);
      const metadata = await sharp(to).metadata();
      expect([metadata.orientation, metadata.xmp, metadata.icc?.length]).toEqual([
        6,
        undefined,
        (await sharp(path).metadata()).icc?.length,
      ]);
      const tags = tagsOf(metadata.exif);
      // Maker and focal length are there; artist, owner, serial numbers and the position are not.
      expect([0x010f, 0xa405, 0x013b, 0xa430, 0xa431, 0xa435, 0x8825].map((tag) => tags.includes(tag))).toEqual([
        true,
        true,
        ...Array(5).fill(false),
      ]);
      expect((await pixelsOf(to)).equals(await pixelsOf(path))).toBe(true);
      expect(await contentFingerprint(path)).toBe(before);
    },
  );

  test('of a JPEG leaves out comments, private segments and what stands behind the picture', async () => {
    const plain = readFileSync(await telling('jpeg'));
    const segment = (marker: number, text: string): Buffer => {
      const body = Buffer.from(text);
      return Buffer.concat([Buffer.from([0xff, marker, 0, body.length + 2]), body]);
    };
    const more = [segment(0xfe, OWNER), segment(0xed, `Photoshop 3.0\0${OWNER}`), segment(0xe2, `MPF\0${SERIAL}`)];
    const path = join(folder, 'private.jpg');
    writeFileSync(path, Buffer.concat([plain.subarray(0, 2), ...more, plain.subarray(2), plain]));
    const to = join(folder, 'private copy.jpg');
    await copyAnonymously(path, to);
    expect(tells(readFileSync(to))).toEqual([]);
    expect((await pixelsOf(to)).equals(await pixelsOf(path))).toBe(true);
  });

  test('of a TIFF blots out in place, and leaves the pixels where they were', async () => {
    const path = join(folder, 'telling.tif');
    const noise = Buffer.from(Array.from({ length: 40 * 30 * 3 }, (_, n) => (n * 31) % 253));
    const bare = await sharp(noise, { raw: { width: 40, height: 30, channels: 3 } })
      .tiff({ compression: 'lzw' })
      .withXmp(XMP)
      .toBuffer();
    writeFileSync(path, withGps(bare));
    expect(tells(readFileSync(path))).toEqual([0, 2]);
    const to = join(folder, 'copy.tif');
    expect(await copyAnonymously(path, to)).toMatchObject({ type: 'image/tiff', bytes: readFileSync(path).length });
    expect(tells(readFileSync(to))).toEqual([]);
    expect((await pixelsOf(to)).equals(await pixelsOf(path))).toBe(true);
  });

  test('of a HEIC blots out in place', async () => {
    const path = join(import.meta.dirname, '../../integration/darkroom/fixtures/teapot.heic');
    const file = readFileSync(path);
    const to = join(folder, 'copy.heic');
    expect(await copyAnonymously(path, to)).toMatchObject({ type: 'image/heic', bytes: file.length });
    const same = readFileSync(to);
    const coded = file.indexOf('mdat');
    expect(same.subarray(0, coded).equals(file.subarray(0, coded))).toBe(true);
  });

  test.each([
    ['a GIF', Buffer.from('GIF89a and so on')],
    ['a drawing', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a JPEG that ends early', Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0x20, 0x00, 0x45])],
    ['a TIFF whose directories cannot be followed', Buffer.from('II*\0\xff\xff\xff\x7f', 'latin1')],
  ])('of %s is not made, and nothing is left', async (_name, bytes) => {
    const path = join(folder, 'other');
    writeFileSync(path, bytes);
    const to = join(folder, 'other copy');
    expect(await copyAnonymously(path, to)).toBeNull();
    expect(() => readFileSync(to)).toThrow('ENOENT');
  });
});

/** The first directory moved to the end of the file, with a pointer to a GPS directory in it. Little endian, as libvips writes. */
function withGps(tiff: Buffer): Buffer {
  const first = tiff.readUInt32LE(4);
  const count = tiff.readUInt16LE(first);
  const at = tiff.length + (tiff.length & 1);
  const gps = at + 2 + (count + 1) * 12 + 4;
  const entry = (tag: number, type: number, values: number, value: number): Buffer => {
    const bytes = Buffer.alloc(12);
    bytes.writeUInt16LE(tag, 0);
    bytes.writeUInt16LE(type, 2);
    bytes.writeUInt32LE(values, 4);
    bytes.writeUInt32LE(value, 8);
    return bytes;
  };
  const counted = (entries: number): Buffer => Buffer.from([entries & 255, entries >> 8]);
  const old = Array.from({ length: count }, (_, n) => tiff.subarray(first + 2 + n * 12, first + 2 + (n + 1) * 12));
  const all = [...old, entry(0x8825, 4, 1, gps)].toSorted((a, b) => a.readUInt16LE(0) - b.readUInt16LE(0));
  const directory = [counted(count + 1), ...all, number(0)];
  const position = [counted(1), entry(2, 5, 1, gps + 2 + 12 + 4), number(0), number(48_123_457), number(1_000_003)];
  const out = Buffer.concat([tiff, Buffer.alloc(at - tiff.length), ...directory, ...position]);
  out.writeUInt32LE(at, 4);
  return out;
}
