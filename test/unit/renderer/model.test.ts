/** What waits for the model is asked for again by itself once it is there, and everything when another network takes its place. */
import { beforeEach, expect, test } from 'vitest';
import { modelChanged, ownChanged, useModel } from '../../../renderer/state/model.ts';
import { askPreview, usePreviews } from '../../../renderer/state/previews.ts';
import { type Code, fail, ok } from '../../../shared/result.ts';
import { type FakeBridge, idOf, installBridge } from './fake-bridge.ts';

const preview = (photoId: string) => ({
  photoId,
  width: 8,
  height: 8,
  matteRevision: 1,
  quality: 'full' as const,
  undecided: 0,
  subject: null,
  glass: false,
  ground: null,
});
const strokes = [{ mode: 'keep' as const, radius: 0.05, hardness: 0.8, points: [[0.5, 0.5] as [number, number]] }];
const [lacking, damaged, unreadable] = [idOf(1), idOf(2), idOf(3)];

let bridge: FakeBridge;
beforeEach(async () => {
  bridge = installBridge();
  usePreviews.setState({ previews: new Map() });
  modelChanged({ state: 'fetching', from: 'github.com', received: 0, total: 1 });
  const codes = new Map<string, Code>([
    [lacking, 'model_missing'],
    [damaged, 'model_damaged'],
    [unreadable, 'picture_damaged'],
  ]);
  bridge.answer({ 'darkroom.preview': ({ photoId }) => fail({ code: codes.get(photoId) ?? 'photo_unknown', message: photoId }) });
  await askPreview(lacking, strokes);
  await askPreview(damaged, []);
  await askPreview(unreadable, []);
  bridge.asked.length = 0;
  bridge.answer({ 'darkroom.preview': ({ photoId }) => ok(preview(photoId)) });
});

test('progress asks for nothing; the model being there asks for what lacked it, with its strokes', async () => {
  modelChanged({ state: 'fetching', from: 'github.com', received: 1, total: 1 });
  modelChanged({ state: 'checking' });
  expect(bridge.asked).toEqual([]);
  modelChanged({ state: 'ready' });
  expect(bridge.asked).toEqual([
    { name: 'darkroom.preview', input: { photoId: lacking, strokes } },
    { name: 'darkroom.preview', input: { photoId: damaged, strokes: [] } },
  ]);
  await expect.poll(() => usePreviews.getState().previews.get(lacking)?.status).toBe('ready');
  expect(usePreviews.getState().previews.get(unreadable)).toMatchObject({ status: 'failed' });
});

test('being told twice that it is there asks once', () => {
  modelChanged({ state: 'ready' });
  modelChanged({ state: 'ready' });
  expect(bridge.asked).toHaveLength(2);
});

test('another network has every cut-out asked for once more, with its strokes; to learn which one is used, or that it is the same, asks nothing', async () => {
  useModel.setState({ own: undefined });
  ownChanged(null);
  ownChanged(null);
  expect(bridge.asked).toEqual([]);
  const own = { name: 'mine.onnx', sha256: 'a1', bytes: 1, licence: 'MIT', family: 'U2-Net' as const, iou: 0.9, timesAsLong: null };
  ownChanged(own);
  expect(bridge.asked).toEqual([
    { name: 'darkroom.preview', input: { photoId: lacking, strokes } },
    { name: 'darkroom.preview', input: { photoId: damaged, strokes: [] } },
    { name: 'darkroom.preview', input: { photoId: unreadable, strokes: [] } },
  ]);
  await expect.poll(() => [...usePreviews.getState().previews.values()].every(({ status }) => status === 'ready')).toBe(true);
  bridge.asked.length = 0;
  ownChanged({ ...own, licence: 'Apache-2.0' });
  expect(bridge.asked).toEqual([]);
  ownChanged(null);
  expect(bridge.asked).toHaveLength(3);
});
