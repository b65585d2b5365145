/** What the end-to-end tests stand on: a fresh data folder, sample photos of their own, the real app, and its dialogs answered. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { ElectronApplication } from 'playwright';
import sharp from 'sharp';
import { afterEach } from 'vitest';
import { openDisplay } from '../../scripts/driving/display.ts';
import { launchApp, projectRoot, type RunningApp } from '../../scripts/driving/launch.ts';
import type { Settings } from '../../shared/ipc/index.ts';
import { standInModel } from '../stand-in-model.ts';

/** A folder of its own for each test file; removed at the end. */
export interface Room {
  readonly folder: string;
  readonly dataFolder: string;
  readonly outputFolder: string;
  path(...parts: readonly string[]): string;
  remove(): void;
}

/** As if it had been left so: every pixel of it is painted by the processor. */
const WINDOW = { x: 0, y: 0, width: 1120, height: 720, maximised: false };

export function makeRoom(name: string, settings: Partial<Settings> = {}): Room {
  const folder = mkdtempSync(join(tmpdir(), `backlot-${name}-`));
  // Others may pass through it: as root, PostgreSQL runs as another user.
  chmodSync(folder, 0o755);
  const dataFolder = join(folder, 'data');
  const outputFolder = join(folder, 'finished');
  mkdirSync(dataFolder);
  writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ theme: 'dark', outputFolder, ...settings }));
  writeFileSync(join(dataFolder, 'window.json'), JSON.stringify(WINDOW));
  return {
    folder,
    dataFolder,
    outputFolder,
    path: (...parts) => join(folder, ...parts),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
  };
}

// Never called: it tells `npm test -- --changed`, which follows imports, what the app stands on.
void (() => Promise.all([import('../../electron/main.ts'), import('../../electron/preload.ts'), import('../../renderer/main.tsx')]));

const samples = join(projectRoot, 'resources', 'samples');
const isPhoto = (name: string): boolean => /\.jpe?g$/i.test(name);

/** Small: every photo is looked at, refined, previewed and exported pixel by pixel, and few tests look at its pixels. */
const PHOTO_WIDTH_PX = 320;

/** Writes `count` different photos of this width, made from the samples; answers their paths. */
export async function writePhotos(folder: string, count: number, prefix = 'IMG_', width_px = PHOTO_WIDTH_PX): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  const sources = readdirSync(samples).filter(isPhoto).sort();
  const paths: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const source = sources[index % sources.length];
    if (source === undefined) throw new Error(`There are no sample photos in ${basename(samples)}.`);
    const path = join(folder, `${prefix}${String(index + 1).padStart(4, '0')}.jpg`);
    // Another brightness each time, so that no two photos are the same file.
    await sharp(join(samples, source))
      .resize(width_px)
      .modulate({ brightness: 1 - index * 0.01 })
      .jpeg({ quality: 90 })
      .toFile(path);
    paths.push(path);
  }
  return paths;
}

/** A small mark with transparency. */
export async function writeLogo(path: string): Promise<string> {
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="120"><rect width="300" height="120" rx="20" fill="#c33"/><circle cx="60" cy="60" r="36" fill="#fff"/></svg>';
  await sharp(Buffer.from(svg)).png().toFile(path);
  return path;
}

const stepMs = 30_000;

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: readonly string[];
  /** What makes the mattes: a stand-in in milliseconds, unless the test is about pictures, the model, or what is killed while it works. */
  readonly network?: 'real' | 'stand-in';
}

export async function startStudio(room: Room, options: StartOptions = {}): Promise<RunningApp> {
  const display = await openDisplay();
  const model = options.network === 'real' ? {} : standInModel(room.path('stand-in'));
  const studio = await launchApp({
    dataFolder: room.dataFolder,
    env: { ...display.env, ...model, ...options.env },
    ...(options.files ? { files: options.files } : {}),
  });
  // However the app ends: killed, too.
  studio.app.process().once('exit', () => void display.close());
  // A step that takes longer than this has failed; what may take long says so itself.
  studio.page.setDefaultTimeout(stepMs);
  // What moves is painted by the processor here, again and again.
  await studio.page.emulateMedia({ reducedMotion: 'reduce' });
  if (options.network !== 'real') await saveBattery(studio.app);
  return {
    ...studio,
    async quit() {
      await studio.quit();
      await display.close();
    },
  };
}

/** Nothing is prepared that nobody looks at, as on any machine that runs on its battery. */
async function saveBattery(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ powerMonitor }) => {
    powerMonitor.isOnBatteryPower = () => true;
  });
}

/** The next open dialog answers these paths, as if the user had picked them; none: cancelled. */
export async function answerOpenDialog(app: ElectronApplication, paths: readonly string[]): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showOpenDialog = async () => ({ canceled: chosen.length === 0, filePaths: [...chosen] });
  }, paths);
}

export async function answerSaveDialog(app: ElectronApplication, path: string): Promise<void> {
  await app.evaluate(({ dialog }, chosen) => {
    dialog.showSaveDialog = async () => ({ canceled: chosen === '', filePath: chosen });
  }, path);
}

/** Collects what would have been opened outside the app instead of opening it. */
export async function catchOpenedFiles(app: ElectronApplication): Promise<() => Promise<readonly string[]>> {
  await app.evaluate(({ shell }) => {
    const opened: string[] = [];
    Object.assign(globalThis, { openedByTest: opened });
    shell.openPath = async (path) => {
      opened.push(path);
      return '';
    };
    shell.openExternal = async (address) => {
      opened.push(address);
    };
    shell.showItemInFolder = (path) => {
      opened.push(path);
    };
  });
  // The array was put there by the statement above.
  return () => app.evaluate(() => (globalThis as unknown as { openedByTest: string[] }).openedByTest);
}

/** Leaves a picture of the window in out/test/ for each test that fails. Call once in a test file. */
export function pictureFailures(running: () => RunningApp | undefined): void {
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return;
    const name = task.name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 60);
    // The window may be what failed: then there is no picture of it.
    await running()
      ?.page.screenshot({ path: join(projectRoot, 'out', 'test', `${name}.png`), timeout: 5_000 })
      .catch(() => undefined);
  });
}
