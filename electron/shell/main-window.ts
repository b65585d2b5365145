/** The studio's one window over its life: closed and opened again where a system lets an app go on without one. */
import type { BrowserWindow, WebContents } from 'electron';
import { focusWindow, openWindow, type WindowOptions } from './window.ts';

/** The window, whether it is open or not. */
export class MainWindow {
  readonly #options: WindowOptions;
  #window: BrowserWindow | null = null;

  constructor(options: WindowOptions) {
    this.#options = options;
  }

  /** Null while it is closed. */
  get current(): BrowserWindow | null {
    return this.#window;
  }

  /** Null while it is closed. */
  get page(): WebContents | null {
    return this.#window?.webContents ?? null;
  }

  /** The window that is open, or a new one. */
  open(): BrowserWindow {
    this.#window ??= this.#opened();
    return this.#window;
  }

  /** Opens it where it is closed, and brings it to the front. */
  show(): void {
    focusWindow(this.open());
  }

  #opened(): BrowserWindow {
    const window = openWindow(this.#options);
    window.on('closed', () => {
      this.#window = null;
    });
    return window;
  }
}
