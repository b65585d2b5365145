/** The file that is being fetched: what is there of it, and of which version. Whatever ends the process, it is carried on with. */
import { mkdir, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** More than was announced came, so it is not what was asked for. */
export class TooMuch extends Error {}

const PART = '.part-';

/** The model is there: nothing that was fetched for it, from wherever, is needed any more. */
export async function discardParts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.startsWith(PART)) await rm(join(folder, name), { force: true });
}

/** A file that grows over any number of processes, and the ETag that tells whether the rest still fits. */
export class PartialDownload {
  readonly path: string;
  readonly #folder: string;
  readonly #tagPath: string;

  /** Named by the digest it is to have: another source never carries on with it. */
  constructor(folder: string, sha256: string) {
    this.#folder = folder;
    this.path = join(folder, `${PART}${sha256.slice(0, 12)}`);
    this.#tagPath = `${this.path}.etag`;
  }

  /** Bytes that are there. */
  async size(): Promise<number> {
    return stat(this.path).then(
      ({ size }) => size,
      () => 0,
    );
  }

  /** The strong ETag of what is there; null: the source gave none. */
  async tag(): Promise<string | null> {
    return readFile(this.#tagPath, 'utf8').then(
      (text) => text || null,
      () => null,
    );
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await rm(this.#tagPath, { force: true });
  }

  /** Begins anew, with that version. */
  async begin(tag: string | null): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await this.discard();
    if (tag !== null) await writeFile(this.#tagPath, tag);
  }

  /**
   * Appends what comes, to `limit` bytes in all. What came before it broke off stays.
   * @throws TooMuch, after everything was discarded; the errors of the stream and of the disk
   */
  async append(from: Readable, limit: number, signal: AbortSignal, onSize: (size: number) => void): Promise<void> {
    let size = await this.size();
    const stop = (): void => void from.destroy(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    // Each piece is on the disk before the next is taken: a line that keeps breaking still gets on.
    const file = await open(this.path, 'a');
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        size += chunk.length;
        if (size > limit) throw new TooMuch();
        await file.appendFile(chunk);
        onSize(size);
      }
      signal.throwIfAborted();
    } catch (error) {
      if (error instanceof TooMuch) await this.discard();
      throw error;
    } finally {
      signal.removeEventListener('abort', stop);
      await file.close();
    }
  }
}
