/**
 * The old shadow on its way through the darkroom: what the preview's cut-out is without, the finished picture is without. The picture
 * brings its own matte, shadow and all, so that no network has a say.
 */
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, expect, test } from 'vitest';
import type { Size } from '../../../shared/edit/placement.ts';
import type { Stroke } from '../../../shared/edit/recipe.ts';
import { type Scene, sample, trueWheels, withShadow } from '../../unit/darkroom/ground-scenes.ts';
import { realDarkroom, sharedCache, temporaryFolder, withPaper } from './scenes.ts';

const REMOVE: Stroke = { mode: 'old-shadow', remove: true };
let shaded: Scene;

beforeAll(async () => {
  shaded = withShadow('car-side', await sample('car-side', 1200), { light: [0.15, 0.15, 0.15], edge: 1.5 });
});

async function cutOut(): Promise<string> {
  const { data, width, height } = shaded.guide;
  const path = join(temporaryFolder(), 'shaded.png');
  await sharp(data, { raw: { width, height, channels: 3 } })
    .joinChannel(Buffer.from(shaded.matte), { raw: { width, height, channels: 1 } })
    .png()
    .toFile(path);
  return path;
}

/** The floor under the car, half way between its wheels and a little above the line on which they stand, in fractions of the photo. */
function floor(): [number, number] {
  const [a, b] = trueWheels('car-side');
  return [(a.x + b.x) / 2, (a.y + b.y) / 2 + 0.85 * ((a.radius + b.radius) / 2)];
}

/** The number of its pixel in a picture of that size. */
const under = ({ width, height }: Size): number => Math.round(floor()[1] * height) * width + Math.round(floor()[0] * width);

async function preview(path: string, strokes: readonly Stroke[]) {
  const made = await realDarkroom().prepare({ photoId: 'p', path, folder: sharedCache(), strokes, quality: 'full' });
  if (!made.ok) throw new Error(made.error.message);
  const { data, info } = await sharp(made.value.cutoutPath).raw().toBuffer({ resolveWithObject: true });
  return { ground: made.value.ground, alpha: data[4 * under(info) + 3] };
}

test('a matte that came with the picture keeps its shadow until somebody says that it goes', async () => {
  const path = await cutOut();
  const before = await preview(path, []);
  expect(before).toMatchObject({ alpha: 255, ground: { standing: 'sure', shadowRemoved: false } });
  const after = await preview(path, [REMOVE]);
  expect(after).toMatchObject({ alpha: 0, ground: { standing: 'sure', shadowRemoved: true } });
});

test('what the preview is without, the finished picture is without', async () => {
  const path = await cutOut();
  const outPath = join(temporaryFolder(), 'finished.png');
  const recipe = withPaper({ strokes: [REMOVE], shadow: { kind: 'none', strength: 0, softness: 0 } });
  const png = { ...recipe, export: { ...recipe.export, format: 'png' as const } };
  const job = { photoId: 'p', path, folder: sharedCache(), recipe: png, backgroundPath: null, logoPath: null, outPath };
  const made = await realDarkroom().export(job);
  expect(made).toMatchObject({ ok: true });
  const { data, info } = await sharp(outPath).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  // Paper is light; the shadow was not.
  expect(data[3 * under(info)]).toBeGreaterThan(180);
});

test('the brush has the last word', async () => {
  const path = await cutOut();
  const kept = await preview(path, [REMOVE, { mode: 'keep', radius: 0.02, hardness: 1, points: [floor()] }]);
  expect(kept.alpha).toBe(255);
});
