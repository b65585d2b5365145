/** When the credit does not reach: what the studio says, what it offers, and that nothing is charged. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask, askResult, onlineWallet } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { defaultRecipe, type Recipe } from '../../shared/edit/recipe.ts';
import { oneRecipe, packEdits } from '../../shared/ipc/edits.ts';
import { type Account, type CompanyServer, startCompanyServer } from './company-server.ts';
import { type Frame, frameOf } from './pages/frame.ts';
import { moneyPagesOf } from './pages/money-pages.ts';
import { type StudioPage, studioPageOf } from './pages/studio-page.ts';
import { makeRoom, pictureFailures, type Room, startStudio, writePhotos } from './studio.ts';

const recipe: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id: 'gradient' } };
let serverRoom: Room;
let server: CompanyServer;
let photos: readonly string[];
let room: Room;
let running: RunningApp;
let frame: Frame;
let studio: StudioPage;

beforeAll(async () => {
  serverRoom = makeRoom('credits-server');
  [server, photos] = await Promise.all([startCompanyServer(serverRoom.path('server')), writePhotos(serverRoom.path('photos'), 3)]);
});
afterEach(async () => {
  await running?.quit();
  room?.remove();
});
// Registered last, so it runs before the app is closed.
pictureFailures(() => running);
afterAll(async () => {
  await server?.stop();
  serverRoom?.remove();
});

async function open(credits: number): Promise<{ account: Account; photoIds: string[] }> {
  const account = await server.openAccountWith(credits);
  room = makeRoom('credits');
  running = await startStudio(room, { env: { BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: account.token } });
  frame = frameOf(running.page);
  studio = studioPageOf(running.page);
  await onlineWallet(running.page);
  const { imported } = await ask(running.page, 'library.importPaths', { paths: [...photos] });
  await ask(running.page, 'library.saveRecipe', { photoIds: imported, recipe });
  await studio.has(3);
  return { account, photoIds: imported };
}

test('ST-11: out of credits, applying is refused before anything happens, and a pack puts it right', async () => {
  const { photoIds } = await open(0);
  await frame.showsBalance(0);
  await studio.select('IMG_0001.jpg');
  await studio.bar.getByText(/This needs \d credits?; \d credits available\. Nothing was charged\./).waitFor();
  expect(await studio.applyButton.isDisabled()).toBe(true);
  const refused = await askResult(running.page, 'applying.apply', {
    edits: packEdits(oneRecipe(photoIds, recipe)),
    mode: 'all or nothing',
  });
  expect(refused).toMatchObject({ ok: false, error: { code: 'insufficient_credit' } });
  await studio.bar.getByRole('button', { name: 'Buy more' }).click();
  const packs = await ask(running.page, 'wallet.packs', undefined);
  const pack = packs[0];
  if (pack === undefined) throw new Error('There are no packs.');
  await moneyPagesOf(running.page).buy(pack.credits);
  await frame.showsBalance(Number(pack.credits));
  await frame.goTo('Studio');
  await studio.select('IMG_0001.jpg');
  await studio.quote('1 credit');
  await studio.apply();
  expect(await studio.finished()).toMatch(/^Applied to 1 photo\. 1 credit used\./);
  await frame.showsBalance(Number(pack.credits) - 1);
});

test('short by one: all or nothing is refused, the first two can be applied', async () => {
  const { account, photoIds } = await open(2);
  await frame.showsBalance(2);
  await studio.selectAll();
  await studio.bar.getByText(/This needs \d credits?; \d credits available\. Nothing was charged\./).waitFor();
  const refused = await askResult(running.page, 'applying.apply', {
    edits: packEdits(oneRecipe(photoIds, recipe)),
    mode: 'all or nothing',
  });
  expect(refused).toMatchObject({
    ok: false,
    error: { code: 'insufficient_credit', message: expect.stringContaining('Nothing was charged') },
  });
  expect(await server.as(account, 'GET', '/v1/wallet')).toMatchObject({ available: '2', held: '0' });
  await studio.bar.getByRole('button', { name: 'Apply to the first 2' }).click();
  expect(await studio.finished()).toMatch(/2 credits used/);
  await frame.showsBalance(0);
  expect(await server.as(account, 'GET', '/v1/wallet')).toMatchObject({ available: '0', held: '0' });
});

test('as many as possible: the photo that is left out is named as not charged', async () => {
  const { photoIds } = await open(2);
  await frame.showsBalance(2);
  const started = await ask(running.page, 'applying.apply', { edits: packEdits(oneRecipe(photoIds, recipe)), mode: 'as many as possible' });
  expect(await studio.finished()).toMatch(/Applied to 2 of 3 photos\. 2 credits used\. .*not charged/);
  expect(started.total).toBe(3);
  await frame.showsBalance(0);
});
