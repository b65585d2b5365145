/**
 * Apply changes under every policy, in the app itself: what it costs stands there before, what fails after it was held comes back, and what it did cost
 * stands there afterwards.
 */
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { ask, onlineWallet } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { policyIds } from '../../shared/policies/index.ts';
import { type AccountWish, type CompanyServer, startCompanyServer } from './company-server.ts';
import { fillDisk } from './full-disk.ts';
import { frameOf } from './pages/frame.ts';
import { studioPageOf } from './pages/studio-page.ts';
import { makeRoom, pictureFailures, type Room, startStudio, writePhotos } from './studio.ts';

let serverRoom: Room;
let server: CompanyServer;
let room: Room;
let running: RunningApp;

beforeAll(async () => {
  serverRoom = makeRoom('spending-server');
  server = await startCompanyServer(serverRoom.path('server'));
});
afterEach(async () => {
  await running?.quit();
  room?.remove();
});
pictureFailures(() => running);
afterAll(async () => {
  await server?.stop();
  serverRoom?.remove();
});

interface Case {
  readonly policy: string;
  readonly wish: AccountWish;
  readonly before: string;
  /** What the bar says of the photo before it is applied. */
  readonly quote: RegExp;
  readonly used: string;
  readonly after: string;
}

const cases: readonly Case[] = [
  {
    policy: 'background-studio',
    wish: { plan: 'professional-plus', slots: 50 },
    before: '1,000 credits',
    quote: /1 credit\b/,
    used: '1 credit used',
    after: '999 credits',
  },
  { policy: 'pay-as-you-go', wish: {}, before: '€0.5000', quote: /€0\.0500/, used: '€0.0500 used', after: '€0.4500' },
  {
    policy: 'generative-suite',
    wish: { plan: 'max' },
    before: '400 credits',
    quote: /1 credit\b/,
    used: '1 credit used',
    after: '399 credits',
  },
  {
    policy: 'creative-suite',
    wish: { plan: 'plus' },
    before: '200 credits',
    quote: /1 credit\b/,
    used: '1 credit used',
    after: '199 credits',
  },
  {
    policy: 'artificial-studio',
    wish: { plan: 'starter' },
    before: '550 credits',
    quote: /5 credits/,
    used: '5 credits used',
    after: '545 credits',
  },
];

test('every policy is tried here', () => expect(cases.map(({ policy }) => policy).toSorted()).toEqual([...policyIds].toSorted()));

test.each(cases)('$policy: what failed comes back, and a photo costs $used', async ({ policy, wish, before, quote, used, after }) => {
  const account = await server.openAccount({ policy, ...wish });
  room = makeRoom('spending');
  running = await startStudio(room, { env: { BACKLOT_SERVER_URL: server.url, BACKLOT_TOKEN: account.token } });
  const { page } = running;
  await onlineWallet(page);
  const shows = (balance: string): Promise<void> =>
    frameOf(page)
      .header.getByRole('button', { name: `Balance: ${balance}. Show by bucket.`, exact: true })
      .waitFor();
  const said = async (...words: readonly string[]): Promise<void> => {
    const sentence = await studio.finished();
    for (const word of words) expect(sentence).toContain(word);
  };
  await shows(before);
  await writePhotos(room.path('photos'), 1);
  await ask(page, 'library.importPaths', { paths: [room.path('photos')] });
  const studio = studioPageOf(page);
  await studio.has(1);
  await studio.select('IMG_0001.jpg');
  await studio.chooseBackground('Paper');
  expect(await studio.quote('1 photo')).toMatch(quote);

  // No room for the result: it was held and rendered before that shows.
  const disk = fillDisk(join(room.dataFolder, 'results'));
  await studio.apply();
  await said('Applied to 0 of 1 photo.', 'IMG_0001.jpg', 'not charged');
  await shows(before);
  disk.free();
  await studio.apply();
  await said(used);
  await shows(after);

  const history = async () => (await ask(page, 'wallet.history', { beforeSeq: null, limit: 2, kinds: null })).lines;
  await expect
    .poll(async () => (await history()).map(({ kind, photoId }) => [kind, photoId !== null]))
    .toEqual([
      ['settled', true],
      ['released', true],
    ]);
  await frameOf(page).goTo('Usage');
  const usage = page.getByRole('table', { name: 'Usage by tool', exact: true }).getByRole('row').filter({ hasText: 'Apply changes' });
  // Once charged, once given back.
  expect((await usage.allInnerTexts()).join(' ').replaceAll(/\s+/g, ' ')).toMatch(/ 1 1 /);
});
