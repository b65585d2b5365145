/** A TIFF's EXIF through the whole darkroom: applied and processed, into every format. Another library reads the results. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { type Field, readDirectories, readFrom } from '../../../electron/darkroom/files/ifd.ts';
import type { Chain } from '../../../shared/edit/processing/chain.ts';
import { defaultRecipe, type ExportSettings } from '../../../shared/edit/recipe.ts';
import { CAMERA, LAYOUTS, type Layout, tiffPicture } from '../../unit/darkroom/tiff-files.ts';
import { darkroom, picture, sharedCache, teapot, temporaryFolder, withPaper } from './scenes.ts';

const FORMATS = ['jpeg', 'png', 'webp', 'tiff'] as const;
type Format = (typeof FORMATS)[number];

async function photo(layout: Layout): Promise<Buffer> {
  const { data, info } = await picture(await teapot(240, 160))
    .raw()
    .toBuffer({ resolveWithObject: true });
  return tiffPicture(layout, { width: info.width, height: info.height, pixels: data }, CAMERA);
}

async function applied(tiff: Buffer, format: Format, changes: Partial<ExportSettings> = {}): Promise<Buffer> {
  const folder = temporaryFolder();
  const [path, outPath] = [join(folder, 'photo.tif'), join(folder, `finished.${format}`)];
  writeFileSync(path, tiff);
  const recipe = withPaper({ export: { ...defaultRecipe.export, format, ...changes } });
  const files = { backgroundPath: null, logoPath: null };
  const result = await darkroom().export({ photoId: 'P1', path, folder: sharedCache(), recipe, ...files, outPath });
  if (!result.ok) throw new Error(result.error.message);
  return readFileSync(outPath);
}

async function processed(tiff: Buffer, chain: Chain): Promise<Buffer> {
  const folder = temporaryFolder();
  const [path, outPath] = [join(folder, 'photo.tif'), join(folder, 'out')];
  writeFileSync(path, tiff);
  const result = await darkroom().process({ path, chain, files: {}, outPath, screen: null });
  if (!result.ok) throw new Error(result.error.message);
  return readFileSync(outPath);
}

/** What the file says of its camera. In a TIFF that stands in the file's own directories; elsewhere another library finds the block. */
async function camera(file: Buffer, format: Format) {
  const exif = format === 'tiff' ? file : ((await sharp(file).metadata()).exif ?? Buffer.alloc(0));
  const block = exif.toString('latin1', 0, 6) === 'Exif\0\0' ? exif.subarray(6) : exif;
  const fields = readFrom(block, readDirectories({ wanted: () => true, longestValueBytes: 1e6, mostBytes: 1e6 }));
  const text = (list: readonly Field[] | null | undefined, tag: number) =>
    list
      ?.find((field) => field.tag === tag)
      ?.value.toString('latin1')
      .replace(/\0+$/, '');
  const below = (tag: number) => fields.find((field) => field.tag === tag)?.directory;
  const latitude = below(34853)?.find(({ tag }) => tag === 2)?.value;
  return {
    make: text(fields, 271),
    model: text(fields, 272),
    copyright: text(fields, 33432),
    lens: text(below(34665), 42036),
    pixels: below(34665)
      ?.find(({ tag }) => tag === 40962)
      ?.value.readUInt32LE(),
    north: text(below(34853), 1),
    degrees: latitude?.readUInt32LE(0),
  };
}
const kept = (width: number) => ({
  make: 'Example Optics',
  model: 'Model One',
  copyright: '(c) 2026 Example Studio',
  lens: 'Example 35 mm f/2.8',
  pixels: width,
  north: 'N',
  degrees: 48,
});
const LITTLE: Layout = { little: true, big: false };
const resize = { kind: 'resize', width: 120, height: null } as const;

describe.each(FORMATS)('a TIFF becomes %s', (format) => {
  test('by applying: make, model, copyright, lens and position arrive', async () => {
    expect(await camera(await applied(await photo(LITTLE), format), format)).toEqual(kept(240));
  });

  test('by processing: the same', async () => {
    expect(await camera(await processed(await photo(LITTLE), [resize, { kind: 'convert', format }]), format)).toEqual(kept(120));
  });
});

test.each(LAYOUTS)('%s keeps its EXIF, too', async (_, layout) => {
  expect(await camera(await processed(await photo(layout), [resize, { kind: 'convert', format: 'jpeg' }]), 'jpeg')).toEqual(kept(120));
});

test('a picture that was applied as TIFF and is processed afterwards keeps what the export had kept', async () => {
  const first = await applied(await photo(LITTLE), 'tiff');
  expect(await camera(await processed(first, [resize, { kind: 'convert', format: 'jpeg' }]), 'jpeg')).toEqual(kept(120));
});

test('without metadata nothing of it goes along', async () => {
  const done = await applied(await photo(LITTLE), 'jpeg', { keepMetadata: false });
  expect((await sharp(done).metadata()).exif).toBeUndefined();
  const stripped = await processed(await photo(LITTLE), [{ kind: 'strip-metadata' }, { kind: 'convert', format: 'jpeg' }]);
  expect((await sharp(stripped).metadata()).exif).toBeUndefined();
});
