/** Processing in the real app, by keyboard and pointer: steps in the panel, the preview on the canvas, files in the output folder, for nothing. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, onlineWallet, until } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { type CompanyServer, startCompanyServer } from './company-server.ts';
import { type StudioPage, studioPageOf } from './pages/studio-page.ts';
import { killTree, stopDarkroomAt } from './processes.ts';
import { makeRoom, pictureFailures, type Room, startStudio, writePhotos } from './studio.ts';

let room: Room;
let server: CompanyServer;
let running: RunningApp;
let studio: StudioPage;
let section: Locator;
let photos: readonly string[];
let env: Record<string, string>;

pictureFailures(() => running);

async function open(): Promise<void> {
  running = await startStudio(room, { env });
  studio = studioPageOf(running.page);
  section = running.page.getByRole('region', { name: 'Process', exact: true });
  await onlineWallet(running.page);
}
beforeAll(async () => {
  room = makeRoom('processing');
  server = await startCompanyServer(room.path('server'));
  // The first two samples are of one size.
  photos = await writePhotos(room.path('card'), 2, 'IMG_', 1000);
  const account = await server.openAccount();
  env = { BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: account.token };
  await open();
  await ask(running.page, 'library.importPaths', { paths: [...photos] });
  await studio.has(2);
  await studio.select('IMG_0001.jpg');
  await section.getByRole('button', { name: 'Process' }).click();
});
afterAll(async () => {
  await running?.quit();
  await server?.stop();
  room?.remove();
});

const steps = () => section.getByRole('list', { name: 'Processing steps' }).getByRole('listitem');
const heading = (name: RegExp) => section.getByRole('button', { name });
const preview = () => running.page.getByRole('region', { name: 'Processed preview' });
async function add(name: string): Promise<void> {
  const before = await steps().count();
  await section.getByRole('button', { name: 'Add a step' }).click();
  await running.page.getByRole('menuitem', { name, exact: true }).click();
  await steps().nth(before).waitFor();
}
/** The preview's own words, once it is there. */
const shows = (words: string) => preview().getByText(words).waitFor();

test('a step is added, previewed on the canvas, and its settings change the preview', async () => {
  await add('Resize');
  await shows('Processed · 1000 × 1500 px · JPEG');
  const width = section.getByRole('textbox', { name: 'Width' });
  await width.fill('400');
  await width.press('Enter');
  await shows('Processed · 400 × 600 px · JPEG');
  await preview()
    .getByRole('img', { name: /^IMG_0001\.jpg, processed\. Resize: 400 px wide$/ })
    .waitFor();
});

test('ST-02: a watermark is not offered where applying sells the logo, and the reason stands there; a conversion changes the file', async () => {
  await section.getByRole('button', { name: 'Add a step' }).click();
  await running.page.getByRole('menuitem', { name: 'Sharpen', exact: true }).waitFor();
  expect(await running.page.getByRole('menuitem', { name: 'Watermark' }).count()).toBe(0);
  await running.page.keyboard.press('Escape');
  await section.getByText('A logo is placed with Apply changes, one credit per photo.', { exact: true }).waitFor();
  await add('Sharpen');
  await add('Convert the format');
  await shows('Processed · 400 × 600 px · WebP');
});

test('steps are moved and removed by keyboard; the focus stays, and what happened is said', async () => {
  await heading(/^Step 3 of 3: Convert/).focus();
  await running.page.keyboard.press('Alt+ArrowUp');
  await section.getByText('Convert the format is now step 2 of 3.').waitFor({ state: 'attached' });
  await expect.poll(() => running.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/^Step 2 of 3: Convert/);
  await add('Blur');
  await heading(/^Step 4 of 4: Blur/).focus();
  await running.page.keyboard.press('Delete');
  expect(await steps().count()).toBe(3);
  // Delete means the step here, and not the photo.
  expect(await running.page.getByRole('dialog').count()).toBe(0);
  await studio.has(2);
});

test('a crop is drawn on the canvas: its handles, the arrow keys and the numbers are in step', async () => {
  await add('Crop');
  await shows('Crop · 320 × 480 px from 40, 60');
  const number = (name: string) => section.getByLabel(name, { exact: true });
  const handle = (name: string) => preview().getByRole('button', { name: new RegExp(`^${name}`) });
  const area = await preview().getByRole('group', { name: 'Crop' }).boundingBox();
  if (area === null) throw new Error('The crop is not on the canvas.');
  const points = area.width / 320;
  const drag = async (name: string, x: number, y: number, key: string | null = null) => {
    const held = await handle(name).boundingBox();
    if (held === null) throw new Error(`${name} is not there.`);
    const from = { x: held.x + held.width / 2, y: held.y + held.height / 2 };
    const { mouse, keyboard } = running.page;
    await mouse.move(from.x, from.y);
    await mouse.down();
    if (key !== null) await keyboard.down(key);
    await mouse.move(from.x + (x * points) / 2, from.y + (y * points) / 2);
    await mouse.move(from.x + x * points, from.y + y * points);
    await mouse.up();
    if (key !== null) await keyboard.up(key);
  };
  const box = async () => Promise.all(['Left', 'Top', 'Width', 'Height'].map(async (name) => Number(await number(name).inputValue())));
  const near = async (...expected: number[]) => {
    for (const [index, value] of (await box()).entries())
      expect(Math.abs(value - (expected[index] ?? 0)), String(index)).toBeLessThanOrEqual(3);
  };
  await drag('Bottom right corner', -80, -40);
  await near(40, 60, 240, 440);
  await drag('Top edge', 50, 40);
  await near(40, 100, 240, 400);
  await drag('Top left corner', -24, 999, 'Shift');
  const [, , width = 0, height = 1] = await box();
  expect(width / height).toBeCloseTo(240 / 400, 1);

  await number('Width').fill('200');
  await number('Width').press('Enter');
  await number('Height').fill('200');
  await number('Height').press('Enter');
  await number('Left').fill('10');
  await number('Left').press('Enter');
  await number('Top').fill('20');
  await number('Top').press('Enter');
  await shows('Crop · 200 × 200 px from 10, 20');
  await handle('Crop: 200').focus();
  await running.page.keyboard.press('Control+ArrowRight');
  await running.page.keyboard.press('ArrowDown');
  const [left = 0, top = 0] = await box();
  expect(left).toBeGreaterThanOrEqual(20);
  expect(top).toBeGreaterThanOrEqual(21);
  // The arrow keys mean the crop here, and not the next photo.
  await preview()
    .getByRole('img', { name: /^IMG_0001\.jpg, to be cropped$/ })
    .waitFor();

  await section.getByRole('combobox', { name: 'Shape of the crop' }).click();
  await running.page.getByRole('option', { name: '16 : 9' }).click();
  const [, , wide = 0, high = 1] = await box();
  expect(wide / high).toBeCloseTo(16 / 9, 1);
  await handle('Crop: ').focus();
  await running.page.keyboard.press('Enter');
  await shows(`Processed · ${wide} × ${high} px · WebP`);
  await expect.poll(() => running.page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/^Step 4 of 4: Crop/);
});

test('a crop that reaches outside is said on the canvas, by name, and is brought back by its handles', async () => {
  await heading(/^Step 1 of 4: Resize/).click();
  await section.getByRole('textbox', { name: 'Width' }).fill('40');
  await section.getByRole('textbox', { name: 'Width' }).press('Enter');
  await preview()
    .getByText(/^The crop reaches outside of IMG_0001\.jpg/)
    .waitFor();
  await heading(/^Step 4 of 4: Crop/).click();
  await preview().getByText('The crop reaches outside of the picture.').waitFor();
  await preview()
    .getByRole('button', { name: /^Crop: / })
    .press('ArrowLeft');
  await preview().getByText('The crop reaches outside of the picture.').waitFor({ state: 'detached' });
  await heading(/^Remove Crop$/).click();
  await heading(/^Step 1 of 3: Resize/).click();
  await section.getByRole('textbox', { name: 'Width' }).fill('400');
  await section.getByRole('textbox', { name: 'Width' }).press('Enter');
  await shows('Processed · 400 × 600 px · WebP');
});

test('the files go into the output folder; nothing is charged, and the originals stay as they are', async () => {
  const sum = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
  const before = photos.map(sum);
  const wallet = await onlineWallet(running.page);
  await studio.selectAll();
  await section.getByText('Free: nothing is charged for processing.').waitFor();
  await section.getByRole('button', { name: 'Export 2 processed photos' }).click();
  const sentence = await section.getByText(/^Processed 2 photos into /).textContent();
  expect(sentence).toContain('Nothing was charged.');
  const files = readdirSync(room.outputFolder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.webp'));
  expect(files).toHaveLength(2);
  for (const file of files)
    expect(await sharp(join(room.outputFolder, file)).metadata()).toMatchObject({ format: 'webp', width: 400, height: 600 });
  expect(photos.map(sum)).toEqual(before);
  expect((await onlineWallet(running.page)).seq).toBe(wallet.seq);
});

test('the steps are there again after a restart', async () => {
  await running.quit();
  await open();
  await steps().nth(2).waitFor();
  expect(await steps().allInnerTexts()).toEqual([
    expect.stringMatching(/Resize/),
    expect.stringMatching(/Convert/),
    expect.stringMatching(/Sharpen/),
  ]);
});

test('killed in the middle of a run while another waits its turn, the next start goes on with both and says so; each photo is there once', async () => {
  const { imported } = await ask(running.page, 'library.importPaths', { paths: [...(await writePhotos(room.path('many'), 8, 'MANY_'))] });
  const chain = [
    { kind: 'resize' as const, width: 400, height: null },
    { kind: 'blur' as const, radius: 3 },
    { kind: 'convert' as const, format: 'png' as const },
  ];
  await stopDarkroomAt(running.app, room.outputFolder, '.png');
  const begun = await ask(running.page, 'processing.start', { photoIds: [...imported], chain });
  await until(running.page, 'processing.runs', undefined, ([run]) => run !== undefined && run.done >= 1);
  const waiting = await ask(running.page, 'processing.start', { photoIds: imported.slice(0, 1), chain: chain.slice(0, 1) });
  const waits = section.getByRole('list', { name: 'Runs' }).getByRole('listitem').filter({ hasText: 'Waits its turn, next in line' });
  await waits.getByText('1 photo · free').waitFor();
  expect(await ask(running.page, 'processing.runs', undefined)).toMatchObject([
    { id: begun.id, state: 'running' },
    { id: waiting.id, ahead: 1 },
  ]);
  await killTree(running.app.process());
  await open();
  const runs = await until(running.page, 'processing.runs', undefined, (all) => all.every(({ summary }) => summary !== null));
  // Of those that have ended, the last one is known; two lanes may end them in either order.
  expect(runs).toMatchObject([{ state: 'finished', failed: 0, resumed: true, charged: '0', problems: [] }]);
  await section.getByText(/^Processed 8 photos into .+ It was interrupted and went on by itself/).waitFor();
  await section.getByText(/^Processed 1 photo into .+ It was interrupted and went on by itself/).waitFor();
  expect(readdirSync(room.outputFolder, { recursive: true, encoding: 'utf8' }).filter((name) => /MANY_.+\.jpg$/.test(name))).toHaveLength(
    1,
  );
  const files = readdirSync(room.outputFolder, { recursive: true, encoding: 'utf8' }).filter((name) => /MANY_.+\.png$/.test(name));
  expect(files.map((name) => name.replace(/^.*[/\\]/, '')).sort()).toEqual(
    Array.from({ length: 8 }, (_, index) => `MANY_000${index + 1}-processed-1.png`),
  );
  expect(readdirSync(join(room.dataFolder, 'processing'))).toEqual([]);
});
