/** The sample photos were rendered together with their exact mattes: what the darkroom cuts out of them can be held against the truth. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { root } from '../../../scripts/setup/places.mjs';
import { compare, darkroom, sharedCache } from './scenes.ts';

const folder = join(root, 'resources', 'samples');
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.jpg'))
  .map((file) => file.replace('.jpg', ''));

test('there are a car, a chair and a bottle', () => {
  for (const kind of ['car', 'chair', 'bottle'])
    expect(
      names.some((name) => name.startsWith(kind)),
      kind,
    ).toBe(true);
});

test.each(names)('%s is cut out within 0.5 % of the truth (a car within 0.25 %), its outline within 3 %', async (name) => {
  const result = await darkroom().prepare({
    photoId: name,
    path: join(folder, `${name}.jpg`),
    folder: sharedCache(),
    strokes: [],
    quality: 'full',
  });
  if (!result.ok) throw new Error(result.error.message);
  const found = sharp(result.value.cutoutPath).extractChannel('alpha').toColourspace('b-w');
  const { width, height } = await sharp(result.value.cutoutPath).metadata();
  const truth = sharp(join(folder, `${name}.matte.png`))
    .resize(width, height)
    .toColourspace('b-w');
  const { mae, iou } = compare(await found.raw().toBuffer(), await truth.raw().toBuffer());
  expect(mae).toBeLessThan(name.startsWith('car') ? 0.0025 : 0.005);
  expect(iou).toBeGreaterThan(0.97);
});
