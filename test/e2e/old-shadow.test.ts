/**
 * The wheels of a car on the canvas: found by the darkroom, shown by the user with nothing but the keyboard, and taken back. The steps
 * build on each other and run in order.
 */
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, until } from '../../scripts/driving/bridge.ts';
import { projectRoot, type RunningApp } from '../../scripts/driving/launch.ts';
import type { Stroke } from '../../shared/edit/recipe.ts';
import { type StudioPage, studioPageOf } from './pages/studio-page.ts';
import { makeRoom, pictureFailures, type Room, startStudio } from './studio.ts';

let room: Room;
let running: RunningApp;
let studio: StudioPage;

pictureFailures(() => running);

beforeAll(async () => {
  room = makeRoom('shadow');
  running = await startStudio(room, { network: 'real' });
  studio = studioPageOf(running.page);
  await ask(running.page, 'library.importPaths', { paths: [join(projectRoot, 'resources', 'samples', 'car-side.jpg')] });
  await studio.has(1);
  await studio.select('car-side.jpg');
  await studio.chooseBackground('Paper');
  await studio.showsPreview();
});
afterAll(async () => {
  await running?.quit();
  room?.remove();
});

const section = () => running.page.getByRole('region', { name: 'Old shadow' });
const tyres = () => running.page.locator('canvas ~ svg ellipse');

/** Waits until so many strokes are kept with the photo. */
async function strokes(count: number): Promise<readonly Stroke[]> {
  const kept = await until(running.page, 'library.snapshot', undefined, ({ photos }) => (photos[0]?.recipe?.strokes.length ?? 0) === count);
  return kept.photos[0]?.recipe?.strokes ?? [];
}

test('the wheels of a car are found, and the section says what became of its old shadow', async () => {
  await running.page.getByRole('button', { name: "Show a car's wheels" }).click();
  await section().getByText('no old shadow was found between them').waitFor();
  expect(await tyres().count()).toBe(2);
});

/** Takes the cross of a tool to this share of the photo's width with the arrow keys, and presses it. */
async function pressAt(cross: Locator, x: number): Promise<void> {
  const at = Number(/(\d+)% from the left/.exec((await cross.getAttribute('aria-label')) ?? '')?.[1]) / 100;
  const steps = Math.round((x - at) * 100);
  for (let n = 0; n < Math.abs(steps); n++) await cross.press(steps < 0 ? 'ArrowLeft' : 'ArrowRight');
  await cross.press('Enter');
}

test('the keyboard marks two hubs, and they are the wheels', async () => {
  const { page } = running;
  const cross = page.getByRole('button', { name: 'Mark the middle of a wheel here' });
  await cross.focus();
  await pressAt(cross, 0.2);
  await pressAt(cross, 0.75);
  expect((await strokes(2)).map(({ mode }) => mode)).toEqual(['hub', 'hub']);
  await cross.press('Escape');
  await cross.waitFor({ state: 'detached' });
});

test('what was said is taken back with one press', async () => {
  await section().getByRole('button', { name: 'Start again' }).click();
  await strokes(0);
  await running.page.getByRole('button', { name: 'Undo', exact: true }).first().click();
  expect((await strokes(2)).map(({ mode }) => mode)).toEqual(['hub', 'hub']);
});

test('a click on a shadow is kept as what it is, and starting again forgets it', async () => {
  const { page } = running;
  await section().getByRole('button', { name: 'Start again' }).click();
  await strokes(0);
  await section().getByRole('button', { name: 'Click a shadow away' }).click();
  const box = await page.getByRole('main', { name: 'Studio' }).locator('canvas').first().boundingBox();
  if (box === null) throw new Error('The canvas is not shown.');
  await page.mouse.click(box.x + 0.5 * box.width, box.y + 0.6 * box.height);
  expect((await strokes(1)).map(({ mode }) => mode)).toEqual(['shadow']);
  await section().getByRole('button', { name: 'Done' }).click();
  await section().getByRole('button', { name: 'Start again' }).click();
  await strokes(0);
});

test('the keyboard clicks on a shadow as the pointer does, and is back where it was', async () => {
  const { page } = running;
  const undo = page.getByRole('button', { name: 'Undo', exact: true }).first();
  await undo.focus();
  await page.keyboard.press('s');
  const cross = page.getByRole('button', { name: /^Click the old shadow away here, \d+% from the left/ });
  await cross.and(page.locator(':focus-visible')).waitFor();
  await cross.press('ArrowDown');
  await pressAt(cross, 0.4);
  const [clicked] = await strokes(1);
  expect(clicked).toMatchObject({ mode: 'shadow', at: [expect.closeTo(0.4, 1), expect.any(Number)] });
  await cross.press('Escape');
  await cross.waitFor({ state: 'detached' });
  expect(await undo.evaluate((button) => button === document.activeElement)).toBe(true);
  await undo.press('Enter');
  await strokes(0);
});
