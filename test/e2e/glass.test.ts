/**
 * What is behind a car in the running app: glass, taken with the keyboard or painted; the brush that stops at edges; and nothing at all. The
 * steps build on each other and run in order.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Locator } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, until } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { root } from '../../scripts/setup/places.mjs';
import { isBrushStroke, isGlassStroke, type Recipe, type Stroke } from '../../shared/edit/recipe.ts';
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

const strokes = async (): Promise<readonly Stroke[]> => (await recipe()).strokes;
const canvas = (): Locator => running.page.getByRole('main', { name: 'Studio' }).locator('canvas').first();

test('a drag paints glass, H shows the photo without it, and one undo takes it back', async () => {
  const { page } = running;
  const box = await page
    .getByRole('button', { name: /^Possible glass, / })
    .first()
    .boundingBox();
  if (box === null) throw new Error('No proposal is shown.');
  const [x, y] = [box.x + 0.3 * box.width, box.y + 0.5 * box.height];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 0.5 * box.width, y, { steps: 6 });
  expect(await strokes()).toEqual([]);
  await page.mouse.up();
  await expect.poll(async () => (await strokes()).length).toBe(1);
  const [painted] = (await strokes()).filter(isGlassStroke);
  expect(painted?.path).toBeDefined();
  await page.getByRole('button', { name: /^Glass, / }).waitFor();

  await page.keyboard.press('h');
  await page.getByText('Without glass (H)').waitFor();
  expect(await strokes()).toHaveLength(1);
  await page.keyboard.press('h');
  await page.getByText('Without glass (H)').waitFor({ state: 'hidden' });
  await page.keyboard.press('Control+z');
  await expect.poll(strokes).toEqual([]);
});

test('with E the brush stops at edges; what is seen while it is drawn is what the darkroom makes of it', async () => {
  const { page } = running;
  await page.getByRole('button', { name: 'Keep or erase with the brush' }).click();
  await page.getByRole('radio', { name: 'Erase' }).click();
  await canvas().hover({ position: { x: 5, y: 5 } });
  await page.keyboard.press('e');
  expect(await page.getByRole('checkbox', { name: 'Snap to edges (E)' }).isChecked()).toBe(true);
  const box = await canvas().boundingBox();
  if (box === null) throw new Error('The canvas is not shown.');
  // Over the paint of a door, where there is no edge: it goes as far as the brush reaches.
  const [x, y] = [box.x + 0.45 * box.width, box.y + 0.53 * box.height];
  await page.mouse.move(x + 40, y);
  const untouched = await settled();
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 40, y, { steps: 4 });
  const seen = await settled();
  await page.mouse.up();
  await expect.poll(async () => (await strokes()).length).toBe(1);
  const [stroke] = (await strokes()).filter(isBrushStroke);
  expect(stroke).toMatchObject({ mode: 'erase', snap: true });
  const { photos } = await ask(page, 'library.snapshot', undefined);
  await ask(page, 'darkroom.preview', { photoId: photos[0]?.id ?? '', strokes: [...(await strokes())] });
  const made = await settled();
  // Around the stroke, in CSS pixels of the canvas: that is where they could differ.
  const around = { left: x - box.x - 30, top: y - box.y - 30, width: 100, height: 60 };
  const before = await cropped(untouched, around);
  expect(difference(await cropped(seen, around), before)).toBeGreaterThan(10);
  expect(difference(await cropped(seen, around), await cropped(made, around))).toBeLessThan(2);
  await page.keyboard.press('Control+z');
  await expect.poll(strokes).toEqual([]);
});

/** The canvas as a PNG, once two looks at it, a moment apart, are the same. */
async function settled(): Promise<Buffer> {
  let last: Buffer | null = null;
  for (let look = 0; look < 40; look++) {
    await running.page.getByText('The edges are being refined').waitFor({ state: 'hidden' });
    await canvas().and(running.page.locator('[aria-busy="false"]')).waitFor();
    const picture = await canvas().screenshot();
    if (last?.equals(picture)) return picture;
    last = picture;
    await pause(600);
  }
  throw new Error('The canvas does not come to rest.');
}

const cropped = (
  picture: Buffer,
  { left, top, width, height }: { left: number; top: number; width: number; height: number },
): Promise<Buffer> =>
  sharp(picture)
    .extract({ left: Math.round(left), top: Math.round(top), width, height })
    .removeAlpha()
    .raw()
    .toBuffer();

/** Mean absolute difference, 0..255. */
const difference = (a: Buffer, b: Buffer): number => a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;

test('nothing behind the subject: the panel says what it costs and what holds it, and the canvas shows checks', async () => {
  const { page } = running;
  await page.getByRole('button', { name: 'Move' }).click();
  expect((await recipe()).export.format).toBe('jpeg');
  await studio.chooseBackground('Transparent');
  await page.getByText('Nothing behind the subject. One credit, like any background; as PNG, WebP or TIFF, without a logo.').waitFor();
  await expect.poll(async () => (await recipe()).export.format).toBe('png');
  const file = page.getByRole('region', { name: 'Export', exact: true });
  await file.getByRole('button', { name: 'Export' }).click();
  const formats = file.getByRole('radiogroup', { name: 'Format' });
  expect(await formats.getByRole('radio', { name: 'JPEG' }).isDisabled()).toBe(true);
  for (const name of ['PNG', 'WebP', 'TIFF']) expect(await formats.getByRole('radio', { name }).isEnabled()).toBe(true);
  const greys = new Set<number>();
  const pixels = await sharp(await settled())
    .removeAlpha()
    .raw()
    .toBuffer();
  for (let i = 0; i < pixels.length; i += 3) {
    const [r, g, b] = [pixels[i] ?? 0, pixels[i + 1] ?? 0, pixels[i + 2] ?? 0];
    if (r === g && g === b) greys.add(r);
  }
  expect([greys.has(0xf0), greys.has(0xcf)]).toEqual([true, true]);
  await studio.chooseBackground('Paper');
  await page.getByText('Nothing behind the subject.').waitFor({ state: 'hidden' });
  expect(await formats.getByRole('radio', { name: 'JPEG' }).isEnabled()).toBe(true);
});
