/**
 * The user's settings: one small JSON file in the data folder, replaced atomically. A file that cannot be read is put
 * aside (`settings.json.unreadable`) and the defaults are used, so that a bad setting never keeps the studio shut.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { type Settings, settings as schema } from '../shared/ipc.ts';

export interface SettingsStore {
  get(): Settings;
  /** Keeps the change on disk before it answers, then tells the listeners. */
  set(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Settings;
  onChange(listener: (settings: Settings) => void): void;
}

/** Writes the whole file under a temporary name, then renames it: a reader sees the old text or the new one. */
export function replaceFile(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.part`;
  const file = openSync(temporary, 'w', mode);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
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
