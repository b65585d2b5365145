/** The glass tool in the running app: proposals, taken and given back with the keyboard alone, and the new background behind them. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, until } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { root } from '../../scripts/setup/places.mjs';
import { isGlassStroke, type Recipe } from '../../shared/edit/recipe.ts';
import { type StudioPage, studioPageOf } from './pages/studio-page.ts';
import { makeRoom, pictureFailures, type Room, startStudio } from './studio.ts';

let room: Room;
let running: RunningApp;
let studio: StudioPage;

pictureFailures(() => running);

beforeAll(async () => {
  room = makeRoom('glass');
  running = await startStudio(room, { network: 'real' });
  studio = studioPageOf(running.page);
  mkdirSync(room.path('photos'), { recursive: true });
  const photo = join(room.path('photos'), 'car.jpg');
  copyFileSync(join(root, 'test', 'fixtures', 'glass', 'car-panes-side.jpg'), photo);
  await ask(running.page, 'library.importPaths', { paths: [photo] });
  await studio.has(1);
});
afterAll(async () => {
  await running?.quit();
  room?.remove();
});

const recipe = async (): Promise<Recipe> => {
  const { photos } = await ask(running.page, 'library.snapshot', undefined);
  const kept = photos[0]?.recipe;
  if (kept == null) throw new Error('The photo has no recipe.');
  return kept;
};

test('a proposal is taken with Enter, made larger with plus, and given back with Delete', async () => {
  const { page } = running;
  await studio.select('car.jpg');
  await studio.chooseBackground('Paper');
  await studio.showsPreview();
  const { photos } = await ask(page, 'library.snapshot', undefined);
  const photoId = photos[0]?.id ?? '';
  await until(page, 'darkroom.preview', { photoId, strokes: [] }, ({ quality }) => quality === 'full');
  await page.keyboard.press('g');
  const proposals = page.getByRole('button', { name: /^Possible glass, / });
  await proposals.first().waitFor();
  expect(await proposals.count()).toBeLessThanOrEqual(5);
  expect((await recipe()).strokes).toEqual([]);

  await proposals.first().focus();
  await page.keyboard.press('Enter');
  const taken = page.getByRole('button', { name: /^Glass, .*Delete closes it/ });
  await taken.waitFor();
  await expect.poll(async () => (await recipe()).strokes.filter(isGlassStroke).length).toBe(1);
  const [patch] = (await recipe()).strokes.filter(isGlassStroke);
  const preview = await until(page, 'darkroom.preview', { photoId, strokes: patch === undefined ? [] : [patch] }, ({ glass }) => glass);
  expect(preview.glass).toBe(true);

  await taken.focus();
  await page.keyboard.press('+');
  await expect.poll(async () => (await recipe()).strokes.filter(isGlassStroke)[0]?.area ?? 0).toBeGreaterThan(patch?.area ?? 1);
  await taken.focus();
  await page.keyboard.press('Delete');
  await expect.poll(async () => (await recipe()).strokes.length).toBe(0);
});
