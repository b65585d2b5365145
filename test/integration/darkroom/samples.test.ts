/**
 * The sample photos were rendered together with their exact mattes: what the darkroom cuts out of them is held against the truth, and what
 * the edge step does to it. The step is there to better what the network says about an outline; whatever it cannot better it has to leave alone, before the photos'
 * own backgrounds and before others (test/quality; `npm run quality` has all figures). One file, so that the network is asked once for each photo.
 */
import { existsSync, writeFileSync } from 'node:fs';
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
import { type Answering, matteAt, segment } from '../../../electron/darkroom/matte/segment.ts';
import manifest from '../../../resources/models/manifest.json' with { type: 'json' };
import { root } from '../../../scripts/setup/places.mjs';
import { BANDS, CAR_FLOORS, compare, edgeBandError, HARD_SLACK } from '../../quality/errors.ts';
import { ARITHMETICS, NetworkIn } from '../../quality/steps.ts';
import { backdropsFor, hardSamples, placedBefore, type Sample, samples } from '../../quality/subjects.ts';
import { runs } from '../../runs.ts';
import { sharedCache, temporaryFolder } from './scenes.ts';

/** A published photo of fur with its matte, where `BACKLOT_PHOTOS` says or when it lies beside the project. */
const LEMUR = process.env['BACKLOT_PHOTOS'] ?? join(root, '..', 'shared', 'photos');
const model = new Model({ modelDir: modelFolder(), threads: 2 });
afterAll(() => model.close());

interface Judged {
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly mae: { readonly before: number; readonly after: number };
}

/** The network's matte and the finished one, held against the truth at the size at which edges are worked out. */
async function judge(photo: string, matte: string, network: Answering & Pick<Model, 'fingerprint'> = model): Promise<Judged> {
  const source = await openSource(photo);
  const size = within(source, GUIDE_LONG_EDGE);
  const guide = await readRaster(source, size);
  const folder = await openPhotoCache(sharedCache(), source, await network.fingerprint());
  const answer = await matteAt(await segment(network, source, async () => guide, folder, 'full'), guide);
  const finished = makeCutout(guide, answer, []).alpha;
  const truth = await sharp(matte).resize(guide.width, guide.height, { fit: 'fill' }).toColourspace('b-w').raw().toBuffer();
  return {
    before: BANDS.map((reach) => edgeBandError(answer, truth, guide, reach)),
    after: BANDS.map((reach) => edgeBandError(finished, truth, guide, reach)),
    mae: { before: compare(answer, truth).mae, after: compare(finished, truth).mae },
  };
}

function expectNoWorse({ before, after }: Judged): void {
  BANDS.forEach((reach, n) => {
    expect(after[n], `within ${reach} pixels of the outline`).toBeLessThanOrEqual(before[n] ?? 0);
  });
}

const photographed = new Map<Sample, Promise<Judged>>();

/** A sample as it was rendered; each is judged once. */
function asPhotographed(sample: Sample): Promise<Judged> {
  const judged = photographed.get(sample) ?? judge(sample.photo, sample.truth);
  photographed.set(sample, judged);
  return judged;
}

test('there are a car, a chair and a bottle', () => {
  for (const kind of ['car', 'chair', 'bottle'])
    expect(
      samples.some(({ name }) => name.startsWith(kind)),
      kind,
    ).toBe(true);
});

/** Of each kind there are two: the first of them before the first backdrop, the others before the second, then the other way round, and so on. */
const elsewhere = samples
  .flatMap((sample, n) =>
    backdropsFor(sample.name).map((backdrop, m) => ({ sample, backdrop, turn: 4 * (m >> 1) + 2 * ((m + n) % 2) + (n % 2) })),
  )
  .toSorted((a, b) => a.turn - b.turn)
  .map(({ sample, backdrop }) => [sample.name, backdrop, sample] as const);
/** One of each kind; `npm run check:long` tries all of them. */
const isLong = runs(1) > 1;
const tried = isLong ? elsewhere : elsewhere.slice(0, 3);

const OWN = 'its own background';
/** What is hard to cut out: as it was photographed, and before everything else when there is time. */
const hard = hardSamples.flatMap((sample) =>
  [OWN, ...backdropsFor(sample.name)].map((backdrop) => [sample.name, backdrop, sample] as const),
);
/** A car of the colour of its own shadow, and bright spokes where everything around has the colour of the tyre. */
const HARDEST = [`car-road before ${OWN}`, 'motorcycle-red before a meadow'];
const triedHard = isLong ? hard : hard.filter(([name, backdrop]) => HARDEST.includes(`${name} before ${backdrop}`));

describe('the edge step makes no outline worse', () => {
  const cars: Judged[] = [];
  const hardOnes: { readonly before: number; readonly after: number }[] = [];

  test.each(samples)('$name, as it was photographed', async (sample) => {
    const judged = await asPhotographed(sample);
    expectNoWorse(judged);
    expect(judged.mae.after).toBeLessThanOrEqual(judged.mae.before);
  });

  test.each(tried)('%s before %s', async (_name, backdrop, sample) => {
    const photo = join(temporaryFolder(), 'photo.png');
    writeFileSync(photo, await placedBefore(sample, backdrop));
    const judged = await judge(photo, sample.truth);
    expectNoWorse(judged);
    if (sample.name.startsWith('car')) cars.push(judged);
  });

  test.each(triedHard)('%s, which is hard, before %s: by no more than 5 %', async (_name, backdrop, sample) => {
    const photo = join(temporaryFolder(), 'photo.png');
    if (backdrop !== OWN) writeFileSync(photo, await placedBefore(sample, backdrop));
    const { before, after } = await judge(backdrop === OWN ? sample.photo : photo, sample.truth);
    BANDS.forEach((reach, n) => {
      expect(after[n], `within ${reach} pixels of the outline`).toBeLessThanOrEqual(HARD_SLACK * (before[n] ?? 0));
    });
    hardOnes.push({ before: before[BANDS.indexOf(6)] ?? 0, after: after[BANDS.indexOf(6)] ?? 1 });
  });

  if (isLong)
    test('what is hard comes out better on average', () => {
      const sum = (of: (one: { readonly before: number; readonly after: number }) => number): number =>
        hardOnes.reduce((total, one) => total + of(one), 0);
      expect(hardOnes).toHaveLength(hard.length);
      expect(sum(({ after }) => after)).toBeLessThan(sum(({ before }) => before));
    });

  if (isLong)
    test('cars before all backdrops err by less than 0.23 %, and by less than a twentieth within six pixels of the outline', () => {
      const mean = (of: (one: Judged) => number): number => cars.reduce((sum, one) => sum + of(one), 0) / cars.length;
      expect(cars.length).toBeGreaterThan(40);
      expect(mean(({ mae }) => mae.after)).toBeLessThan(CAR_FLOORS.mae);
      expect(mean(({ after }) => after[BANDS.indexOf(6)] ?? 1)).toBeLessThan(CAR_FLOORS.outline);
    });

  if (isLong)
    test.each(ARITHMETICS)('in %s cars stay below the same, before every sixth backdrop', async (arithmetic) => {
      const network = new NetworkIn(arithmetic, modelFolder());
      const judged: Judged[] = [];
      for (const car of samples.filter(({ name }) => name.startsWith('car'))) {
        for (const backdrop of backdropsFor(car.name).filter((_, n) => n % 6 === 0)) {
          const photo = join(temporaryFolder(), 'photo.png');
          writeFileSync(photo, await placedBefore(car, backdrop));
          judged.push(await judge(photo, car.truth, network));
          expectNoWorse(judged.at(-1) as Judged);
        }
      }
      await network.close();
      const mean = (of: (one: Judged) => number): number => judged.reduce((sum, one) => sum + of(one), 0) / judged.length;
      expect(judged).toHaveLength(8);
      expect(mean(({ mae }) => mae.after)).toBeLessThan(CAR_FLOORS.mae);
      expect(mean(({ after }) => after[BANDS.indexOf(6)] ?? 1)).toBeLessThan(CAR_FLOORS.outline);
    });

  if (existsSync(join(LEMUR, 'lemur.png')))
    test('fur is bettered by a third', async () => {
      const judged = await judge(join(LEMUR, 'lemur.png'), join(LEMUR, 'lemur_alpha.png'));
      expectNoWorse(judged);
      expect(judged.mae.after).toBeLessThan(0.0067);
    });
});

test.each(samples)(
  '$name is cut out within 0.5 % of the truth (a car within 0.25 %), its outline within 3 %',
  async ({ name, photo, truth }) => {
    const job = { photoId: name, path: photo, folder: sharedCache(), strokes: [], quality: 'full' as const };
    const { cutoutPath } = await prepare(new Cutouts(model), await model.fingerprint(), job);
    const found = sharp(cutoutPath).extractChannel('alpha').toColourspace('b-w');
    const { width, height } = await sharp(cutoutPath).metadata();
    const exact = sharp(truth).resize(width, height).toColourspace('b-w');
    const { mae, iou } = compare(await found.raw().toBuffer(), await exact.raw().toBuffer());
    expect(mae).toBeLessThan(name.startsWith('car') ? 0.0025 : 0.005);
    expect(iou).toBeGreaterThan(0.97);
  },
);

test('cars come out clean: their outline errs by less than a fourteenth within six pixels, the whole by less than 0.23 %', async () => {
  for (const car of samples.filter((sample) => sample.name.startsWith('car'))) {
    const { name } = car;
    const { after, mae } = await asPhotographed(car);
    expect(after[BANDS.indexOf(6)], name).toBeLessThan(0.07);
    expect(mae.after, name).toBeLessThan(CAR_FLOORS.mae);
  }
});

test('in eight bits the network answers as in floats: on average within 0.2 % on a sample of each kind, and no region changes sides', async () => {
  const modelDir = modelFolder();
  const load = (file: string) => loadNetwork(join(modelDir, file), 2);
  const [floats, bytes] = [await load('isnet-512.onnx'), await load(manifest.int8.file)];
  for (const { name, photo } of isLong ? samples : samples.filter((_, n) => n % 2 === 1)) {
    const square = { width: 512, height: 512 };
    const data = await sharp(photo)
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
