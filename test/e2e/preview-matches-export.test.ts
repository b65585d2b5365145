/** What the canvas shows before Apply is what the file holds afterwards: both pictures are laid over each other and measured. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { frameIn } from '../../renderer/studio/canvas/viewport.ts';
import { ask, finishedBatch, onlineWallet, until } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { canvasSize, layOut } from '../../shared/edit/placement.ts';
import { defaultRecipe, type Recipe } from '../../shared/edit/recipe.ts';
import { oneRecipe, packEdits } from '../../shared/ipc/edits.ts';
import { type CompanyServer, startCompanyServer } from './company-server.ts';
import { type StudioPage, studioPageOf } from './pages/studio-page.ts';
import { makeRoom, pictureFailures, type Room, startStudio, writeLogo, writePhotos } from './studio.ts';

let room: Room;
let running: RunningApp;
let server: CompanyServer;
let studio: StudioPage;
let logoId: string;

pictureFailures(() => running);

beforeAll(async () => {
  room = makeRoom('preview');
  server = await startCompanyServer(room.path('server'));
  const { token } = await server.openAccount();
  running = await startStudio(room, { network: 'real', env: { BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: token } });
  studio = studioPageOf(running.page);
  await onlineWallet(running.page);
  // An upright one and one that lies, each asked of the network once.
  const written = await writePhotos(room.path('photos'), 3, 'IMG_', 1000);
  await ask(running.page, 'library.importPaths', { paths: written.filter((_, index) => index !== 1) });
  await studio.has(names.length);
  const { added } = await ask(running.page, 'assets.addPaths', { kind: 'logo', paths: [await writeLogo(room.path('logo.png'))] });
  logoId = added[0]?.id ?? '';
});
afterAll(async () => {
  await running?.quit();
  await server?.stop();
  room?.remove();
});

const names = ['IMG_0001.jpg', 'IMG_0003.jpg'];
const png = { ...defaultRecipe.export, format: 'png' } as const;
type Case = readonly [name: string, recipe: (logo: string) => Recipe];
const cases: readonly Case[] = [
  ['as shot on paper', () => ({ ...defaultRecipe, background: { kind: 'built-in', id: 'paper' }, export: png })],
  [
    'on the showroom floor with a logo',
    (logo) => ({
      ...defaultRecipe,
      background: { kind: 'built-in', id: 'showroom' },
      placement: { mode: 'floor', scale: 1, offsetX: 0, offsetY: 0 },
      logo: { fileId: logo, position: { kind: 'anchor', anchor: 'bottom-right' }, size: 0.2, opacity: 0.8, margin: 0.04 },
      export: png,
    }),
  ],
  [
    'fitted, moved and enlarged in a square of concrete, hard dark shadow',
    () => ({
      ...defaultRecipe,
      background: { kind: 'built-in', id: 'concrete' },
      placement: { mode: 'fit', scale: 1.2, offsetX: 0.07, offsetY: -0.05 },
      shadow: { kind: 'contact', strength: 0.9, softness: 0.1 },
      export: { ...png, aspect: '1:1' },
    }),
  ],
  [
    'small, wide, on the brand colour, without shadow',
    (logo) => ({
      ...defaultRecipe,
      background: { kind: 'built-in', id: 'brand', colour: '#7a2f24' },
      placement: { mode: 'floor', scale: 0.8, offsetX: -0.1, offsetY: 0 },
      shadow: { kind: 'none', strength: 0, softness: 0 },
      logo: { fileId: logo, position: { kind: 'free', x: 0.8, y: 0.2 }, size: 0.3, opacity: 1, margin: 0 },
      export: { ...png, aspect: '16:9', longEdge: 800 },
    }),
  ],
];

test.each(cases.map((one, index) => [...one, index] as const))('%s', async (_name, recipeWith, index) => {
  const { page } = running;
  const { photos } = await ask(page, 'library.snapshot', undefined);
  const photo = photos.find((one) => one.name === names[index % names.length]);
  if (photo === undefined) throw new Error('The photo was not imported.');
  const recipe = recipeWith(logoId);
  await ask(page, 'library.saveRecipe', { photoIds: [photo.id], recipe });
  const preview = await until(page, 'darkroom.preview', { photoId: photo.id, strokes: [] }, ({ quality }) => quality === 'full');
  await studio.select(photo.name);
  await studio.showsPreview();
  const shown = await settledPicture(page, canvasSize(photo, recipe.export.aspect, recipe.export.longEdge));

  const batch = await ask(page, 'applying.apply', { edits: packEdits(oneRecipe([photo.id], recipe)), mode: 'all or nothing' });
  expect((await finishedBatch(page, batch.id)).applied).toBe(1);
  const [version] = await ask(page, 'library.versions', { photoId: photo.id });
  const file = sharp(version?.savedTo ?? '');
  const exported = await file.resize(shown.width, shown.height, { fit: 'fill', kernel: 'mitchell' }).removeAlpha().raw().toBuffer();

  // The two are reduced by different filters, which shows along sharp lines and nowhere else.
  expect(difference(shown.pixels, exported)).toBeLessThan(2);
  // Around the subject the outlines decide: a shift of half a pixel would be seen there first.
  const box = layOut({ photo, subject: preview.subject, ...recipe.export, horizon: null, placement: recipe.placement }).subject;
  expect(box).not.toBeNull();
  for (const axis of ['x', 'y'] as const) expect(Math.abs(shift(shown.pixels, exported, shown, axis))).toBeLessThan(0.5);
});

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly pixels: Buffer;
}

/** The picture on the canvas, once nothing is being painted any more and two looks at it, a moment apart, are the same. */
async function settledPicture(page: Page, size: { width: number; height: number }): Promise<Picture> {
  const canvas = page.getByRole('main', { name: 'Studio' }).locator('canvas').first();
  const deadline = performance.now() + 20_000;
  let last: Buffer | null = null;
  for (;;) {
    await page.getByText('The edges are being refined').waitFor({ state: 'hidden' });
    await canvas.and(page.locator('[aria-busy="false"]')).waitFor();
    const window = await canvas.evaluate((element: HTMLCanvasElement) => ({ width: element.width, height: element.height }));
    const frame = frameIn(window, size, { kind: 'fit' }, 28);
    const whole = await canvas.screenshot();
    const pixels = await sharp(whole)
      .extract({ left: frame.x, top: frame.y, width: frame.width, height: frame.height })
      .removeAlpha()
      .raw()
      .toBuffer();
    if (last?.equals(pixels)) return { width: frame.width, height: frame.height, pixels };
    if (performance.now() > deadline) throw new Error('The canvas does not come to rest.');
    last = pixels;
    await pause(600);
  }
}

/** Mean absolute difference, 0..255. */
function difference(a: Buffer, b: Buffer): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / a.length;
}

/**
 * By how many pixels one picture lies beside the other along an axis: the shift that explains their difference best,
 * in the least-squares sense of optical flow (Lucas and Kanade, 1981).
 */
function shift(a: Buffer, b: Buffer, { width, height }: Picture, axis: 'x' | 'y'): number {
  const step = axis === 'x' ? 3 : 3 * width;
  let along = 0;
  let energy = 0;
  for (let y = 2; y < height - 2; y++) {
    for (let x = 2; x < width - 2; x++) {
      const i = 3 * (y * width + x) + 1;
      const slope = ((b[i + step] ?? 0) - (b[i - step] ?? 0)) / 2;
      along += slope * ((a[i] ?? 0) - (b[i] ?? 0));
      energy += slope * slope;
    }
  }
  return energy === 0 ? 0 : along / energy;
}
