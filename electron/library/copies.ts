/** Copies of finished pictures that found no room in the output folder: they are made up for, as soon as that can be done. */
import { existsSync } from 'node:fs';
import type { World } from '../world.ts';
import { saveCopy } from './output.ts';
import type { LibraryStore } from './store.ts';

export interface CopiesParts {
  readonly store: Pick<LibraryStore, 'withoutCopy' | 'setSavedTo'>;
  /** Null: nobody wants copies. */
  readonly outputFolder: () => string | null;
  readonly announce: (photoIds: readonly string[]) => void;
  readonly world: World;
}

export interface Copies {
  /** Makes the copies that are missing; where one finds no room, the rest waits for the next time. Never throws. */
  makeUp(): Promise<void>;
  stop(): Promise<void>;
}

/** How long a folder without room is left alone. */
const AGAIN_MS = 5 * 60_000;

export function createCopies({ store, outputFolder, announce, world }: CopiesParts): Copies {
  let running: Promise<void> = Promise.resolve();
  let cancel = (): void => undefined;
  let stopped = false;

  async function all(): Promise<void> {
    cancel();
    const folder = outputFolder();
    if (folder === null || stopped) return;
    for (const { id, path, photo_id, name, collection } of store.withoutCopy()) {
      if (stopped) return;
      if (!existsSync(path)) continue;
      const copy = await saveCopy({ source: path, outputFolder: folder, collection, name }, true);
      if (stopped) return;
      if (!copy.ok) {
        cancel = world.timers.after(AGAIN_MS, () => void makeUp());
        return;
      }
      store.setSavedTo(id, copy.value);
      announce([photo_id]);
    }
  }

  const makeUp = (): Promise<void> => {
    running = running.then(all).catch((error: unknown) => world.log('copies could not be made up for', { error: String(error) }));
    return running;
  };
  return {
    makeUp,
    async stop() {
      stopped = true;
      cancel();
      await running;
    },
  };
}
