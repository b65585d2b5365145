/** The file that is being fetched: what is there of it, and of which version. Whatever ends the process, it is carried on with. */
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** More than was announced came, so it is not what was asked for. */
export class TooMuch extends Error {}

const PART = '.part-';

/** The model is there: nothing that was fetched for it, from wherever, is needed any more. */
export async function discardParts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) if (name.startsWith(PART)) await rm(join(folder, name), { force: true });
}

export class Arriving {
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
    const meter = new Transform({
      transform(chunk: Buffer, _encoding, next) {
        size += chunk.length;
        if (size > limit) return next(new TooMuch());
        onSize(size);
        next(null, chunk);
      },
    });
    try {
      await pipeline(from, meter, createWriteStream(this.path, { flags: 'a' }), { signal });
    } catch (error) {
      if (error instanceof TooMuch) await this.discard();
      throw error;
    }
  }
}
