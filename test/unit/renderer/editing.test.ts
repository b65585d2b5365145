import { beforeEach, describe, expect, test } from 'vitest';
import {
  addStroke,
  clearStrokes,
  copySettings,
  edit,
  endGesture,
  giveSettings,
  pasteSettings,
  recipeOf,
  redo,
  saveNow,
  sayOldShadow,
  showHub,
  undo,
  useEditing,
} from '../../../renderer/state/editing.ts';
import { changed, useLibrary } from '../../../renderer/state/library.ts';
import { mixedIn } from '../../../renderer/state/mixed.ts';
import { pendingStrokes } from '../../../renderer/state/previews.ts';
import {
  freshRecipe,
  groupedByRecipe,
  withBackground,
  withColours,
  withHub,
  withLogo,
  withMode,
  withOldShadow,
  withoutGround,
  withStroke,
} from '../../../renderer/state/recipes.ts';
import { selectMany, useSelection } from '../../../renderer/state/selection.ts';
import { composition, missingAsset } from '../../../renderer/studio/canvas/composing.ts';
import { defaultColours } from '../../../shared/edit/backdrops/backdrop.ts';
import type { BrushStroke, Recipe } from '../../../shared/edit/recipe.ts';
import { isBrushStroke, recipe as recipeSchema } from '../../../shared/edit/recipe.ts';
import { sameRecipe } from '../../../shared/edit/recipe-key.ts';
import { fail, ok } from '../../../shared/result.ts';
import { type FakeBridge, idOf, installBridge, photoWith } from './fake-bridge.ts';

let bridge: FakeBridge;
const [one, two, three] = [idOf(1), idOf(2), idOf(3)] as const;
const stroke: BrushStroke = { mode: 'erase', radius: 0.02, hardness: 0.6, points: [[0.1, 0.1]] };
const paper = (recipe: Recipe): Recipe => ({ ...recipe, background: { kind: 'built-in', id: 'paper' } });
const sized =
  (scale: number) =>
  (recipe: Recipe): Recipe => ({ ...recipe, placement: { ...recipe.placement, scale } });

beforeEach(async () => {
  bridge = installBridge();
  bridge.answer({ 'library.saveRecipe': () => ok(undefined) });
  // What the test before left unsaved is saved now and forgotten.
  await saveNow();
  bridge.asked.length = 0;
  const photos = [photoWith(1), photoWith(2), photoWith(3)];
  useLibrary.setState({ photos: new Map(photos.map((photo) => [photo.id, photo])), order: [one, two, three], visible: [one, two, three] });
  useEditing.setState({ drafts: new Map(), undo: [], redo: [], clipboard: null, gesture: null, problem: null });
  selectMany([one, two]);
});

describe('editing', () => {
  test('a change goes to every selected photo, and to no other', () => {
    edit(paper);
    expect([one, two, three].map((id) => recipeOf(id).background)).toEqual([
      { kind: 'built-in', id: 'paper' },
      { kind: 'built-in', id: 'paper' },
      null,
    ]);
  });
  test('brush strokes belong to their photo', () => {
    addStroke(two, stroke);
    edit(paper);
    expect([recipeOf(one).strokes, recipeOf(two).strokes]).toEqual([[], [stroke]]);
  });
  test('a drag is one step to undo; what comes after it is another', () => {
    edit(paper);
    for (const scale of [1.1, 1.2, 1.3]) edit(sized(scale), 'size');
    endGesture();
    edit(sized(1.5), 'size');
    undo();
    expect(recipeOf(two).placement.scale).toBe(1.3);
    undo();
    expect([recipeOf(one).placement.scale, recipeOf(one).background]).toEqual([1, { kind: 'built-in', id: 'paper' }]);
    undo();
    expect(recipeOf(two).background).toBeNull();
    redo();
    redo();
    expect(recipeOf(two).placement.scale).toBe(1.3);
  });
  test('a control changes its own setting on the others, and nothing else of theirs', () => {
    selectMany([one]);
    edit(paper);
    selectMany([two]);
    edit((recipe) => ({ ...sized(1.4)(recipe), background: { kind: 'built-in', id: 'concrete' } }));
    selectMany([one, two, three]);
    edit((recipe) => ({ ...recipe, placement: { ...recipe.placement, offsetX: 0.2 } }));
    expect([one, two, three].map((id) => recipeOf(id).placement)).toEqual(
      [1, 1.4, 1].map((scale) => ({ mode: 'keep', scale, offsetX: 0.2, offsetY: 0 })),
    );
    expect([one, two, three].map((id) => recipeOf(id).background)).toEqual([
      { kind: 'built-in', id: 'paper' },
      { kind: 'built-in', id: 'concrete' },
      null,
    ]);
    undo();
    expect([recipeOf(one).placement.offsetX, recipeOf(two).placement]).toEqual([0, { mode: 'keep', scale: 1.4, offsetX: 0, offsetY: 0 }]);
  });
  test('giving settings to all is an act of its own, and one step to undo', () => {
    selectMany([one]);
    edit(paper);
    selectMany([two]);
    edit(sized(1.4));
    addStroke(two, stroke);
    const before = recipeOf(two);
    selectMany([one, two, three]);
    giveSettings();
    expect([two, three].map((id) => recipeOf(id))).toEqual([{ ...recipeOf(one), strokes: [stroke] }, recipeOf(one)]);
    undo();
    expect([recipeOf(two), recipeOf(three)]).toEqual([before, freshRecipe()]);
  });
  test('a photo that joins a drag late, because it had the value already, comes back with the others', () => {
    selectMany([two]);
    edit(sized(1.1));
    selectMany([one, two]);
    for (const scale of [1.1, 1.2, 1.3]) edit(sized(scale), 'size');
    endGesture();
    undo();
    expect([recipeOf(one).placement.scale, recipeOf(two).placement.scale]).toEqual([1, 1.1]);
  });
  test('the same control on another selection is another step', () => {
    edit(sized(1.1), 'size');
    selectMany([three]);
    edit(sized(1.2), 'size');
    undo();
    expect([recipeOf(one).placement.scale, recipeOf(three).placement.scale]).toEqual([1.1, 1]);
  });
  test('what comes after an undo and changes nothing keeps redo', () => {
    edit(sized(1.2), 'size');
    undo();
    edit((recipe) => ({ ...recipe }), 'size');
    endGesture();
    redo();
    expect(recipeOf(one).placement.scale).toBe(1.2);
  });
  test('what changes nothing is no step', () => {
    edit((recipe) => ({ ...recipe }));
    expect(useEditing.getState().undo).toEqual([]);
  });
  test('taking the strokes of the brush away leaves what else was said of the cut-out', () => {
    addStroke(two, { mode: 'hub', at: [0.3, 0.7] });
    addStroke(two, stroke);
    clearStrokes(two);
    expect(recipeOf(two).strokes).toEqual([{ mode: 'hub', at: [0.3, 0.7] }]);
  });

  test('settings are copied to other photos without their strokes', () => {
    edit(paper);
    addStroke(one, stroke);
    copySettings();
    useSelection.setState({ ids: new Set([three]), active: three, anchor: three, cursor: three });
    pasteSettings();
    expect(recipeOf(three)).toEqual({ ...recipeOf(one), strokes: [] });
  });
});

describe('the settings in which photos differ', () => {
  const showroom = (colour?: string): Recipe => ({
    ...freshRecipe(),
    background: { kind: 'built-in', id: 'showroom', ...(colour === undefined ? {} : { colour }) },
  });
  test.each<[string, Recipe, Recipe, string[]]>([
    ['nothing', paper(freshRecipe()), paper(freshRecipe()), []],
    ['one number', sized(1.1)(paper(freshRecipe())), paper(freshRecipe()), ['placement.scale']],
    ['the background, whose colours are other things then', showroom('#111111'), paper(freshRecipe()), ['background']],
    ['a colour of the same background', showroom('#111111'), showroom(), ['background.colour']],
    ['no colour when one only spells out the default', showroom(defaultColours('showroom').colour), showroom(), []],
    ['the logo alone, when the other has none', withLogo(freshRecipe(), 'a'), freshRecipe(), ['logo']],
    ['a file setting', { ...freshRecipe(), export: { ...freshRecipe().export, longEdge: 1920 } }, freshRecipe(), ['export.longEdge']],
    ['not the strokes, which belong to their photo', withStroke(freshRecipe(), stroke), freshRecipe(), []],
  ])('%s', (_, active, other, fields) => expect([...mixedIn([active, other], active)]).toEqual(fields));
  test('another colour goes to photos with that background only', () => {
    expect([showroom(), paper(freshRecipe())].map((recipe) => withColours(recipe, 'showroom', { colour: '#222222' }).background)).toEqual([
      { kind: 'built-in', id: 'showroom', colour: '#222222' },
      { kind: 'built-in', id: 'paper' },
    ]);
  });
  test('choosing a background that a photo has already keeps its colours', () =>
    expect(withBackground(showroom('#111111'), { kind: 'built-in', id: 'showroom' })).toEqual(showroom('#111111')));
  test('choosing a mode that a photo has already keeps where it was moved to', () => {
    const moved = { ...freshRecipe(), placement: { ...freshRecipe().placement, offsetX: 0.3 } };
    expect([withMode(moved, 'keep'), withMode(moved, 'floor').placement]).toEqual([
      moved,
      { mode: 'floor', scale: 1, offsetX: 0, offsetY: 0 },
    ]);
  });
});

describe('saving', () => {
  test('photos with the same recipe are saved in one call', async () => {
    edit(paper);
    await saveNow();
    expect(bridge.asked).toEqual([{ name: 'library.saveRecipe', input: { photoIds: [one, two], recipe: recipeOf(one) } }]);
  });
  test('photos with strokes of their own are saved with them', async () => {
    addStroke(two, stroke);
    edit(paper);
    await saveNow();
    expect(bridge.asked.map(({ input }) => (input as { photoIds: string[]; recipe: Recipe }).recipe.strokes.length)).toEqual([1, 0]);
  });
  test('what could not be saved is said, kept, and saved the next time', async () => {
    bridge.answer({ 'library.saveRecipe': () => fail({ code: 'disk_full', message: 'The disk is full.' }) });
    edit(paper);
    await saveNow();
    expect(useEditing.getState().problem?.code).toBe('disk_full');
    bridge.answer({ 'library.saveRecipe': () => ok(undefined) });
    await saveNow();
    expect(useEditing.getState().problem).toBeNull();
    expect(bridge.asked.at(-1)?.input).toMatchObject({ photoIds: [one, two], recipe: { background: { id: 'paper' } } });
  });
});

describe('recipes', () => {
  test('are the same whatever the order of their fields', () => {
    const a = freshRecipe();
    const { background, ...rest } = a;
    expect(sameRecipe(a, { ...rest, background })).toBe(true);
    expect(sameRecipe(a, paper(a))).toBe(false);
  });
  test('another logo keeps the place of the one before', () => {
    const first = withLogo(freshRecipe(), 'a');
    const moved = first.logo === null ? first : { ...first, logo: { ...first.logo, size: 0.4 } };
    expect(withLogo(moved, 'b').logo).toMatchObject({ fileId: 'b', size: 0.4 });
    expect(withLogo(moved, null).logo).toBeNull();
  });
  test('a stroke of any length fits the contract and keeps both its ends', () => {
    const points = Array.from({ length: 12_345 }, (_, n): [number, number] => [n / 12_345, 0.5]);
    const long = withStroke(freshRecipe(), { ...stroke, points });
    expect(recipeSchema.safeParse(long).success).toBe(true);
    const [kept] = long.strokes.filter(isBrushStroke);
    expect([kept?.points[0], kept?.points.at(-1)]).toEqual([points[0], points.at(-1)]);
  });
  test('are grouped by what they hold', () => {
    const groups = groupedByRecipe(
      new Map([
        [one, freshRecipe()],
        [two, paper(freshRecipe())],
        [three, freshRecipe()],
      ]),
    );
    expect(groups.map((group) => group.photoIds)).toEqual([[one, three], [two]]);
  });
});

describe('what is said of wheels and old shadow', () => {
  const hubs = (recipe: Recipe) => recipe.strokes.flatMap((each) => (each.mode === 'hub' ? [each.at] : []));
  test('a car shows two wheels: a third one takes the place of the nearer', () => {
    const two = withHub(withHub(withStroke(freshRecipe(), stroke), [0.2, 0.7]), [0.8, 0.7]);
    expect(hubs(two)).toEqual([
      [0.2, 0.7],
      [0.8, 0.7],
    ]);
    const moved = withHub(two, [0.25, 0.72]);
    expect(hubs(moved)).toEqual([
      [0.8, 0.7],
      [0.25, 0.72],
    ]);
    expect(recipeSchema.safeParse(moved).success).toBe(true);
  });
  test('the last word on the shadow stands alone', () => {
    const changed = withOldShadow(withOldShadow(freshRecipe(), true), false);
    expect(changed.strokes).toEqual([{ mode: 'old-shadow', remove: false }]);
  });
  test('starting again leaves the brush', () => {
    const said = withOldShadow(withHub(withStroke(freshRecipe(), stroke), [0.2, 0.7]), true);
    expect(withoutGround(said).strokes).toEqual([stroke]);
  });
  test('each is a step to undo', () => {
    showHub(one, [0.2, 0.7]);
    sayOldShadow(one, false);
    undo();
    expect(recipeOf(one).strokes).toEqual([{ mode: 'hub', at: [0.2, 0.7] }]);
    undo();
    expect(recipeOf(one).strokes).toEqual([]);
  });
});

describe('strokes that the cut-out does not hold yet', () => {
  const other: BrushStroke = { ...stroke, mode: 'keep' };
  test('are what came after those it holds', () => expect(pendingStrokes([stroke, other], [stroke])).toEqual([other]));
  test('are none when strokes were taken back: the darkroom starts again', () => expect(pendingStrokes([], [stroke])).toEqual([]));
  test('are only those of the brush: what else is said of the cut-out nobody but the darkroom can draw', () =>
    expect(pendingStrokes([stroke, { mode: 'old-shadow', remove: true }, other], [stroke])).toEqual([other]));
  test('are none when the history is another one', () => expect(pendingStrokes([other, stroke], [stroke])).toEqual([]));
});

describe('what the canvas composes', () => {
  const preview = {
    photoId: one,
    width: 2560,
    height: 1707,
    matteRevision: 7,
    quality: 'full' as const,
    undecided: 0,
    subject: { x: 0.2, y: 0.3, width: 0.5, height: 0.5 },
    glass: false,
    ground: null,
  };
  const logo = { id: 'l', kind: 'logo' as const, name: 'Mark', width: 600, height: 200, horizon: null };
  test('as shot, the cut-out covers the canvas exactly', () => {
    expect(composition(photoWith(1), preview, paper(freshRecipe()), []).scene.photo).toEqual({ x: 0, y: 0, width: 1, height: 1 });
  });
  test('a logo keeps its shape', () => {
    const made = composition(photoWith(1), preview, withLogo(paper(freshRecipe()), 'l'), [logo]);
    const drawn = made.logo;
    expect(drawn === null ? 0 : (drawn.width * 6000) / (drawn.height * 4000)).toBeCloseTo(3);
  });
  test('a file that is gone is named', () => {
    const recipe = withLogo({ ...freshRecipe(), background: { kind: 'file', fileId: 'gone' } }, 'l');
    expect(missingAsset(recipe, composition(photoWith(1), preview, recipe, [logo]))).toBe('background');
    expect(missingAsset(withLogo(paper(recipe), 'gone'), composition(photoWith(1), preview, withLogo(paper(recipe), 'gone'), []))).toBe(
      'logo',
    );
  });
});

describe('the library', () => {
  const state = { photos: new Map([[one, photoWith(1)]]), order: [one], visible: [one], shown: 'c1' };
  const collections = [{ id: 'c1', name: 'Golf', photos: 1 }];
  test('new photos come last, changed ones stay in their place', () => {
    const next = changed(state, {
      photos: [photoWith(2, { collectionId: 'c2' }), photoWith(1, { state: 'applied' })],
      removed: [],
      collections,
    });
    expect([next.order, next.visible, next.photos.get(one)?.state]).toEqual([[one, two], [one], 'applied']);
  });
  test('when the shown collection goes away, everything is shown', () => {
    const next = changed(state, { photos: [photoWith(2)], removed: [one], collections: [] });
    expect([next.shown, next.visible]).toEqual([null, [two]]);
  });
});
