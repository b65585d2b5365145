/** The model's files are proven before they are used. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { modelFolder } from '../../../electron/darkroom/matte/model-folder.ts';
import { LocalDarkroom } from '../../../electron/darkroom/process/darkroom.ts';
import { picture, teapot, temporaryFolder } from './scenes.ts';

const FILES = ['isnet.weights', 'isnet-512.onnx', 'isnet-1024.onnx', 'isnet-int8.onnx'];

async function preparedWith(change: (modelDir: string) => void) {
  const folder = temporaryFolder();
  const modelDir = join(folder, 'models');
  mkdirSync(modelDir);
  for (const file of FILES) copyFileSync(join(modelFolder(), file), join(modelDir, file));
  change(modelDir);
  const path = join(folder, 'pot.png');
  await picture(await teapot(450, 300))
    .png()
    .toFile(path);
  const room = new LocalDarkroom({ modelDir });
  const job = { photoId: 'P1', path, folder: join(folder, 'cache'), strokes: [], quality: 'quick' as const };
  return { room, job, modelDir };
}

test('a missing model is said by name, and a model that was put back is used without a restart', async () => {
  const { room, job, modelDir } = await preparedWith((dir) => writeFileSync(join(dir, 'isnet.weights'), ''));
  const first = await room.prepare(job);
  expect(first).toMatchObject({ ok: false, error: { code: 'model_damaged', file: 'isnet.weights' } });
  if (!first.ok) expect(first.error.message).toContain('npm start');
  copyFileSync(join(modelFolder(), 'isnet.weights'), join(modelDir, 'isnet.weights'));
  expect(await room.prepare(job)).toMatchObject({ ok: true });
  await room.close();
});

test('a model that is not there at all', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'pot.png');
  await picture(await teapot(450, 300))
    .png()
    .toFile(path);
  const room = new LocalDarkroom({ modelDir: join(folder, 'nothing') });
  const result = await room.prepare({ photoId: 'P1', path, folder: join(folder, 'cache'), strokes: [], quality: 'quick' });
  expect(result).toMatchObject({ ok: false, error: { code: 'model_missing' } });
  await room.close();
});

test('one changed byte in the weights is noticed, although the network would still load', async () => {
  const { room, job } = await preparedWith((dir) => {
    const weights = readFileSync(join(dir, 'isnet.weights'));
    weights[50_000_000] = (weights[50_000_000] ?? 0) ^ 1;
    writeFileSync(join(dir, 'isnet.weights'), weights);
  });
  expect(await room.prepare(job)).toMatchObject({ ok: false, error: { code: 'model_damaged', file: 'isnet.weights' } });
  await room.close();
});
