/** The shell around the page: menu, window, dialogs, dropped files, and a studio whose data cannot be read. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ask, askResult } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { frameOf } from './pages/frame.ts';
import { answerOpenDialog, makeRoom, pictureFailures, type Room, startStudio, writePhotos } from './studio.ts';

/** No credit server is needed here: this address refuses. */
const env = { BACKLOT_SERVER_URL: 'http://127.0.0.1:9', BACKLOT_TOKEN: 'none' };

describe('the shell', () => {
  let room: Room;
  let studio: RunningApp;
  pictureFailures(() => studio);
  beforeAll(async () => {
    room = makeRoom('shell');
    studio = await startStudio(room, { env });
    // The menu speaks to the page: the page has to be there.
    await frameOf(studio.page).header.waitFor();
  });
  afterAll(async () => {
    await studio?.quit();
    room?.remove();
  });

  /** Chooses an item of the application menu as the system would. */
  const choose = (label: string): Promise<void> =>
    studio.app.evaluate(({ Menu }, wanted) => {
      const items = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? [];
      const item = items.find((one) => one.label === wanted);
      if (!item) throw new Error(`The menu has no ${wanted}.`);
      item.click();
    }, label);

  test.each([
    ['Wallet', 'Wallet'],
    ['History', 'History'],
    ['Reports', 'Reports'],
    ['Buy more…', 'Buy more'],
    ['Settings…', 'Settings'],
    ['Studio', 'Studio'],
  ])('the menu item %s leads to %s', async (label, place) => {
    await choose(label);
    await studio.page.getByRole('main', { name: place }).waitFor();
  });

  test('every accelerator is its own', async () => {
    const accelerators = await studio.app.evaluate(({ Menu }) =>
      (Menu.getApplicationMenu()?.items ?? [])
        .flatMap((item) => item.submenu?.items ?? [])
        .flatMap((item) => (item.accelerator ? [String(item.accelerator)] : [])),
    );
    expect(accelerators.length).toBeGreaterThan(10);
    expect(new Set(accelerators).size).toBe(accelerators.length);
  });

  test('a dialog that is cancelled changes nothing', async () => {
    await answerOpenDialog(studio.app, []);
    expect(await ask(studio.page, 'library.import', { choose: 'files' })).toEqual({ imported: [], problems: [] });
    expect(await ask(studio.page, 'library.import', { choose: 'folder' })).toEqual({ imported: [], problems: [] });
    const before = await ask(studio.page, 'settings.get', undefined);
    expect(await ask(studio.page, 'settings.chooseOutputFolder', undefined)).toEqual(before);
  });

  test('the output folder is chosen by the dialog and kept', async () => {
    const chosen = room.path('elsewhere');
    mkdirSync(chosen);
    await answerOpenDialog(studio.app, [chosen]);
    expect((await ask(studio.page, 'settings.chooseOutputFolder', undefined)).outputFolder).toBe(chosen);
    expect(JSON.parse(readFileSync(join(room.dataFolder, 'settings.json'), 'utf8'))).toMatchObject({ outputFolder: chosen });
  });

  test('the path behind a file that the user hands to the page is known to the bridge only', async () => {
    const [photo = ''] = await writePhotos(room.path('photos'), 1);
    const input = await studio.page.evaluateHandle(() => {
      const element = document.createElement('input');
      element.type = 'file';
      document.body.append(element);
      return element;
    });
    await input.setInputFiles(photo);
    expect(await input.evaluate((element) => (element.files?.[0] ? window.backlot.pathOf(element.files[0]) : ''))).toBe(photo);
    expect(await studio.page.evaluate(() => window.backlot.pathOf(new File(['x'], 'made-up.jpg')))).toBe('');
    await input.evaluate((element) => element.remove());
  });

  test('a server that a token must not be sent to is refused', async () => {
    const answer = await askResult(studio.page, 'settings.set', { serverUrl: 'http://credits.example' });
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_server', message: expect.stringContaining('Nothing was changed') } });
  });

  test('the window comes back where and how large it was', async () => {
    const wanted = { x: 40, y: 30, width: 1100, height: 700 };
    await studio.app.evaluate(({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds), wanted);
    const bounds = () => studio.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds());
    await expect.poll(bounds).toEqual(wanted);
    await studio.quit();
    studio = await startStudio(room, { env });
    await expect.poll(bounds).toEqual(wanted);
  });
});

describe('a data folder that cannot be used', () => {
  let room: Room;
  let studio: RunningApp | undefined;
  pictureFailures(() => studio);
  afterEach(async () => {
    await studio?.quit();
    room?.remove();
  });

  test('the page says that nothing was lost and where the log is; it can be closed', async () => {
    room = makeRoom('unreadable');
    // A folder where the database should be: neither readable nor replaceable.
    mkdirSync(join(room.dataFolder, 'outbox.db'));
    studio = await startStudio(room, { env });
    const answer = await askResult(studio.page, 'library.snapshot', undefined);
    expect(answer).toMatchObject({ ok: false, error: { code: 'studio_unopened', message: expect.stringContaining('backlot.log') } });
    await studio.page.getByText('Backlot could not open its own data').first().waitFor();
    expect(await ask(studio.page, 'app.info', undefined)).toMatchObject({ dataFolder: room.dataFolder });
  });

  const garbage = 'this is no database, only text that is long enough to look like one'.repeat(50);
  const notices = (page: Page) => page.getByRole('region', { name: 'Notices' });

  test('a damaged library is set aside: the studio opens, says so until it is dismissed, and the folder can be added again', async () => {
    room = makeRoom('damaged');
    const [photo = ''] = await writePhotos(room.path('photos'), 1);
    writeFileSync(join(room.dataFolder, 'library.db'), garbage);
    studio = await startStudio(room, { env });
    await frameOf(studio.page).header.waitFor();
    expect(await ask(studio.page, 'library.snapshot', undefined)).toMatchObject({ photos: [] });
    const kept = readdirSync(room.dataFolder).find((name) => name.startsWith('library.db.damaged-')) ?? '';
    expect(readFileSync(join(room.dataFolder, kept), 'utf8')).toBe(garbage);
    await notices(studio.page).getByText(`kept as ${kept} in ${room.dataFolder}`).waitFor();
    await notices(studio.page).getByText('your credits are untouched').waitFor();

    // Nobody has read it yet: the next start says it again.
    await studio.quit();
    studio = await startStudio(room, { env });
    await notices(studio.page).getByText(kept).waitFor();
    await answerOpenDialog(studio.app, [room.path('photos')]);
    await notices(studio.page).getByRole('button', { name: 'Add folder' }).click();
    await studio.page.getByRole('option', { name: new RegExp(`^${basename(photo)}`) }).waitFor();
    await notices(studio.page).getByRole('button', { name: 'Dismiss' }).click();
    await notices(studio.page).waitFor({ state: 'detached' });

    await studio.quit();
    studio = await startStudio(room, { env });
    await studio.page.getByRole('option', { name: new RegExp(`^${basename(photo)}`) }).waitFor();
    expect(await ask(studio.page, 'app.notices', undefined)).toEqual([]);
    expect(readdirSync(room.dataFolder)).toContain(kept);
  });

  test('damaged settings are set aside and said; a damaged copy of the ledger is fetched again and only logged', async () => {
    room = makeRoom('damaged-settings');
    writeFileSync(join(room.dataFolder, 'settings.json'), '{"theme":');
    writeFileSync(join(room.dataFolder, 'cache.db'), garbage);
    studio = await startStudio(room, { env });
    const notice = notices(studio.page).getByRole('status');
    await notice.getByText('kept as settings.json.unreadable').waitFor();
    expect(await notice.count()).toBe(1);
    await notice.getByRole('button', { name: 'Settings' }).click();
    await studio.page.getByRole('main', { name: 'Settings' }).waitFor();
    expect(readFileSync(join(room.dataFolder, 'logs', 'backlot.log'), 'utf8')).toContain('the copy of the ledger was damaged');
  });
});
