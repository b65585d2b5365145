/**
 * The user's settings: one small JSON file in the data folder, replaced atomically. A file that cannot be read is put
 * aside (`settings.json.unreadable`) and the defaults are used, so that a bad setting never keeps the studio shut.
 */
import { readFileSync, renameSync } from 'node:fs';
import { type Settings, settings as schema } from '../../shared/ipc/index.ts';
import { replaceFile } from './replace-file.ts';

export interface SettingsStore {
  get(): Settings;
  /** Keeps the change on disk before it answers, then tells the listeners. */
  set(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Settings;
  onChange(listener: (settings: Settings) => void): void;
}

function read(path: string, defaults: Settings): Settings {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return defaults;
  }
  try {
    return schema.parse({ ...defaults, ...JSON.parse(text) });
  } catch {
    renameSync(path, `${path}.unreadable`);
    return defaults;
  }
}

export function openSettings(path: string, defaults: Settings): SettingsStore {
  let current = read(path, defaults);
  const listeners: ((settings: Settings) => void)[] = [];
  return {
    get: () => current,
    set(change) {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      current = schema.parse({ ...current, ...given });
      replaceFile(path, `${JSON.stringify(current, null, 2)}\n`);
      for (const listener of listeners) listener(current);
      return current;
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
