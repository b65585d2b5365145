/** Glass and parts: regions, the patch that a click means, what is laid in it, and what of it is kept. */
import { beforeAll, describe, expect, test } from 'vitest';
import { layClear } from '../../../electron/darkroom/compose/clear.ts';
import { solidMatte } from '../../../electron/darkroom/cutout/acts.ts';
import { type Cutout, makeCutout } from '../../../electron/darkroom/cutout/cutout.ts';
import { packCutout, unpackCutout } from '../../../electron/darkroom/cutout/cutout-file.ts';
import { type Raster, WHOLE } from '../../../electron/darkroom/files/raster.ts';
import { calmPanes, displayShare, HAZE } from '../../../electron/darkroom/glass/layer.ts';
import { planeOf } from '../../../electron/darkroom/glass/patches.ts';
import { findRegions } from '../../../electron/darkroom/glass/regions.ts';
import type { Stroke } from '../../../shared/edit/recipe.ts';
import {
  type GlassRegions,
  isWithin,
  levelsAt,
  likeliestAt,
  nearestInArea,
  type Place,
  regionMask,
  regionsAt,
  regionsOf,
  steppedFrom,
} from '../../../shared/edit/regions.ts';
import { type colours, drawnCar, places, shownAt, TRUE_TINT } from './drawn-car.ts';
import { overGrey } from './over-grey.ts';

const SIZE = { width: 480, height: 320 };
const { photo, matte } = drawnCar(SIZE.width, SIZE.height);
let regions: GlassRegions;
const regionsIn = async (picture: Raster, of: Uint8Array): Promise<GlassRegions> => {
  const found = await findRegions(picture, solidMatte(picture, of, [], null));
  if (found === null) throw new Error('nothing was found');
  return found;
};
beforeAll(async () => {
  regions = await regionsIn(photo, matte);
});

/** How much a region and what is drawn as `kind` have in common, over what either has. */
function overlap({ tree }: GlassRegions, region: number, kind: ReturnType<typeof shownAt>): number {
  const mask = regionMask(tree, [region]);
  let [both, either] = [0, 0];
  for (let y = 0, i = 0; y < tree.height; y++) {
    for (let x = 0; x < tree.width; x++, i++) {
      const drawn = shownAt(
        tree.box.x + ((x + 0.5) / tree.width) * tree.box.width,
        tree.box.y + ((y + 0.5) / tree.height) * tree.box.height,
      );
      if (mask[i] === 1 && drawn === kind) both++;
      if (mask[i] === 1 || drawn === kind) either++;
    }
  }
  return both / either;
}

describe('the regions of a subject', () => {
  test('a click means the whole of what is drawn there, without any word about size', () => {
    expect(overlap(regions, likeliestAt(regions.tree, places.patch), 'patch')).toBeGreaterThan(0.9);
  });
  test('are a tree: every region is part of the next, and never larger', () => {
    const around = regionsAt(regions.tree, places.patch);
    expect(around.length).toBeGreaterThan(2);
    for (const [n, region] of around.entries()) {
      const next = around[n + 1];
      if (next === undefined) continue;
      expect(isWithin(regions.tree, region, next)).toBe(true);
      expect(regions.tree.area[next]).toBeGreaterThanOrEqual(regions.tree.area[region] ?? 0);
    }
    expect(regions.tree.area[around.at(-1) ?? 0]).toBeCloseTo(1, 1);
  });
  test('outside the subject there is none', () => {
    expect(regionsAt(regions.tree, places.street)).toEqual([]);
    expect(nearestInArea(regions.tree, places.street, 0.1)).toBe(-1);
  });
  test('a step leads to another level that can be told apart; the finest through every region; at the end it stays', () => {
    const { tree } = regions;
    const levels = levelsAt(tree, places.patch);
    const all = regionsAt(tree, places.patch);
    expect(steppedFrom(tree, places.patch, levels[0] ?? -1, { by: 1, finest: false })).toBe(levels[1]);
    expect(steppedFrom(tree, places.patch, all[0] ?? -1, { by: 1, finest: true })).toBe(all[1]);
    const last = all.at(-1) ?? -1;
    expect(steppedFrom(tree, places.patch, last, { by: 1, finest: true })).toBe(last);
    expect(steppedFrom(tree, places.patch, levels[1] ?? -1, { by: -1, finest: false })).toBe(levels[0]);
  });
  test('nothing to look at has none', async () => {
    expect(await findRegions(photo, new Float32Array(matte.length))).toBeNull();
  });
});

describe('proposals', () => {
  test('the street in the window comes first, and how much light its glass lets through is near the truth', () => {
    const [first] = regions.proposals;
    expect(first).toBeDefined();
    expect(overlap(regions, nearestInArea(regions.tree, first?.at ?? [0, 0], first?.area ?? 0), 'patch')).toBeGreaterThan(0.9);
    expect(Math.abs(regions.tint - TRUE_TINT)).toBeLessThan(0.1);
    expect(regions.proposals.length).toBeLessThanOrEqual(5);
  });
  test.each<[string, Partial<typeof colours>, readonly boolean[]]>([
    ['of the street through glass are sure', {}, [false]],
    // Its own colour, and 0.15 of a white sky added in linear light.
    ['on blue paint that mirrors the sky there are none', { paint: [32, 60, 140], patch: [113, 122, 172] }, []],
    ['brighter than the street, which no glass is, are doubtful', { patch: [214, 228, 246] }, [true]],
  ])('%s', async (_what, changed, doubtful) => {
    const seen = drawnCar(SIZE.width, SIZE.height, changed);
    const found = await regionsIn(seen.photo, seen.matte);
    const onPatch = found.proposals.filter(({ at, area }) => overlap(found, nearestInArea(found.tree, at, area), 'patch') > 0.5);
    expect(onPatch.map((each) => each.doubtful)).toEqual(doubtful);
  });
  test('none lies within another', () => {
    const found = regions.proposals.map(({ at, area }) => nearestInArea(regions.tree, at, area));
    for (const a of found) for (const b of found) if (a !== b) expect(isWithin(regions.tree, a, b)).toBe(false);
  });
});

const kindOf = (i: number) => shownAt(((i % SIZE.width) + 0.5) / SIZE.width, (Math.floor(i / SIZE.width) + 0.5) / SIZE.height);
const glassAt = (of: GlassRegions, at: Place, hole?: true): Stroke => {
  const area = of.tree.area[likeliestAt(of.tree, at)] ?? 0;
  return { mode: 'glass', at: [at[0], at[1]], area, ...(hole === undefined ? {} : { hole }) };
};
const cut = (strokes: readonly Stroke[]): Cutout => makeCutout(photo, matte, strokes, { regions: regions.tree, seen: null });
const over = (grey: number, cutout: Cutout, tint: number): Raster => overGrey(grey, photo, cutout, tint);
const pixelAt = ({ data, width, height }: Raster, [x, y]: Place): number =>
  data[3 * (Math.floor(y * height) * width + Math.floor(x * width))] ?? -1;

describe('a patch that was clicked', () => {
  test('shows the new background through the tint and a trace of haze', () => {
    const cutout = cut([glassAt(regions, places.patch)]);
    for (const grey of [40, 220]) {
      for (const tint of [0.3, 0.65, 0.95])
        expect(pixelAt(over(grey, cutout, tint), places.patch)).toBeCloseTo(grey * tint ** (1 / 2.2) + HAZE * 255, -0.7);
    }
  });
  test('an opening shows it as it is', () => {
    const cutout = cut([glassAt(regions, places.patch, true)]);
    expect(cutout.glass).toBeNull();
    expect(pixelAt(over(220, cutout, 0.3), places.patch)).toBe(220);
  });
  test('beyond three pixels of it nothing changes by more than a step of 8 bits', () => {
    const [before, after] = [over(220, cut([]), 0.65), over(220, cut([glassAt(regions, places.patch)]), 0.65)];
    // The patch is a rectangle: so is what lies within three pixels of it.
    const inPatch = Array.from(matte.keys()).filter((i) => kindOf(i) === 'patch');
    const columns = inPatch.map((i) => i % SIZE.width);
    const rows = inPatch.map((i) => Math.floor(i / SIZE.width));
    const [left, right] = [Math.min(...columns) - 3, Math.max(...columns) + 3];
    const [top, bottom] = [Math.min(...rows) - 3, Math.max(...rows) + 3];
    let most = 0;
    for (let y = 0, i = 0; y < SIZE.height; y++)
      for (let x = 0; x < SIZE.width; x++, i++)
        if (x < left || x > right || y < top || y > bottom)
          for (let c = 0; c < 3; c++) most = Math.max(most, Math.abs((before.data[3 * i + c] ?? 0) - (after.data[3 * i + c] ?? 0)));
    expect(most).toBeLessThanOrEqual(1);
  });
  test('a keep stroke over it closes it again, and a later click opens it again', () => {
    const glass = glassAt(regions, places.patch);
    const keep: Stroke = { mode: 'keep', radius: 0.2, hardness: 1, points: [[0.46, 0.38]] };
    expect(pixelAt(over(220, cut([glass, keep]), 0.65), places.patch)).toBe(pixelAt(photo, places.patch));
    expect(pixelAt(over(220, cut([keep, glass]), 0.65), places.patch)).not.toBe(pixelAt(photo, places.patch));
  });
  test('is the same in a transparent picture, whatever is laid under that', () => {
    const cutout = cut([glassAt(regions, places.patch)]);
    const { width, height, zone, edges, glass } = cutout;
    const clear = { data: new Uint8Array(4 * matte.length), ...SIZE, channels: 4 as const };
    const layer = glass === null ? null : { layer: glass, through: displayShare(0.65) };
    layClear(
      clear,
      { shadow: null, photo: { picture: photo, part: WHOLE, x: 0, y: 0 }, outline: { width, height, zone, edges }, glass: layer },
      { from: 0, to: height },
    );
    const direct = over(180, cutout, 0.65);
    let most = 0;
    for (let i = 0; i < matte.length; i++) {
      const alpha = (clear.data[4 * i + 3] ?? 0) / 255;
      most = Math.max(most, Math.abs((clear.data[4 * i] ?? 0) * alpha + 180 * (1 - alpha) - (direct.data[3 * i] ?? 0)));
    }
    expect(most).toBeLessThan(2.5);
  });
  test('survives the file that a cut-out is kept in', async () => {
    const cutout = cut([glassAt(regions, places.patch)]);
    expect(unpackCutout(await packCutout(cutout))).toEqual(cutout);
  });
});

describe('a stroke of glass is a place and a size', () => {
  test.each([
    ['half the size', 240, 160],
    ['another size', 700, 467],
  ])('found again at %s', async (_what, width, height) => {
    const other = drawnCar(width, height);
    const there = await regionsIn(other.photo, other.matte);
    const stroke = glassAt(regions, places.patch);
    if (stroke.mode !== 'glass') throw new Error('a stroke of glass');
    expect(overlap(there, nearestInArea(there.tree, stroke.at, stroke.area), 'patch')).toBeGreaterThan(0.9);
  });
  test('and so is one that was dragged over two of them', async () => {
    const at = (of: GlassRegions, place: Place): number => of.tree.area[likeliestAt(of.tree, place)] ?? 0;
    const dragged = { at: places.patch, area: at(regions, places.patch), path: [[...places.seat, at(regions, places.seat)] as const] };
    expect(regionsOf(regions.tree, dragged)).toHaveLength(2);
    const other = drawnCar(700, 467);
    const there = await regionsIn(other.photo, other.matte);
    const [here, again] = [regions, there].map(({ tree }) => planeOf(tree, regionsOf(tree, dragged), photo));
    const both = here?.filter((value, i) => value === 1 && again?.[i] === 1).length ?? 0;
    const either = here?.filter((value, i) => value === 1 || again?.[i] === 1).length ?? 1;
    expect(both / either).toBeGreaterThan(0.9);
    const cutout = cut([{ ...dragged, mode: 'glass', at: [...places.patch], path: [[...places.seat, at(regions, places.seat)]] }]);
    for (const place of [places.patch, places.seat]) expect(pixelAt(over(220, cutout, 0.95), place)).toBeGreaterThan(210);
  });
  test('and under another matte', async () => {
    const other = matte.map((value, i) => (value === 255 && i % SIZE.width < 60 ? 0 : value));
    const there = await regionsIn(photo, other);
    const stroke = glassAt(regions, places.patch);
    if (stroke.mode !== 'glass') throw new Error('a stroke of glass');
    expect(overlap(there, nearestInArea(there.tree, stroke.at, stroke.area), 'patch')).toBeGreaterThan(0.9);
  });
});

describe('calm panes', () => {
  test('lose half their colour and none of their light; the paint keeps its own', () => {
    const { glass } = cut([glassAt(regions, places.patch)]);
    if (glass === null) throw new Error('no glass');
    const picture = { ...photo, data: photo.data.slice() };
    calmPanes(glass, { picture, part: WHOLE });
    const at = (of: Raster, [x, y]: Place): number[] => {
      const i = 3 * (Math.floor(y * SIZE.height) * SIZE.width + Math.floor(x * SIZE.width));
      return [...of.data.subarray(i, i + 3)];
    };
    const spread = (pixel: readonly number[]): number => Math.max(...pixel) - Math.min(...pixel);
    expect(spread(at(picture, places.patch))).toBeLessThan(0.6 * spread(at(photo, places.patch)));
    expect(at(picture, places.paint)).toEqual(at(photo, places.paint));
  });
});

describe('parts', () => {
  const covered = (strokes: readonly Stroke[], at: Place, seen: Uint8Array | null = null): number =>
    solidMatte(photo, matte, strokes, seen)[Math.floor(at[1] * SIZE.height) * SIZE.width + Math.floor(at[0] * SIZE.width)] ?? -1;
  const sign: [number, number] = [places.sign[0], places.sign[1]];
  test('a click drops a connected part and nothing else', () => {
    const dropped: Stroke[] = [{ mode: 'part', at: sign, keep: false }];
    expect([covered(dropped, places.sign), covered(dropped, places.paint)]).toEqual([0, 1]);
  });
  test('and brings it back as it was', () => {
    const back: Stroke[] = [
      { mode: 'part', at: sign, keep: false },
      { mode: 'part', at: sign, keep: true },
    ];
    expect(solidMatte(photo, matte, back, null)).toEqual(solidMatte(photo, matte, [], null));
  });
  test('what the network was unsure of comes in as a whole', () => {
    const seen = matte.map((value, i) => (i % SIZE.width > 0.9 * SIZE.width ? Math.round(0.3 * value) : value));
    const unsure = matte.map((value, i) => (i % SIZE.width > 0.9 * SIZE.width ? 0 : value));
    const added = solidMatte(photo, unsure, [{ mode: 'part', at: sign, keep: true }], seen);
    const at = (x: number, y: number): number => added[Math.floor(y * SIZE.height) * SIZE.width + Math.floor(x * SIZE.width)] ?? -1;
    expect([at(0.93, 0.45), at(0.95, 0.65), at(0.05, 0.05)]).toEqual([1, 1, 0]);
  });
  test('a click where nothing is changes nothing', () => {
    expect(solidMatte(photo, matte, [{ mode: 'part', at: [0.05, 0.05], keep: false }], null)).toEqual(solidMatte(photo, matte, [], null));
  });
});
