/** What is processed of a photo: its applied result where it shows one, the original where it does not. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PaidWork } from '../../../electron/paid-work/paid-work.ts';
import { PaidRecords } from '../../../electron/paid-work/records.ts';
import { PaidWorkStore, paidWorkMigrations } from '../../../electron/paid-work/store.ts';
import { ProcessCraft } from '../../../electron/processing/craft.ts';
import { ProcessedFiles } from '../../../electron/processing/processed-files.ts';
import { Processing } from '../../../electron/processing/processing.ts';
import { openDatabase } from '../../../electron/storage/sqlite.ts';
import { realWorld } from '../../../electron/world.ts';
import { defaultRecipe } from '../../../shared/edit/recipe.ts';
import { instant, opNamed } from '../../quantities.ts';
import { openStudioFolder, type StudioFolder } from '../library/studio-folder.ts';

const VERSION = '01J00000000000000000000009';
let studio: StudioFolder;
let paidWork: PaidWork;
let processing: Processing;
let photoId: string;
let version: string;

const filled = (background: string) => sharp({ create: { width: 64, height: 48, channels: 3, background } });

beforeEach(async () => {
  studio = openStudioFolder();
  const world = realWorld();
  const free = { each: '0', total: '0', free: true, refusal: null };
  const records = new PaidRecords(studio.folder, world);
  const files = new ProcessedFiles({
    darkroom: studio.darkroom,
    library: studio.library,
    store: studio.store,
    watermark: (fileId) => studio.assets.file(fileId, 'logo'),
    world,
    photoFolder: studio.folders.photo,
    workFolder: join(studio.folder, 'processing'),
  });
  const price = (photos: number) => ({ photos, ...free });
  const craft = new ProcessCraft({ files, price, records, world });
  const db = openDatabase({ path: ':memory:', migrations: paidWorkMigrations, durability: 'normal' });
  const store = new PaidWorkStore(db, [craft]);
  paidWork = new PaidWork({
    store,
    crafts: [craft],
    records,
    world,
    transport: () => null,
    undelivered: () => undefined,
    fileExists: existsSync,
    ledgerMoved: () => undefined,
  });
  processing = new Processing({
    paidWork,
    craft,
    store,
    files,
    records,
    photos: studio.store,
    world,
    emit: studio.events.emit,
    account: () => null,
    price,
    offline: () => null,
    unit: () => ({ code: 'credit', scale: 0 }),
    outputFolder: () => join(studio.folder, 'out'),
  });
  const path = join(studio.photos, 'car.png');
  await filled('#ff0000').png().toFile(path);
  const { imported } = await studio.library.importPaths([path]);
  photoId = imported[0] ?? '';
  version = join(studio.folder, `${VERSION}.png`);
  await filled('#0000ff').png().toFile(version);
  studio.store.addVersion({
    id: VERSION,
    photo_id: photoId,
    op_id: opNamed(VERSION),
    at: instant(Date.UTC(2026, 10, 23)),
    recipe: JSON.stringify(defaultRecipe),
    width: 64,
    height: 48,
    format: 'png',
    bytes: 1,
    sha256: '',
    path: version,
    saved_to: null,
    kind: 'applied',
  });
});
afterEach(async () => {
  await paidWork.stop();
  await studio.close();
});

async function colour(): Promise<string> {
  const preview = await processing.preview(photoId, [{ kind: 'flip' }]);
  if (!preview.ok) throw new Error(preview.error.message);
  const { dominant } = await sharp(join(studio.folders.photo(photoId), 'processed.webp')).stats();
  return dominant.r > dominant.b ? 'red' : 'blue';
}

test('the result while it is shown, the original after a revert', async () => {
  studio.library.showVersion(photoId, VERSION);
  expect(await colour()).toBe('blue');
  studio.library.revert([photoId]);
  expect(await colour()).toBe('red');
});

test('the file is named after the photo, never after the version; so is a problem', async () => {
  studio.library.showVersion(photoId, VERSION);
  const over = (): Promise<void> =>
    new Promise((resolve) => {
      const end = studio.events.on('processing.changed', ({ summary }) => {
        if (summary === null) return;
        end();
        resolve();
      });
    });
  let ended = over();
  processing.start([photoId], [{ kind: 'flip' }]);
  await ended;
  const files = readdirSync(join(studio.folder, 'out'), { recursive: true, encoding: 'utf8' });
  expect(files.filter((name) => name.endsWith('.png')).map((name) => name.replace(/^.*[/\\]/, ''))).toEqual(['car-processed-1.png']);
  rmSync(version);
  ended = over();
  processing.start([photoId], [{ kind: 'flip' }]);
  await ended;
  expect(processing.runs()[0]?.problems).toMatchObject([
    { code: 'file_missing', file: 'car.png', message: expect.stringMatching(/^car\.png is/) },
  ]);
});
