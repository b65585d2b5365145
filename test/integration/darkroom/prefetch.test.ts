/** What applying will need, made before: a look at a time, kept in the photo's folder, and found there. */
import { readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { Cutouts } from '../../../electron/darkroom/cutout/cutouts.ts';
import { prefetch } from '../../../electron/darkroom/cutout/prepare.ts';
import { Model } from '../../../electron/darkroom/matte/model.ts';
import { LocalDarkroom } from '../../../electron/darkroom/process/darkroom.ts';
import { standInModel } from '../../stand-in-model.ts';
import { picture, teapot, temporaryFolder, withPaper } from './scenes.ts';

const standIn = standInModel();
const modelDir = join(standIn.BACKLOT_CACHE, 'models');
const trusted = new Set([String((JSON.parse(standIn.BACKLOT_MODEL_SOURCE) as { sha256: string }).sha256)]);

async function photo() {
  const folder = temporaryFolder();
  const path = join(folder, 'pot.png');
  await picture(await teapot(450, 300))
    .png()
    .toFile(path);
  return { path, folder: join(folder, 'cache'), photoId: 'P1' };
}

/** What is kept, without the digests in the names. */
const kept = (folder: string): string[] => [...new Set(readdirSync(folder).map((name) => name.replace(/-[\da-f]{20}\./, '.')))].toSorted();

test('it makes way after each look and goes on from there, until all is kept', async () => {
  const job = await photo();
  const model = new Model({ modelDir, threads: 1, trusted });
  const ask = async (isWanted: boolean) => prefetch(new Cutouts(model), await model.fingerprint(), job, () => isWanted);
  expect(await ask(true)).toEqual({ ready: false });
  expect(kept(job.folder)).toEqual(['matte-quick.bin', 'matte-small.bin']);
  expect(await ask(true)).toEqual({ ready: false });
  expect(kept(job.folder)).toEqual(['matte-full.bin', 'matte-quick.bin', 'matte-small.bin']);
  expect(await ask(true)).toEqual({ ready: true });
  expect(kept(job.folder)).toEqual(['edges.bin', 'matte-full.bin', 'matte-quick.bin', 'matte-small.bin']);
  expect(await ask(false)).toEqual({ ready: true });
  await model.close();
});

test('applying then asks the network nothing: it is made although no network can be loaded any more', async () => {
  const job = await photo();
  const room = new LocalDarkroom({ modelDir, threads: 1, trusted });
  expect(await room.prefetch(job)).toEqual({ ok: true, value: { ready: true } });
  await room.close();
  for (const graph of ['isnet-512.onnx', 'isnet-1024.onnx']) rmSync(join(modelDir, graph));
  const without = new LocalDarkroom({ modelDir, threads: 1, trusted });
  const work = { recipe: withPaper(), backgroundPath: null, logoPath: null, outPath: join(dirname(job.path), 'out.jpg') };
  expect(await without.export({ ...job, ...work })).toMatchObject({ ok: true, value: { width: 450, height: 300 } });
  const other = await photo();
  expect(await without.export({ ...other, ...work })).toMatchObject({ ok: false, error: { code: 'model_missing' } });
  await without.close();
});
