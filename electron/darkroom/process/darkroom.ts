/**
 * The darkroom itself: decode, matte, refine, compose, encode. Runs in whatever process opens it; the app opens it in a
 * utilityProcess of its own (worker.ts), tests and the command line in theirs.
 */
import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import { ok, type Result } from '../../../shared/result.ts';
import { processPicture } from '../chain/process-picture.ts';
import { Bands } from '../compose/bands.ts';
import { exportPhoto } from '../compose/export-photo.ts';
import { Cutouts } from '../cutout/cutouts.ts';
import { prefetch, prepare, regionsOf } from '../cutout/prepare.ts';
import { inspect } from '../files/inspect.ts';
import { adopt } from '../matte/adopt.ts';
import type { GpuDoor } from '../matte/gpu.ts';
import { graphicsOf } from '../matte/graphics.ts';
import { Model, NetworkReplaced } from '../matte/model.ts';
import { keepOwn, leaveOwn, type OwnParts } from '../matte/own-model.ts';
import type { OnProgress, Prepared, WholeDarkroom } from '../port.ts';
import { DarkroomError } from '../problems.ts';
import { answer } from './answer.ts';
import { JobQueue, URGENCY } from './job-queue.ts';
import { PreviewDarkroom } from './preview-darkroom.ts';
import type { JobOf } from './protocol.ts';

interface DarkroomOptions {
  /** Holds the files of resources/models/manifest.json. */
  readonly modelDir: string;
  /** Cores to use; all of them when not given. */
  readonly threads?: number;
  /** What band.ts was built to; itself when not given. */
  readonly bandEntry?: URL;
  /** What the model may have been made from on this machine (weights/sources.ts). */
  readonly trusted?: ReadonlySet<string>;
  /** The folder of resources/samples; itself when not given. */
  readonly samples?: URL;
  /** Whether the process before this one crashed. */
  readonly afterCrash?: boolean;
  /** The way to the graphics processor; not given: the processor does everything. */
  readonly gpu?: GpuDoor | null;
  /** Hears what is behind a problem, in a library's own words; nobody does when not given. */
  readonly log?: (line: string) => void;
}

/** Painting is soon limited by memory, not by cores. */
const MOST_BANDS = 4;

/** Jobs side by side: one composes while another is decoded or encoded. More would wait for the same cores. */
const JOBS_AT_ONCE = 2;

/** Of the network, within one job: eight bits give way once, and nobody takes networks in faster than a photo is made. */
const MOST_REPLACEMENTS = 3;

/** A darkroom in the process that makes it. */
export class LocalDarkroom implements WholeDarkroom {
  readonly #options: { readonly modelDir: string; readonly samples: URL; readonly threads: number };
  readonly #model: Model;
  readonly #ownParts: OwnParts;
  readonly #cutouts: Cutouts;
  readonly #bands: Bands;
  readonly #queue = new JobQueue(JOBS_AT_ONCE);
  readonly #log: (line: string) => void;
  readonly #previews: PreviewDarkroom;
  /** The same wish twice is one job. */
  readonly #preparing = new Map<string, Promise<Result<Prepared>>>();

  constructor(options: DarkroomOptions) {
    const { modelDir, threads = availableParallelism(), bandEntry = new URL('../compose/band.ts', import.meta.url) } = options;
    const { samples = new URL('../../../resources/samples/', import.meta.url), trusted = new Set(), afterCrash = false } = options;
    const { log = () => undefined, gpu = null } = options;
    sharp.concurrency(threads);
    sharp.cache(false);
    this.#log = log;
    this.#previews = new PreviewDarkroom(log);
    this.#options = { modelDir, samples, threads };
    this.#model = new Model({ modelDir, threads, trusted, samples, afterCrash, gpu, graphics: gpu === null ? null : graphicsOf() });
    const now = (): number => performance.now();
    this.#ownParts = { modelDir, samples, threads, now, builtInMs: (size) => this.#model.builtInMs(size, now) };
    // The first preview needs the small one: it is loaded while the photo is still being chosen. What is wrong with it is said then.
    this.#model.warm(512);
    this.#bands = new Bands(Math.min(threads, MOST_BANDS), bandEntry);
    this.#cutouts = new Cutouts(this.#model, this.#bands);
  }

  inspect(job: JobOf<'inspect'>, onProgress?: OnProgress): ReturnType<WholeDarkroom['inspect']> {
    if (job.waitedFor === true) return this.#previews.inspect(job, onProgress);
    return answer(this.#queue, { path: job.path, urgency: URGENCY.importing, onProgress, log: this.#log }, () => inspect(job));
  }

  prepare(job: JobOf<'prepare'>, onProgress?: OnProgress): Promise<Result<Prepared>> {
    const wish = JSON.stringify([this.#model.ownName(), job.path, job.folder, job.quality, job.strokes, job.calmGlass]);
    const known = this.#preparing.get(wish);
    if (known !== undefined) return known;
    const urgency = job.quality === 'quick' ? URGENCY.looking : URGENCY.improving;
    const made = answer(this.#queue, { path: job.path, urgency, onProgress, log: this.#log }, () =>
      this.#withNetwork((network) => prepare(this.#cutouts, network, job)),
    ).finally(() => this.#preparing.delete(wish));
    this.#preparing.set(wish, made);
    return made;
  }

  regions(job: JobOf<'regions'>, onProgress?: OnProgress): ReturnType<WholeDarkroom['regions']> {
    return answer(this.#queue, { path: job.path, urgency: URGENCY.looking, onProgress, log: this.#log }, () =>
      this.#withNetwork((network) => regionsOf(this.#cutouts, network, job)),
    );
  }

  export(job: JobOf<'export'>, onProgress: OnProgress = () => undefined): ReturnType<WholeDarkroom['export']> {
    return answer(this.#queue, { path: job.path, urgency: URGENCY.applying, onProgress, log: this.#log }, () =>
      this.#withNetwork((network) => exportPhoto(this.#cutouts, this.#bands, network, job, onProgress)),
    );
  }

  process(job: JobOf<'process'>, onProgress: OnProgress = () => undefined): ReturnType<WholeDarkroom['process']> {
    if (job.screen !== null) return this.#previews.process(job, onProgress);
    return answer(this.#queue, { path: job.path, urgency: URGENCY.applying, onProgress, log: this.#log }, () =>
      processPicture(job, onProgress),
    );
  }

  prefetch(job: JobOf<'prefetch'>, onProgress?: OnProgress, signal?: AbortSignal): ReturnType<WholeDarkroom['prefetch']> {
    const isWanted = (): boolean => this.#queue.isWanted || signal?.aborted === true;
    return answer(this.#queue, { path: job.path, urgency: URGENCY.prefetching, onProgress, signal, log: this.#log }, async () => {
      const made = await this.#withNetwork((network) => prefetch(this.#cutouts, network, job, isWanted));
      // Whoever has a photo prepared has time for this, too: it is tried once.
      if (made.ready && !isWanted()) await this.#model.tryGpu(isWanted, () => onProgress?.(0));
      return made;
    });
  }

  adopt(job: JobOf<'adopt'>, onProgress: OnProgress = () => undefined): ReturnType<WholeDarkroom['adopt']> {
    return answer(this.#queue, { path: job.path, urgency: URGENCY.looking, onProgress, log: this.#log }, async () => {
      const adopted = await adopt(this.#options, job, onProgress);
      await this.#model.replaced();
      this.#model.warm(512);
      return adopted;
    });
  }

  network(job: JobOf<'network'>, onProgress: OnProgress = () => undefined): ReturnType<WholeDarkroom['network']> {
    // Whoever only looks does not wait behind photos.
    if (job.wish === 'show') return this.#model.inUse().then(ok, () => ok({ kind: 'none' as const }));
    return answer(this.#queue, { path: job.path, urgency: URGENCY.looking, onProgress, log: this.#log }, async () => {
      if (job.wish === 'leave') await leaveOwn(this.#options.modelDir);
      else await keepOwn(this.#ownParts, job.path, job.licence, onProgress);
      await this.#model.replaced();
      this.#model.warm(512);
      return this.#model.inUse().catch(() => ({ kind: 'none' as const }));
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#queue.close(), this.#previews.close()]);
    await this.#bands.close();
    await this.#model.close();
  }

  /**
   * Work under the name of the network that is used; begun again when that name changes in the middle of it. Without a network a photo whose matte
   * is kept under another name needs none.
   */
  async #withNetwork<T>(work: (fingerprint: string) => Promise<T>, replacements = 0): Promise<T> {
    try {
      return await work(await this.#model.fingerprint());
    } catch (error) {
      if (error instanceof NetworkReplaced && replacements < MOST_REPLACEMENTS) return this.#withNetwork(work, replacements + 1);
      if (!(error instanceof DarkroomError) || error.problem.code !== 'model_missing') throw error;
      for (const name of await this.#model.otherFingerprints()) {
        const found = await work(name).then(
          (value) => ({ value }),
          () => null,
        );
        if (found !== null) return found.value;
      }
      throw error;
    }
  }
}
