/**
 * Mattes before anybody asks for them: while the machine has nothing else to do, the photos that were imported are prepared, what is
 * selected first, then what is shown, then the rest. Applying them only composes then. One at a time; the darkroom makes way by itself
 * when anything is asked of it.
 */
import { ok, type Result } from '../../shared/result.ts';
import type { WholeDarkroom } from '../darkroom/port.ts';
import type { PhotoRow } from './records.ts';

/** Longer orders are cut off: a machine is not busy for hours because somebody opened a large library. */
const MOST_WANTED = 500;

/** What prefetching is made of. */
export interface PrefetchParts {
  readonly darkroom: Pick<WholeDarkroom, 'prefetch'>;
  /** The photo, once its original has been found unchanged where it was. */
  readonly original: (photoId: string) => Promise<Result<Pick<PhotoRow, 'path'>>>;
  readonly folderOf: (photoId: string) => string;
  /** Whether the machine may be used for it now; `mayHaveChanged` is called when that could be another answer than before. */
  readonly mayWork: () => boolean;
}

/** Prepares photos in the order in which they are wanted. */
export class Prefetch {
  readonly #parts: PrefetchParts;
  /** Ready, or not to be prepared at all: neither is tried again. */
  #settled = new Set<string>();
  #wanted: readonly string[] = [];
  #current: { readonly photoId: string; readonly withdraw: AbortController } | null = null;
  #isClosed = false;

  constructor(parts: PrefetchParts) {
    this.#parts = parts;
  }

  /** From now on these, in this order, and no others. What is prepared already costs nothing. */
  want(photoIds: readonly string[]): void {
    this.#wanted = photoIds.slice(0, MOST_WANTED);
    if (this.#current !== null && !this.#wanted.includes(this.#current.photoId)) this.#current.withdraw.abort();
    this.#next();
  }

  /** The power supply or the setting may have changed. */
  mayHaveChanged(): void {
    if (!this.#parts.mayWork()) this.#current?.withdraw.abort();
    this.#next();
  }

  /** What was prepared is worth nothing any more: all that is wanted is prepared once more. */
  beginAnew(): void {
    this.#settled = new Set();
    this.#next();
  }

  /** Nothing is begun any more. */
  close(): void {
    this.#isClosed = true;
    this.#current?.withdraw.abort();
  }

  #next(): void {
    if (this.#isClosed || this.#current !== null || !this.#parts.mayWork()) return;
    const photoId = this.#wanted.find((id) => !this.#settled.has(id));
    if (photoId === undefined) return;
    const withdraw = new AbortController();
    // What was begun before everything begins anew counts no more than what was done before.
    const settled = this.#settled;
    this.#current = { photoId, withdraw };
    void this.#prepare(photoId, withdraw.signal)
      .catch(() => ok({ ready: true }))
      .then((outcome) => {
        this.#current = null;
        this.#conclude(photoId, outcome, settled, withdraw.signal.aborted);
        this.#next();
      });
  }

  #conclude(photoId: string, outcome: Result<{ readonly ready: boolean }>, settled: Set<string>, wasWithdrawn: boolean): void {
    if (outcome.ok ? outcome.value.ready : !wasWithdrawn) settled.add(photoId);
    // Without a model nothing can be prepared: the next wish tries again.
    if (outcome.ok || !outcome.error.code.startsWith('model_')) return;
    settled.delete(photoId);
    this.#wanted = [];
  }

  async #prepare(photoId: string, signal: AbortSignal): Promise<Result<{ readonly ready: boolean }>> {
    const { darkroom, original, folderOf } = this.#parts;
    const found = await original(photoId);
    return found.ok ? darkroom.prefetch({ photoId, path: found.value.path, folder: folderOf(photoId) }, undefined, signal) : found;
  }
}
