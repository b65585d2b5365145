/** A picture of the real app at rest: one account on a real server, one window, one folder of pictures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import type { Settings } from '../../shared/ipc/index.ts';
import type { Account, CompanyServer } from '../../test/e2e/company-server.ts';
import { type Frame, frameOf } from '../../test/e2e/pages/frame.ts';
import { type StudioPage, studioPageOf } from '../../test/e2e/pages/studio-page.ts';
import { type Cable, layCable } from '../../test/e2e/proxy.ts';
import { ask, onlineWallet } from './bridge.ts';
import type { Display } from './display.ts';
import { launchApp, projectRoot, type RunningApp } from './launch.ts';

/** Where the pictures go. */
export const target = join(projectRoot, 'out', 'screenshots');

const sizes = { small: [1280, 800], usual: [1440, 900], large: [1680, 1050] } as const;
/** The most that one step of a scene may take, in milliseconds. */
export const stepMs = 60_000;

/** What all scenes are played on. */
export interface Stage {
  readonly folder: string;
  readonly server: CompanyServer;
  readonly display: Display;
  /** Only pictures with this in their name are kept. */
  readonly only: string | undefined;
}

/** One running app, and what a picture is taken of. */
export interface Scene {
  readonly running: RunningApp;
  readonly page: Page;
  readonly frame: Frame;
  readonly studio: StudioPage;
  readonly cable: Cable;
  shot(name: string): Promise<void>;
  theme(theme: Settings['theme']): Promise<void>;
  size(size: keyof typeof sizes): Promise<void>;
  /** The usual width, and as high as a long page needs. */
  height(height: number): Promise<void>;
  close(): Promise<void>;
}

/** Nothing is on its way any more: pictures are decoded, backdrops drawn, no placeholder and no toast stands, what slides has slid. */
async function atRest(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  await page.waitForFunction(() => {
    const drawn = (canvas: HTMLCanvasElement): boolean =>
      canvas.width > 0 && canvas.getContext('2d')?.getImageData(canvas.width >> 1, canvas.height >> 1, 1, 1).data[3] !== 0;
    return (
      document.fonts.status === 'loaded' &&
      [...document.images].every((image) => image.complete) &&
      [...document.querySelectorAll<HTMLCanvasElement>('[role="radio"] canvas')].every(drawn) &&
      document.querySelector('[aria-label^="Loading"], [data-sonner-toast]') === null &&
      !document.body.textContent.includes('Cutting out the subject') &&
      document.getAnimations().every((animation) => animation.playState !== 'running')
    );
  });
  // Loaded is not drawn: one that is decoded beside the page appears when it is ready. One that is broken stays as it is.
  await page.evaluate(() => Promise.allSettled([...document.images].map((image) => image.decode())));
}

/** The app in a fresh data folder, signed in to that account, once its wallet is there. */
export async function openScene(set: Stage, name: string, account: Account, files: Readonly<Record<string, string>> = {}): Promise<Scene> {
  const dataFolder = join(set.folder, name);
  mkdirSync(dataFolder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(dataFolder, file), text);
  writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ theme: 'dark', outputFolder: join(set.folder, 'finished') }));
  const [width, height] = sizes.usual;
  writeFileSync(join(dataFolder, 'window.json'), JSON.stringify({ x: 0, y: 0, width, height, maximised: false }));
  const cable = await layCable(new URL(set.server.url));
  const env = { ...set.display.env, BACKLOT_SERVER_URL: cable.url, BACKLOT_TOKEN: account.token };
  const running = await launchApp({ dataFolder, env });
  const { app, page } = running;
  page.setDefaultTimeout(stepMs);
  const frame = frameOf(page);
  await onlineWallet(page);
  const resize = async (toWidth: number, toHeight: number): Promise<void> => {
    await app.evaluate(({ BrowserWindow }, [w, h]) => BrowserWindow.getAllWindows()[0]?.setContentSize(w, h), [toWidth, toHeight] as const);
    await page.waitForFunction(([w, h]) => innerWidth === w && innerHeight === h, [toWidth, toHeight] as const);
  };
  return {
    running,
    page,
    frame,
    studio: studioPageOf(page),
    cable,
    async shot(picture) {
      if (set.only !== undefined && !picture.includes(set.only)) return;
      await atRest(page);
      await page.screenshot({ path: join(target, `${picture}.png`) });
      process.stdout.write(`${picture}.png\n`);
    },
    async theme(theme) {
      await ask(page, 'settings.set', { theme });
      await page.waitForFunction((wanted) => document.documentElement.dataset['theme'] === wanted, theme);
    },
    size: (size) => resize(sizes[size][0], sizes[size][1]),
    height: (height) => resize(sizes.usual[0], height),
    async close() {
      await running.quit();
      await cable.close();
    },
  };
}
