/**
 * `npm run demo`: the main job without a person, in the real app on its own credit server. Imports photos, puts a
 * background and a logo on all of them, and leaves results, a picture of the window and summary.json in out/demo/.
 * `--photos DIR` takes other photos than the samples. Ends with 1 when a photo failed; a failed photo is never charged.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright';
import { defaultRecipe, type Recipe } from '../shared/edit/recipe.ts';
import { oneRecipe, packEdits } from '../shared/ipc/edits.ts';
import type { WalletView } from '../shared/ipc/wallet.ts';
import type { Problem } from '../shared/result.ts';
import { drawBadge } from './driving/badge.ts';
import { ask, finishedBatch, onlineWallet, until } from './driving/bridge.ts';
import { openDisplay } from './driving/display.ts';
import { launchApp, projectRoot } from './driving/launch.ts';

const { values: options } = parseArgs({ options: { photos: { type: 'string' } } });
const photosFolder = resolve(options.photos ?? join(projectRoot, 'resources', 'samples'));
const outFolder = join(projectRoot, 'out', 'demo');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** The whole folder; of the samples only the photos, not the mattes beside them. */
const photosIn = (folder: string): string[] => {
  const names = readdirSync(folder);
  return names.some((name) => name.endsWith('.matte.png'))
    ? names.filter((name) => !name.endsWith('.matte.png')).map((name) => join(folder, name))
    : [folder];
};

function printWallet(title: string, wallet: WalletView): void {
  say(`${title}: ${wallet.available} ${wallet.unit.code}s`);
  for (const { label, available, nextExpiry } of wallet.buckets) {
    say(`  ${label.padEnd(20)} ${available.padStart(8)}${nextExpiry ? `   expires ${nextExpiry.at.slice(0, 10)}` : ''}`);
  }
}

const inBucket = (wallet: WalletView, bucket: string): number =>
  Number(wallet.buckets.find((one) => one.bucket === bucket)?.available ?? 0);

/** Waits until the page shows every photo's state and the pictures that belong to it. */
async function settle(page: Page): Promise<void> {
  await page.waitForFunction(() => [...document.images].every((image) => image.complete), undefined, { timeout: 30_000 });
}

/** Puts the widest photo on the canvas: it fills the window best. */
async function showWidest(page: Page): Promise<void> {
  const { photos } = await ask(page, 'library.snapshot', undefined);
  const shape = ({ width, height }: { width: number; height: number }): number => width / height;
  const widest = photos.toSorted((a, b) => shape(b) - shape(a))[0];
  if (widest === undefined) return;
  await page.locator(`[data-photo="${widest.id}"]`).click();
  await page.locator('[data-drawn="composed"]').waitFor({ timeout: 30_000 });
}

async function applyToAll(page: Page): Promise<number> {
  const before = await onlineWallet(page);
  printWallet('Wallet before', before);

  const { imported, problems } = await ask(page, 'library.importPaths', { paths: photosIn(photosFolder) });
  say(`Imported ${imported.length} photos from ${basename(photosFolder)}.`);
  const logoPath = join(outFolder, 'logo.png');
  await drawBadge(logoPath);
  const logo = (await ask(page, 'assets.addPaths', { kind: 'logo', paths: [logoPath] })).added[0];
  if (logo === undefined) throw new Error('The logo was not accepted.');

  const recipe: Recipe = {
    ...defaultRecipe,
    background: { kind: 'built-in', id: 'showroom' },
    placement: { mode: 'floor', scale: 1, offsetX: 0, offsetY: 0 },
    logo: { fileId: logo.id, position: { kind: 'anchor', anchor: 'bottom-right' }, size: 0.16, opacity: 0.9, margin: 0.03 },
  };
  const started = performance.now();
  let applied = 0;
  const failures: Problem[] = [...problems];
  if (imported.length > 0) {
    await ask(page, 'library.saveRecipe', { photoIds: imported, recipe });
    const batch = await ask(page, 'applying.apply', { edits: packEdits(oneRecipe(imported, recipe)), mode: 'as many as possible' });
    const done = await finishedBatch(page, batch.id);
    applied = done.applied;
    failures.push(...done.problems);
    if (done.summary !== null) say(done.summary);
  }
  const seconds = (performance.now() - started) / 1000;
  await until(page, 'wallet.get', undefined, ({ wallet }) => wallet?.held === '0' && wallet.pending.operations === 0);
  const after = await onlineWallet(page);
  printWallet('Wallet after', after);
  for (const { message } of failures) say(`Failed: ${message}`);

  await showWidest(page);
  await settle(page);
  await page.screenshot({ path: join(outFolder, 'window.png') });
  const photos = imported.length + problems.length;
  const summary = {
    photos,
    applied,
    failed: photos - applied,
    creditsBefore: Number(before.available),
    creditsAfter: Number(after.available),
    byBucket: Object.fromEntries(
      after.buckets.map(({ bucket }) => [bucket, { before: inBucket(before, bucket), after: inBucket(after, bucket) }]),
    ),
    secondsPerPhoto: applied === 0 ? null : Number((seconds / applied).toFixed(3)),
    problems: failures,
  };
  const used = summary.creditsBefore - summary.creditsAfter;
  writeFileSync(join(outFolder, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
  say(
    `${applied} of ${photos} photos applied, ${summary.failed} failed; ${used === 1 ? '1 credit' : `${used} credits`} used. See out/demo/.`,
  );
  return summary.failed === 0 && photos > 0 ? 0 : 1;
}

async function demo(): Promise<number> {
  rmSync(outFolder, { recursive: true, force: true });
  const results = join(outFolder, 'results');
  mkdirSync(results, { recursive: true });
  // A studio of its own: the demo neither sees nor changes what the user's studio holds.
  const dataFolder = mkdtempSync(join(tmpdir(), 'backlot-demo-'));
  writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ theme: 'dark', outputFolder: results }));
  writeFileSync(join(dataFolder, 'window.json'), JSON.stringify({ x: 0, y: 0, width: 1600, height: 1000, maximised: false }));
  const display = await openDisplay();
  try {
    const studio = await launchApp({ dataFolder, env: display.env });
    try {
      return await applyToAll(studio.page);
    } finally {
      await studio.quit();
    }
  } finally {
    await display.close();
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}

process.exitCode = await demo();
