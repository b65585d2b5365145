/** Objects as files of one folder, readable by the server's own account only. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkedName, type ObjectStore } from './store.ts';

const isMissing = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT';

/** Files in 256 folders by the first two letters of their names. */
export class FolderStore implements ObjectStore {
  readonly kind = 'folder';
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    const path = this.#pathOf(name);
    const folder = join(path, '..');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // Beside its place, so that the rename is one step on the same disk and no half of a file ever has the name.
    const draft = `${path}.${randomUUID()}.part`;
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    }
    await synced(folder);
  }

  async get(name: string): Promise<Uint8Array | null> {
    try {
      return await readFile(this.#pathOf(name));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
  }

  close(): void {
    // Nothing stays open between calls.
  }

  #pathOf(name: string): string {
    return join(this.#folder, checkedName(name).slice(0, 2), name);
  }
}

/** A renamed file outlives a power cut once its folder is on the disk too. Windows has no such thing, and refuses to open a folder. */
async function synced(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const opened = await open(folder, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}
