/** When the credit does not reach: what the studio says, what it offers, and that nothing is charged. The steps build on each other and run in order. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, askResult, onlineWallet } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { defaultRecipe, type Recipe } from '../../shared/edit/recipe.ts';
import { oneRecipe, packEdits } from '../../shared/ipc/edits.ts';
import { type Account, type CompanyServer, startCompanyServer } from './company-server.ts';
import { type Frame, frameOf } from './pages/frame.ts';
import { moneyPagesOf } from './pages/money-pages.ts';
import { type StudioPage, studioPageOf } from './pages/studio-page.ts';
import { makeRoom, pictureFailures, type Room, startStudio, writePhotos } from './studio.ts';

let room: Room;
let server: CompanyServer;
let account: Account;
let running: RunningApp;
let frame: Frame;
let studio: StudioPage;
let photoIds: string[];

pictureFailures(() => running);

beforeAll(async () => {
  room = makeRoom('credits');
  const [started, photos] = await Promise.all([startCompanyServer(room.path('server')), writePhotos(room.path('photos'), 3)]);
  server = started;
  account = await server.openAccountWith(2);
  running = await startStudio(room, { env: { BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: account.token } });
  frame = frameOf(running.page);
  studio = studioPageOf(running.page);
  await onlineWallet(running.page);
  photoIds = (await ask(running.page, 'library.importPaths', { paths: [...photos] })).imported;
  await studio.has(3);
});
afterAll(async () => {
  await running?.quit();
  await server?.stop();
  room?.remove();
});

/** Gives all three photos a background that none of them has been applied with. */
async function choose(id: 'paper' | 'concrete' | 'gradient'): Promise<Recipe> {
  const recipe: Recipe = { ...defaultRecipe, background: { kind: 'built-in', id } };
  await ask(running.page, 'library.saveRecipe', { photoIds, recipe });
  return recipe;
}

test('short by one: all or nothing is refused, the first two can be applied', async () => {
  const recipe = await choose('gradient');
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
  const recipe = await choose('concrete');
  await server.grant(account, 2);
  await frame.showsBalance(2);
  const started = await ask(running.page, 'applying.apply', { edits: packEdits(oneRecipe(photoIds, recipe)), mode: 'as many as possible' });
  expect(await studio.finished()).toMatch(/Applied to 2 of 3 photos\. 2 credits used\. .*not charged/);
  expect(started.total).toBe(3);
  await frame.showsBalance(0);
});

test('ST-11: out of credits, applying is refused before anything happens, and a pack puts it right', async () => {
  const recipe = await choose('paper');
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
