/** Where cut-outs come from: what is read of a photo's folder for one of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cutouts } from '../../../electron/darkroom/cutout/cutouts.ts';
import { openPhotoCache, type PhotoCache } from '../../../electron/darkroom/cutout/photo-cache.ts';
import { openSource, type Source } from '../../../electron/darkroom/files/source.ts';
import { Model } from '../../../electron/darkroom/matte/model.ts';
import type { Stroke } from '../../../shared/edit/recipe.ts';
import { drawnCar, places } from './drawn-car.ts';

const SIZE = { width: 240, height: 160 };
const folder = mkdtempSync(join(tmpdir(), 'backlot-cutouts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let source: Source;
/** A photo whose mattes are kept, so that no network is needed, and what was read of them. */
let cache: PhotoCache;
const read: string[] = [];

async function matteOf(side: number): Promise<Uint8Array> {
  const { matte } = drawnCar(SIZE.width, SIZE.height);
  const raw = sharp(matte, { raw: { ...SIZE, channels: 1 } }).resize(side, side, { fit: 'fill' });
  return new Uint8Array(await raw.toColourspace('b-w').raw().toBuffer());
}

beforeAll(async () => {
  const path = join(folder, 'car.png');
  const { photo } = drawnCar(SIZE.width, SIZE.height);
  await sharp(photo.data, { raw: { ...SIZE, channels: 3 } }).toFile(path);
  source = await openSource(path);
  const kept = await openPhotoCache(join(folder, 'kept'), source, 'some network');
  await kept.keepMatte('small', await matteOf(512));
  await kept.keepMatte('full', await matteOf(1024));
  cache = {
    ...kept,
    matte(what, side) {
      read.push(what);
      return kept.matte(what, side);
    },
  };
});

test('each matte is read once for a cut-out, though parts, glass and what is undecided all ask for the small one', async () => {
  const strokes: Stroke[] = [
    { mode: 'part', at: [...places.sign], keep: false },
    { mode: 'part', at: [...places.sign], keep: true },
    { mode: 'glass', at: [...places.patch], area: 0.05 },
  ];
  const cutout = await new Cutouts(new Model({ modelDir: folder, threads: 1 })).of(source, cache, strokes, 'full');
  expect(read.toSorted()).toEqual(['full', 'small']);
  expect(cutout.glass).not.toBeNull();
});

test('what the network was undecided about is told of its first word, not of what was made of it', async () => {
  const half = await matteOf(512);
  for (let i = 0; i < half.length; i++) if (half[i] === 255 && i % 512 < 256) half[i] = 110;
  const kept = await openPhotoCache(join(folder, 'half'), source, 'some network');
  await kept.keepMatte('small', half);
  const cutout = await new Cutouts(new Model({ modelDir: folder, threads: 1 })).of(source, kept, [], 'quick');
  expect(cutout.undecided).toBeGreaterThan(0.3);
});
