/**
 * Glass against exact truth: cars rendered with panes, with maps of what comes through them. What is seen through a pane over any other
 * background is known from those, so the whole chain is compared and not only masks.
 */
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Cutout, makeCutout } from '../../../electron/darkroom/cutout/cutout.ts';
import type { Raster } from '../../../electron/darkroom/files/raster.ts';
import { planeOf } from '../../../electron/darkroom/glass/patches.ts';
import { findRegions } from '../../../electron/darkroom/glass/regions.ts';
import { filmCurve } from '../../../scripts/samples/develop.ts';
import { root } from '../../../scripts/setup/places.mjs';
import type { GlassStroke } from '../../../shared/edit/recipe.ts';
import { type GlassRegions, likeliestAt, nearestInArea, regionsAt, steppedFrom } from '../../../shared/edit/regions.ts';
import { overGrey } from './over-grey.ts';
import { type RenderedCar, renderedCar, type TruePatch, truePatches } from './rendered-car.ts';

/** Smaller patches are not worth a click. */
const LEAST_PIXELS = 200;

interface Found {
  readonly patch: TruePatch;
  readonly region: number;
  /** What region and truth have in common, over what either has. */
  readonly overlap: number;
}

interface Case {
  readonly car: RenderedCar;
  readonly regions: GlassRegions;
  /** By one click in its middle, and by the best of that and at most two steps of the wheel. */
  readonly clicked: readonly Found[];
  readonly stepped: readonly Found[];
  /** By the best of all regions there: with the finest steps. */
  readonly finest: readonly Found[];
}

function overlapOf({ photo }: RenderedCar, { tree }: GlassRegions, region: number, patch: TruePatch): number {
  const plane = planeOf(tree, [region], photo);
  let [both, either] = [0, 0];
  for (let i = 0; i < plane.length; i++) {
    const [here, there] = [(plane[i] ?? 0) > 0.5, patch.mask[i] === 1];
    if (here && there) both++;
    if (here || there) either++;
  }
  return both / either;
}

async function caseOf(name: 'car-panes-side' | 'car-panes-quarter'): Promise<Case> {
  const car = await renderedCar(name);
  const regions = await findRegions(
    car.photo,
    Float32Array.from(car.matte, (value) => value / 255),
  );
  if (regions === null) throw new Error('nothing was found');
  const bestOf = (patch: TruePatch, choices: ReadonlySet<number>): Found =>
    [...choices]
      .map((region) => ({ patch, region, overlap: overlapOf(car, regions, region, patch) }))
      .reduce((best, each) => (each.overlap > best.overlap ? each : best));
  const found = (patch: TruePatch, steps: number): Found => {
    const first = likeliestAt(regions.tree, patch.middle);
    const choices = new Set([first, ...(Number.isFinite(steps) ? [] : regionsAt(regions.tree, patch.middle))]);
    if (!Number.isFinite(steps)) return bestOf(patch, choices);
    for (const by of [1, -1] as const) {
      let region = first;
      for (let n = 0; n < steps; n++) {
        region = steppedFrom(regions.tree, patch.middle, region, { by, finest: false });
        choices.add(region);
      }
    }
    return bestOf(patch, choices);
  };
  const patches = truePatches(car, LEAST_PIXELS);
  const within = (steps: number): Found[] => patches.map((patch) => found(patch, steps));
  return { car, regions, clicked: within(0), stepped: within(2), finest: within(Number.POSITIVE_INFINITY) };
}

let side: Case;
let quarter: Case;
beforeAll(async () => {
  side = await caseOf('car-panes-side');
  quarter = await caseOf('car-panes-quarter');
}, 60_000);

describe('a click on scenery seen through a pane', () => {
  test('from the side takes the large patches as they are, without any step', () => {
    for (const { overlap } of side.clicked.slice(0, 2)) expect(overlap).toBeGreaterThan(0.9);
  });
  test('and slivers between seats, too; but for a rear window that shows two things, which takes two clicks', () => {
    expect(side.clicked.filter(({ overlap }) => overlap >= 0.75)).toHaveLength(5);
    expect(side.stepped).toHaveLength(6);
  });
  test('from three quarters, where the room is mirrored in every pane, five of six with at most two steps, the four largest among them', () => {
    expect(quarter.stepped.filter(({ overlap }) => overlap >= 0.6)).toHaveLength(5);
    for (const { overlap } of quarter.stepped.slice(0, 4)) expect(overlap).toBeGreaterThan(0.6);
  });
});

test('proposals from the side are those two patches, and the tint that is found is that of the glass', () => {
  const { tree, tint } = side.regions;
  const proposals = side.regions.proposals.filter(({ doubtful }) => !doubtful);
  expect(proposals.length).toBeGreaterThan(0);
  for (const { at, area } of proposals) {
    const region = nearestInArea(tree, at, area);
    expect(Math.max(...side.clicked.map(({ patch }) => overlapOf(side.car, side.regions, region, patch)))).toBeGreaterThan(0.8);
  }
  const [through, pixels] = side.clicked.reduce(
    ([sum, count], { patch }) => [
      sum + side.car.through.reduce((all, value, i) => all + (patch.mask[i] === 1 ? value / 255 : 0), 0),
      count + patch.area,
    ],
    [0, 0],
  );
  expect(Math.abs(tint - through / pixels)).toBeLessThan(0.1);
});

test.each([
  ['white paint mirrors the room and no glass is clear', async () => quarter.regions],
  [
    'blue paint mirrors a window, and so does a windscreen',
    async () => {
      const size = { width: 1200, height: 800 };
      const sample = (file: string) => sharp(join(root, 'resources', 'samples', file)).resize(size);
      const photo = { data: new Uint8Array(await sample('car-workshop.jpg').raw().toBuffer()), ...size };
      const matte = await sample('car-workshop.matte.png').toColourspace('b-w').raw().toBuffer();
      return findRegions(
        photo,
        Float32Array.from(matte, (value) => value / 255),
      );
    },
  ],
])('nothing is surely glass where %s', async (_where, look) => {
  const regions = await look();
  expect(regions).not.toBeNull();
  expect(regions?.proposals.filter(({ doubtful }) => !doubtful)).toEqual([]);
});

/** Linear light of a display value, 0..1: the film curve backwards. */
const LIGHT = Float64Array.from({ length: 256 }, (_, shown) => {
  let [low, high] = [0, 64];
  for (let n = 0; n < 40; n++) {
    const middle = (low + high) / 2;
    if (filmCurve(middle) < shown / 255) low = middle;
    else high = middle;
  }
  return low;
});
const lightOf = (shown: number): number => LIGHT[shown] ?? 0;

/** Mean difference to what is true in the panes, display values 0..1. */
function errorIn({ pane, through, closed }: RenderedCar, made: Raster, grey: number): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < pane.length; i++) {
    if (pane[i] !== 255) continue;
    for (let c = 0; c < 3; c++, count++) {
      const truth = filmCurve(lightOf(closed[3 * i + c] ?? 0) + ((through[i] ?? 0) / 255) * lightOf(grey));
      sum += Math.abs((made.data[3 * i + c] ?? 0) / 255 - truth);
    }
  }
  return sum / count;
}

describe('over another background', () => {
  const cut = ({ car, regions }: Case, strokes: readonly GlassStroke[]): Cutout =>
    makeCutout(car.photo, car.matte, strokes, { regions: regions.tree, seen: null });
  const strokesOf = ({ regions, finest }: Case): GlassStroke[] =>
    finest
      .filter(({ overlap }) => overlap >= 0.6)
      .map(({ patch, region }) => ({ mode: 'glass', at: [patch.middle[0], patch.middle[1]], area: regions.tree.area[region] ?? 0 }));
  test.each([
    // Not lighter: near white the film curve bends so far that a display value says little about light.
    ['light', 190],
    ['dark', 45],
  ])('%s: the panes are as they would have been photographed there', (_what, grey) => {
    const before = errorIn(side.car, overGrey(grey, side.car.photo, cut(side, []), 0.65), grey);
    const after = errorIn(side.car, overGrey(grey, side.car.photo, cut(side, strokesOf(side)), 0.63), grey);
    expect(after, `before: ${before}`).toBeLessThan(0.04);
    expect(after / before, `before: ${before}, after: ${after}`).toBeLessThan(0.4);
  });
});
