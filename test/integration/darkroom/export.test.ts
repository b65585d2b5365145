/** What a finished picture keeps of its photo, and that everything asked for is in it. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readExif } from '../../../electron/darkroom/files/exif.ts';
import type { Exported } from '../../../electron/darkroom/port.ts';
import { defaultRecipe, type ExportSettings, type Recipe } from '../../../shared/edit/recipe.ts';
import { darkroom, picture, sharedCache, teapot, temporaryFolder, withPaper } from './scenes.ts';

interface Finished extends Exported {
  readonly path: string;
  readonly folder: string;
}

const settings = (changes: Partial<ExportSettings>): Partial<Recipe> => ({ export: { ...defaultRecipe.export, ...changes } });

async function finish(
  photo: Buffer,
  name: string,
  recipe: Recipe,
  files: { background?: Buffer; logo?: Buffer | string; cache?: string } = {},
): Promise<Finished> {
  const folder = temporaryFolder();
  const path = join(folder, name);
  writeFileSync(path, photo);
  const backgroundPath = files.background === undefined ? null : join(folder, 'background.png');
  const logoPath = files.logo === undefined ? null : join(folder, typeof files.logo === 'string' ? 'logo.svg' : 'logo.png');
  if (backgroundPath !== null) writeFileSync(backgroundPath, files.background ?? '');
  if (logoPath !== null) writeFileSync(logoPath, files.logo ?? '');
  const outPath = join(folder, `finished.${recipe.export.format}`);
  const result = await darkroom().export({
    photoId: 'P1',
    path,
    folder: files.cache ?? sharedCache(),
    recipe,
    backgroundPath,
    logoPath,
    outPath,
  });
  if (!result.ok) throw new Error(result.error.message);
  expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(createHash('sha256').update(photo).digest('hex'));
  return { ...result.value, path: outPath, folder };
}

const photograph = async () => picture(await teapot(450, 300));
const pixelAt = async (path: string, x: number, y: number): Promise<number[]> => {
  const { data, info } = await sharp(path, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
  const i = (y * info.width + x) * info.channels;
  return [...data.subarray(i, i + 3)];
};

describe('the file', () => {
  test.each(['jpeg', 'png', 'webp', 'tiff'] as const)('%s has the size, length and hash that are reported', async (format) => {
    const done = await finish(await (await photograph()).jpeg({ quality: 92 }).toBuffer(), 'pot.jpg', withPaper(settings({ format })));
    const bytes = readFileSync(done.path);
    expect(done.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(done.bytes).toBe(statSync(done.path).size);
    expect(await sharp(bytes).metadata()).toMatchObject({ format, width: 450, height: 300 });
    expect({ width: done.width, height: done.height }).toEqual({ width: 450, height: 300 });
    // Red pot, grey paper.
    const [r = 0, g = 0, b = 0] = await pixelAt(done.path, 225, 160);
    expect(r - Math.max(g, b)).toBeGreaterThan(80);
    const [pr = 0, pg = 0, pb = 0] = await pixelAt(done.path, 20, 20);
    expect(Math.max(pr, pg, pb) - Math.min(pr, pg, pb)).toBeLessThan(12);
  });

  test('the same photo and recipe give the same bytes, with the matte made anew', async () => {
    const photo = await (await photograph()).jpeg({ quality: 92 }).toBuffer();
    const once = await finish(photo, 'pot.jpg', withPaper());
    const cache = temporaryFolder();
    const again = await finish(photo, 'pot.jpg', withPaper(), { cache });
    // Now the matte is there, and the photo is decoded only when it is known where its subject lies.
    const known = await finish(photo, 'pot.jpg', withPaper(), { cache });
    expect([again.sha256, known.sha256]).toEqual([once.sha256, once.sha256]);
  });

  test('nothing but the finished file is left beside it', async () => {
    const done = await finish(await (await photograph()).jpeg().toBuffer(), 'pot.jpg', withPaper());
    expect(readdirSync(done.folder).sort()).toEqual(['finished.jpeg', 'pot.jpg']);
    expect(readdirSync(sharedCache()).filter((name) => name.endsWith('.part') || name.startsWith('rows-'))).toEqual([]);
  });

  test.each([
    ['1:1', null, 450, 450],
    ['16:9', null, 450, 253],
    ['original', 300, 300, 200],
    ['4:3', 200, 200, 150],
  ] as const)('shape %s, longest side %s: %i x %i', async (aspect, longEdge, width, height) => {
    const done = await finish(await (await photograph()).png().toBuffer(), 'pot.png', withPaper(settings({ aspect, longEdge })));
    expect({ width: done.width, height: done.height }).toEqual({ width, height });
  });
});

describe('metadata', () => {
  const camera = async () =>
    (await photograph())
      .withExif({
        IFD0: { Make: 'Maker', Model: 'M1', Copyright: 'Somebody' },
        IFD2: { LensModel: '35 mm' },
        IFD3: { GPSAltitude: '12/1' },
      })
      .withIccProfile('p3')
      .jpeg({ quality: 95 })
      .toBuffer();
  const texts = (exif: Buffer): string[] =>
    readExif(exif).flatMap((field) => (field.type === 2 ? [field.value.toString('latin1').replace(/\0+$/, '')] : []));

  test.each(['jpeg', 'png', 'webp'] as const)('EXIF and profile go along into %s', async (format) => {
    const photo = await camera();
    const done = await finish(photo, 'camera.jpg', withPaper(settings({ format })));
    const metadata = await sharp(done.path).metadata();
    expect(texts(metadata.exif ?? Buffer.alloc(0))).toEqual(expect.arrayContaining(['Maker', 'M1', 'Somebody']));
    expect(metadata.icc?.equals((await sharp(photo).metadata()).icc ?? Buffer.alloc(0))).toBe(true);
  });

  test('EXIF and profile go along into TIFF, directories included', async () => {
    const done = await finish(await camera(), 'camera.jpg', withPaper(settings({ format: 'tiff' })));
    const tiff = readFileSync(done.path);
    const fields = readExif(tiff);
    expect(texts(tiff)).toEqual(expect.arrayContaining(['Maker', 'M1', 'Somebody']));
    const inner = fields.find((field) => field.tag === 0x8769)?.directory ?? [];
    expect(inner.map((field) => field.value.toString('latin1'))).toContain('35 mm\0');
    expect(fields.some((field) => field.tag === 0x8825 && (field.directory ?? []).length > 0)).toBe(true);
    expect((await sharp(done.path).metadata()).icc).toBeDefined();
  });

  test("a photo's own sRGB profile goes along, and its pixels are not touched", async () => {
    const photo = await (await photograph()).withIccProfile('srgb').png().toBuffer();
    const done = await finish(photo, 'srgb.png', withPaper(settings({ format: 'png' })));
    expect((await sharp(done.path).metadata()).icc?.equals((await sharp(photo).metadata()).icc ?? Buffer.alloc(0))).toBe(true);
    const own = await sharp(photo, { ignoreIcc: true }).raw().toBuffer();
    const middle = 3 * (160 * 450 + 225);
    expect(await pixelAt(done.path, 225, 160)).toEqual([...own.subarray(middle, middle + 3)]);
  });

  test('without metadata only the profile goes along', async () => {
    const done = await finish(await camera(), 'camera.jpg', withPaper(settings({ keepMetadata: false })));
    const metadata = await sharp(done.path).metadata();
    expect(metadata.exif).toBeUndefined();
    expect(metadata.icc).toBeDefined();
  });

  test('the background and the logo are converted into the profile of the photo, the photo is not', async () => {
    const photo = await camera();
    const recipe = withPaper({
      background: { kind: 'file', fileId: 'B1' },
      shadow: { kind: 'none', strength: 0, softness: 0 },
      logo: { fileId: 'L1', position: { kind: 'anchor', anchor: 'top-left' }, size: 0.1, opacity: 1, margin: 0 },
      ...settings({ format: 'png' }),
    });
    const red = { r: 255, g: 0, b: 0 };
    const background = await sharp({ create: { width: 45, height: 30, channels: 3, background: red } })
      .png()
      .toBuffer();
    const logo = await sharp({ create: { width: 40, height: 40, channels: 4, background: { ...red, alpha: 1 } } })
      .png()
      .toBuffer();
    const done = await finish(photo, 'camera.jpg', recipe, { background, logo });
    // sRGB red in Display P3 is (234, 51, 35).
    for (const x of [440, 10]) {
      const [r = 0, g = 0, b = 0] = await pixelAt(done.path, x, 10);
      expect(Math.abs(r - 234) + Math.abs(g - 51) + Math.abs(b - 35), `at ${x}`).toBeLessThan(12);
    }
    const own = await sharp(photo, { ignoreIcc: true }).raw().toBuffer();
    const middle = 3 * (160 * 450 + 225);
    expect(await pixelAt(done.path, 225, 160)).toEqual([...own.subarray(middle, middle + 3)]);
  });

  test('a HEIC keeps its profile and EXIF in the JPEG made of it', async () => {
    const done = await finish(readFileSync(new URL('fixtures/teapot.heic', import.meta.url)), 'phone.heic', withPaper());
    const metadata = await sharp(done.path).metadata();
    expect(metadata).toMatchObject({ width: 480, height: 320 });
    expect(texts(metadata.exif ?? Buffer.alloc(0))).toEqual(expect.arrayContaining(['Backlot', 'Teapot camera']));
    expect(metadata.icc).toBeDefined();
  });
});

describe('16 bits', () => {
  test.each(['tiff', 'png'] as const)('stay 16 bits in %s, values unchanged inside the subject', async (format) => {
    const { pixels, width, height } = await teapot(450, 300);
    const deep = new Uint16Array(pixels.length);
    for (let i = 0; i < deep.length; i++) deep[i] = (pixels[i] ?? 0) * 255 + 77;
    const photo = await sharp(deep, { raw: { width, height, channels: 3 } })
      .toColourspace('rgb16')
      .tiff({ compression: 'lzw' })
      .toBuffer();
    const done = await finish(photo, 'deep.tif', withPaper(settings({ format })));
    expect(await sharp(done.path).metadata()).toMatchObject({ depth: 'ushort', channels: 3 });
    const out = await sharp(done.path).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
    const at = 3 * (160 * width + 225);
    expect(new Uint16Array(out.buffer, out.byteOffset)[at]).toBe(deep[at]);
  });

  test('become 8 bits where the format has no more', async () => {
    const deep = await (await photograph()).toColourspace('rgb16').png().toBuffer();
    const done = await finish(deep, 'deep.png', withPaper(settings({ format: 'jpeg' })));
    expect((await sharp(done.path).metadata()).depth).toBe('uchar');
  });
});

test('all eight EXIF orientations end up upright, and say so', async () => {
  const scene = await teapot(450, 300);
  const upright = await (await picture(scene)).png().toBuffer();
  // How an upright picture has to be stored so that the orientation turns it back: quarter turns, then mirrored or not.
  const stored: Readonly<Record<number, readonly [number, boolean]>> = {
    1: [0, false],
    2: [0, true],
    3: [180, false],
    4: [180, true],
    5: [90, true],
    6: [270, false],
    7: [270, true],
    8: [90, false],
  };
  for (const [orientation, [angle, mirrored]] of Object.entries(stored)) {
    const turned = await sharp(await sharp(upright).rotate(angle).toBuffer())
      .flop(mirrored)
      .toBuffer();
    const photo = await sharp(turned)
      .withMetadata({ orientation: Number(orientation) })
      .jpeg({ quality: 97 })
      .toBuffer();
    const folder = temporaryFolder();
    const path = join(folder, `turned-${orientation}.jpg`);
    writeFileSync(path, photo);
    const screen = join(folder, 'screen.webp');
    const inspected = await darkroom().inspect({ path, thumbPath: join(folder, 'thumb.webp'), screenPath: screen });
    expect(inspected, orientation).toMatchObject({ ok: true, value: { width: 450, height: 300 } });
    // The spout is on the right, the lid on top.
    const [r = 0, g = 0] = await pixelAt(screen, 365, 120);
    expect(r - g, `orientation ${orientation}`).toBeGreaterThan(60);
    if (orientation !== '7') continue;
    const done = await finish(photo, `turned-${orientation}.jpg`, withPaper());
    const metadata = await sharp(done.path).metadata();
    expect({ width: metadata.width, height: metadata.height, orientation: metadata.orientation ?? 1 }).toEqual({
      width: 450,
      height: 300,
      orientation: 1,
    });
    const [dr = 0, dg = 0] = await pixelAt(done.path, 365, 120);
    expect(dr - dg).toBeGreaterThan(60);
  }
});

describe('the logo', () => {
  const badge = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#0000ff"/></svg>';
  const logo = (changes: object): Partial<Recipe> => ({
    logo: { fileId: 'L1', position: { kind: 'anchor', anchor: 'bottom-right' }, size: 0.2, opacity: 1, margin: 0.1, ...changes },
    ...settings({ format: 'png' }),
  });

  test('an SVG in a corner, with its margin', async () => {
    const done = await finish(await (await photograph()).png().toBuffer(), 'pot.png', withPaper(logo({})), { logo: badge });
    expect(await pixelAt(done.path, 375, 247)).toEqual([0, 0, 255]);
    expect((await pixelAt(done.path, 445, 295))[0]).toBeGreaterThan(150);
  });

  test('in a free place, half transparent', async () => {
    const free = logo({ position: { kind: 'free', x: 0.2, y: 0.1 }, opacity: 0.5 });
    const done = await finish(await (await photograph()).png().toBuffer(), 'pot.png', withPaper(free), { logo: badge });
    const [r = 0, , b = 0] = await pixelAt(done.path, 90, 30);
    expect(b - r).toBeGreaterThan(80);
    expect(r).toBeGreaterThan(60);
  });
});

test('a picture that was cut out before keeps its own transparency as the matte', async () => {
  const { pixels, alpha, width, height } = await teapot(450, 300);
  const rgba = Buffer.alloc(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    pixels.copy(rgba, 4 * i, 3 * i, 3 * i + 3);
    rgba[4 * i + 3] = alpha[i] ?? 0;
  }
  const photo = await sharp(rgba, { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer();
  const done = await finish(photo, 'cut.png', withPaper(settings({ format: 'png' })));
  const [r = 0, g = 0] = await pixelAt(done.path, 225, 160);
  expect(r - g).toBeGreaterThan(80);
  const [wr = 0, wg = 0, wb = 0] = await pixelAt(done.path, 130, 160);
  // Inside the handle there is a hole.
  expect(Math.max(wr, wg, wb) - Math.min(wr, wg, wb)).toBeLessThan(14);
});
