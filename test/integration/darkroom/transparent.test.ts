/** A picture with nothing behind its subject: laid over any background it is the picture that the darkroom makes with that background. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { defaultRecipe, type ExportSettings, type Recipe } from '../../../shared/edit/recipe.ts';
import { darkroom, picture, sharedCache, teapot, temporaryFolder } from './scenes.ts';

const GREEN = { r: 40, g: 180, b: 90 };
const recipeWith = (background: Recipe['background'], format: ExportSettings['format']): Recipe => ({
  ...defaultRecipe,
  background,
  shadow: { kind: 'contact', strength: 0.8, softness: 0.5 },
  placement: { ...defaultRecipe.placement, mode: 'fit' },
  export: { ...defaultRecipe.export, format, quality: 100 },
});

/** The finished file's path. */
async function finish(photo: Buffer, name: string, recipe: Recipe): Promise<string> {
  const folder = temporaryFolder();
  const path = join(folder, name);
  writeFileSync(path, photo);
  const backgroundPath = recipe.background?.kind === 'file' ? join(folder, 'green.png') : null;
  if (backgroundPath !== null)
    await sharp({ create: { width: 60, height: 40, channels: 3, background: GREEN } })
      .png()
      .toFile(backgroundPath);
  const outPath = join(folder, `finished.${recipe.export.format}`);
  const done = await darkroom().export({ photoId: 'P', path, folder: sharedCache(), recipe, backgroundPath, logoPath: null, outPath });
  if (!done.ok) throw new Error(done.error.message);
  return outPath;
}

const pixels = (path: string) => sharp(path, { ignoreIcc: true }).raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });

test.each(['png', 'tiff', 'webp'] as const)('%s: shadow, edges and subject over green are the picture made with green', async (format) => {
  const photo = await picture(await teapot(450, 300))
    .jpeg({ quality: 92 })
    .toBuffer();
  const clear = await pixels(await finish(photo, 'pot.jpg', recipeWith({ kind: 'transparent' }, format)));
  const green = await pixels(await finish(photo, 'pot.jpg', recipeWith({ kind: 'file', fileId: 'G' }, 'png')));
  expect([clear.info.width, clear.info.height, clear.info.channels]).toEqual([450, 300, 4]);
  let [sum, most, through, shaded] = [0, 0, 0, 0];
  for (let i = 0, at = 0; i < clear.data.length; i += 4, at += 3) {
    const alpha = (clear.data[i + 3] ?? 0) / 255;
    if (alpha === 0) through += 1;
    else if (alpha < 0.9 && (clear.data[i] ?? 0) < 3) shaded += 1;
    for (const [c, behind] of [GREEN.r, GREEN.g, GREEN.b].entries()) {
      const off = Math.abs((clear.data[i + c] ?? 0) * alpha + behind * (1 - alpha) - (green.data[at + c] ?? 0));
      sum += off;
      most = Math.max(most, off);
    }
  }
  // Corners show nothing at all, and under the pot lies its shadow.
  expect(through).toBeGreaterThan(450 * 300 * 0.2);
  expect(shaded).toBeGreaterThan(100);
  expect(sum / green.data.length).toBeLessThan(format === 'webp' ? 2 : 0.5);
  if (format !== 'webp') expect(most).toBeLessThanOrEqual(3);
});

test('a 16 bit photo stays one, its alpha too, with its profile', async () => {
  const { pixels: shallow, width, height } = await teapot(450, 300);
  const deep = new Uint16Array(shallow.length);
  for (let i = 0; i < deep.length; i++) deep[i] = (shallow[i] ?? 0) * 255 + 77;
  const photo = await sharp(deep, { raw: { width, height, channels: 3 } })
    .toColourspace('rgb16')
    .withMetadata({ icc: 'p3' })
    .tiff({ compression: 'lzw' })
    .toBuffer();
  for (const format of ['tiff', 'png'] as const) {
    const path = await finish(photo, 'pot.tif', recipeWith({ kind: 'transparent' }, format));
    const known = await sharp(path).metadata();
    expect(known).toMatchObject({ depth: 'ushort', channels: 4, hasAlpha: true });
    expect(known.icc).toBeDefined();
    const { data } = await sharp(path, { ignoreIcc: true })
      .toColourspace('rgb16')
      .raw({ depth: 'ushort' })
      .toBuffer({ resolveWithObject: true });
    const samples = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
    const alphas = new Set(samples.filter((_, i) => i % 4 === 3));
    expect([alphas.has(0), alphas.has(65_535)]).toEqual([true, true]);
    expect(alphas.size).toBeGreaterThan(300);
  }
});
