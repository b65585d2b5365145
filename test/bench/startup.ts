/**
 * From the start of Electron's process to a window that can be used, on a library of many photos: the gallery shows its
 * first photos with their pictures, and the balance stands in the header from the cache. No server runs at that moment.
 */
import { spawn } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import sharp from 'sharp';
import { monotonicFactory } from 'ulid';
import { z } from 'zod';
import { libraryFolders } from '../../electron/library/library.ts';
import { libraryMigrations } from '../../electron/library/schema.ts';
import { LibraryStore } from '../../electron/library/store.ts';
import { openDatabase } from '../../electron/storage/sqlite.ts';
import { openDisplay } from '../../scripts/driving/display.ts';
import { electronProgram, machineSwitches, projectRoot } from '../../scripts/driving/launch.ts';
import { instant } from '../quantities.ts';
import { measured, type Row } from './report.ts';

const photosInLibrary = 1000;
const goalSeconds = 1.5;

/** A library as importing would have left it: rows, thumbnails and screen pictures. Every photo is the same picture. */
async function writeLibrary(dataFolder: string): Promise<void> {
  const original = join(dataFolder, 'photo.jpg');
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  await sharp({ create: { width: 2400, height: 1600, channels: 3, background: '#777', noise } })
    .jpeg()
    .toFile(original);
  const thumb = join(dataFolder, 'thumb.webp');
  const screen = join(dataFolder, 'screen.webp');
  await sharp(original).resize(512).webp().toFile(thumb);
  await sharp(original).webp().toFile(screen);
  const path = join(dataFolder, 'library.db');
  const store = new LibraryStore(openDatabase({ path, migrations: libraryMigrations, durability: 'full' }));
  const nextId = monotonicFactory();
  const folders = libraryFolders(dataFolder);
  const now = instant(Date.now());
  const collection = store.collection(dataFolder, 'Thousand', nextId(), now);
  for (let index = 0; index < photosInLibrary; index += 1) {
    const id = nextId();
    const folder = folders.photo(id);
    mkdirSync(folder, { recursive: true });
    linkSync(thumb, join(folder, 'thumb.webp'));
    linkSync(screen, join(folder, 'screen.webp'));
    store.insertPhoto({
      id,
      collection_id: collection,
      path: join(dataFolder, 'photos', `IMG_${index}.jpg`),
      name: `IMG_${String(index).padStart(4, '0')}.jpg`,
      width: 2400,
      height: 1600,
      format: 'jpeg',
      bytes: 1_000_000,
      modified_ms: now,
      sha256: id,
      imported_at: now,
    });
  }
  store.close();
}

/**
 * Seconds from the start of the process until the page has painted the gallery's pictures. The program is started as a
 * user would start it, and looked at through its debugging port: Playwright would hold it until it has attached.
 */
async function startOnce(dataFolder: string, env: Readonly<Record<string, string>>): Promise<number> {
  const startedAt = Date.now();
  const app = spawn(electronProgram(), [...machineSwitches(), '--remote-debugging-port=0', projectRoot], {
    env: { ...process.env, ...env, BACKLOT_DATA: dataFolder },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const gone = new Promise<void>((resolve) => app.once('exit', () => resolve()));
  try {
    const port = await new Promise<string>((resolve, reject) => {
      app.once('exit', (code) => reject(new Error(`The app left with code ${code ?? 'none'}.`)));
      createInterface({ input: app.stderr }).on('line', (line) => {
        const found = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(line)?.[1];
        if (found !== undefined) resolve(found);
      });
    });
    const usableAt = await evaluateInPage(port, `(${paintedAt})()`);
    return (usableAt - startedAt) / 1000;
  } finally {
    app.kill('SIGTERM');
    await gone;
  }
}

/** Asks the app's one page through its debugging port, again while the page is still being put in its place. */
async function evaluateInPage(port: string, expression: string): Promise<number> {
  for (;;) {
    const targets = pageTargets.parse(await (await fetch(`http://127.0.0.1:${port}/json/list`)).json());
    const address = targets.find((target) => target.url.startsWith('app://'))?.webSocketDebuggerUrl;
    const value = address === undefined ? null : await evaluateAt(address, expression);
    if (value !== null) return value;
  }
}

/** Null when the page went to another document before it could answer. */
function evaluateAt(address: string, expression: string): Promise<number | null> {
  const socket = new WebSocket(address);
  const answer = new Promise<number | null>((resolve) => {
    socket.addEventListener('close', () => resolve(null));
    socket.addEventListener('message', ({ data }) => {
      const { result } = JSON.parse(String(data));
      resolve(evaluated.safeParse(result).data?.result.value ?? null);
    });
    socket.addEventListener('open', () =>
      socket.send(JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression, awaitPromise: true, returnByValue: true } })),
    );
  });
  return answer.finally(() => socket.close());
}

const pageTargets = z.array(z.object({ url: z.string(), webSocketDebuggerUrl: z.string() }));
const evaluated = z.object({ result: z.object({ value: z.number() }) });

/** Runs in the page: the moment of the frame after the one in which every picture of the gallery was there. */
function paintedAt(): Promise<number> {
  return new Promise((resolve) => {
    const look = (): void => {
      const pictures = [...document.querySelectorAll<HTMLImageElement>('[role="option"] img')];
      const ready = pictures.length > 0 && pictures.every((picture) => picture.complete && picture.naturalWidth > 0);
      requestAnimationFrame(ready ? () => resolve(Date.now()) : look);
    };
    look();
  });
}

/** Measures several starts after one that warms the disk. */
export async function measureStartup(runs = 5): Promise<Row> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'backlot-startup-'));
  const display = await openDisplay();
  try {
    writeFileSync(join(dataFolder, 'settings.json'), JSON.stringify({ theme: 'dark', outputFolder: join(dataFolder, 'finished') }));
    await writeLibrary(dataFolder);
    // No server may be in the way of the measurement, and none is needed: this address refuses.
    const env = { ...display.env, BACKLOT_SERVER_URL: 'http://127.0.0.1:9', BACKLOT_TOKEN: 'none' };
    await startOnce(dataFolder, env);
    const samples: number[] = [];
    for (let run = 0; run < runs; run += 1) samples.push(await startOnce(dataFolder, env));
    return measured(`window usable after start, ${photosInLibrary.toLocaleString('en')} photos`, samples, 's', goalSeconds);
  } finally {
    await display.close();
    rmSync(dataFolder, { recursive: true, force: true, maxRetries: 5 });
  }
}
