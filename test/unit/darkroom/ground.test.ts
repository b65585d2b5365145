/**
 * The ground under a car, held against what the renderer knows of it: wheels, the camera's height, and the car without the shadow that
 * was put under it.
 */
import { beforeAll, describe, expect, test } from 'vitest';
import { GUIDE_LONG_EDGE } from '../../../electron/darkroom/cutout/cutout.ts';
import { SURE, standOnGround, surveyGround } from '../../../electron/darkroom/ground/ground.ts';
import type { Ground } from '../../../shared/edit/ground.ts';
import type { Stroke } from '../../../shared/edit/recipe.ts';
import { runs } from '../../runs.ts';
import {
  CARS,
  judge,
  otherSamples,
  type Scene,
  sample,
  before as shownBefore,
  trueEyeHeight,
  trueFarContacts,
  trueFocal,
  trueWheels,
  withShadow,
} from './ground-scenes.ts';

/** Large enough for what a full cut-out is made from, small enough for many. */
const EDGE = 1100;

const scenes = new Map<string, Scene>();
function scene(name: string): Scene {
  const known = scenes.get(name);
  if (known === undefined) throw new Error(`${name} was not read.`);
  return known;
}

beforeAll(async () => {
  for (const name of CARS) scenes.set(name, await sample(name, EDGE));
});

interface Stood {
  readonly matte: Uint8Array;
  readonly ground: Ground | null;
  readonly score: number;
}

function stand({ guide, matte }: Scene, strokes: readonly Stroke[] = [], lens: number | null = null): Stood {
  const survey = surveyGround(guide, matte, lens);
  return { ...standOnGround(survey, matte, guide, strokes), score: survey?.found?.score ?? Number.NEGATIVE_INFINITY };
}

/** Height of the car, as a share of the photo's. */
function heightOf({ guide, matte }: Scene): number {
  const { width, height } = guide;
  const covered = Array.from({ length: height }, (_, y) => matte.subarray(y * width, (y + 1) * width).some((value) => value > 127));
  return (covered.lastIndexOf(true) - covered.indexOf(true) + 1) / height;
}

const eyeError = (name: string, ground: Ground | null): number => Math.abs((ground?.camera.eyeMetres ?? 0) / trueEyeHeight(name) - 1);

function expectTrueWheels(name: string, shown: Scene, ground: Ground | null): void {
  const { width, height } = shown.guide;
  for (const [n, truth] of trueWheels(name).entries()) {
    const wheel = ground?.wheels[n];
    const away = Math.hypot((((wheel?.at[0] ?? 0) - truth.x) * width) / height, (wheel?.at[1] ?? 0) - truth.y);
    expect(away / heightOf(shown), `hub ${n}`).toBeLessThan(0.03);
    expect(Math.abs((wheel?.halfAxes[1] ?? 0) / truth.radius - 1), `radius ${n}`).toBeLessThan(0.06);
  }
  // An error of 3 % in one radius moves the eye by 15 %.
  expect(eyeError(name, ground)).toBeLessThan(0.2);
}

describe('wheels', () => {
  test.each(CARS)('%s: found by themselves, as it was photographed', (name) => {
    const { ground } = stand(scene(name));
    expect(ground?.standing).toBe('sure');
    expectTrueWheels(name, scene(name), ground);
  });

  test.each(CARS)('%s: found before other floors and walls', (name) => {
    for (let seed = 1; seed <= runs(1); seed++) {
      const elsewhere = shownBefore(seed, scene(name));
      const { ground } = stand(elsewhere);
      expect(ground?.standing, `seed ${seed}`).toBe('sure');
      expectTrueWheels(name, elsewhere, ground);
    }
  });

  test.each(CARS)('%s: the same from a click on each hub, a little beside it', (name) => {
    const hubs = trueWheels(name).map(({ x, y }): Stroke => ({ mode: 'hub', at: [x + 0.002, y - 0.003] }));
    const { ground } = stand(scene(name), hubs);
    expect(ground?.standing).toBe('shown');
    expectTrueWheels(name, scene(name), ground);
  });

  test('one hub is not enough, and a hub beside the car is none', () => {
    const [left] = trueWheels('car-side');
    const hub: Stroke = { mode: 'hub', at: [left.x, left.y] };
    expect(stand(scene('car-side'), [hub]).ground?.standing).toBe('sure');
    expect(stand(scene('car-side'), [hub, { mode: 'hub', at: [0.01, 0.1] }]).ground?.standing).toBe('sure');
  });

  test('the same in a small and in a large picture', async () => {
    const [small, large] = await Promise.all([sample('car-workshop', 900), sample('car-workshop', 3000)]);
    const [a, b] = [stand(small).ground, stand(large).ground];
    for (const n of [0, 1] as const) {
      expect(
        Math.hypot((a?.wheels[n].at[0] ?? 0) - (b?.wheels[n].at[0] ?? 9), (a?.wheels[n].at[1] ?? 0) - (b?.wheels[n].at[1] ?? 9)),
      ).toBeLessThan(0.01);
      expect((a?.wheels[n].halfAxes[1] ?? 0) / (b?.wheels[n].halfAxes[1] ?? 9)).toBeCloseTo(1, 1);
    }
  });

  test('at the size that a cut-out is made from, the eye of a view at an angle is within a tenth', async () => {
    const large = await sample('car-workshop', GUIDE_LONG_EDGE);
    for (let seed = 1; seed <= runs(1); seed++)
      expect(eyeError('car-workshop', stand(shownBefore(seed, large)).ground), `seed ${seed}`).toBeLessThan(0.1);
  });

  test('the focal length that the camera wrote is taken, and puts the wheels of the far side nearer to where they are', () => {
    const guessed = stand(scene('car-workshop')).ground;
    const told = stand(scene('car-workshop'), [], trueFocal('car-workshop')).ground;
    expect(told?.camera.focal).toBeCloseTo(trueFocal('car-workshop'), 5);
    expect(told?.camera.eyeMetres).toBe(guessed?.camera.eyeMetres);
    const away = (ground: Ground | null): number =>
      trueFarContacts('car-workshop').reduce((sum, { x, y }, n) => {
        const found = ground?.contacts[n === 0 ? 3 : 2] ?? [9, 9];
        return sum + Math.hypot(found[0] - x, found[1] - y) / 2;
      }, 0);
    expect(away(told)).toBeLessThan(away(guessed));
    expect(away(told)).toBeLessThan(0.03);
  });

  test.each(otherSamples())('%s has none', async (name) => {
    const thing = await sample(name, EDGE);
    const { matte, ground, score } = stand(thing);
    expect(score).toBeLessThan(SURE);
    expect(ground?.shadowRemoved ?? false).toBe(false);
    expect(matte).toEqual(thing.matte);
  });
});

describe('an old shadow', () => {
  /** Neutral and bluish, hard and soft, dark and light. */
  const kinds = [
    { light: [0.15, 0.15, 0.15], edge: 1.5 },
    { light: [0.3, 0.32, 0.38], edge: 7 },
    { light: [0.5, 0.5, 0.5], edge: 1.5 },
  ] as const;

  // A side view over a lighter shadow loses a strip of its black sill: paint against plastic is the one edge that is left to see.
  const lostOfSill = [1, 9, 16];
  test.each([
    ...kinds.map((kind) => ['car-workshop', kind.light[0], 0.15, 1, kind] as const),
    ...kinds.map((kind, n) => ['car-side', kind.light[0], 0.05, lostOfSill[n] ?? 0, kind] as const),
  ])(
    '%s, %f of the light in it: at most %f of it is left, and at most %f thousandths of the car are lost',
    (name, _light, left, lost, kind) => {
      const truth = scene(name).matte;
      const shaded = withShadow(name, scene(name), kind);
      const { matte, ground } = stand(shaded);
      expect(ground?.shadowRemoved).toBe(true);
      const [was, is] = [judge(shaded.matte, truth, shaded.guide), judge(matte, truth, shaded.guide)];
      expect(is.excess / was.excess).toBeLessThan(left);
      expect(is.lost - was.lost).toBeLessThan(lost);
    },
  );

  test.each(CARS)('%s: a tyre ends where it ends, not where its shadow does', (name) => {
    const shaded = withShadow(name, scene(name), kinds[0]);
    const { wheels } = stand(shaded).ground ?? { wheels: [] };
    const { height } = shaded.guide;
    for (const [n, truth] of trueWheels(name).entries()) {
      const wheel = wheels[n];
      const end = (wheel?.at[1] ?? 9) + (wheel?.halfAxes[1] ?? 9);
      expect(Math.abs(end - truth.y - truth.radius) * height, `wheel ${n}, pixels of ${height}`).toBeLessThan(10);
    }
  });

  test.each(CARS)('%s without one keeps every pixel', (name) => {
    const { matte, ground } = stand(scene(name));
    expect(ground?.shadowRemoved).toBe(false);
    expect(judge(matte, scene(name).matte, scene(name).guide).lost).toBe(0);
  });

  test('stays when the user wants it to, and so does everything else of the matte', () => {
    const shaded = withShadow('car-side', scene('car-side'), kinds[0]);
    const { matte, ground } = stand(shaded, [{ mode: 'old-shadow', remove: false }]);
    expect(ground?.shadowRemoved).toBe(false);
    expect(matte).toEqual(shaded.matte);
  });

  /** On the floor, midway between the tyres, a little above the line on which they stand. */
  const under = (name: string): [number, number] => {
    const [a, b] = trueWheels(name);
    return [(a.x + b.x) / 2, (a.y + b.y) / 2 + 0.85 * ((a.radius + b.radius) / 2)];
  };
  const keepIt: Stroke = { mode: 'old-shadow', remove: false };

  test.each([
    ['car-workshop', 1],
    ['car-side', 16],
  ] as const)(
    '%s, where it was to be kept: a click on it takes it from between the wheels, and next to nothing of the car',
    (name, lost) => {
      const truth = scene(name).matte;
      for (const kind of kinds) {
        const shaded = withShadow(name, scene(name), kind);
        const { matte, ground } = stand(shaded, [keepIt, { mode: 'shadow', at: under(name) }]);
        expect(ground?.shadowRemoved).toBe(false);
        const [was, is] = [judge(shaded.matte, truth, shaded.guide), judge(matte, truth, shaded.guide)];
        expect(is.excess).toBeLessThan(0.6 * was.excess);
        expect(is.lost - was.lost).toBeLessThan(lost);
      }
    },
  );

  test('where no wheels are known, a click takes what is as dark and even, no higher than bodies begin', () => {
    const truth = scene('car-side').matte;
    for (const kind of kinds) {
      const shaded = withShadow('car-side', scene('car-side'), kind);
      const { matte } = standOnGround(null, shaded.matte, shaded.guide, [{ mode: 'shadow', at: under('car-side') }]);
      const [was, is] = [judge(shaded.matte, truth, shaded.guide), judge(matte, truth, shaded.guide)];
      expect(is.excess).toBeLessThan(0.65 * was.excess);
      expect(is.lost - was.lost).toBeLessThan(16);
    }
  });

  test('a click beside it, or on the door, changes nothing', () => {
    const { guide, matte } = scene('car-side');
    for (const at of [
      [0.02, 0.02],
      [0.5, 0.5],
    ] as const)
      expect(standOnGround(null, matte, guide, [{ mode: 'shadow', at: [at[0], at[1]] }]).matte).toEqual(matte);
  });

  test('the last word counts', () => {
    const shaded = withShadow('car-side', scene('car-side'), kinds[0]);
    const words: Stroke[] = [
      { mode: 'old-shadow', remove: false },
      { mode: 'old-shadow', remove: true },
    ];
    expect(stand(shaded, words).ground?.shadowRemoved).toBe(true);
  });
});

test('an empty matte stands nowhere', () => {
  const guide = { data: new Uint8Array(3 * 64 * 64), width: 64, height: 64 };
  const matte = new Uint8Array(64 * 64);
  expect(standOnGround(surveyGround(guide, matte, null), matte, guide, [])).toEqual({ matte, ground: null });
});
