import { beforeEach, describe, expect, test } from 'vitest';
import { applicable, currentWish } from '../../../renderer/state/appliable.ts';
import {
  apply,
  askQuote,
  batchChanged,
  dismissBatch,
  dismissBatches,
  dismissWhenMovingOn,
  pressApply,
  useApplying,
} from '../../../renderer/state/applying.ts';
import { addStroke, edit, recipeOf, saveNow, useEditing } from '../../../renderer/state/editing.ts';
import { useLibrary } from '../../../renderer/state/library.ts';
import { freshRecipe } from '../../../renderer/state/recipes.ts';
import { selectMany } from '../../../renderer/state/selection.ts';
import { useConnection } from '../../../renderer/state/wallet.ts';
import { accessibleName, isEdited, shownState } from '../../../renderer/studio/gallery/states.ts';
import type { Recipe } from '../../../shared/edit/recipe.ts';
import { oneRecipe, type PhotoEdit, unpackEdits } from '../../../shared/ipc/edits.ts';
import type { Batch, CallInput } from '../../../shared/ipc/index.ts';
import type { QuoteView } from '../../../shared/ipc/wallet.ts';
import { fail, ok } from '../../../shared/result.ts';
import { type FakeBridge, idOf, installBridge, photoWith, quoteOf } from './fake-bridge.ts';

const onPaper: Recipe = { ...freshRecipe(), background: { kind: 'built-in', id: 'paper' } };
let bridge: FakeBridge;
const batch = (change: Partial<Batch> = {}): Batch => ({
  id: 'b1',
  state: 'running',
  total: 2,
  applied: 0,
  failed: 0,
  unpaid: 0,
  held: 0,
  ahead: 0,
  refused: 0,
  cancelled: 0,
  secondsLeft: null,
  charged: '0',
  summary: null,
  problems: [],
  ...change,
});
const sent = (): PhotoEdit[][] =>
  bridge.asked
    .filter(({ name }) => name === 'applying.apply')
    .map(({ input }) => unpackEdits((input as CallInput<'applying.apply'>).edits));
const shown = (): string[] => [...useApplying.getState().batches.keys()];
const appliedTo = (): string[][] => sent().map((edits) => edits.map(({ photoId }) => photoId));

beforeEach(() => {
  bridge = installBridge();
  bridge.answer({ 'library.saveRecipe': () => ok(undefined), 'applying.apply': () => ok(batch()) });
  const photos = [photoWith(1), photoWith(2), photoWith(3, { state: 'unreadable' }), photoWith(4)];
  const order = photos.map((photo) => photo.id);
  useLibrary.setState({ photos: new Map(photos.map((photo) => [photo.id, photo])), order, visible: order });
  useEditing.setState({ drafts: new Map(), undo: [], redo: [], gesture: null, problem: null });
  useApplying.setState({ quote: { status: 'none' }, batches: new Map(), sending: false, problem: null });
  selectMany(order);
  edit((recipe) => ({ ...recipe, background: { kind: 'built-in', id: 'paper' } }));
});

describe('quotes', () => {
  test('only the newest answer counts, however late an older one arrives', async () => {
    const waiting: (() => void)[] = [];
    bridge.answer({
      'applying.quote': ({ edits }) => new Promise((resolve) => waiting.push(() => resolve(ok(quoteOf(edits.photos.length))))),
    });
    const [one, two] = oneRecipe([idOf(1), idOf(2)], onPaper);
    if (one === undefined || two === undefined) throw new Error('Two photos are two edits.');
    const first = askQuote([one, two]);
    const second = askQuote([one]);
    for (const answer of waiting.reverse()) answer();
    await Promise.all([first, second]);
    expect(useApplying.getState().quote).toEqual({ status: 'known', quoted: { quote: quoteOf(1), edits: [one] } });
  });
  test('nothing selected asks nothing', async () => {
    await askQuote([]);
    expect(bridge.asked.filter(({ name }) => name === 'applying.quote')).toEqual([]);
  });
  test('a refused question is a problem beside the button', async () => {
    bridge.answer({ 'applying.quote': () => fail({ code: 'offline', message: 'The wallet is not known yet.' }) });
    await askQuote(oneRecipe([idOf(1)], onPaper));
    expect(useApplying.getState().quote).toMatchObject({ status: 'failed' });
  });
});

describe('Apply', () => {
  test('goes to the selected photos that can be applied, in the order shown, after their recipes are saved', async () => {
    await apply();
    expect(appliedTo()).toEqual([[idOf(1), idOf(2), idOf(4)]]);
    expect(bridge.asked.map(({ name }) => name)).toEqual(['library.saveRecipe', 'applying.apply']);
  });
  test("each photo is applied with its own brush strokes, never with another one's", async () => {
    const stroke = { mode: 'erase' as const, radius: 0.02, hardness: 0.6, points: [[0.5, 0.5] as [number, number]] };
    addStroke(idOf(2), stroke);
    await apply();
    // All of them in one batch, so that all or nothing means all.
    expect(appliedTo()).toEqual([[idOf(1), idOf(2), idOf(4)]]);
    expect(sent()[0]?.map(({ recipe }) => recipe.strokes)).toEqual([[], [stroke], []]);
    expect(sent()[0]?.every(({ recipe }) => recipe.background !== null)).toBe(true);
  });
  test('to photos with different recipes: each gets its own, and none is changed', async () => {
    const own = (n: number): Recipe => ({ ...onPaper, placement: { ...onPaper.placement, scale: 1 + n / 10 } });
    for (const n of [1, 2, 4]) {
      selectMany([idOf(n)]);
      edit(() => own(n));
    }
    selectMany([idOf(1), idOf(2), idOf(3), idOf(4)]);
    await apply();
    expect(sent()[0]).toEqual([1, 2, 4].map((n) => ({ photoId: idOf(n), recipe: own(n) })));
    expect([1, 2, 4].map((n) => recipeOf(idOf(n)))).toEqual([1, 2, 4].map(own));
  });
  test('leaves out a photo without a background, whatever the others have', async () => {
    selectMany([idOf(2)]);
    edit((recipe) => ({ ...recipe, background: null }));
    selectMany([idOf(1), idOf(2), idOf(4)]);
    await apply();
    expect(appliedTo()).toEqual([[idOf(1), idOf(4)]]);
    expect(recipeOf(idOf(2)).background).toBeNull();
  });
  test('to the first so many, when the credit is short', async () => {
    await apply(2);
    expect(appliedTo()).toEqual([[idOf(1), idOf(2)]]);
  });
  test('pressing twice applies once', async () => {
    await Promise.all([apply(), apply()]);
    expect(appliedTo()).toHaveLength(1);
  });
  test('a refusal stays in the bar and nothing runs', async () => {
    bridge.answer({ 'applying.apply': () => fail({ code: 'insufficient_credit', message: 'Not enough credit.' }) });
    await apply();
    expect(useApplying.getState()).toMatchObject({ batches: new Map(), sending: false, problem: { code: 'insufficient_credit' } });
  });
  test.each(['unreadable', 'missing', 'queued', 'working'])('%s photos are left out', (state) => {
    expect(applicable(['a', 'b'], (id) => (id === 'a' ? state : 'original'))).toEqual(['b']);
  });
});

describe('pressing Apply', () => {
  const quoted = (quote: QuoteView): void =>
    useApplying.setState({ quote: { status: 'known', quoted: { quote, edits: currentWish().edits } } });
  const press = async (): Promise<unknown[]> => {
    pressApply();
    await saveNow();
    await Promise.resolve();
    return appliedTo();
  };
  beforeEach(() => {
    useConnection.setState({ state: 'online' });
    useApplying.setState({ quote: { status: 'known', quoted: { quote: quoteOf(3), edits: currentWish().edits } } });
  });
  test('applies what the bar shows', async () => {
    pressApply();
    expect(useApplying.getState().sending).toBe(true);
  });
  test.each([
    ['before the price is known', () => useApplying.setState({ quote: { status: 'asking', last: null } })],
    ['when the quote is about other photos', () => selectMany([idOf(1), idOf(2)])],
    [
      'when the quote is a refusal',
      () =>
        useApplying.setState({
          quote: {
            status: 'known',
            quoted: { quote: { ...quoteOf(3), refusal: { code: 'insufficient_credit', message: '' } }, edits: currentWish().edits },
          },
        }),
    ],
    [
      'when a recipe has changed since the price was asked for',
      () => edit((recipe) => ({ ...recipe, export: { ...recipe.export, quality: 60 } })),
    ],
    [
      'when every picture is finished and shown already',
      () => quoted({ ...quoteOf(0), made: currentWish().edits.map(({ photoId }) => ({ photoId, shown: true })) }),
    ],
    ['offline', () => useConnection.setState({ state: 'offline' })],
  ])('does nothing %s', async (_, arrange) => {
    arrange();
    expect(await press()).toEqual([]);
    expect(useApplying.getState().sending).toBe(false);
  });
  test('applies what is new, goes back to what is finished, leaves out what is shown, and says how many are paid for', async () => {
    const [one, two, four] = [idOf(1), idOf(2), idOf(4)];
    quoted({
      ...quoteOf(1),
      made: [
        { photoId: one, shown: true },
        { photoId: two, shown: false },
      ],
    });
    expect(await press()).toEqual([[two, four]]);
    expect(bridge.asked.at(-1)?.input).toMatchObject({ paying: 1 });
  });
  test('three times pays once: after the end nothing has a price until it is asked for anew', async () => {
    await press();
    batchChanged(batch({ state: 'finished' }));
    await press();
    expect(await press()).toHaveLength(1);
    expect(useApplying.getState()).toMatchObject({ batches: new Map(), quote: { status: 'none' } });
  });
  test('while a batch is open applies what is selected beside it, as a batch that waits its turn', async () => {
    bridge.answer({ 'applying.apply': () => ok(batch({ id: 'b2', ahead: 1, held: 2 })) });
    batchChanged(batch());
    expect(await press()).toHaveLength(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(shown()).toEqual(['b1', 'b2']);
    batchChanged(batch({ state: 'finished', summary: 'Applied to 2 photos.' }));
    pressApply();
    expect(shown()).toEqual(['b2']);
  });
  test('right after a batch only closes its sentence: nothing is charged twice by a second Enter', async () => {
    batchChanged(batch());
    batchChanged(batch({ state: 'finished' }));
    expect(await press()).toEqual([]);
    expect(shown()).toEqual([]);
  });
});

describe('batches', () => {
  test('the sentence goes when the user goes on to other photos', () => {
    const stop = dismissWhenMovingOn();
    batchChanged(batch());
    batchChanged(batch({ state: 'finished' }));
    selectMany([idOf(1)]);
    expect(shown()).toEqual([]);
    stop();
  });
  test('one that is refused after it was shown as running is no batch any more', () => {
    batchChanged(batch());
    batchChanged(batch({ state: 'refused', refused: 2 }));
    expect(shown()).toEqual([]);
  });
  test('a running one is shown, its end stays until it is dismissed', () => {
    batchChanged(batch());
    batchChanged(batch({ state: 'finished', summary: 'Applied to 2 photos.' }));
    expect(shown()).toEqual(['b1']);
    dismissBatches();
    batchChanged(batch({ state: 'finished' }));
    expect(shown()).toEqual([]);
  });
  test('two that ended are dismissed one by one', () => {
    for (const id of ['b1', 'b2']) {
      batchChanged(batch({ id }));
      batchChanged(batch({ id, state: 'finished', summary: 'Applied to 2 photos.' }));
    }
    dismissBatch('b1');
    expect(shown()).toEqual(['b2']);
  });
  test('one that goes on after a restart is shown', () => {
    batchChanged(batch({ state: 'waiting for network' }));
    expect(shown()).toEqual(['b1']);
  });
});

test.each([
  ['previewed', null, 'original'],
  ['original', 'paper', 'previewed'],
  ['previewed', 'paper', 'previewed'],
  ['applied', 'paper', 'applied'],
  ['failed', null, 'failed'],
] as const)('a photo that is %s with the background %s is shown as %s', (state, background, shown) => {
  const recipe = { ...freshRecipe(), background: background === null ? null : { kind: 'built-in' as const, id: background } };
  expect(shownState({ state }, isEdited(recipe))).toBe(shown);
});

test.each([
  [{ state: 'applied' as const, reported: true }, 'IMG_1.jpg, applied, reported'],
  [{ state: 'reported' as const, reported: true }, 'IMG_1.jpg, reported'],
  [{ state: 'applied' as const, editedSince: true }, 'IMG_1.jpg, applied, edited since'],
  [{ state: 'working' as const, editedSince: true }, 'IMG_1.jpg, being applied'],
  [{ state: 'working' as const, progress: 0.42 }, 'IMG_1.jpg, being applied, 42 percent'],
])('a thumbnail says its state: %o', (change, name) => expect(accessibleName(photoWith(1, change))).toBe(name));
