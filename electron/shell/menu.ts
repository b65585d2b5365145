/** The application menu. Items that the page carries out send a `command` event; the page decides whether it applies. */
import { Menu, type MenuItemConstructorOptions } from 'electron';
import type { EventPayload } from '../../shared/ipc/index.ts';

export type Command = EventPayload<'command'>['name'];

export function buildMenu(send: (command: Command) => void, platform: NodeJS.Platform, development: boolean): Menu {
  const item = (label: string, command: Command, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    ...(accelerator === undefined ? {} : { accelerator }),
    click: () => send(command),
  });
  /** The page undoes, in the studio or in a text field; where it sees the keys itself, the menu only shows them. */
  const undoing = (label: string, command: Command, accelerator: string): MenuItemConstructorOptions => ({
    ...item(label, command, accelerator),
    registerAccelerator: platform === 'darwin',
  });
  const line: MenuItemConstructorOptions = { type: 'separator' };
  const mac = platform === 'darwin';
  const settings = item('Settings…', 'show settings', 'CommandOrControl+,');
  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      line,
      settings,
      line,
      { role: 'services' },
      line,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      line,
      { role: 'quit' },
    ],
  };
  return Menu.buildFromTemplate([
    ...(mac ? [appMenu] : []),
    {
      label: '&File',
      submenu: [
        item('Import photos…', 'import files', 'CommandOrControl+O'),
        item('Import folder…', 'import folder', 'CommandOrControl+Shift+O'),
        line,
        ...(mac ? [] : [settings, line]),
        mac ? { role: 'close' } : { role: 'quit', accelerator: 'CommandOrControl+Q' },
      ],
    },
    {
      label: '&Edit',
      submenu: [
        undoing('Undo', 'undo', 'CommandOrControl+Z'),
        undoing('Redo', 'redo', mac ? 'Shift+Command+Z' : 'Control+Y'),
        line,
        { role: 'cut' },
        { role: 'copy' },
        { role: 'paste' },
        line,
        item('Select all', 'select all', 'CommandOrControl+A'),
      ],
    },
    {
      label: '&Photo',
      submenu: [
        item('Apply changes', 'apply', 'CommandOrControl+Return'),
        item('Apply again…', 'apply again'),
        item('Give these settings to all selected', 'give settings'),
        item('Revert to original', 'revert', 'CommandOrControl+Shift+R'),
        item('Report a fault…', 'report', 'CommandOrControl+Shift+F'),
        line,
        item('Before and after', 'before', 'CommandOrControl+B'),
      ],
    },
    {
      label: '&View',
      submenu: [
        item('Studio', 'show studio', 'Alt+1'),
        item('Wallet', 'show wallet', 'Alt+2'),
        item('History', 'show history', 'Alt+3'),
        item('Reports', 'show reports', 'Alt+4'),
        line,
        item('Zoom in', 'zoom in', 'CommandOrControl+Plus'),
        item('Zoom out', 'zoom out', 'CommandOrControl+-'),
        item('Fit in window', 'zoom fit', 'CommandOrControl+0'),
        item('Actual pixels', 'zoom 100', 'CommandOrControl+1'),
        line,
        { role: 'togglefullscreen' },
        ...(development ? [line, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
      ],
    },
    { label: '&Credits', submenu: [item('Buy more…', 'buy more', 'CommandOrControl+Shift+B')] },
    { role: 'windowMenu' },
  ]);
}
