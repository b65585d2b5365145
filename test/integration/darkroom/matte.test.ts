/** The matte: how good it is, where it is kept, and what the brush does to it. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Prepared } from '../../../electron/darkroom/port.ts';
import { LocalDarkroom } from '../../../electron/darkroom/process/darkroom.ts';
import type { Stroke } from '../../../shared/edit/recipe.ts';
import { compare } from '../../quality/errors.ts';
import { picture, realDarkroom, type Scene, sharedCache, teapot, temporaryFolder, withPaper } from './scenes.ts';

async function prepared(
  path: string,
  quality: 'quick' | 'full',
  strokes: readonly Stroke[] = [],
  folder = sharedCache(),
): Promise<Prepared> {
  const result = await realDarkroom().prepare({ photoId: 'P1', path, folder, strokes, quality });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

async function photographed(scene: Scene): Promise<string> {
  const path = join(temporaryFolder(), 'teapot.png');
  await picture(scene).png().toFile(path);
  return path;
}

const alphaOf = (path: string): Promise<Buffer> => sharp(path).extractChannel('alpha').toColourspace('b-w').raw().toBuffer();

describe('quality, against the exact matte of a drawn scene', () => {
  test('the full matte is within 0.6 % and its outline within 2 %', async () => {
    const scene = await teapot();
    const { cutoutPath } = await prepared(await photographed(scene), 'full');
    const { mae, iou } = compare(await alphaOf(cutoutPath), scene.alpha);
    expect(mae).toBeLessThan(0.006);
    expect(iou).toBeGreaterThan(0.98);
  });

  test('the quick matte is good enough to look at', async () => {
    const scene = await teapot();
    const { cutoutPath } = await prepared(await photographed(scene), 'quick', [], temporaryFolder());
    expect(compare(await alphaOf(cutoutPath), scene.alpha).iou).toBeGreaterThan(0.93);
  });

  test('the hole in the handle is a hole', async () => {
    const scene = await teapot();
    const alpha = await alphaOf((await prepared(await photographed(scene), 'full')).cutoutPath);
    expect(alpha[325 * scene.width + 250]).toBeLessThan(13);
  });

  test('no halo: what is half transparent has the colour of the pot and none of the green wall', async () => {
    const scene = await teapot();
    const { cutoutPath } = await prepared(await photographed(scene), 'full');
    const rgba = await sharp(cutoutPath).raw().toBuffer();
    let [count, green] = [0, 0];
    for (let i = 0; i < scene.width * scene.height; i++) {
      const [r = 0, g = 0, b = 0, a = 0] = rgba.subarray(4 * i, 4 * i + 4);
      // Above the table only: there the old background is green.
      if (a < 60 || a > 200 || i > 390 * scene.width) continue;
      count++;
      if (g > r || g > b + 70) green++;
    }
    expect(count).toBeGreaterThan(500);
    expect(green / count).toBeLessThan(0.01);
  });

  test('the subject is boxed where it is', async () => {
    const { subject } = await prepared(await photographed(await teapot()), 'full');
    const expected = { x: 192 / 900, y: 148 / 600, width: 558 / 900, height: 307 / 600 };
    for (const side of ['x', 'y', 'width', 'height'] as const)
      expect(Math.abs((subject?.[side] ?? 9) - expected[side]), side).toBeLessThan(0.015);
  });
});

describe('what was worked out is kept', () => {
  test('a photo that was prepared needs no model any more, and a photo with other content does', async () => {
    const [folder, elsewhere] = [temporaryFolder(), temporaryFolder()];
    const path = await photographed(await teapot(450, 300));
    const first = await prepared(path, 'full', [], folder);
    const withoutModel = new LocalDarkroom({ modelDir: elsewhere });
    const job = { photoId: 'P1', path, folder, strokes: [], quality: 'full' as const };
    expect(await withoutModel.prepare(job)).toEqual({ ok: true, value: first });
    const recipe = withPaper();
    const exported = await withoutModel.export({
      photoId: 'P1',
      path,
      folder,
      recipe,
      backgroundPath: null,
      logoPath: null,
      outPath: join(elsewhere, 'a.jpg'),
    });
    expect(exported.ok).toBe(true);
    const { pixels } = await teapot(450, 300);
    await sharp(pixels, { raw: { width: 450, height: 300, channels: 3 } })
      .negate()
      .png()
      .toFile(path);
    expect(await withoutModel.prepare(job)).toMatchObject({ ok: false, error: { code: 'model_missing' } });
    await withoutModel.close();
  });

  test('damaged and missing cache files are made again, the same', async () => {
    const folder = temporaryFolder();
    const path = await photographed(await teapot(450, 300));
    const first = await prepared(path, 'full', [], folder);
    const bytes = await alphaOf(first.cutoutPath);
    for (const name of readdirSync(folder)) {
      if (name.startsWith('matte-full')) writeFileSync(join(folder, name), 'not a matte');
      else rmSync(join(folder, name));
    }
    const room = new LocalDarkroom({ modelDir: join(folder, 'no-model') });
    expect(await room.prepare({ photoId: 'P1', path, folder, strokes: [], quality: 'full' })).toMatchObject({ ok: false });
    await room.close();
    const again = await prepared(path, 'full', [], folder);
    expect(again).toEqual(first);
    expect((await alphaOf(again.cutoutPath)).equals(bytes)).toBe(true);
  });

  test('who asks for the quick cut-out gets the full one once it is there', async () => {
    const folder = temporaryFolder();
    const path = await photographed(await teapot(450, 300));
    const quick = await prepared(path, 'quick', [], folder);
    expect(quick.quality).toBe('quick');
    const full = await prepared(path, 'full', [], folder);
    expect(full.matteRevision).not.toBe(quick.matteRevision);
    expect(await prepared(path, 'quick', [], folder)).toEqual(full);
    expect(existsSync(full.cutoutPath)).toBe(true);
  });
});

describe('the brush', () => {
  const stroke = (mode: 'keep' | 'erase', points: [number, number][]): Stroke => ({ mode, radius: 0.05, hardness: 0.8, points });

  test('erases what was found, keeps what was not, and the last stroke wins', async () => {
    const scene = await teapot();
    const path = await photographed(scene);
    const plain = await prepared(path, 'full');
    const strokes = [
      stroke('erase', [
        [0.4, 0.5],
        [0.55, 0.5],
      ]),
      stroke('keep', [[0.1, 0.15]]),
      stroke('keep', [[0.5, 0.5]]),
    ];
    const brushed = await prepared(path, 'full', strokes);
    expect(brushed.matteRevision).not.toBe(plain.matteRevision);
    const [before, after] = [await alphaOf(plain.cutoutPath), await alphaOf(brushed.cutoutPath)];
    const at = (alpha: Buffer, x: number, y: number) =>
      alpha[Math.round(y * scene.height) * scene.width + Math.round(x * scene.width)] ?? -1;
    expect([at(before, 0.42, 0.5), at(after, 0.42, 0.5)]).toEqual([255, 0]);
    expect([at(before, 0.1, 0.15), at(after, 0.1, 0.15)]).toEqual([0, 255]);
    expect(at(after, 0.5, 0.5)).toBe(255);
    expect(at(after, 0.3, 0.45)).toBe(255);
    expect(brushed.subject?.x).toBeLessThan(0.08);
  });
});
