/** Copies of finished pictures that found no room in the output folder: they are made up for, as soon as that can be done. */
import { existsSync } from 'node:fs';
import { minutes } from '../../shared/credits/model/durations.ts';
import type { World } from '../world.ts';
import { saveCopy } from './output.ts';
import type { LibraryStore } from './store.ts';

interface CopiesParts {
  readonly store: Pick<LibraryStore, 'withoutCopy' | 'setSavedTo'>;
  /** Null: nobody wants copies. */
  readonly outputFolder: () => string | null;
  readonly announce: (photoIds: readonly string[]) => void;
  readonly world: World;
}

/** How long a folder without room is left alone. */
const AGAIN_MS = minutes(5);

/** Makes up for missing copies when asked, and by itself later where one found no room. */
export class Copies {
  readonly #parts: CopiesParts;
  #running: Promise<void> = Promise.resolve();
  #cancel = (): void => undefined;
  #stopped = false;

  constructor(parts: CopiesParts) {
    this.#parts = parts;
  }

  /** Makes the copies that are missing; where one finds no room, the rest waits for the next time. Never throws. */
  makeUp(): Promise<void> {
    this.#running = this.#running
      .then(() => this.#all())
      .catch((error: unknown) => this.#parts.world.log('copies could not be made up for', { error: String(error) }));
    return this.#running;
  }

  /** Resolves when nothing is copied any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#running;
  }

  async #all(): Promise<void> {
    const { store, outputFolder, announce, world } = this.#parts;
    this.#cancel();
    const folder = outputFolder();
    if (folder === null || this.#stopped) return;
    for (const { id, path, photo_id, name, collection } of store.withoutCopy()) {
      if (this.#stopped) return;
      if (!existsSync(path)) continue;
      const copy = await saveCopy({ source: path, outputFolder: folder, collection, name }, true);
      if (this.#stopped) return;
      if (!copy.ok) {
        this.#cancel = world.timers.after(AGAIN_MS, () => void this.makeUp());
        return;
      }
      store.setSavedTo(id, copy.value);
      announce([photo_id]);
    }
  }
}
