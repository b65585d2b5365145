/**
 * The user's settings: one small JSON file in the data folder, replaced atomically. A file that cannot be read is put
 * aside (`settings.json.unreadable`) and the defaults are used, so that a bad setting never keeps the studio shut.
 */
import { readFileSync, renameSync } from 'node:fs';
import { type Settings, settings as schema } from '../../shared/ipc/index.ts';
import { replaceFile } from './replace-file.ts';

/** The settings in memory and on disk, completed by the defaults; a file that cannot be read is set aside. */
export class SettingsStore {
  readonly #path: string;
  readonly #listeners: ((settings: Settings) => void)[] = [];
  #current: Settings;

  /** @param defaults what counts where the file says nothing, or cannot be read */
  constructor(path: string, defaults: Settings) {
    this.#path = path;
    this.#current = read(path, defaults);
  }

  get(): Settings {
    return this.#current;
  }

  /** Keeps the change on disk before it answers, then tells the listeners. */
  set(change: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Settings {
    const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
    this.#current = schema.parse({ ...this.#current, ...given });
    replaceFile(this.#path, `${JSON.stringify(this.#current, null, 2)}\n`);
    for (const listener of this.#listeners) listener(this.#current);
    return this.#current;
  }

  onChange(listener: (settings: Settings) => void): void {
    this.#listeners.push(listener);
  }
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
