/** Bad photos, missing files, a missing model: each named, none charged, and the rest goes on. */
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, askResult, finishedBatch, onlineWallet } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { defaultRecipe, type Recipe } from '../../shared/edit/recipe.ts';
import { oneRecipe, packEdits } from '../../shared/ipc/edits.ts';
import { type CompanyServer, startCompanyServer } from './company-server.ts';
import { fillDisk } from './full-disk.ts';
import { frameOf } from './pages/frame.ts';
import { type StudioPage, studioPageOf } from './pages/studio-page.ts';
import { makeRoom, pictureFailures, type Room, startStudio, writeLogo, writePhotos } from './studio.ts';

const recipe: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'brand' } };
let room: Room;
let server: CompanyServer;
let running: RunningApp;
let studio: StudioPage;
let spent = 0;

pictureFailures(() => running);

beforeAll(async () => {
  room = makeRoom('trouble');
  server = await startCompanyServer(room.path('server'));
  const account = await server.openAccount();
  running = await startStudio(room, { env: { BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: account.token } });
  studio = studioPageOf(running.page);
  await onlineWallet(running.page);
});
afterAll(async () => {
  await running?.quit();
  await server?.stop();
  room?.remove();
});

/** Imports so many good photos of their own folder; answers their ids in order. */
async function importPhotos(folder: string, count: number): Promise<string[]> {
  const paths = await writePhotos(room.path(folder), count, `${folder} `);
  const { imported, problems } = await ask(running.page, 'library.importPaths', { paths: [...paths] });
  expect(problems).toEqual([]);
  const { photos } = await ask(running.page, 'library.snapshot', undefined);
  return photos
    .filter((photo) => imported.includes(photo.id))
    .sort((a, b) => a.name.localeCompare(b.name))
    .map((photo) => photo.id);
}

const showsWhatIsLeft = (): Promise<void> => frameOf(running.page).showsBalance(1000 - spent);

describe('import', () => {
  test('bad files are named, each with its reason, and the good one comes in', async () => {
    const folder = room.path('mixed');
    const [good = ''] = await writePhotos(folder, 1, 'good ');
    writeFileSync(join(folder, 'empty.jpg'), '');
    writeFileSync(join(folder, 'text.jpg'), 'This is no picture at all, whatever its name says.');
    writeFileSync(join(folder, 'cut off.jpg'), readFileSync(good).subarray(0, 300));
    const { imported, problems } = await ask(running.page, 'library.importPaths', { paths: [folder] });
    expect(imported).toHaveLength(1);
    expect(problems.map((problem) => problem.file).sort()).toEqual(['cut off.jpg', 'empty.jpg', 'text.jpg']);
    for (const { file, message } of problems) expect(message).toContain(file);
    expect(problems.find((problem) => problem.file === 'empty.jpg')?.code).toBe('file_empty');
    await studio.photo('good 0001.jpg').waitFor();
    await showsWhatIsLeft();
  });

  test('a file that is not there is a problem, not an exception', async () => {
    const { imported, problems } = await ask(running.page, 'library.importPaths', { paths: [room.path('nowhere.jpg')] });
    expect(imported).toEqual([]);
    expect(problems).toMatchObject([{ code: 'file_missing', file: 'nowhere.jpg' }]);
  });
});

describe('apply', () => {
  test('ST-02: a logo without a background is refused and costs nothing', async () => {
    const photoIds = await importPhotos('logo only', 1);
    const { added } = await ask(running.page, 'assets.addPaths', { kind: 'logo', paths: [await writeLogo(room.path('mark.png'))] });
    const fileId = added[0]?.id ?? '';
    const logo: Recipe['logo'] = { fileId, position: { kind: 'anchor', anchor: 'top-left' }, size: 0.2, opacity: 1, margin: 0.02 };
    const onlyLogo: Recipe = { ...defaultRecipe, logo };
    const refused = await askResult(running.page, 'applying.apply', {
      edits: packEdits(oneRecipe(photoIds, onlyLogo)),
      mode: 'all or nothing',
    });
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'background_required', message: expect.stringContaining('Nothing was charged') },
    });
    await ask(running.page, 'library.saveRecipe', { photoIds, recipe: onlyLogo });
    await studio.select('logo only 0001.jpg');
    await studio.bar.getByText('A logo needs a background').waitFor();
    expect(await studio.applyButton.isDisabled()).toBe(true);
    await showsWhatIsLeft();
  });

  test('a photo deleted after the import fails alone: the others are applied, it is named and not charged', async () => {
    const photoIds = await importPhotos('deleted', 3);
    rmSync(room.path('deleted', 'deleted 0002.jpg'));
    const started = await ask(running.page, 'applying.apply', { edits: packEdits(oneRecipe(photoIds, recipe)), mode: 'all or nothing' });
    const batch = await finishedBatch(running.page, started.id);
    spent += 2;
    expect(batch).toMatchObject({ applied: 2, charged: '2' });
    expect(batch.total - batch.applied).toBe(1);
    expect(batch.problems).toMatchObject([{ code: 'file_missing', file: 'deleted 0002.jpg' }]);
    expect(batch.summary).toContain('deleted 0002.jpg');
    await studio.photoIs('deleted 0002.jpg', 'file not found');
    await showsWhatIsLeft();
  });

  test('a photo changed into something else since the import is refused by name and not charged', async () => {
    const photoIds = await importPhotos('damaged', 1);
    writeFileSync(room.path('damaged', 'damaged 0001.jpg'), 'no picture any more');
    const refused = await askResult(running.page, 'applying.apply', {
      edits: packEdits(oneRecipe(photoIds, recipe)),
      mode: 'all or nothing',
    });
    expect(refused).toMatchObject({ ok: false, error: { code: 'file_changed', message: expect.stringContaining('damaged 0001.jpg') } });
    await studio.photoIs('damaged 0001.jpg', 'cannot be read');
    await showsWhatIsLeft();
  });

  test('a background whose file is gone is refused by name, and costs nothing', async () => {
    const photoIds = await importPhotos('no background', 1);
    const [backdrop = ''] = await writePhotos(room.path('backdrops'), 1, 'hall ');
    const { added } = await ask(running.page, 'assets.addPaths', { kind: 'background', paths: [backdrop] });
    const fileId = added[0]?.id ?? '';
    const folder = join(room.dataFolder, 'assets');
    for (const name of readdirSync(folder)) if (name.startsWith(fileId)) rmSync(join(folder, name));
    const wanted: Recipe = { ...defaultRecipe, background: { kind: 'file', fileId } };
    const answer = await askResult(running.page, 'applying.apply', {
      edits: packEdits(oneRecipe(photoIds, wanted)),
      mode: 'all or nothing',
    });
    const problem = answer.ok ? (await finishedBatch(running.page, answer.value.id)).problems[0] : answer.error;
    expect(problem?.message).toMatch(/background/i);
    expect(problem?.message).toMatch(/not(hing was)? charged/i);
    await showsWhatIsLeft();
  });

  test('an output folder that cannot be written: the result is safe in the library, and the copy is named as missing', async () => {
    const photoIds = await importPhotos('unsaved', 1);
    const blocked = room.path('blocked');
    writeFileSync(blocked, 'a file where the folder should be');
    await ask(running.page, 'settings.set', { outputFolder: blocked });
    const started = await ask(running.page, 'applying.apply', { edits: packEdits(oneRecipe(photoIds, recipe)), mode: 'all or nothing' });
    const batch = await finishedBatch(running.page, started.id);
    spent += 1;
    expect(batch.applied).toBe(1);
    expect(batch.problems).toMatchObject([{ code: 'copy_not_saved', file: 'unsaved 0001.jpg' }]);
    for (const text of [
      'unsaved 0001.jpg is safe in the library',
      blocked,
      'It is put there by itself once that can be done. Or choose another output folder in Settings',
    ])
      expect(batch.summary).toContain(text);
    const versions = await ask(running.page, 'library.versions', { photoId: photoIds[0] ?? '' });
    expect(versions).toMatchObject([{ savedTo: null }]);
    await ask(running.page, 'settings.set', { outputFolder: room.outputFolder });
    await showsWhatIsLeft();
  });

  test('no room for the result: the photo is named, not charged, and can be applied again', async () => {
    const photoIds = await importPhotos('no room', 1);
    const disk = fillDisk(join(room.dataFolder, 'results'));
    const started = await ask(running.page, 'applying.apply', { edits: packEdits(oneRecipe(photoIds, recipe)), mode: 'all or nothing' });
    const failed = await finishedBatch(running.page, started.id);
    disk.free();
    expect(failed).toMatchObject({ applied: 0, failed: 1, charged: '0', problems: [{ code: disk.code, file: 'no room 0001.jpg' }] });
    for (const text of ['no room 0001.jpg', disk.says]) expect(failed.summary).toContain(text);
    expect(readdirSync(join(room.dataFolder, 'results'))).not.toContain(photoIds[0]);
    await showsWhatIsLeft();
    const again = await ask(running.page, 'applying.apply', { edits: packEdits(oneRecipe(photoIds, recipe)), mode: 'all or nothing' });
    expect(await finishedBatch(running.page, again.id)).toMatchObject({ applied: 1, charged: '1' });
    spent += 1;
    await showsWhatIsLeft();
  });

  test('no room for the copy: charged, safe in the library, and the disk is named', async () => {
    const photoIds = await importPhotos('no copy', 1);
    const disk = fillDisk(room.outputFolder);
    const started = await ask(running.page, 'applying.apply', { edits: packEdits(oneRecipe(photoIds, recipe)), mode: 'all or nothing' });
    const batch = await finishedBatch(running.page, started.id);
    const left = readdirSync(room.outputFolder, { recursive: true }).filter((name) => String(name).includes('no copy 0001'));
    disk.free();
    spent += 1;
    expect(batch).toMatchObject({ applied: 1, problems: [{ code: 'copy_not_saved', file: 'no copy 0001.jpg' }] });
    expect(batch.summary).toContain('no copy 0001.jpg is safe in the library');
    expect(left).toEqual([]);
    await showsWhatIsLeft();
  });
});

describe('the model', () => {
  test.each([
    ['missing', 'model_missing'],
    ['damaged', 'model_damaged'],
  ])('%s: the preview says so, applying fails without a charge, everything else works', async (state, code) => {
    const own = makeRoom(`model-${state}`);
    const cache = own.path('cache');
    mkdirSync(join(cache, 'models'), { recursive: true });
    if (state === 'damaged') {
      const installed = join(process.env['BACKLOT_CACHE'] ?? join(process.env['HOME'] ?? '', '.cache', 'backlot'), 'models');
      for (const name of readdirSync(installed)) {
        // The eight-bit network needs the weights no more once it is made of them.
        if (/\.weights$|int8/.test(name)) writeFileSync(join(cache, 'models', name), 'not the weights');
        else copyFileSync(join(installed, name), join(cache, 'models', name));
      }
    }
    const account = await server.openAccount();
    const app = await startStudio(own, {
      network: 'real',
      env: { BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: account.token, BACKLOT_CACHE: cache },
    });
    try {
      await onlineWallet(app.page);
      const { imported } = await ask(app.page, 'library.importPaths', { paths: [...(await writePhotos(own.path('photos'), 1))] });
      expect(imported).toHaveLength(1);
      expect(await askResult(app.page, 'darkroom.preview', { photoId: imported[0] ?? '', strokes: [] })).toMatchObject({
        ok: false,
        error: { code, message: expect.stringMatching(/^The model .* Nothing was charged\. .*set-up/) },
      });
      const started = await ask(app.page, 'applying.apply', { edits: packEdits(oneRecipe(imported, recipe)), mode: 'all or nothing' });
      const batch = await finishedBatch(app.page, started.id);
      expect(batch).toMatchObject({ applied: 0, failed: 1, charged: '0' });
      expect(await server.as(account, 'GET', '/v1/wallet')).toMatchObject({ available: '1000', held: '0' });
    } finally {
      await app.quit();
      own.remove();
    }
  });
});
