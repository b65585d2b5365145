/**
 * The whole path of a photographer, in one app against a company's server: import, preview, apply, look at the wallet,
 * revert, report, buy, go offline, come back. The steps build on each other and run in order.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ask, askResult, onlineWallet, until } from '../../scripts/driving/bridge.ts';
import type { RunningApp } from '../../scripts/driving/launch.ts';
import { oneRecipe, packEdits } from '../../shared/ipc/edits.ts';
import { type Account, type CompanyServer, startCompanyServer } from './company-server.ts';
import { type Frame, frameOf } from './pages/frame.ts';
import { type MoneyPages, moneyPagesOf } from './pages/money-pages.ts';
import { type StudioPage, studioPageOf } from './pages/studio-page.ts';
import { type Cable, layCable } from './proxy.ts';
import { answerOpenDialog, answerSaveDialog, makeRoom, pictureFailures, type Room, startStudio, writeLogo, writePhotos } from './studio.ts';

let room: Room;
let server: CompanyServer;
let account: Account;
let cable: Cable;
let running: RunningApp;
let frame: Frame;
let studio: StudioPage;
let money: MoneyPages;
let photos: readonly string[];
let originals: ReadonlyMap<string, string>;

const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

pictureFailures(() => running);

beforeAll(async () => {
  room = makeRoom('main-job');
  [server, photos] = await Promise.all([startCompanyServer(room.path('server')), writePhotos(room.path('photos'), 4)]);
  originals = new Map(photos.map((path) => [path, sha256(path)]));
  account = await server.openAccount();
  cable = await layCable(new URL(server.url));
  running = await startStudio(room, { env: { BACKLOT_SERVER_URL: cable.url, BACKLOT_TOKEN: account.token } });
  frame = frameOf(running.page);
  studio = studioPageOf(running.page);
  money = moneyPagesOf(running.page);
});
afterAll(async () => {
  await running?.quit();
  await cable?.close();
  await server?.stop();
  room?.remove();
});

describe('the main job', () => {
  test('the header shows the balance: 500 of the launch promotion and 500 of the month', async () => {
    await frame.says('online');
    await frame.showsBalance(1000);
    expect(await frame.buckets()).toMatchObject({ 'Launch promotion': '500', Monthly: '500' });
  });

  test('photos come in by the dialog', async () => {
    await answerOpenDialog(running.app, photos);
    await studio.importByDialog();
    await studio.has(4);
    await studio.photo('IMG_0001.jpg').waitFor();
  });

  test('a background is previewed live before anything is charged', async () => {
    await studio.select('IMG_0001.jpg');
    await studio.chooseBackground('Showroom');
    await studio.showsPreview();
    expect(await studio.quote('1 photo')).toMatch(/1 photo · 1 credit .*999 left/);
    await frame.showsBalance(1000);
  });

  test('ST-06: three photos with background and logo cost three credits, promotion first (ST-16)', async () => {
    await studio.select('IMG_0001.jpg', 'IMG_0002.jpg', 'IMG_0003.jpg');
    await studio.chooseBackground('Showroom');
    await answerOpenDialog(running.app, [await writeLogo(room.path('badge.png'))]);
    await studio.addLogo();
    const quote = await studio.quote('3 photos');
    expect(quote).toMatch(/3 credits/);
    expect(quote).toMatch(/3 promotion/);
    expect(quote).toMatch(/997 left/);
    await studio.apply();
    expect(await studio.finished()).toMatch(/^Applied to 3 photos\. 3 credits used\./);
    for (const name of ['IMG_0001.jpg', 'IMG_0002.jpg', 'IMG_0003.jpg']) await studio.photoIs(name, 'applied');
    await frame.showsBalance(997);
    expect(await frame.buckets()).toMatchObject({ 'Launch promotion': '497', Monthly: '500' });
  });

  test('the results are in the output folder, and the originals are as they were', () => {
    const results = readdirSync(room.outputFolder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.jpg'));
    expect(results).toHaveLength(3);
    for (const [path, hash] of originals) expect([basename(path), sha256(path)]).toEqual([basename(path), hash]);
  });

  test('the wallet page shows the same breakdown', async () => {
    await frame.goTo('Wallet');
    expect(await money.buckets()).toMatchObject({ 'Launch promotion': '497', Monthly: '500' });
    await frame.goTo('Studio');
  });

  test('ST-04: revert is free and shows the untouched original', async () => {
    await studio.select('IMG_0001.jpg');
    await studio.revert();
    await studio.photoIs('IMG_0001.jpg', 'original');
    await frame.showsBalance(997);
    const bytes = await running.page.evaluate(async () => {
      const { photos: all } = await window.backlot.call('library.snapshot', undefined).then((answer) => {
        if (!answer.ok) throw new Error(answer.error.message);
        return answer.value;
      });
      const photo = all.find((one) => one.name === 'IMG_0001.jpg');
      const picture = await fetch(`photo://full/${photo?.id}?rev=${photo?.revision}`);
      return [...new Uint8Array(await crypto.subtle.digest('SHA-256', await picture.arrayBuffer()))];
    });
    expect(Buffer.from(bytes).toString('hex')).toBe(originals.get(photos[0] ?? ''));
  });

  test('ST-05: a report is free and reaches the staff', async () => {
    await studio.select('IMG_0002.jpg');
    await studio.report('The edge on the left is cut off.');
    await studio.photoIs('IMG_0002.jpg', 'reported');
    await until(running.page, 'reports.list', undefined, (all) => all.some((report) => report.state === 'open'));
    const queue = JSON.stringify(await server.as(account, 'GET', '/v1/reports'));
    expect(queue).toContain('The edge on the left is cut off.');
    await frame.showsBalance(997);
  });

  test('ST-12, ST-15: a pack is bought by invoice, and the PDF is on disk', async () => {
    await frame.buyMore();
    await money.packs.first().waitFor();
    expect(await money.packs.count()).toBe(3);
    const packs = await ask(running.page, 'wallet.packs', undefined);
    const smallest = packs[0];
    if (smallest === undefined) throw new Error('There are no packs.');
    await money.buy(smallest.credits);
    await frame.showsBalance(997 + Number(smallest.credits));
    await frame.goTo('Invoices');
    const [number = ''] = await money.invoiceNumbers();
    expect(number).not.toBe('');
    const copy = room.path('invoice.pdf');
    await answerSaveDialog(running.app, copy);
    await money.saveInvoice(number);
    await frame.toast(/saved to/).waitFor();
    expect(readFileSync(copy).subarray(0, 5).toString()).toBe('%PDF-');
    const stored = await until(running.page, 'wallet.invoices', undefined, (all) => all.some((one) => one.number === number && one.stored));
    expect(stored[0]?.total.currency).toBe('EUR');
  });

  test('offline: history, photos and invoices stay, and applying says what it waits for', async () => {
    const before = await frame.balance();
    await cable.pull();
    await frame.says('offline');
    expect(await frame.balance()).toBe(before);
    await frame.goTo('History');
    expect((await money.historyLines()).length).toBeGreaterThanOrEqual(4);
    const ofThird = (await money.historyLines()).filter((line) => line.includes('IMG_0003.jpg'));
    expect(ofThird).toEqual([expect.stringMatching(/Applied to IMG_0003\.jpg charged 1 promotion −1 99[789]$/)]);
    expect(await money.historyEntries(/IMG_0003\.jpg/)).toEqual([
      expect.stringMatching(/Held 1 credit/),
      expect.stringMatching(/Charged 1 credit/),
    ]);
    await frame.goTo('Invoices');
    const [number = ''] = await money.invoiceNumbers();
    await answerSaveDialog(running.app, room.path('offline.pdf'));
    await money.saveInvoice(number);
    await frame.toast(/offline\.pdf/).waitFor();
    await frame.goTo('Studio');
    await studio.select('IMG_0004.jpg');
    await studio.chooseBackground('Concrete');
    await studio.bar.getByText(/Offline\..*Applying waits for the network/).waitFor();
    expect(await studio.applyButton.isDisabled()).toBe(true);
    const { photos: all } = await ask(running.page, 'library.snapshot', undefined);
    const photo = all.find((one) => one.name === 'IMG_0004.jpg');
    if (!photo?.recipe) throw new Error('The recipe of the fourth photo was not kept.');
    const edits = packEdits(oneRecipe([photo.id], photo.recipe));
    const refused = await askResult(running.page, 'applying.apply', { edits, mode: 'all or nothing' });
    expect(refused).toMatchObject({ ok: false, error: { code: 'offline' } });
  });

  test('offline: revert and report still work and cost nothing', async () => {
    await studio.select('IMG_0003.jpg');
    await studio.report('Written without a network.');
    await studio.photoIs('IMG_0003.jpg', 'reported');
    expect((await ask(running.page, 'reports.list', undefined))[0]?.state).toBe('waiting');
  });

  test('back online: what waited is sent, the wallet is synchronised, and applying works again', async () => {
    const before = (await ask(running.page, 'wallet.get', undefined)).wallet;
    await server.admin('POST', `/v1/admin/accounts/${account.accountId}/grants`, {
      opId: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      bucket: 'purchased',
      amount: '7',
      reason: 'goodwill',
    });
    await cable.plug();
    await frame.says('online');
    await frame.showsBalance(Number(before?.available) + 7);
    await until(running.page, 'reports.list', undefined, (all) => all.every((report) => report.state !== 'waiting'));
    await studio.select('IMG_0004.jpg');
    await studio.quote('1 photo');
    await studio.apply();
    expect(await studio.finished()).toMatch(/^Applied to 1 photo\. 1 credit used\./);
    await frame.showsBalance(Number(before?.available) + 6);
  });

  test('the server says the same as the header', async () => {
    const shown = await onlineWallet(running.page);
    const posted = await server.as(account, 'GET', '/v1/wallet');
    expect(posted).toMatchObject({ available: shown.available, held: '0' });
  });

  test('the page reported no error besides the pulled cable', () => {
    expect(running.pageErrors.filter((line) => !/404|ERR_/.test(line))).toEqual([]);
  });
});
