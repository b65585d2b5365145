/** Pointing without a pointer: the cross of the tools that click on a place, and the keys of those for the ground. */
import { beforeEach, describe, expect, test } from 'vitest';
import { setTool, useCanvas } from '../../../renderer/state/canvas.ts';
import { edit, recipeOf, useEditing } from '../../../renderer/state/editing.ts';
import { useLibrary } from '../../../renderer/state/library.ts';
import { selectMany } from '../../../renderer/state/selection.ts';
import { useLayout } from '../../../renderer/state/view.ts';
import { crossMoved, crossSaid, isPointing } from '../../../renderer/studio/canvas/cross-keys.ts';
import { clicked } from '../../../renderer/studio/canvas/pointing.ts';
import { groundKey } from '../../../renderer/studio/ground/ground-keys.ts';
import { ok } from '../../../shared/result.ts';
import { idOf, installBridge, photoWith } from './fake-bridge.ts';

const one = idOf(1);
const press = (key: string, shiftKey = false) => ({ key, shiftKey });
const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false, altKey: false });
const plain = { shiftKey: false, altKey: false };

beforeEach(() => {
  installBridge().answer({ 'library.saveRecipe': () => ok(undefined) });
  useLibrary.setState({ photos: new Map([[one, photoWith(1)]]), order: [one], visible: [one] });
  useEditing.setState({ drafts: new Map(), undo: [], redo: [], gesture: null });
  selectMany([one]);
  setTool('move');
});

describe('the cross', () => {
  test.each([
    ['ArrowLeft', false, [0.49, 0.8]],
    ['ArrowRight', false, [0.51, 0.8]],
    ['ArrowUp', true, [0.5, 0.798]],
    ['ArrowDown', true, [0.5, 0.802]],
  ] as const)('%s moves it, with Shift a little (%s)', (name, shift, to) => {
    expect(crossMoved([0.5, 0.8], press(name, shift))).toEqual(to.map((each) => expect.closeTo(each, 9)));
  });

  test('it stays on the photo, and leaves other keys to others', () => {
    expect(crossMoved([0, 1], press('ArrowLeft'))).toEqual([0, 1]);
    expect(crossMoved([0, 1], press('ArrowDown'))).toEqual([0, 1]);
    for (const name of ['Enter', 'Tab', 'Delete', 'constructor']) expect(crossMoved([0.5, 0.5], press(name))).toBeNull();
  });

  test('each tool that points at a place has it, and says what pressing it does, where, and with which keys', () => {
    expect((['move', 'brush', 'glass', 'part', 'wheels', 'shadow', null] as const).filter(isPointing)).toEqual([
      'part',
      'wheels',
      'shadow',
    ]);
    expect(crossSaid('shadow', [0.254, 0.8])).toBe(
      'Click the old shadow away here, 25% from the left, 80% from the top. Arrow keys move the cross, Enter presses it, Escape ends.',
    );
    expect(crossSaid('wheels', [0, 1])).toMatch(/^Mark the middle of a wheel here, 0% from the left, 100% from the top\./);
  });

  test.each([
    ['shadow', { mode: 'shadow', at: [0.4, 0.9] }],
    ['wheels', { mode: 'hub', at: [0.4, 0.9] }],
    ['part', { mode: 'part', at: [0.4, 0.9], keep: false }],
  ] as const)('pressed with the tool for %s it keeps what a click keeps', (tool, stroke) => {
    setTool(tool);
    clicked({ photoId: one, covers: () => true }, [0.4, 0.9], plain);
    expect(recipeOf(one).strokes).toEqual([stroke]);
  });
});

describe('the keys of the ground', () => {
  test('S and W take their tools and open their part of the panel; again, and they are laid down', () => {
    edit((recipe) => ({ ...recipe, background: { kind: 'built-in', id: 'paper' } }));
    groundKey(key('s'))?.();
    expect([useCanvas.getState().tool, useLayout.getState().open.ground]).toEqual(['shadow', true]);
    groundKey(key('W'))?.();
    expect(useCanvas.getState().tool).toBe('wheels');
    groundKey(key('w'))?.();
    expect(useCanvas.getState().tool).toBe('move');
    expect([groundKey(key('s', true)), groundKey(key('x')), groundKey(key('constructor'))]).toEqual([null, null, null]);
  });

  test('without a background there is no cut-out, and without a photo nothing to point at', () => {
    expect(groundKey(key('s'))).toBeNull();
    selectMany([]);
    expect(groundKey(key('w'))).toBeNull();
  });
});
