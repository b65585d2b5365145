/** Two instances on one data folder: the second hands over what it was given and leaves. */
import { spawn } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from '../../scripts/driving/bridge.ts';
import { openDisplay } from '../../scripts/driving/display.ts';
import { electronProgram, machineSwitches, projectRoot, type RunningApp } from '../../scripts/driving/launch.ts';
import { type CompanyServer, startCompanyServer } from './company-server.ts';
import { studioPageOf } from './pages/studio-page.ts';
import { makeRoom, type Room, startStudio, writePhotos } from './studio.ts';

let room: Room;
let studio: RunningApp;
let server: CompanyServer;

beforeAll(async () => {
  room = makeRoom('instances');
  server = await startCompanyServer(room.path('server'));
  const { token } = await server.openAccount();
  studio = await startStudio(room, { env: { BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: token } });
});
afterAll(async () => {
  await studio?.quit();
  await server?.stop();
  room?.remove();
});

async function startSecond(files: readonly string[]): Promise<number | null> {
  const display = await openDisplay();
  const second = spawn(electronProgram(), [...machineSwitches(), projectRoot, ...files], {
    env: { ...process.env, ...display.env, BACKLOT_DATA: room.dataFolder },
    stdio: 'ignore',
  });
  const code = await new Promise<number | null>((resolve) => second.once('exit', resolve));
  await display.close();
  return code;
}

test('a second start leaves at once, and its photos appear in the first window', async () => {
  const [photo = ''] = await writePhotos(room.path('photos'), 1, 'handed over ');
  expect(await startSecond([photo, room.path('no such file.jpg')])).toBe(0);
  await studioPageOf(studio.page).photo('handed over 0001.jpg').waitFor();
  expect((await ask(studio.page, 'library.snapshot', undefined)).photos).toHaveLength(1);
  expect(studio.app.windows()).toHaveLength(1);
});

test('a second start brings a minimised window back', async () => {
  await studio.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.minimize());
  expect(await startSecond([])).toBe(0);
  await studio.page.waitForFunction(() => document.visibilityState === 'visible');
  expect(await studio.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isMinimized())).toBe(false);
});

test('a link from a payment page leads to the page it names, and any other link nowhere', async () => {
  expect(await startSecond(['backlot://return/invoices?outcome=paid'])).toBe(0);
  await studio.page.getByRole('main', { name: 'Invoices' }).waitFor();
  expect(await startSecond(['backlot://return/../../etc/passwd'])).toBe(0);
  expect(await startSecond(['backlot://return/wallet'])).toBe(0);
  await studio.page.getByRole('main', { name: 'Wallet' }).waitFor();
});
