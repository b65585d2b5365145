/**
 * What a hand does with photos: drops files and folders on the window, applies twice with other settings, and goes back and
 * forth between the versions. The steps build on each other and run in order.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { CDPSession } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, onlineWallet, until } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { type CompanyServer, startCompanyServer } from './company-server.ts';
import { type Frame, frameOf } from './pages/frame.ts';
import { type StudioPage, studioPageOf } from './pages/studio-page.ts';
import { catchOpenedFiles, makeRoom, pictureFailures, type Room, startStudio, writePhotos } from './studio.ts';

let room: Room;
let server: CompanyServer;
let running: RunningApp;
let frame: Frame;
let studio: StudioPage;
/** One for all: a drag ends with its session. */
let hand: CDPSession;
let single: string;
let folder: string;

pictureFailures(() => running);

beforeAll(async () => {
  room = makeRoom('drop');
  folder = room.path('Saturday');
  server = await startCompanyServer(room.path('server'));
  [single = ''] = await writePhotos(room.path('card'), 1, 'DSC_');
  await writePhotos(folder, 2);
  mkdirSync(join(folder, 'raw notes'));
  writeFileSync(join(folder, 'raw notes', 'prices.txt'), 'not a picture');
  writeFileSync(room.path('card', 'broken.jpg'), 'not a picture either');
  const account = await server.openAccount();
  running = await startStudio(room, { env: { BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: account.token } });
  frame = frameOf(running.page);
  studio = studioPageOf(running.page);
  hand = await running.page.context().newCDPSession(running.page);
});
afterAll(async () => {
  await running?.quit();
  await server?.stop();
  room?.remove();
});

/** What the system does when files are dragged over the window and let go: the page gets real files with real paths. */
async function drag(paths: readonly string[], ...events: readonly ('dragEnter' | 'dragOver' | 'drop')[]): Promise<void> {
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of events) await hand.send('Input.dispatchDragEvent', { type, x: 500, y: 400, data });
}

describe('dropping files and folders on the window', () => {
  test('the window says what it will do with them, before they are let go', async () => {
    // Before the empty studio stands there is nobody to take the files.
    await running.page.getByRole('button', { name: 'Choose photos' }).waitFor();
    await drag([single], 'dragEnter', 'dragOver');
    await running.page.getByText('Drop photos or folders').waitFor();
    await running.page.getByText('They stay where they are; nothing is changed or charged.').waitFor();
  });

  test('a file and a folder become photos and are selected; what is no picture is named', async () => {
    await drag([single, room.path('card', 'broken.jpg'), folder], 'dragOver', 'drop');
    await studio.has(3);
    const { photos, collections } = await ask(running.page, 'library.snapshot', undefined);
    expect(photos.map(({ name }) => name).toSorted()).toEqual(['DSC_0001.jpg', 'IMG_0001.jpg', 'IMG_0002.jpg']);
    expect(collections.map(({ name }) => name)).toContain('Saturday');
    await running.page.getByText('3 selected').waitFor();
    await running.page
      .getByText(/broken\.jpg/)
      .first()
      .waitFor();
    expect(await running.page.getByText('Drop photos or folders').count()).toBe(0);
  });

  test('dropped again they are the same photos', async () => {
    await drag([folder], 'dragEnter', 'dragOver', 'drop');
    await running.page.getByText('2 selected').waitFor();
    await studio.has(3);
  });
});

describe('the versions of a photo', () => {
  const name = 'DSC_0001.jpg';

  test('an edited photo says so until it is applied, and again when it is edited after that', async () => {
    await onlineWallet(running.page);
    await studio.select(name);
    await studio.chooseBackground('Concrete');
    await studio.photoSays(name, 'edited, not applied');
    await studio.quote('1 photo');
    await studio.apply();
    await studio.finished();
    await studio.photoSays(name, 'applied');
    await studio.chooseBackground('Gradient');
    await studio.photoSays(name, 'applied, edited since');
    await studio.showVersion(0);
    await studio.photoSays(name, 'applied');
    await studio.chooseBackground('Gradient');
    await studio.photoSays(name, 'applied, edited since');
    await studio.quote('1 photo');
    await studio.apply();
    await studio.finished();
    await studio.photoSays(name, 'applied');
    await frame.showsBalance(998);
  });

  test('each names what it cost and where it lies', async () => {
    const rows = await studio.versions();
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/1 credit · Gradient · JPEG.*DSC_0001-2\.jpg.*Shown/);
    expect(rows[1]).toMatch(/1 credit · Concrete · JPEG.*DSC_0001-1\.jpg/);
    expect(rows[2]).toMatch(/Original/);
  });

  test('an earlier one is shown again with its settings, for nothing', async () => {
    await studio.showVersion(1);
    await studio.photoSays(name, 'applied');
    const [photo] = (await ask(running.page, 'library.snapshot', undefined)).photos.filter((one) => one.name === name);
    expect(photo).toMatchObject({ state: 'applied', editedSince: false, recipe: { background: { id: 'concrete' } } });
    await frame.showsBalance(998);
  });

  test('its file can be opened and shown in its folder; a copy that was deleted is found in the library', async () => {
    const [photo] = (await ask(running.page, 'library.snapshot', undefined)).photos.filter((one) => one.name === name);
    const photoId = photo?.id ?? '';
    const [newest, first] = await ask(running.page, 'library.versions', { photoId });
    expect([newest?.charged, first?.charged]).toEqual(['1', '1']);
    const openedFiles = await catchOpenedFiles(running.app);
    await studio.openVersion(1, 'Open the file');
    await studio.openVersion(1, 'Show the file');
    expect((await openedFiles()).map((path) => basename(path))).toEqual(['DSC_0001-1.jpg', 'DSC_0001-1.jpg']);
    expect((await openedFiles()).every(existsSync)).toBe(true);
    rmSync(first?.savedTo ?? '');
    await studio.openVersion(1, 'Open the file');
    expect((await openedFiles()).at(-1)).toContain(first?.id);
  });

  test('ST-04: back to the original from the list, for nothing', async () => {
    await studio.showVersion(2);
    await studio.photoSays(name, 'original');
    await frame.showsBalance(998);
    await until(running.page, 'library.snapshot', undefined, ({ photos }) =>
      photos.some((one) => one.name === name && one.currentVersionId === null),
    );
  });
});
