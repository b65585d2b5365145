/**
 * A network of the user's own in the running app: refused, taken in through Settings, named wherever one is, and given up by another program
 * while the app runs. The steps build on each other and run in order.
 */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { leaveOwn } from '../../electron/darkroom/matte/own-model.ts';
import { ask } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import type { Preview } from '../../shared/ipc/library.ts';
import { networkFindingCar } from '../integration/darkroom/own-networks.ts';
import { frameOf } from './pages/frame.ts';
import { type StudioPage, studioPageOf } from './pages/studio-page.ts';
import { answerOpenDialog, makeRoom, pictureFailures, type Room, startStudio, writePhotos } from './studio.ts';

/** No credit server is needed here: this address refuses. */
const env = { BACKLOT_SERVER_URL: 'http://127.0.0.1:9', BACKLOT_TOKEN: 'none' };

let room: Room;
let running: RunningApp;
let studio: StudioPage;
let photoId: string;

pictureFailures(() => running);

beforeAll(async () => {
  room = makeRoom('own-network');
  running = await startStudio(room, { env });
  studio = studioPageOf(running.page);
  const paths = await writePhotos(room.path('photos'), 1);
  await ask(running.page, 'library.importPaths', { paths: [...paths] });
  await studio.has(1);
  await studio.select('IMG_0001.jpg');
  await studio.chooseBackground('Paper');
  await studio.showsPreview();
  photoId = (await ask(running.page, 'library.snapshot', undefined)).photos[0]?.id ?? '';
});
afterAll(async () => {
  await running?.quit();
  room?.remove();
});

/** The cut-out that the page has by now. Asked for only when the page waits for nothing: of two wishes for one photo only the newer is answered twice. */
async function cutout(): Promise<Preview> {
  await running.page.getByText('The edges are being refined').waitFor({ state: 'hidden' });
  return ask(running.page, 'darkroom.preview', { photoId, strokes: [] });
}
const mark = () => frameOf(running.page).header.getByRole('button', { name: /^Network: / });
const finding = () => running.page.getByRole('region', { name: 'Finding the subject' });
/** A file that looks like one of the families and finds the car of the sample photo, in whatever picture. */
const file = () => room.path('showroom.onnx');

async function choose(path: string, licence: string): Promise<void> {
  await answerOpenDialog(running.app, [path]);
  await finding().getByRole('textbox', { name: 'Licence of the network' }).fill(licence);
  await finding().getByRole('button', { name: 'Choose file' }).click();
}

/** What the canvas shows. */
const seen = (): Promise<Buffer> => running.page.getByRole('main', { name: 'Studio' }).locator('canvas').first().screenshot();

let before: Preview;
let seenBefore: Buffer;

test('a file that is no network is refused with a sentence, and nothing changes', async () => {
  before = await cutout();
  expect(before.quality).toBe('full');
  seenBefore = await seen();
  await frameOf(running.page).goTo('Settings');
  await finding().getByText('Backlot’s own, in single precision').waitFor();
  const letter = room.path('letter.onnx');
  writeFileSync(letter, 'This is no network, but a letter.');
  await choose(letter, 'MIT');
  await finding().getByText('is not an ONNX file').waitFor();
  await finding().getByText('othing was changed').waitFor();
  await finding().getByText('Backlot’s own, in single precision').waitFor();
  expect(await mark().count()).toBe(0);
  expect(await ask(running.page, 'model.own', undefined)).toBeNull();
});

test('one that finds the car is used: Settings says what it is and how fast, the header names it, and photos are cut out anew', async () => {
  writeFileSync(file(), await networkFindingCar('U2-Net'));
  await choose(file(), 'Apache-2.0');
  await finding().getByText('Your own: U2-Net').waitFor();
  const own = await ask(running.page, 'model.own', undefined);
  for (const fact of ['showroom.onnx', 'Apache-2.0', own?.sha256 ?? 'no digest', /9\d % of the car found/])
    await finding().getByText(fact).first().waitFor();
  await finding()
    .getByText(/^(No slower than|Slower: it takes [\d.]+ times as long as) Backlot’s own/)
    .waitFor();
  expect(own?.sha256).toMatch(/^[\da-f]{64}$/);
  expect(await mark().getAttribute('aria-label')).toBe('Network: U2-Net, your own. Show in Settings.');
  await frameOf(running.page).goTo('Studio');
  await expect.poll(async () => (await seen()).equals(seenBefore)).toBe(false);
  const after = await cutout();
  expect(after.matteRevision).not.toBe(before.matteRevision);
  // It answers with the car of the sample photo; the stand-in for Backlot's own takes whatever is dark.
  expect(after.subject).not.toEqual(before.subject);
});

test('the mark leads to Settings', async () => {
  await mark().click();
  await finding().getByText('Your own: U2-Net').waitFor();
});

test('what another program decides is noticed while the app runs: Backlot’s own is used, with the cut-outs that it had made', async () => {
  await leaveOwn(room.path('stand-in', 'models'));
  await mark().waitFor({ state: 'detached' });
  await finding().getByText('Backlot’s own, in single precision').waitFor();
  await frameOf(running.page).goTo('Studio');
  await expect.poll(async () => (await seen()).equals(seenBefore)).toBe(true);
  expect(await cutout()).toEqual(before);
});

test('removed in Settings, it is gone', async () => {
  await frameOf(running.page).goTo('Settings');
  await choose(file(), 'Apache-2.0');
  await mark().waitFor();
  await finding().getByRole('button', { name: 'Remove your network' }).click();
  await finding().getByText('Backlot’s own, in single precision').waitFor();
  await mark().waitFor({ state: 'detached' });
  expect(await cutout()).toEqual(before);
});
