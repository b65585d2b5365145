/** PG-04 on real files: what each of the twenty operations does, what a picture keeps, and what is refused by name. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { smartWindow } from '../../../electron/darkroom/chain/smart-crop.ts';
import { readExif } from '../../../electron/darkroom/files/exif.ts';
import type { Processed } from '../../../electron/darkroom/port.ts';
import { type Chain, STEP_KINDS, type Step } from '../../../shared/edit/processing/chain.ts';
import { sizeAfter } from '../../../shared/edit/processing/sizes.ts';
import type { Result } from '../../../shared/result.ts';
import { sampleSteps } from '../../unit/edit/any-chain.ts';
import { darkroom, temporaryFolder } from './scenes.ts';

const samples = fileURLToPath(new URL('../../../resources/samples', import.meta.url));
const [WIDTH, HEIGHT] = [240, 160];

/** Left half red, right half blue, a white frame of 8 pixels around it: every turn and cut shows. */
const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}"><rect width="100%" height="100%" fill="#fff"/>
  <rect x="8" y="8" width="112" height="144" fill="#c03030"/><rect x="120" y="8" width="112" height="144" fill="#3040c0"/>
  <rect x="30" y="20" width="20" height="20" fill="#f0e020"/></svg>`;
const card = () => sharp(Buffer.from(svg)).flatten({ background: '#fff' }).removeAlpha();
const mark = () =>
  sharp({ create: { width: 40, height: 40, channels: 4, background: { r: 0, g: 255, b: 0, alpha: 1 } } })
    .png()
    .toBuffer();

interface Ran {
  readonly result: Result<Processed>;
  readonly folder: string;
  readonly outPath: string;
}

async function run(
  photo: Buffer,
  name: string,
  chain: unknown,
  more: { watermark?: Buffer | null; outPath?: string; screen?: number } = {},
): Promise<Ran> {
  const folder = temporaryFolder();
  const path = join(folder, name);
  writeFileSync(path, photo);
  const watermark = join(folder, 'mark.png');
  if (more.watermark !== null) writeFileSync(watermark, more.watermark ?? (await mark()));
  const outPath = more.outPath ?? join(folder, 'out');
  // What is not a chain is tried, too.
  const job = { path, chain: chain as Chain, files: { MARK: watermark }, outPath, screen: more.screen ?? null };
  const result = await darkroom().process(job);
  expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(createHash('sha256').update(photo).digest('hex'));
  return { result, folder, outPath };
}

async function done(photo: Buffer, name: string, chain: Chain, screen?: number): Promise<Processed & { readonly file: Buffer }> {
  const { result, outPath } = await run(photo, name, chain, screen === undefined ? {} : { screen });
  if (!result.ok) throw new Error(result.error.message);
  const file = readFileSync(outPath);
  expect(result.value).toMatchObject({ bytes: file.length, sha256: createHash('sha256').update(file).digest('hex') });
  return { ...result.value, file };
}

async function at(file: Buffer, x: number, y: number): Promise<number[]> {
  const { data, info } = await sharp(file, { ignoreIcc: true }).raw().toBuffer({ resolveWithObject: true });
  const i = (y * info.width + x) * info.channels;
  return [...data.subarray(i, i + info.channels)];
}
const isRed = ([r = 0, g = 0, b = 0]: number[]): boolean => r > g + 60 && r > b + 60;
const isBlue = ([r = 0, g = 0, b = 0]: number[]): boolean => b > r + 60 && b > g + 60;

describe('each of the twenty operations', () => {
  test.each(STEP_KINDS)('%s makes a picture of the size that was foretold', async (kind) => {
    const step = sampleSteps[kind];
    const made = await done(await card().png().toBuffer(), 'card.png', [step]);
    const metadata = await sharp(made.file).metadata();
    expect(metadata).toMatchObject({ width: made.width, height: made.height });
    const expected = sizeAfter(step, { width: WIDTH, height: HEIGHT });
    // Trim: without the white frame.
    expect({ width: made.width, height: made.height }).toEqual(expected ?? { width: WIDTH - 16, height: HEIGHT - 16 });
  });

  const changed = async (...chain: Step[]) => (await done(await card().png().toBuffer(), 'card.png', chain)).file;

  test('crop, fill and rotate take and turn the right part', async () => {
    expect(isBlue(await at(await changed({ kind: 'crop', left: 150, top: 50, width: 20, height: 20 }), 5, 5))).toBe(true);
    expect(isRed(await at(await changed({ kind: 'fill', width: 40, height: 120, anchor: 'left' }), 20, 60))).toBe(true);
    expect(isBlue(await at(await changed({ kind: 'fill', width: 40, height: 120, anchor: 'right' }), 20, 60))).toBe(true);
    const turned = await changed({ kind: 'rotate', angle: 90, colour: '#ffffff' });
    expect([isRed(await at(turned, 80, 60)), isBlue(await at(turned, 80, 180))]).toEqual([true, true]);
    const leaning = await changed({ kind: 'rotate', angle: 30, colour: '#20c040' });
    expect(await at(leaning, 0, 0)).toEqual([0x20, 0xc0, 0x40]);
  });
  test('smart crop keeps what draws the eye', async () => {
    const scene = `<svg xmlns="http://www.w3.org/2000/svg" width="400" height="100"><rect width="100%" height="100%" fill="#888"/>
      <circle cx="340" cy="50" r="30" fill="#f03020"/><circle cx="340" cy="50" r="12" fill="#ffe040"/></svg>`;
    const photo = await sharp(Buffer.from(scene)).flatten().png().toBuffer();
    const { file } = await done(photo, 'eye.png', [{ kind: 'smart-crop', width: 100, height: 100 }]);
    const { data } = await sharp(file).raw().toBuffer({ resolveWithObject: true });
    let red = 0;
    for (let i = 0; i < data.length; i += 3) if ((data[i] ?? 0) > 180 && (data[i + 2] ?? 0) < 100) red += 1;
    expect(red).toBeGreaterThan(2000);
  });
  test.each([
    ['car-workshop', 1, 1],
    ['car-workshop', 3, 4],
    ['car-workshop', 21, 9],
    ['car-side', 1, 1],
    ['bottle-vinegar', 1, 1],
    ['chair-oak', 3, 4],
  ])('smart crop shows as much of %s at %d : %d as can be shown', async (name, width, height) => {
    const photo = sharp(join(samples, `${name}.jpg`));
    const truth = await sharp(join(samples, `${name}.matte.png`))
      .extractChannel(0)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const size = { width: truth.info.width, height: truth.info.height };
    const window = await smartWindow(photo, size, { width, height });
    const shown = ({ left, top }: { left: number; top: number }): number => {
      let sum = 0;
      for (let y = top; y < top + window.height; y += 4)
        for (let x = left; x < left + window.width; x += 4) sum += truth.data[y * size.width + x] ?? 0;
      return sum;
    };
    const room = { across: size.width - window.width, down: size.height - window.height };
    const all = Array.from({ length: 41 }, (_, n) =>
      shown({ left: Math.round((room.across * n) / 40), top: Math.round((room.down * n) / 40) }),
    );
    expect(shown(window) / Math.max(...all)).toBeGreaterThan(0.97);
  });
  test('flip and mirror turn over', async () => {
    expect(isRed(await at(await changed({ kind: 'mirror' }), 200, 80))).toBe(true);
    // The yellow square from the upper left.
    const [r = 0, g = 0, b = 255] = await at(await changed({ kind: 'flip' }), 40, 130);
    expect(r > 200 && g > 200 && b < 80).toBe(true);
  });
  test('extend paints its border in its colour', async () =>
    expect(await at(await changed(sampleSteps.extend), 0, 0)).toEqual([0x20, 0x60, 0xa0]));
  test('tone: grey is grey, brighter is brighter, contrast parts, saturation thins', async () => {
    const [r, g, b] = await at(await changed({ kind: 'grayscale' }), 60, 80);
    expect([r, g]).toEqual([g, b]);
    const own = await at(await changed({ kind: 'convert', format: 'png' }), 60, 80);
    expect(own).toEqual([0xc0, 0x30, 0x30]);
    expect(await at(await changed({ kind: 'brightness', amount: 20 }), 60, 80)).toEqual([230, 58, 58]);
    const [cr = 0, cg = 0] = await at(await changed({ kind: 'contrast', amount: 20 }), 60, 80);
    expect(cr > 0xc0 && cg < 0x30).toBe(true);
    const [fr = 0, fg = 0] = await at(await changed({ kind: 'contrast', amount: -100 }), 60, 80);
    expect(Math.abs(fr - 128) + Math.abs(fg - 128)).toBeLessThan(3);
    const [sr = 0, sg = 0] = await at(await changed({ kind: 'saturation', amount: -50 }), 60, 80);
    expect(sr - sg).toBeLessThan(0xc0 - 0x30 - 30);
  });
  test('blur softens an edge, sharpen steepens it', async () => {
    const edge = async (...chain: Step[]) => {
      const [a = 0] = await at(await changed({ kind: 'blur', radius: 2 }, ...chain), 117, 80);
      const [b = 0] = await at(await changed({ kind: 'blur', radius: 2 }, ...chain), 122, 80);
      return a - b;
    };
    const soft = await edge({ kind: 'flip' });
    expect(soft).toBeLessThan(0xc0 - 0x30);
    expect(await edge({ kind: 'sharpen', amount: 100, radius: 2 })).toBeGreaterThan(soft);
  });
  test('the watermark lies where it is put, at its opacity', async () => {
    const solid = await changed({ ...sampleSteps.watermark, margin: 0 });
    expect(await at(solid, WIDTH - 20, HEIGHT - 20)).toEqual([0, 255, 0]);
    expect(await at(solid, WIDTH - 70, HEIGHT - 20)).toEqual([0x30, 0x40, 0xc0]);
    const half = await at(await changed({ ...sampleSteps.watermark, margin: 0, opacity: 0.5 }), WIDTH - 20, HEIGHT - 20);
    expect(half).toEqual([24, 160, 96]);
  });
  test('compress writes less at a lower quality', async () => {
    const photo = await card().jpeg({ quality: 95 }).toBuffer();
    const [fine, coarse] = [
      await done(photo, 'a.jpg', [{ kind: 'compress', quality: 95 }]),
      await done(photo, 'a.jpg', [{ kind: 'compress', quality: 20 }]),
    ];
    expect(coarse.bytes).toBeLessThan(fine.bytes);
    expect(coarse.format).toBe('jpeg');
  });
});

test('steps are done in their order', async () => {
  const photo = await card().png().toBuffer();
  const crop: Step = { kind: 'crop', left: 0, top: 0, width: 100, height: 100 };
  const resize: Step = { kind: 'resize', width: 120, height: null };
  expect(await done(photo, 'card.png', [crop, resize])).toMatchObject({ width: 120, height: 120 });
  const { result } = await run(photo, 'card.png', [resize, crop]);
  expect(result).toMatchObject({ ok: false, error: { code: 'crop_outside' } });
});

describe('what a picture keeps', () => {
  const camera = () =>
    card()
      .withExif({ IFD0: { Make: 'Maker', Copyright: 'Somebody' } })
      .withIccProfile('p3')
      .jpeg({ quality: 95 })
      .toBuffer();
  const texts = (exif: Buffer | undefined): string[] =>
    exif === undefined
      ? []
      : readExif(exif).flatMap((field) => (field.type === 2 ? [field.value.toString('latin1').replace(/\0+$/, '')] : []));

  test.each(['jpeg', 'png', 'webp'] as const)('profile and camera data go along into %s', async (format) => {
    const photo = await camera();
    const { file } = await done(photo, 'camera.jpg', [sampleSteps.resize, { kind: 'convert', format }]);
    const metadata = await sharp(file).metadata();
    expect(metadata).toMatchObject({ format, width: 120, height: 80 });
    expect(texts(metadata.exif)).toEqual(expect.arrayContaining(['Maker', 'Somebody']));
    expect(metadata.icc?.equals((await sharp(photo).metadata()).icc ?? Buffer.alloc(0))).toBe(true);
  });
  test('stripping takes the camera data and leaves the colours', async () => {
    const { file } = await done(await camera(), 'camera.jpg', [{ kind: 'strip-metadata' }]);
    const metadata = await sharp(file).metadata();
    expect([metadata.exif, metadata.xmp]).toEqual([undefined, undefined]);
    expect(metadata.icc).toBeDefined();
  });
  test('a watermark is converted into the profile of the picture', async () => {
    const { file } = await done(await camera(), 'camera.jpg', [
      { ...sampleSteps.watermark, margin: 0 },
      { kind: 'convert', format: 'png' },
    ]);
    // sRGB green in Display P3 is (117, 251, 76).
    const [r = 0, g = 0, b = 0] = await at(file, WIDTH - 20, HEIGHT - 20);
    expect(Math.abs(r - 117) + Math.abs(g - 251) + Math.abs(b - 76)).toBeLessThan(12);
  });
  test('so is the colour of a border, and of opened corners', async () => {
    const border: Step = { kind: 'extend', top: 4, right: 4, bottom: 4, left: 4, colour: '#00ff00' };
    const turn: Step = { kind: 'rotate', angle: 20, colour: '#00ff00' };
    for (const step of [border, turn]) {
      const { file } = await done(await camera(), 'camera.jpg', [step, { kind: 'convert', format: 'png' }]);
      const [r = 0, g = 0, b = 0] = await at(file, 1, 1);
      expect(Math.abs(r - 117) + Math.abs(g - 251) + Math.abs(b - 76), step.kind).toBeLessThan(12);
    }
  });
  test('sixteen bits stay sixteen through every step', async () => {
    const deep = new Uint16Array(64 * 64 * 3);
    for (let i = 0; i < 64 * 64; i++) deep.set([20_000 + i * 3, 30_000 + i, 40_000 - i * 2], 3 * i);
    const raw = sharp(deep, { raw: { width: 64, height: 64, channels: 3 } });
    const photo = await raw.toColourspace('rgb16').tiff({ compression: 'lzw' }).toBuffer();
    for (const step of Object.values(sampleSteps)) {
      // Of these one is another file, and the other would reach outside.
      if (step.kind === 'convert' || step.kind === 'crop') continue;
      const { file } = await done(photo, 'deep.tif', [step]);
      expect(await sharp(file).metadata(), step.kind).toMatchObject({ format: 'tiff', depth: 'ushort', channels: 3 });
      const out = await sharp(file).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
      const values = new Set(new Uint16Array(out.buffer, out.byteOffset, out.byteLength / 2));
      expect(values.size, step.kind).toBeGreaterThan(256);
    }
  });
  test('a white border is white in sixteen bits, and the picture inside it untouched', async () => {
    const deep = new Uint16Array(32 * 32 * 3).map((_, i) => 10_000 + i * 7);
    const raw = sharp(deep, { raw: { width: 32, height: 32, channels: 3 } });
    const photo = await raw.toColourspace('rgb16').tiff({ compression: 'lzw' }).toBuffer();
    const { file } = await done(photo, 'deep.tif', [{ kind: 'extend', top: 1, right: 2, bottom: 3, left: 4, colour: '#ffffff' }]);
    const out = await sharp(file).toColourspace('rgb16').raw({ depth: 'ushort' }).toBuffer();
    const values = new Uint16Array(out.buffer, out.byteOffset, out.byteLength / 2);
    expect([...values.subarray(0, 3)]).toEqual([65_535, 65_535, 65_535]);
    const first = 3 * (1 * 38 + 4);
    expect([...values.subarray(first, first + 96)]).toEqual([...deep.subarray(0, 96)]);
    expect([...values.subarray(-3)]).toEqual([65_535, 65_535, 65_535]);
  });
  test('transparency stays in PNG and WebP, and lies on white in JPEG', async () => {
    const clear = { r: 200, g: 30, b: 30, alpha: 0 };
    const photo = await sharp({ create: { width: 60, height: 60, channels: 4, background: clear } })
      .composite([{ input: await mark(), left: 10, top: 10 }])
      .png()
      .toBuffer();
    for (const format of ['png', 'webp'] as const) {
      const { file } = await done(photo, 'cut.png', [
        { kind: 'resize', width: 30, height: null },
        { kind: 'convert', format },
      ]);
      expect((await at(file, 1, 1))[3], format).toBe(0);
      expect((await at(file, 15, 15))[3], format).toBe(255);
    }
    const { file } = await done(photo, 'cut.png', [{ kind: 'convert', format: 'jpeg' }]);
    const [r = 0, g = 0, b = 0] = await at(file, 2, 2);
    expect(Math.min(r, g, b)).toBeGreaterThan(245);
  });
});

describe('a preview', () => {
  test('is small, in sRGB, and says what the finished file will be', async () => {
    const photo = await card().resize(2400, 1600).jpeg().toBuffer();
    const made = await done(
      photo,
      'large.jpg',
      [
        { kind: 'crop', left: 1200, top: 0, width: 1200, height: 1600 },
        { kind: 'convert', format: 'tiff' },
      ],
      300,
    );
    expect(made).toMatchObject({ width: 1200, height: 1600, format: 'tiff' });
    const metadata = await sharp(made.file).metadata();
    expect(metadata.format).toBe('webp');
    expect(Math.max(metadata.width, metadata.height)).toBeLessThanOrEqual(300);
    expect(isBlue(await at(made.file, 75, 100))).toBe(true);
  });
});

describe('what cannot be done is said by name, costs nothing and leaves nothing', () => {
  async function refused(chain: unknown, more: Parameters<typeof run>[3] = {}) {
    const { result, folder, outPath } = await run(await card().png().toBuffer(), 'card.png', chain, more);
    if (result.ok) throw new Error('it was done');
    expect(existsSync(outPath)).toBe(false);
    expect(readdirSync(folder).filter((name) => !['card.png', 'mark.png'].includes(name))).toEqual([]);
    expect(result.error.message).toContain(result.error.file ?? '(no file)');
    expect(result.error.message).toMatch(/Nothing was charged[.;] \S.+\.$/);
    return result.error;
  }
  test('quality 101', async () => {
    const { code, message, file } = await refused([{ kind: 'compress', quality: 101 }]);
    expect([code, file]).toEqual(['invalid_steps', 'card.png']);
    expect(message).toContain('quality cannot be 101');
  });
  test('a crop outside of the picture', async () =>
    expect((await refused([{ kind: 'crop', left: 200, top: 0, width: 41, height: 10 }])).message).toContain(
      'The crop reaches outside of card.png: step 1 (crop) wants 41 × 10 px from 200, 0, and the picture is 240 × 160 px there.',
    ));
  test('a crop outside of what trim left', async () =>
    expect(await refused([sampleSteps.trim, { kind: 'crop', left: 0, top: 0, width: 230, height: 150 }])).toMatchObject({
      code: 'crop_outside',
    }));
  test('more pixels than possible', async () =>
    expect(await refused([{ kind: 'resize', width: 30_000, height: 30_000 }])).toMatchObject({ code: 'step_too_large' }));
  test('a watermark that cannot be read', async () =>
    expect(await refused([sampleSteps.watermark], { watermark: Buffer.from('not a picture') })).toMatchObject({
      code: 'watermark_unreadable',
      file: 'mark.png',
    }));
  test('a watermark that is gone', async () =>
    expect(await refused([sampleSteps.watermark], { watermark: null })).toMatchObject({ code: 'watermark_missing', file: 'mark.png' }));
  test('the folder it was to go to is gone', async () => {
    const outPath = join(temporaryFolder(), 'gone', 'card.png');
    expect(await refused([sampleSteps.flip], { outPath })).toMatchObject({ code: 'output_failed', file: 'card.png' });
  });
  test('the picture is damaged', async () => {
    const photo = (await card().png().toBuffer()).subarray(0, 300);
    const { result } = await run(photo, 'hurt.png', [sampleSteps.flip]);
    expect(result).toMatchObject({ ok: false, error: { code: 'picture_damaged', file: 'hurt.png' } });
  });
});
