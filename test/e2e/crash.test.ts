/** A power cut in the middle of a batch: nothing is charged twice, nothing is lost, and the batch finishes at the next start. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, finishedBatch, onlineWallet, until } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { defaultRecipe, type Recipe } from '../../shared/edit/recipe.ts';
import { oneRecipe, packEdits } from '../../shared/ipc/edits.ts';
import { type Account, type CompanyServer, startCompanyServer } from './company-server.ts';
import { frameOf } from './pages/frame.ts';
import { killTree, stopDarkroomAt } from './processes.ts';
import { makeRoom, pictureFailures, type Room, startStudio, writePhotos } from './studio.ts';

const count = 6;
const recipe: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'brand' } };

let room: Room;
let server: CompanyServer;
let account: Account;
let studio: RunningApp;

const start = (): Promise<RunningApp> => startStudio(room, { env: { BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: account.token } });

pictureFailures(() => studio);

beforeAll(async () => {
  room = makeRoom('crash');
  server = await startCompanyServer(room.path('server'));
  account = await server.openAccount();
});
afterAll(async () => {
  await studio?.quit();
  await server?.stop();
  room?.remove();
});

interface LedgerPage {
  readonly entries: readonly { readonly opId: string; readonly kind: string; readonly amount: string }[];
}

test('killed twice while applying, the batch ends with one credit for each photo', async () => {
  // One for each picture that is made and about to be paid for.
  const notes = join(room.dataFolder, 'paid-work', 'apply');
  studio = await start();
  await onlineWallet(studio.page);
  const paths = await writePhotos(room.path('photos'), count);
  const { imported } = await ask(studio.page, 'library.importPaths', { paths: [...paths] });
  expect(imported).toHaveLength(count);
  await stopDarkroomAt(studio.app, notes, '.json');
  const batch = await ask(studio.page, 'applying.apply', { edits: packEdits(oneRecipe(imported, recipe)), mode: 'all or nothing' });

  // First cut: at least one photo is paid for and the next is being made.
  await until(studio.page, 'applying.batches', undefined, (all) =>
    all.some((one) => one.id === batch.id && one.applied >= 1 && one.applied < count),
  );
  await killTree(studio.app.process());

  // Second cut: while the rest is taken up again.
  studio = await start();
  await until(studio.page, 'applying.batches', undefined, (all) => all.some((one) => one.id === batch.id && one.applied >= 2));
  await killTree(studio.app.process());

  studio = await start();
  await frameOf(studio.page).says('online');
  const done = await finishedBatch(studio.page, batch.id);
  expect(done).toMatchObject({ state: 'finished', total: count, applied: count, failed: 0, refused: 0, charged: String(count) });

  const { wallet } = await until(
    studio.page,
    'wallet.get',
    undefined,
    (now) => now.wallet?.held === '0' && now.wallet.pending.operations === 0,
  );
  expect(wallet?.available).toBe(String(1000 - count));
  // The contract of GET /v1/ledger.
  const { entries } = (await server.as(account, 'GET', '/v1/ledger?after=0&limit=500')) as LedgerPage;
  const settled = entries.filter((entry) => entry.kind === 'settled');
  expect(settled).toHaveLength(count);
  expect(new Set(settled.map((entry) => entry.opId)).size).toBe(count);

  const { photos } = await ask(studio.page, 'library.snapshot', undefined);
  expect(photos.map((photo) => photo.state)).toEqual(Array.from({ length: count }, () => 'applied'));
  for (const photo of photos) expect(await ask(studio.page, 'library.versions', { photoId: photo.id })).toHaveLength(1);
  const results = readdirSync(room.outputFolder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg'));
  expect(results).toHaveLength(count);
});
