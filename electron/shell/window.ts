/** The studio's one window: where it was last time, shown when there is something to see. */
import { readFileSync } from 'node:fs';
import { BrowserWindow, type Display, nativeTheme, screen } from 'electron';
import { z } from 'zod';
import type { Settings } from '../../shared/ipc/index.ts';
import { replaceFile } from '../storage/replace-file.ts';
import { appOrigin } from './origins.ts';

const minimum = { width: 960, height: 600 };
const size = { width: z.int().min(minimum.width), height: z.int().min(minimum.height), maximised: z.boolean() };
const place = z.object({ ...size, x: z.int(), y: z.int() });

type Place = z.infer<typeof place> | Omit<z.infer<typeof place>, 'x' | 'y'>;
const firstPlace: Place = { width: 1440, height: 900, maximised: false };

/** The last place, unless the file is unreadable or that screen is gone. */
function rememberedPlace(path: string): Place {
  try {
    const last = place.parse(JSON.parse(readFileSync(path, 'utf8')));
    const { x, y } = last;
    const holds = ({ workArea: area }: Display): boolean =>
      x >= area.x - 50 && y >= area.y - 50 && x < area.x + area.width && y < area.y + area.height;
    return screen.getAllDisplays().some(holds) ? last : { width: last.width, height: last.height, maximised: last.maximised };
  } catch {
    return firstPlace;
  }
}

function remember(window: BrowserWindow, path: string): void {
  const bounds = window.getNormalBounds();
  replaceFile(path, JSON.stringify({ ...bounds, maximised: window.isMaximized() }));
}

/** Tells Chromium and the system's frame which theme to use; the page's own high contrast sits on the dark one. */
export function applyTheme(theme: Settings['theme']): void {
  nativeTheme.themeSource = theme === 'contrast' ? 'dark' : theme;
}

/** What opening the window needs; `devServer`: where the page is loaded from in development, null: from the bundle. */
export interface WindowOptions {
  readonly preload: string;
  /** Where it was last time. */
  readonly placeFile: string;
  readonly devServer: string | null;
}

/** Opened at once, shown as soon as there is something to see. */
export function openWindow(options: WindowOptions): BrowserWindow {
  const { maximised, ...bounds } = rememberedPlace(options.placeFile);
  const window = new BrowserWindow({
    ...bounds,
    minWidth: minimum.width,
    minHeight: minimum.height,
    show: false,
    title: 'Backlot',
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1b1b1b' : '#f2f2f2',
    autoHideMenuBar: true,
    webPreferences: {
      preload: options.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      webSecurity: true,
      webviewTag: false,
      navigateOnDragDrop: false,
      safeDialogs: true,
      spellcheck: false,
      v8CacheOptions: 'bypassHeatCheck',
    },
  });
  window.once('ready-to-show', () => {
    if (maximised) window.maximize();
    window.show();
  });
  window.on('close', () => remember(window, options.placeFile));
  void window.loadURL(options.devServer ?? `${appOrigin}/`);
  return window;
}

/** Brings the window to the front, wherever it is. */
export function focusWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** Resolves when the page is there, or when the window has gone. */
export function loaded(window: BrowserWindow): Promise<void> {
  return new Promise((resolve) => {
    window.webContents.once('did-finish-load', () => resolve());
    window.once('closed', () => resolve());
  });
}
