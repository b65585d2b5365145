/** The studio that runs its own credit server: first start, the server's death, a start while no server answers. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask, onlineWallet, until } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { frameOf } from './pages/frame.ts';
import { studioPageOf } from './pages/studio-page.ts';
import { makeRoom, pictureFailures, type Room, startStudio, writePhotos } from './studio.ts';

let room: Room;
let studio: RunningApp;
let accountId = '';

pictureFailures(() => studio);

beforeAll(() => {
  room = makeRoom('local-studio');
});
afterAll(async () => {
  await studio?.quit();
  room?.remove();
});

test('the first start opens an account with 500 monthly and 500 promotional credits', async () => {
  studio = await startStudio(room);
  const wallet = await onlineWallet(studio.page);
  accountId = wallet.accountId;
  expect(wallet.available).toBe('1000');
  expect(wallet.plan).toMatchObject({ slots: 50 });
  const frame = frameOf(studio.page);
  await frame.showsBalance(1000);
  expect(await frame.buckets()).toMatchObject({ 'Launch promotion': '500', Monthly: '500' });
});

test('the token lies in a file that only the user may read, and the page never sees it', async () => {
  const path = join(room.dataFolder, 'local-account.json');
  expect(statSync(path).mode & 0o077).toBe(0);
  const { value } = JSON.parse(readFileSync(path, 'utf8')) as { value: string };
  const secret = /"token":"([^"]+)"/.exec(value)?.[1];
  const page = await studio.page.content();
  if (secret !== undefined) expect(page).not.toContain(secret);
});

test('applying works from the first start, and the balance is there again after a restart', async () => {
  const paths = await writePhotos(room.path('photos'), 1);
  await ask(studio.page, 'library.importPaths', { paths: [...paths] });
  const page = studioPageOf(studio.page);
  await page.select('IMG_0001.jpg');
  await page.chooseBackground('Brand colour');
  await page.quote('1 credit');
  await page.apply();
  expect(await page.finished()).toMatch(/^Applied to 1 photo/);
  await frameOf(studio.page).showsBalance(999);
  await studio.quit();

  studio = await startStudio(room);
  // From the cache, before the server has been started.
  await frameOf(studio.page).showsBalance(999);
  await studioPageOf(studio.page).photoIs('IMG_0001.jpg', 'applied');
  const wallet = await onlineWallet(studio.page);
  expect(wallet).toMatchObject({ accountId, available: '999', held: '0' });
});

test('a server that dies is started again, with the same account and balance', async () => {
  const pids = await studio.app.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .filter((metric) => metric.name === 'Backlot credit server')
      .map((metric) => metric.pid),
  );
  expect(pids).toHaveLength(1);
  process.kill(pids[0] ?? 0, 'SIGKILL');
  await until(studio.page, 'wallet.get', undefined, ({ connection }) => connection.state !== 'online');
  expect(await frameOf(studio.page).balance()).toBe('999');
  expect(await onlineWallet(studio.page)).toMatchObject({ accountId, available: '999' });
  const after = await studio.app.evaluate(
    ({ app }) => app.getAppMetrics().filter((metric) => metric.name === 'Backlot credit server').length,
  );
  expect(after).toBe(1);
});

test('another server in the settings is turned to at once, without the token of this one, and back again', async () => {
  await ask(studio.page, 'settings.set', { serverUrl: 'https://127.0.0.1:9' });
  const away = await until(studio.page, 'wallet.get', undefined, ({ connection }) => connection.reason?.includes('no sign-in') === true);
  expect(away.connection).toMatchObject({ state: 'offline', local: false });
  await ask(studio.page, 'settings.set', { serverUrl: null });
  expect(await onlineWallet(studio.page)).toMatchObject({ accountId, available: '999' });
});

test('quitting leaves no process of the studio behind', async () => {
  const pids = await studio.app.evaluate(({ app }) => app.getAppMetrics().map((metric) => metric.pid));
  const database = Number(readFileSync(join(room.dataFolder, 'server', 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
  await studio.quit();
  const alive = (pid: number): boolean => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false;
    }
  };
  // Chromium's own helpers leave a moment after the main process.
  await expect.poll(() => [...pids, database].filter(alive), { timeout: 10_000 }).toEqual([]);
});
