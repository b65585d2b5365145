/** The application menu. Items that the page carries out send a `command` event; the page decides whether it applies. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { EventPayload } from '../../shared/ipc/index.ts';

/** A command of the menu, by its name. */
export type Command = EventPayload<'command'>['name'];

type Item = MenuItemConstructorOptions;

interface MenuOptions {
  readonly send: (command: Command) => void;
  readonly platform: NodeJS.Platform;
  /** Adds what a developer needs. */
  readonly development: boolean;
}

/** The menu of this platform. */
export function buildMenu(options: MenuOptions): Menu {
  const items = new Items(options);
  const settings = items.command('Settings…', 'show settings', 'CommandOrControl+,');
  const isMac = options.platform === 'darwin';
  return Menu.buildFromTemplate([
    ...(isMac ? [appMenu(settings)] : []),
    fileMenu(items, isMac ? null : settings),
    editMenu(items, isMac),
    photoMenu(items),
    viewMenu(items, options.development),
    { label: '&Credits', submenu: [items.command('Buy more…', 'buy more', 'CommandOrControl+Shift+B')] },
    { role: 'windowMenu' },
  ]);
}

const SEPARATOR: Item = { type: 'separator' };

/** Makes the items that the page carries out. */
class Items {
  readonly #options: MenuOptions;

  constructor(options: MenuOptions) {
    this.#options = options;
  }

  command(label: string, command: Command, accelerator?: string): Item {
    return { label, ...(accelerator === undefined ? {} : { accelerator }), click: () => this.#options.send(command) };
  }

  /** The page undoes, in the studio or in a text field; where it sees the keys itself, the menu only shows them. */
  undo(label: string, command: Command, accelerator: string): Item {
    return { ...this.command(label, command, accelerator), registerAccelerator: this.#options.platform === 'darwin' };
  }
}

const appMenu = (settings: Item): Item => ({
  role: 'appMenu',
  submenu: [
    { role: 'about' },
    SEPARATOR,
    settings,
    SEPARATOR,
    { role: 'services' },
    SEPARATOR,
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
    SEPARATOR,
    { role: 'quit' },
  ],
});

/** `settings` null: they stand in the menu of the app, as macOS has it. */
const fileMenu = (items: Items, settings: Item | null): Item => ({
  label: '&File',
  submenu: [
    items.command('Import photos…', 'import files', 'CommandOrControl+O'),
    items.command('Import folder…', 'import folder', 'CommandOrControl+Shift+O'),
    SEPARATOR,
    ...(settings === null ? [] : [settings, SEPARATOR]),
    settings === null ? { role: 'close' } : { role: 'quit', accelerator: 'CommandOrControl+Q' },
  ],
});

const editMenu = (items: Items, isMac: boolean): Item => ({
  label: '&Edit',
  submenu: [
    items.undo('Undo', 'undo', 'CommandOrControl+Z'),
    items.undo('Redo', 'redo', isMac ? 'Shift+Command+Z' : 'Control+Y'),
    SEPARATOR,
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    SEPARATOR,
    items.command('Select all', 'select all', 'CommandOrControl+A'),
  ],
});

const photoMenu = (items: Items): Item => ({
  label: '&Photo',
  submenu: [
    items.command('Apply changes', 'apply', 'CommandOrControl+Return'),
    items.command('Apply again…', 'apply again'),
    items.command('Give these settings to all selected', 'give settings'),
    items.command('Revert to original', 'revert', 'CommandOrControl+Shift+R'),
    items.command('Report a fault…', 'report', 'CommandOrControl+Shift+F'),
    SEPARATOR,
    items.command('Before and after', 'before', 'CommandOrControl+B'),
  ],
});

const viewMenu = (items: Items, development: boolean): Item => ({
  label: '&View',
  submenu: [
    items.command('Studio', 'show studio', 'Alt+1'),
    items.command('Wallet', 'show wallet', 'Alt+2'),
    items.command('History', 'show history', 'Alt+3'),
    items.command('Reports', 'show reports', 'Alt+4'),
    SEPARATOR,
    items.command('Zoom in', 'zoom in', 'CommandOrControl+Plus'),
    items.command('Zoom out', 'zoom out', 'CommandOrControl+-'),
    items.command('Fit in window', 'zoom fit', 'CommandOrControl+0'),
    items.command('Actual pixels', 'zoom 100', 'CommandOrControl+1'),
    SEPARATOR,
    { role: 'togglefullscreen' },
    ...(development ? [SEPARATOR, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
  ],
});
