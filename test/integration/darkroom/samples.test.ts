/**
 * The sample photos were rendered together with their exact mattes: what the darkroom cuts out of them is held against the truth, and what
 * the edge step does to it. The step is there to better what the network says about an outline; whatever it cannot better it has to leave alone, before the photos'
 * own backgrounds and before others. One file, so that the network is asked once for each photo.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import { GUIDE_LONG_EDGE, makeCutout } from '../../../electron/darkroom/cutout/cutout.ts';
import { Cutouts } from '../../../electron/darkroom/cutout/cutouts.ts';
import { openPhotoCache } from '../../../electron/darkroom/cutout/photo-cache.ts';
import { prepare } from '../../../electron/darkroom/cutout/prepare.ts';
import { within } from '../../../electron/darkroom/files/raster.ts';
import { readRaster } from '../../../electron/darkroom/files/read-raster.ts';
import { openSource } from '../../../electron/darkroom/files/source.ts';
import { Model } from '../../../electron/darkroom/matte/model.ts';
import { modelFolder } from '../../../electron/darkroom/matte/model-folder.ts';
import { askNetwork, loadNetwork } from '../../../electron/darkroom/matte/network.ts';
import { matteAt, segment } from '../../../electron/darkroom/matte/segment.ts';
import manifest from '../../../resources/models/manifest.json' with { type: 'json' };
import { root } from '../../../scripts/setup/places.mjs';
import { runs } from '../../runs.ts';
import { compare, edgeBandError, sharedCache, temporaryFolder } from './scenes.ts';

const SAMPLES = join(root, 'resources', 'samples');
const names = readdirSync(SAMPLES)
  .filter((file) => file.endsWith('.jpg'))
  .map((file) => file.replace('.jpg', ''));
/** A published photo of fur with its matte, when it lies beside the project. */
const LEMUR = join(root, '..', 'shared', 'photos');
/** Pixels of the guide around the outline: the rim itself, and where crumbs would lie. */
const BANDS = [2, 6, 12];

const model = new Model({ modelDir: modelFolder(), threads: 2 });
afterAll(() => model.close());

interface Judged {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly mae: { readonly before: number; readonly after: number };
}

/** The network's matte and the finished one, held against the truth at the size at which edges are worked out. */
async function judge(photo: string, matte: string): Promise<Judged> {
  const source = await openSource(photo);
  const size = within(source, GUIDE_LONG_EDGE);
  const guide = await readRaster(source, size);
  const folder = await openPhotoCache(sharedCache(), source, await model.fingerprint());
  const network = await matteAt(await segment(model, source, async () => guide, folder, 'full'), guide);
  const finished = makeCutout(guide, network, []).alpha;
  const truth = await sharp(matte).resize(guide.width, guide.height, { fit: 'fill' }).toColourspace('b-w').raw().toBuffer();
  return {
    before: BANDS.map((reach) => edgeBandError(network, truth, guide, reach)),
    after: BANDS.map((reach) => edgeBandError(finished, truth, guide, reach)),
    mae: { before: compare(network, truth).mae, after: compare(finished, truth).mae },
  };
}

function expectNoWorse({ before, after }: Judged): void {
  BANDS.forEach((reach, n) => {
    expect(after[n], `within ${reach} pixels of the outline`).toBeLessThanOrEqual(before[n] ?? 0);
  });
}

const photographed = new Map<string, Promise<Judged>>();

/** A sample as it was rendered; each is judged once. */
function asPhotographed(name: string): Promise<Judged> {
  const judged = photographed.get(name) ?? judge(join(SAMPLES, `${name}.jpg`), join(SAMPLES, `${name}.matte.png`));
  photographed.set(name, judged);
  return judged;
}

/** The subject of a sample before a background that it was not photographed with. */
async function placedBefore(name: string, backdrop: (width: number, height: number) => sharp.Sharp): Promise<string> {
  const photo = sharp(join(SAMPLES, `${name}.jpg`));
  const { width, height } = await photo.metadata();
  const matte = await sharp(join(SAMPLES, `${name}.matte.png`))
    .toColourspace('b-w')
    .raw()
    .toBuffer();
  const subject = await photo
    .clone()
    .joinChannel(matte, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
  const path = join(temporaryFolder(), `${name}.png`);
  await backdrop(width, height)
    .composite([{ input: subject }])
    .removeAlpha()
    .png()
    .toFile(path);
  return path;
}

/** Stripes of two greys, as brick courses and boards are: what a window of colour can be misled by. */
const stripes = (width: number, height: number): sharp.Sharp =>
  sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><defs><pattern id="p" width="48" height="22" patternUnits="userSpaceOnUse"><rect width="48" height="22" fill="#b9b6b0"/><rect width="48" height="3" fill="#6f6a62"/><rect width="3" height="22" fill="#6f6a62"/></pattern></defs><rect width="100%" height="100%" fill="url(#p)"/></svg>`,
    ),
  );
const plain = (width: number, height: number): sharp.Sharp => sharp({ create: { width, height, channels: 3, background: '#8f9aa3' } });

test('there are a car, a chair and a bottle', () => {
  for (const kind of ['car', 'chair', 'bottle'])
    expect(
      names.some((name) => name.startsWith(kind)),
      kind,
    ).toBe(true);
});

const backdrops = { 'a wall of courses': stripes, 'a plain sweep': plain } as const;
const before = (those: readonly string[], backdrop: keyof typeof backdrops) => those.map((name) => [name, backdrop] as const);
/** Of each kind there are two: the first of them before the wall, the others before the sweep, and then the other way round. */
const firsts = names.filter((_, n) => n % 2 === 0);
const seconds = names.filter((_, n) => n % 2 === 1);
const elsewhere = [
  ...before(firsts, 'a wall of courses'),
  ...before(seconds, 'a plain sweep'),
  ...before(firsts, 'a plain sweep'),
  ...before(seconds, 'a wall of courses'),
];
/** `npm run check:long` tries all of them. */
const USUAL_ELSEWHERE = 4;

describe('the edge step makes no outline worse', () => {
  test.each(names)('%s, as it was photographed', async (name) => {
    const judged = await asPhotographed(name);
    expectNoWorse(judged);
    expect(judged.mae.after).toBeLessThanOrEqual(judged.mae.before);
  });

  test.each(elsewhere.slice(0, runs(USUAL_ELSEWHERE)))('%s before %s', async (name, backdrop) => {
    expectNoWorse(await judge(await placedBefore(name, backdrops[backdrop]), join(SAMPLES, `${name}.matte.png`)));
  });

  if (existsSync(join(LEMUR, 'lemur.png')))
    test('fur is bettered by a third', async () => {
      const judged = await judge(join(LEMUR, 'lemur.png'), join(LEMUR, 'lemur_alpha.png'));
      expectNoWorse(judged);
      expect(judged.mae.after).toBeLessThan(0.0067);
    });
});

test.each(names)('%s is cut out within 0.5 % of the truth (a car within 0.25 %), its outline within 3 %', async (name) => {
  const job = { photoId: name, path: join(SAMPLES, `${name}.jpg`), folder: sharedCache(), strokes: [], quality: 'full' as const };
  const { cutoutPath } = await prepare(new Cutouts(model), await model.fingerprint(), job);
  const found = sharp(cutoutPath).extractChannel('alpha').toColourspace('b-w');
  const { width, height } = await sharp(cutoutPath).metadata();
  const truth = sharp(join(SAMPLES, `${name}.matte.png`))
    .resize(width, height)
    .toColourspace('b-w');
  const { mae, iou } = compare(await found.raw().toBuffer(), await truth.raw().toBuffer());
  expect(mae).toBeLessThan(name.startsWith('car') ? 0.0025 : 0.005);
  expect(iou).toBeGreaterThan(0.97);
});

test('cars come out clean: their outline errs by less than a thirteenth within six pixels, the whole by less than 0.23 %', async () => {
  for (const name of ['car-side', 'car-workshop']) {
    const { after, mae } = await asPhotographed(name);
    expect(after[1], name).toBeLessThan(0.073);
    expect(mae.after, name).toBeLessThan(0.0023);
  }
});

test('in eight bits the network answers as in floats: on average within 0.2 % on each sample, and no region changes sides', async () => {
  const modelDir = modelFolder();
  const load = (file: string) => loadNetwork(join(modelDir, file), 2);
  const [floats, bytes] = [await load('isnet-512.onnx'), await load(manifest.int8.file)];
  for (const name of names) {
    const square = { width: 512, height: 512 };
    const data = await sharp(join(SAMPLES, `${name}.jpg`))
      .resize({ ...square, fit: 'fill' })
      .raw()
      .toBuffer();
    const one = await askNetwork(floats, 512, { data, ...square });
    const other = await askNetwork(bytes, 512, { data, ...square });
    expect(compare(one, other).mae, name).toBeLessThan(0.002);
    expect(one.filter((value, n) => value > 127 !== (other[n] ?? 0) > 127).length / one.length, name).toBeLessThan(0.002);
  }
  await Promise.all([floats.release(), bytes.release()]);
});
