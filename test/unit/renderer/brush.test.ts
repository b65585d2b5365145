/** The brush: its key, and what a stroke begins as. */
import { beforeEach, expect, test } from 'vitest';
import { setBrush, setTool, strokeFrom, useCanvas } from '../../../renderer/state/canvas.ts';
import { brushKey } from '../../../renderer/studio/canvas/brush-keys.ts';
import { stroke } from '../../../shared/edit/recipe.ts';

beforeEach(() => {
  setTool('brush');
  setBrush({ mode: 'erase', radius: 0.02, hardness: 0.6, snap: false });
});
const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, metaKey: false, altKey: false });

test('E has the brush stop at edges, and no more; without the brush in hand, or with Ctrl, it is left to others', () => {
  brushKey(key('e'))?.();
  expect(useCanvas.getState().brush.snap).toBe(true);
  brushKey(key('E'))?.();
  expect(useCanvas.getState().brush.snap).toBe(false);
  expect(brushKey(key('e', true))).toBeNull();
  expect(brushKey(key('x'))).toBeNull();
  setTool('move');
  expect(brushKey(key('e'))).toBeNull();
});

test('a stroke is what the brush was set to when it began; one that does not stop at edges says nothing of them', () => {
  expect(strokeFrom([0.5, 0.5])).toEqual({ mode: 'erase', radius: 0.02, hardness: 0.6, points: [[0.5, 0.5]] });
  setBrush({ snap: true, mode: 'keep' });
  const snapping = strokeFrom([0.1, 0.2]);
  expect(snapping).toEqual({ mode: 'keep', radius: 0.02, hardness: 0.6, snap: true, points: [[0.1, 0.2]] });
  expect(stroke.parse(snapping)).toEqual(snapping);
});
