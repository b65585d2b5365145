/**
 * `npm run screenshots`: a picture of every screen and every important state of the real app, on a real credit server, in
 * out/screenshots/. `--photos DIR` takes other photos than the samples; `--only TEXT` keeps the pictures with that text in their name.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright';
import { startCompanyServer } from '../test/e2e/company-server.ts';
import { moneyPagesOf } from '../test/e2e/pages/money-pages.ts';
import { answerOpenDialog } from '../test/e2e/studio.ts';
import { startFakePaddle } from '../test/integration/payments/fake-paddle.ts';
import { startFakeStripe } from '../test/integration/payments/fake-stripe.ts';
import { drawBadge } from './driving/badge.ts';
import { ask, finishedBatch, until } from './driving/bridge.ts';
import { openDisplay } from './driving/display.ts';
import { projectRoot } from './driving/launch.ts';
import { networkScene } from './driving/network-scene.ts';
import { owingScenes } from './driving/owing-scenes.ts';
import { paymentScenes } from './driving/payment-scene.ts';
import { policyScenes } from './driving/policy-scenes.ts';
import { processingScene } from './driving/processing-scene.ts';
import { openScene, type Scene, type Stage, stepMs, target } from './driving/scene.ts';

const { values: options } = parseArgs({ options: { photos: { type: 'string' }, only: { type: 'string' }, policies: { type: 'boolean' } } });
const source = resolve(options.photos ?? join(projectRoot, 'resources', 'samples'));
/** Copies of the source photos, as many as wanted; answers the folder. */
function photosFolder(set: Stage, name: string, count: number): string {
  const folder = join(set.folder, name);
  mkdirSync(folder, { recursive: true });
  const sources = readdirSync(source).filter((file) => /\.(jpe?g|png)$/i.test(file) && !/alpha|matte/i.test(file));
  for (let index = 0; index < count; index += 1) {
    const file = sources[index % sources.length];
    if (file === undefined) throw new Error(`There are no photos in ${source}.`);
    copyFileSync(join(source, file), join(folder, `IMG_${String(412 + index).padStart(4, '0')}${extname(file)}`));
  }
  return folder;
}

const names = async (page: Page): Promise<readonly string[]> =>
  (await ask(page, 'library.snapshot', undefined)).photos.map((photo) => photo.name);

/** The photos that the main scene works with, by name, and the folder in which they lie. */
interface Shoot {
  readonly folder: string;
  readonly first: string;
  readonly second: string;
  readonly third: string;
  readonly fourth: string;
  readonly fifth: string;
}

/** The studio from empty to applied, with the wallet and all pages beside it. */
async function mainScene(set: Stage): Promise<void> {
  const scene = await openScene(set, 'main', await set.server.openAccount());
  await showEmpty(scene);
  const shoot = await importShoot(scene, photosFolder(set, 'Saturday shoot', 18));
  await applyWithLogo(set, scene, shoot);
  await lookAtResults(scene, shoot);
  await reportFault(scene, shoot);
  await showMoney(scene, shoot);
  await failOnMissingFile(scene, shoot);
  await showSizesAndThemes(scene, shoot);
  await goOffline(scene, shoot);
  await scene.close();
}

async function showEmpty({ page, frame, shot }: Scene): Promise<void> {
  await page.getByRole('main', { name: 'Studio' }).waitFor();
  await shot('01-studio-empty');
  await frame.goTo('Invoices');
  await shot('02-invoices-empty');
  await frame.goTo('Reports');
  await shot('03-reports-empty');
  await frame.goTo('Studio');
}

async function importShoot({ page, studio, shot }: Scene, folder: string): Promise<Shoot> {
  const importing = ask(page, 'library.importPaths', { paths: [folder] });
  await page
    .getByText(/^Reading /)
    .first()
    .waitFor();
  await shot('04-studio-importing');
  await importing;
  const [first = '', second = '', third = '', fourth = '', fifth = ''] = await names(page);
  await studio.select(first);
  await shot('05-studio-original');
  await studio.chooseBackground('Showroom');
  await studio.showsPreview();
  await page.getByText('On floor').click();
  await shot('06-studio-preview');
  return { folder, first, second, third, fourth, fifth };
}

async function applyWithLogo(set: Stage, { page, studio, shot }: Scene, { first, second, third, fourth }: Shoot): Promise<void> {
  await drawBadge(join(set.folder, 'badge.png'));
  const { added } = await ask(page, 'assets.addPaths', { kind: 'logo', paths: [join(set.folder, 'badge.png')] });
  await studio.select(first, second, third, fourth);
  await studio.chooseBackground('Showroom');
  await studio.chooseLogo(added[0]?.name ?? '');
  await studio.quote('4 photos');
  await studio.showsPreview();
  await shot('07-studio-four-selected');
  await studio.apply();
  await until(page, 'applying.batches', undefined, (all) => all.some((batch) => batch.applied >= 1), stepMs * 3);
  await shot('08-studio-applying');
  await finishedBatch(page, (await ask(page, 'applying.batches', undefined))[0]?.id ?? '');
  await studio.bar.getByRole('button', { name: 'Done' }).waitFor();
  await shot('09-studio-applied');
  await studio.bar.getByRole('button', { name: 'Done' }).click();
}

async function lookAtResults({ page, studio, shot }: Scene, { first, second, fifth }: Shoot): Promise<void> {
  await studio.select(second);
  await studio.chooseBackground('Gradient');
  await studio.select(first, second, fifth);
  await studio.quote('1 of 3 photos');
  await shot('09-studio-mixed');
  await page.keyboard.press('Control+z');
  await studio.select(first);
  await page.keyboard.press('y');
  await shot('10-studio-before-and-after');
  await page.keyboard.press('y');
  await page.getByRole('button', { name: 'Versions' }).click();
  await page.getByRole('list', { name: 'Versions, newest first' }).waitFor();
  await shot('10-studio-versions');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Keep or erase with the brush' }).click();
  await shot('11-studio-brush');
  await page.getByRole('button', { name: 'Move' }).click();
}

async function reportFault({ page, frame, studio, shot }: Scene, { first }: Shoot): Promise<void> {
  await frame.header.getByRole('button', { name: /^Balance: / }).click();
  await page.getByRole('dialog', { name: 'Balance by bucket' }).waitFor();
  await shot('12-balance-by-bucket');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Report a fault, free' }).click();
  await page
    .getByRole('dialog', { name: /^Report / })
    .getByLabel('What is wrong')
    .fill('The edge of the label is cut off.');
  await shot('13-report');
  await page.getByRole('button', { name: 'Send report' }).click();
  await studio.photoIs(first, 'reported');
}

async function showMoney({ page, frame, shot }: Scene, { second }: Shoot): Promise<void> {
  const money = moneyPagesOf(page);
  await frame.buyMore();
  await money.packs.first().waitFor();
  await shot('14-buy-more');
  const pack = (await ask(page, 'wallet.packs', undefined))[1];
  await money.buy(pack?.credits ?? '');
  await shot('15-bought');
  await frame.goTo('Wallet');
  await money.buckets();
  await shot('16-wallet');
  await frame.goTo('History');
  await money.historyLines();
  await shot('17-history');
  await page
    .getByRole('main', { name: 'History' })
    .getByRole('button', { name: new RegExp(second) })
    .first()
    .click();
  await shot('18-history-why');
  await frame.goTo('Invoices');
  await money.invoiceNumbers();
  await shot('19-invoices');
  await frame.goTo('Reports');
  await shot('20-reports');
  await frame.goTo('Settings');
  await shot('21-settings');
}

async function failOnMissingFile({ page, frame, studio, running, shot }: Scene, { folder, fourth, fifth }: Shoot): Promise<void> {
  await frame.goTo('Studio');
  rmSync(join(folder, fifth));
  await studio.select(fourth, fifth);
  await studio.chooseBackground('Concrete');
  await studio.quote('2 photos');
  await studio.apply();
  await studio.bar.getByRole('button', { name: 'Done' }).waitFor({ timeout: stepMs * 2 });
  await shot('22-studio-one-failed');
  await studio.bar.getByRole('button', { name: 'Done' }).click();
  await studio.select(fifth);
  await shot('23-studio-file-missing');
  writeFileSync(join(folder, 'empty.jpg'), '');
  writeFileSync(join(folder, 'notes.jpg'), 'no picture');
  await answerOpenDialog(running.app, [join(folder, 'empty.jpg'), join(folder, 'notes.jpg')]);
  await studio.importByDialog();
  await page.getByText('empty.jpg').first().waitFor();
  await shot('24-studio-import-problems');
}

async function showSizesAndThemes(scene: Scene, { first }: Shoot): Promise<void> {
  const { page, frame, studio, shot } = scene;
  const money = moneyPagesOf(page);
  await studio.select(first);
  await studio.quote('Nothing to apply');
  await scene.size('small');
  await shot('25-studio-1280x800');
  await scene.size('large');
  await shot('26-studio-1680x1050');
  await scene.size('usual');
  for (const theme of ['light', 'contrast'] as const) {
    await scene.theme(theme);
    await shot(`30-studio-${theme}`);
    await frame.goTo('Wallet');
    await shot(`31-wallet-${theme}`);
    await frame.buyMore();
    await money.packs.first().waitFor();
    await shot(`32-buy-more-${theme}`);
    await frame.goTo('History');
    await shot(`33-history-${theme}`);
    await frame.goTo('Settings');
    await shot(`34-settings-${theme}`);
    await frame.goTo('Studio');
  }
}

async function goOffline(scene: Scene, { second }: Shoot): Promise<void> {
  const { frame, studio, shot } = scene;
  await scene.theme('dark');
  await scene.cable.pull();
  await frame.says('offline');
  await studio.select(second);
  await studio.bar
    .getByText(/^Offline\./)
    .first()
    .waitFor();
  await shot('40-studio-offline');
  await frame.goTo('Wallet');
  await shot('41-wallet-offline');
  await frame.goTo('History');
  await shot('42-history-offline');
  await frame.buyMore();
  await shot('43-buy-more-offline');
  await scene.theme('light');
  await frame.goTo('Studio');
  await shot('44-studio-offline-light');
}

/** An account without credit, and one that is short by one. */
async function shortScenes(set: Stage): Promise<void> {
  const folder = photosFolder(set, 'Sunday shoot', 3);
  for (const [credits, label] of [
    [0, 'out-of-credits'],
    [2, 'short-by-one'],
  ] as const) {
    const scene = await openScene(set, label, await set.server.openAccountWith(credits));
    const { page, frame, studio, shot } = scene;
    await ask(page, 'library.importPaths', { paths: [folder] });
    await studio.has(3);
    await studio.selectAll();
    await studio.chooseBackground('Paper');
    await studio.showsPreview();
    await studio.bar.getByText(/Nothing was charged/).waitFor();
    await shot(`50-studio-${label}`);
    await frame.goTo('Wallet');
    await shot(`51-wallet-${label}`);
    await scene.theme('light');
    await shot(`52-wallet-${label}-light`);
    await scene.close();
  }
}

/** The studio's own library file was no library any more. */
async function damagedScene(set: Stage): Promise<void> {
  const scene = await openScene(set, 'damaged', await set.server.openAccountWith(100), { 'library.db': 'no database '.repeat(500) });
  const { page, shot } = scene;
  await page.getByRole('region', { name: 'Notices' }).waitFor();
  await shot('60-studio-damaged-library');
  await scene.theme('light');
  await shot('61-studio-damaged-library-light');
  await scene.close();
}

async function main(): Promise<void> {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'backlot-screenshots-'));
  const display = await openDisplay({ width: 1700, height: 1600 });
  const stripe = await startFakeStripe();
  const paddle = await startFakePaddle();
  const server = await startCompanyServer(join(folder, 'server'), { ...stripe.env, ...paddle.env });
  try {
    const set: Stage = { folder, server, display, only: options.only };
    if (options.policies !== true) {
      await mainScene(set);
      await shortScenes(set);
      await damagedScene(set);
      await networkScene(set);
      await processingScene(set, photosFolder(set, 'Monday shoot', 6));
    }
    await policyScenes(set);
    await paymentScenes(set, stripe, paddle);
    await owingScenes(set);
  } finally {
    await server.stop();
    await stripe.stop();
    await paddle.stop();
    await display.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

await main();
