/** The glass tool: what clicks and keys make of the recipe, and what is said of a region. */
import { beforeEach, describe, expect, test } from 'vitest';
import { setTool, useCanvas } from '../../../renderer/state/canvas.ts';
import { edit, recipeOf, undo, useEditing } from '../../../renderer/state/editing.ts';
import {
  askRegions,
  clickGlass,
  endPainting,
  giveGlassBack,
  paintGlass,
  patchesIn,
  proposalsLeft,
  resizeGlass,
  setGlassKind,
  useGlass,
} from '../../../renderer/state/glass.ts';
import { useLibrary } from '../../../renderer/state/library.ts';
import { pendingStrokes } from '../../../renderer/state/previews.ts';
import { withoutGlass } from '../../../renderer/state/recipes.ts';
import { selectMany } from '../../../renderer/state/selection.ts';
import { glassKey } from '../../../renderer/studio/canvas/glass-keys.ts';
import { whereAndHowLarge } from '../../../renderer/studio/canvas/glass-words.ts';
import { outlinePath } from '../../../renderer/studio/canvas/outlines.ts';
import { type GlassStroke, isGlassStroke, recipe } from '../../../shared/edit/recipe.ts';
import type { GlassRegions } from '../../../shared/edit/regions.ts';
import { fail, ok } from '../../../shared/result.ts';
import { type FakeBridge, idOf, installBridge, photoWith } from './fake-bridge.ts';

const one = idOf(1);
const none = Number.NEGATIVE_INFINITY;

/**
 * Four smallest regions side by side, a pixel each: 0 and 1 became 4, that and 2 became 5, all became 6. The photo shows them in its
 * middle.
 */
const regions: GlassRegions = {
  tree: {
    width: 4,
    height: 1,
    box: { x: 0.2, y: 0.4, width: 0.4, height: 0.2 },
    labels: Uint16Array.of(1, 2, 3, 4),
    parent: Int32Array.of(4, 4, 5, 6, 5, 6, -1),
    area: Float32Array.of(0.01, 0.01, 0.03, 0.5, 0.02, 0.05, 1),
    rank: Float32Array.of(0.1, 0.1, 0.2, none, 1, 0.4, none),
    pane: new Float32Array(7).fill(none),
  },
  proposals: [{ at: [0.45, 0.5], area: 0.03, doubtful: false }],
  tint: 0.5,
};
const first = [0.25, 0.5] as const;
const third = [0.45, 0.5] as const;
const click = (at: readonly [number, number], how: { same?: boolean; back?: boolean } = {}): void =>
  clickGlass(one, at, { same: how.same ?? false, back: how.back ?? false });
const patches = (): GlassStroke[] => recipeOf(one).strokes.filter(isGlassStroke);
const sizes = (): number[] => patches().map(({ area }) => Math.round(100 * area));

let bridge: FakeBridge;
beforeEach(async () => {
  bridge = installBridge();
  bridge.answer({ 'darkroom.regions': () => ok(regions), 'library.saveRecipe': () => ok(undefined) });
  useLibrary.setState({ photos: new Map([[one, photoWith(1)]]), visible: [one] });
  useEditing.setState({ drafts: new Map(), undo: [], redo: [], gesture: null });
  selectMany([one]);
  edit((recipe) => ({ ...recipe, background: { kind: 'built-in', id: 'paper' } }));
  setGlassKind('pane');
  setTool('glass');
  await askRegions(one, []);
});

describe('a click', () => {
  test('takes the likeliest region there, and the tint that was found for the photo; one step to undo', () => {
    click(first);
    expect(sizes()).toEqual([2]);
    expect(recipeOf(one).glassTint).toBe(0.5);
    undo();
    expect([recipeOf(one).strokes, recipeOf(one).glassTint]).toEqual([[], undefined]);
  });
  test('on a proposal takes just that', () => {
    click(third);
    expect(sizes()).toEqual([3]);
    expect(proposalsLeft(regions, recipeOf(one))).toEqual([]);
  });
  test('nothing is taken by itself: opened, the tool only proposes', () => {
    expect(patches()).toEqual([]);
    expect(proposalsLeft(regions, recipeOf(one)).map(({ region }) => region)).toEqual([2]);
  });
  test('outside the subject changes nothing', () => {
    click([0.9, 0.9]);
    expect(patches()).toEqual([]);
  });
  test('on what is taken chooses it, and takes it no second time', () => {
    click(first);
    click(third);
    click([0.32, 0.5]);
    expect(sizes()).toEqual([2, 3]);
    expect(useGlass.getState().chosen?.area).toBeCloseTo(0.02);
  });
  test('with Shift takes one as large as the last, with Alt closes what is there', () => {
    click(third);
    click([0.55, 0.5], { same: true });
    expect(patchesIn(regions, recipeOf(one)).map((patch) => patch.regions)).toEqual([[2], [3]]);
    click(third, { back: true });
    expect(patchesIn(regions, recipeOf(one)).map((patch) => patch.regions)).toEqual([[3]]);
  });
  test('of an opening says so, and brings no tint', () => {
    setGlassKind('opening');
    click(first);
    expect([patches()[0]?.hole, recipeOf(one).glassTint]).toEqual([true, undefined]);
  });
  test('keeps a tint that was chosen', () => {
    edit((recipe) => ({ ...recipe, glassTint: 0.9 }));
    click(first);
    expect(recipeOf(one).glassTint).toBe(0.9);
  });
});

describe('size', () => {
  test('steps from level to level, finest through every region, and stays at the ends; each a step to undo', () => {
    click(first);
    resizeGlass(one, 1, false);
    expect(sizes()).toEqual([5]);
    undo();
    expect(sizes()).toEqual([2]);
    useGlass.setState({ chosen: patches()[0] ?? null });
    resizeGlass(one, -1, true);
    expect(sizes()).toEqual([1]);
    resizeGlass(one, -1, true);
    expect(sizes()).toEqual([1]);
  });
});

describe('painting', () => {
  const paint = (...places: (readonly [number, number])[]): void => {
    for (const place of places) paintGlass(place);
  };
  test('takes what a click on its way would take; one step to undo', () => {
    paint(first, [0.45, 0.5]);
    expect(patches()).toEqual([]);
    endPainting(one);
    expect(patchesIn(regions, recipeOf(one)).map((patch) => patch.regions)).toEqual([[4, 2]]);
    expect(recipeOf(one).glassTint).toBe(0.5);
    undo();
    expect([recipeOf(one).strokes, recipeOf(one).glassTint]).toEqual([[], undefined]);
  });
  test('leaves out nothing between two places of the pointer, and stores each region once', () => {
    paint(third, first, [0.45, 0.5]);
    endPainting(one);
    expect(patches()[0]?.area).toBeCloseTo(0.03);
    expect(patches()[0]?.path).toHaveLength(1);
    expect(recipe.shape.strokes.safeParse(patches()).success).toBe(true);
  });
  test('past the subject takes nothing', () => {
    paint([0.9, 0.9], [0.95, 0.95]);
    endPainting(one);
    expect([patches(), useGlass.getState().painting]).toEqual([[], null]);
  });
  test('of an opening says so', () => {
    setGlassKind('opening');
    paint(first);
    endPainting(one);
    expect(patches()[0]?.hole).toBe(true);
  });
  test('a click on it chooses it; minus makes each of its regions smaller', () => {
    paint(first, third);
    endPainting(one);
    useGlass.setState({ chosen: null });
    click(first);
    expect(useGlass.getState().chosen?.path).toHaveLength(1);
    resizeGlass(one, -1, true);
    expect(patchesIn(regions, recipeOf(one))[0]?.regions).toEqual([0, 2]);
  });
});

describe('a doubtful proposal', () => {
  test('is shown as such, and a click on it takes it', async () => {
    bridge.answer({ 'darkroom.regions': () => ok({ ...regions, proposals: [{ at: [0.45, 0.5], area: 0.03, doubtful: true }] }) });
    await askRegions(one, []);
    const known = useGlass.getState().regions;
    expect(known === null ? null : proposalsLeft(known, recipeOf(one)).map(({ doubtful }) => doubtful)).toEqual([true]);
    click(third);
    expect(sizes()).toEqual([3]);
  });
});

describe('keys', () => {
  const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false, altKey: false, shiftKey: false });
  test('G takes the tool and lays it down', () => {
    glassKey(key('g'))?.();
    expect(useCanvas.getState().tool).toBe('move');
    glassKey(key('g'))?.();
    expect(useCanvas.getState().tool).toBe('glass');
  });
  test('plus, minus and Delete are about the chosen patch; without one they are left to others', () => {
    expect(glassKey(key('+'))).toBeNull();
    click(first);
    glassKey(key('+'))?.();
    expect(sizes()).toEqual([5]);
    glassKey(key('Delete'))?.();
    expect(patches()).toEqual([]);
    expect(glassKey(key('Delete'))).toBeNull();
  });
  test('H hides all glass and shows it again; without any it is left to others', () => {
    expect(glassKey(key('h'))).toBeNull();
    click(first);
    const whole = recipeOf(one);
    glassKey(key('h'))?.();
    expect(useCanvas.getState().glassHidden).toBe(true);
    expect(withoutGlass(whole).strokes).toEqual([]);
    expect(recipeOf(one)).toBe(whole);
    glassKey(key('H'))?.();
    expect(useCanvas.getState().glassHidden).toBe(false);
  });
  test('a patch that was undone is nothing to resize', () => {
    click(first);
    undo();
    expect(glassKey(key('+'))).toBeNull();
  });
});

test('regions are asked for the subject as brush and parts left it', async () => {
  bridge.asked.length = 0;
  const part = { mode: 'part' as const, at: [0.5, 0.5] as [number, number], keep: false };
  await askRegions(one, [part, { mode: 'glass', at: [0.5, 0.5], area: 0.1 }]);
  expect(bridge.asked.at(-1)).toMatchObject({ name: 'darkroom.regions', input: { photoId: one, strokes: [part] } });
});

test('a problem is told, and takes the regions away', async () => {
  bridge.answer({ 'darkroom.regions': () => fail({ code: 'model_missing', message: 'The model is not here.' }) });
  await askRegions(one, []);
  expect(useGlass.getState()).toMatchObject({ regions: null, problem: { code: 'model_missing' } });
});

test('what was taken is drawn before the darkroom has it', () => {
  click(first);
  expect(pendingStrokes(recipeOf(one).strokes, [])).toEqual(patches());
});

test('giving a patch back leaves the others', () => {
  click(first);
  click(third);
  const [patch] = patches();
  if (patch !== undefined) giveGlassBack(one, patch);
  expect(sizes()).toEqual([3]);
});

describe('a region', () => {
  test('has its outline along the edges of its pixels', () => {
    expect(outlinePath(regions.tree, [4])).toBe('M0 0L2 0L2 1L0 1Z');
  });
  test('says where it is and how large', () => {
    expect([whereAndHowLarge(regions.tree, [0]), whereAndHowLarge(regions.tree, [3])]).toEqual([
      'left, 1.0% of the subject',
      'right, 50% of the subject',
    ]);
  });
});
