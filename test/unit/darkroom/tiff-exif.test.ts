/** The EXIF of a TIFF stands in the file's own directories: it is found in any layout, and no file makes the reader read without end. */
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { adjustExif, exifOfTiff, readExif } from '../../../electron/darkroom/files/exif.ts';
import { type ByteRange, type Field, readDirectories } from '../../../electron/darkroom/files/ifd.ts';
import { runs } from '../../runs.ts';
import { builder, CAMERA, LAYOUTS, type Layout, type Tags, tiffPicture } from './tiff-files.ts';

const pixels = { width: 16, height: 16, pixels: Buffer.alloc(16 * 16 * 3, 99) };
const CLASSIC: Layout = { little: true, big: false };

function file(bytes: Buffer): string {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-exif-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'photo.tif');
  writeFileSync(path, bytes);
  return path;
}
const read = async (bytes: Buffer): Promise<readonly Field[]> => readExif((await exifOfTiff(file(bytes))) ?? Buffer.alloc(0));
const text = (fields: readonly Field[] | null | undefined, tag: number): string | undefined =>
  fields
    ?.find((field) => field.tag === tag)
    ?.value.toString('latin1')
    .replace(/\0+$/, '');
const below = (fields: readonly Field[], tag: number): readonly Field[] => fields.find((field) => field.tag === tag)?.directory ?? [];

describe.each(LAYOUTS)('%s', (_, layout) => {
  test('make, model, copyright, lens and position are found, and nothing of how the file was laid out', async () => {
    const fields = await read(tiffPicture(layout, pixels, CAMERA));
    expect(fields.map(({ tag }) => tag)).toEqual([271, 272, 33432, 34665, 34853]);
    expect([271, 272, 33432].map((tag) => text(fields, tag))).toEqual(['Example Optics', 'Model One', '(c) 2026 Example Studio']);
    const [camera, place] = [below(fields, 34665), below(fields, 34853)];
    expect(text(camera, 42036)).toBe('Example 35 mm f/2.8');
    expect(camera.find(({ tag }) => tag === 33437)?.value).toEqual(Buffer.from([28, 0, 0, 0, 10, 0, 0, 0]));
    expect(text(place, 1)).toBe('N');
    const latitude = place.find(({ tag }) => tag === 2)?.value;
    expect([0, 4, 8, 12, 16, 20].map((at) => latitude?.readUInt32LE(at))).toEqual([48, 1, 8, 1, 1234, 100]);
  });

  test('the block is one that can be made true for the finished picture', async () => {
    const block = await exifOfTiff(file(tiffPicture(layout, pixels, CAMERA)));
    const adjusted = readExif(adjustExif(block ?? Buffer.alloc(0), { width: 300, height: 200 }) ?? Buffer.alloc(0));
    expect(
      below(adjusted, 34665)
        .find(({ tag }) => tag === 40962)
        ?.value.readUInt32LE(),
    ).toBe(300);
    expect(text(adjusted, 272)).toBe('Model One');
  });

  test('a picture without any of it has no EXIF', async () => {
    expect(await exifOfTiff(file(tiffPicture(layout, pixels, {})))).toBeNull();
  });

  test('cut anywhere, it tells what is left of it and no more', async () => {
    const whole = tiffPicture(layout, { width: 1, height: 1, pixels: Buffer.alloc(3) }, CAMERA);
    const path = file(whole);
    for (let length = whole.length - 1; length >= 0; length--) {
      truncateSync(path, length);
      const fields = readExif((await exifOfTiff(path)) ?? Buffer.alloc(0));
      for (const { tag, value } of fields) if (tag === 272) expect(value.toString('latin1')).toBe('Model One\0');
    }
    expect(await exifOfTiff(path)).toBeNull();
  });
});

describe('a file that was made to be read without end', () => {
  /** Every range that is asked for of a file in which each offset leads anywhere. */
  function asked(bytes: Buffer): readonly ByteRange[] {
    const reading = readDirectories({ wanted: () => true, longestValueBytes: 16_384, mostBytes: 60_000 });
    const ranges: ByteRange[] = [];
    for (let step = reading.next(); !step.done; ) {
      ranges.push(step.value);
      step = reading.next(bytes.subarray(step.value.at, step.value.at + step.value.bytes));
    }
    return ranges;
  }
  const { u, entry, header } = builder(CLASSIC);
  const table = (entries: readonly Buffer[]): Buffer => Buffer.concat([u[16](entries.length), ...entries, u.offset(0)]);

  test('directories that lead to themselves and to each other are read once', () => {
    const pointers = Array.from({ length: 5000 }, () => entry(34665, 4, 1, u[32](8)));
    const ranges = asked(Buffer.concat([header(8), table(pointers)]));
    expect(ranges.length).toBe(3);
  });

  test('as many directories as a file can name are not all read', () => {
    const pointers = Array.from({ length: 5000 }, (_, n) => entry(34665, 4, 1, u[32](8 + 12 * n)));
    const ranges = asked(Buffer.concat([header(8), table(pointers)]));
    expect(ranges.filter(({ bytes }) => bytes === 2).length).toBeLessThanOrEqual(8);
  });

  test('a value of gigabytes is not asked for, nor many that come to as much', () => {
    const giant = entry(271, 2, 0xffff_fff0, u[32](8));
    const many = Array.from({ length: 5000 }, () => entry(272, 2, 10_000, u[32](0)));
    const ranges = asked(Buffer.concat([header(8), table([giant, ...many]), Buffer.alloc(10_000)]));
    const values = ranges.filter(({ at }) => at === 0).slice(1);
    expect(values.length).toBe(6);
    expect(Math.max(...ranges.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1024 * 12);
  });

  test('whatever the bytes: at most some thousand ranges, none longer than a directory or a value may be', () => {
    const layouts = fc.constantFrom(...LAYOUTS.map(([, layout]) => layout));
    fc.assert(
      fc.property(layouts, fc.uint8Array({ minLength: 64, maxLength: 4096 }), fc.nat(64), (layout, noise, first) => {
        const ranges = asked(Buffer.concat([builder(layout).header(first), noise]));
        expect(ranges.length).toBeLessThanOrEqual(1 + 8 * (2 + 1024));
        expect(Math.max(...ranges.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1024 * 20);
        expect(ranges.every(({ at, bytes }) => at >= 0 && bytes >= 0)).toBe(true);
      }),
      { numRuns: runs(300) },
    );
  });
});

test('a maker’s note that fills a JPEG’s segment stays behind, and keeps nothing else from coming along', async () => {
  const camera: Tags = { ...CAMERA, 34665: { directory: { 37500: { bytes: Buffer.alloc(90_000, 1) }, 42036: { text: 'Example 35 mm' } } } };
  const fields = await read(tiffPicture(CLASSIC, pixels, camera));
  expect(below(fields, 34665).map(({ tag }) => tag)).toEqual([42036]);
  expect(below(fields, 34853).length).toBe(2);
});
