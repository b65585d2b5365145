/**
 * Brings the model onto a machine that lacks it: fetched once, carried on with where it broke, checked and tried by the darkroom, and
 * only then used. An installed app begins by itself; a checkout has its set-up for it. One process at a time fetches; the others look
 * on.
 */

import { hours, seconds } from '../../shared/credits/model/durations.ts';
import type { Millis } from '../../shared/credits/model/quantities.ts';
import type { ModelState } from '../../shared/ipc/model.ts';
import type { Result } from '../../shared/result.ts';
import { areThere, expectedFiles } from '../darkroom/matte/model-files.ts';
import { type ModelSource, nameOf } from '../darkroom/matte/model-sources.ts';
import type { Darkroom, WholeDarkroom } from '../darkroom/port.ts';
import type { FileLock } from '../storage/file-lock.ts';
import type { Network } from '../wallet/http/network.ts';
import type { World } from '../world.ts';
import { Refused } from './download-faults.ts';
import { discardParts, PartialDownload } from './partial-download.ts';

interface WeightsParts {
  /** Where the model's files lie (darkroom/model-folder.ts). */
  readonly folder: string;
  readonly source: Result<ModelSource>;
  /** SHA-256 of what the files may have been made from. */
  readonly trusted: ReadonlySet<string>;
  readonly adopt: WholeDarkroom['adopt'];
  readonly world: World;
  readonly network: Network;
  readonly changed: (state: ModelState) => void;
  /** Whether it begins when it finds that the model is missing. */
  readonly fetchesItself: boolean;
  readonly firstPauseMs?: Millis;
}

/** How often is looked whether another process has ended. */
const LOOK_AGAIN_MS = seconds(1);
/** Another process is waited for this long: longer than the largest model takes on the slowest line. */
const LOCK_WAIT_MS = hours(12);
/** Progress is told each time this much more has come. */
const STEP_BYTES = 1_000_000;

/** Whether the model is there; fetches it, with resume and backoff, and proves it before it is used. */
export class Weights {
  readonly #parts: WeightsParts;
  #state: ModelState = { state: 'unknown' };
  #fetching: { readonly stop: AbortController; readonly done: Promise<void> } | null = null;
  /** The files are there and are not what they should be. */
  #areDamaged = false;
  /** Repairing by itself happens once: what is damaged again has a cause that fetching does not mend. */
  #wasRepaired = false;

  constructor(parts: WeightsParts) {
    this.#parts = parts;
  }

  get state(): ModelState {
    return this.#state;
  }

  /** Looks whether the model is there; begins to fetch it when it is not and that is this app's to do. */
  async check(): Promise<ModelState> {
    if (this.#fetching !== null) return this.#state;
    if (await this.#isThere()) this.#become({ state: 'ready' });
    else if (this.#parts.fetchesItself) this.fetch();
    else await this.#lacking();
    return this.#state;
  }

  /** Begins, or goes on; nothing happens when it is under way or not needed. */
  fetch(): ModelState {
    const { source } = this.#parts;
    if (this.#fetching !== null || this.#state.state === 'ready') return this.#state;
    if (!source.ok) return this.#become({ state: 'failed', message: source.error.message });
    const stop = new AbortController();
    const done = this.#run(source.value, stop.signal)
      .catch(async (error: unknown) => {
        if (stop.signal.aborted) return this.#lacking();
        if (!(error instanceof Refused)) this.#parts.world.log('fetching the model failed', { error: String(error) });
        const reason = error instanceof Refused ? error.message : 'Something went wrong in the studio; its log says what.';
        this.#become({ state: 'failed', message: reason });
      })
      .then(() => {
        this.#fetching = null;
      });
    this.#fetching = { stop, done };
    return this.#become({ state: 'fetching', from: nameOf(source.value), received: 0, total: source.value.bytes });
  }

  /** Ends fetching. What came so far is kept, and the next time goes on from there. */
  async cancel(): Promise<ModelState> {
    const { stop, done } = this.#fetching ?? {};
    stop?.abort(new Refused('Stopped.'));
    await done;
    return this.#state;
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<ModelState> {
    await this.#fetching?.done;
    return this.#state;
  }

  /** A darkroom that tells this one when it had to say that the model is missing or damaged. */
  watching(darkroom: Darkroom): Darkroom {
    const noting = <T>(answer: Result<T>): Result<T> => {
      if (!answer.ok) this.#noteProblem(answer.error.code);
      return answer;
    };
    return {
      inspect: (...job) => darkroom.inspect(...job),
      process: (...job) => darkroom.process(...job),
      close: () => darkroom.close(),
      prepare: async (...job) => noting(await darkroom.prepare(...job)),
      regions: async (...job) => noting(await darkroom.regions(...job)),
      export: async (...job) => noting(await darkroom.export(...job)),
    };
  }

  #noteProblem(code: string): void {
    if ((code !== 'model_missing' && code !== 'model_damaged') || this.#state.state !== 'ready') return;
    this.#areDamaged = true;
    this.#state = { state: 'unknown' };
    if (this.#parts.fetchesItself && !this.#wasRepaired) {
      this.#wasRepaired = true;
      this.fetch();
    } else void this.#lacking();
  }

  async #isThere(): Promise<boolean> {
    const { folder, trusted } = this.#parts;
    return !this.#areDamaged && areThere(folder, expectedFiles(folder, trusted));
  }

  async #run(source: ModelSource, signal: AbortSignal): Promise<void> {
    const lock = await this.#lock(source, signal);
    try {
      // Another process may have brought it meanwhile.
      if (!(await this.#isThere())) await this.#bring(source, signal, true);
    } finally {
      lock.end();
    }
    this.#areDamaged = false;
    this.#become({ state: 'ready' });
  }

  /** Waits for whoever fetches it, and shows how far that is. */
  async #lock(source: ModelSource, signal: AbortSignal): Promise<FileLock> {
    const { folder, world } = this.#parts;
    const { tryLock } = await import('../storage/file-lock.ts');
    const partial = new PartialDownload(folder, source.sha256);
    for (let waitedMs = 0; waitedMs < LOCK_WAIT_MS; waitedMs += LOOK_AGAIN_MS) {
      signal.throwIfAborted();
      const lock = this.#tried(tryLock);
      if (lock !== null) return lock;
      this.#become({ state: 'fetching', from: nameOf(source), received: await partial.size(), total: source.bytes });
      await new Promise<void>((resolve) => {
        world.timers.after(LOOK_AGAIN_MS, resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
    throw new Refused('Another Backlot has been fetching the model for hours and has not come to an end. Close it, and try again.');
  }

  #tried(tryLock: (folder: string) => FileLock | null): FileLock | null {
    const { folder } = this.#parts;
    try {
      return tryLock(folder);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
      throw new Refused(
        `${folder} cannot be written to${code}, so there is no place for the model. Give Backlot the right to, or name another folder in BACKLOT_CACHE.`,
      );
    }
  }

  async #bring(source: ModelSource, signal: AbortSignal, mayBeginAgain: boolean): Promise<void> {
    const { folder, adopt } = this.#parts;
    const partial = source.from.kind === 'address' ? new PartialDownload(folder, source.sha256) : null;
    const wasResumed = partial !== null && (await this.#download(source, partial, signal));
    const path = partial?.path ?? nameOf(source);
    signal.throwIfAborted();
    this.#become({ state: 'checking' });
    const adopted = await adopt({ path, sha256: source.sha256 });
    if (adopted.ok) return discardParts(folder);
    const { code } = adopted.error;
    if (code === 'model_source_wrong' || code === 'model_unfit') await partial?.discard();
    // Put together from pieces it may be wrong only as a whole.
    if (code === 'model_source_wrong' && wasResumed && mayBeginAgain) return this.#bring(source, signal, false);
    throw new Refused(adopted.error.message);
  }

  async #download(source: ModelSource, into: PartialDownload, signal: AbortSignal): Promise<boolean> {
    const { network, world, firstPauseMs } = this.#parts;
    // The network's code is not needed before.
    const { download } = await import('./download.ts');
    let told = Number.NEGATIVE_INFINITY;
    const onProgress = (received: number, total: number | null): void => {
      if (received >= told && received < told + STEP_BYTES && received !== total) return;
      told = received;
      this.#become({ state: 'fetching', from: nameOf(source), received, total });
    };
    const wish = { address: source.from.kind === 'address' ? source.from.address : '', bytes: source.bytes, into };
    const how = { network, timers: world.timers, signal, onProgress, ...(firstPauseMs === undefined ? {} : { firstPauseMs }) };
    return (await download(wish, how)).wasResumed;
  }

  async #lacking(): Promise<void> {
    const { folder, source } = this.#parts;
    if (!source.ok) {
      this.#become({ state: 'failed', message: source.error.message });
      return;
    }
    const { value } = source;
    const received = value.from.kind === 'file' ? 0 : await new PartialDownload(folder, value.sha256).size();
    this.#become({ state: 'missing', from: nameOf(value), received, total: value.bytes });
  }

  #become(state: ModelState): ModelState {
    this.#state = state;
    this.#parts.changed(state);
    return state;
  }
}
