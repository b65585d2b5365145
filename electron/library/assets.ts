/** Backgrounds and logos that the user added. They are copied into the data folder, so that a recipe never loses what it names. */
import { copyFile, mkdir, rm } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Asset } from '../../shared/ipc/library.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import { fingerprintOf, readRegularFile } from '../darkroom/files/regular-file.ts';
import type { Darkroom } from '../darkroom/port.ts';
import type { Emit } from '../events.ts';
import type { World } from '../world.ts';
import { fileProblem, problemOf } from './problems.ts';
import { type AssetRow, toAsset } from './records.ts';
import type { LibraryStore } from './store.ts';

/** It is copied and stays: more than any background or logo has. */
const MOST_BYTES = 1_000_000_000;

interface AssetParts {
  readonly store: LibraryStore;
  readonly darkroom: Darkroom;
  readonly world: World;
  readonly emit: Emit;
  /** Absolute; the copies lie in it. */
  readonly folder: string;
}

/** The user's own backgrounds and logos: listed, added, taken off the lists. */
export class Assets {
  readonly #parts: AssetParts;

  constructor(parts: AssetParts) {
    this.#parts = parts;
  }

  list(): Asset[] {
    return this.#parts.store.assets().map(toAsset);
  }

  /** The same picture twice is one asset. Every problem file is named and none stops the rest. */
  async addPaths(kind: Asset['kind'], paths: readonly string[]): Promise<{ added: Asset[]; problems: Problem[] }> {
    const added: Asset[] = [];
    const problems: Problem[] = [];
    for (const path of paths) {
      const outcome = await this.#add(kind, path);
      if (outcome.ok) added.push(outcome.value);
      else problems.push(outcome.error);
    }
    this.#parts.emit('assets.changed', this.list());
    return { added, problems };
  }

  /** Takes it from the lists; recipes that name it still work. */
  remove(assetId: string): void {
    const { store, world, emit } = this.#parts;
    store.removeAsset(assetId, world.clock.now());
    emit('assets.changed', this.list());
  }

  /** The file behind an id, for a recipe. */
  file(assetId: string, kind: Asset['kind']): Result<string> {
    const row = this.#parts.store.asset(assetId);
    if (row === undefined || row.kind !== kind) {
      return fail({
        code: 'asset_unknown',
        message: `The ${kind} of this recipe is not in the library. Nothing was charged. Choose another ${kind}.`,
      });
    }
    return ok(row.path);
  }

  async #add(kind: Asset['kind'], path: string): Promise<Result<Asset>> {
    const { store } = this.#parts;
    const name = basename(path);
    try {
      const { bytes, sha256 } = await readRegularFile(path, async (file, { size }) => ({
        bytes: size,
        sha256: size === 0 || size > MOST_BYTES ? '' : await fingerprintOf(file),
      }));
      if (bytes === 0) return fail(fileProblem('file_empty', name));
      if (bytes > MOST_BYTES) return fail(fileProblem('file_too_large', name));
      const known = store.assetByContent(kind, sha256);
      if (known === undefined) return await this.#copyIn(kind, path, sha256);
      store.restoreAsset(known.id);
      return ok(toAsset(known));
    } catch (error) {
      return fail(problemOf(error, name));
    }
  }

  /** A picture that is not known yet. Throws the errors of the disk. */
  async #copyIn(kind: Asset['kind'], path: string, sha256: string): Promise<Result<Asset>> {
    const { store, darkroom, world, folder } = this.#parts;
    const name = basename(path);
    const id = world.ids.next();
    await mkdir(folder, { recursive: true });
    const copy = join(folder, `${id}${extname(path).toLowerCase()}`);
    await copyFile(path, copy);
    const inspected = await darkroom.inspect({
      path: copy,
      thumbPath: join(folder, `${id}.thumb.webp`),
      screenPath: join(folder, `${id}.screen.webp`),
      waitedFor: true,
    });
    if (!inspected.ok) {
      await rm(copy, { force: true });
      return fail({ ...inspected.error, message: inspected.error.message.replaceAll(basename(copy), name), file: name });
    }
    const { width, height } = inspected.value;
    const row: AssetRow = { id, kind, name, width, height, horizon: null, path: copy, sha256 };
    store.insertAsset(row, world.clock.now());
    return ok(toAsset(row));
  }
}
