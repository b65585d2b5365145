/**
 * The darkroom itself: decode, matte, refine, compose, encode. Runs in whatever process opens it; the app opens it in a
 * utilityProcess of its own (worker.ts), tests and the command line in theirs.
 */
import { availableParallelism } from 'node:os';
import sharp from 'sharp';
import { fail, ok, type Result } from '../../../shared/result.ts';
import { processPicture } from '../chain/process-picture.ts';
import { openBands } from '../compose/bands.ts';
import { exportPhoto } from '../compose/export-photo.ts';
import { createCutouts } from '../cutout/cutouts.ts';
import { prepare } from '../cutout/prepare.ts';
import { inspect } from '../files/inspect.ts';
import { adopt } from '../matte/adopt.ts';
import { openModel } from '../matte/model.ts';
import type { OnProgress, Prepared, WholeDarkroom } from '../port.ts';
import { DarkroomError, problem, readProblem } from '../problems.ts';
import { createJobQueue, QueueClosed, URGENCY, type Urgency } from './job-queue.ts';
import { openPreviewDarkroom } from './preview-darkroom.ts';

export interface DarkroomOptions {
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
}

/** Painting is soon limited by memory, not by cores. */
const MOST_BANDS = 4;

/** Jobs side by side: one composes while another is decoded or encoded. More would only cost memory (about 250 MB each at 24 MP). */
const JOBS_AT_ONCE = 2;

export function openDarkroom(options: DarkroomOptions): WholeDarkroom {
  const { modelDir, threads = availableParallelism(), bandEntry } = options;
  const { trusted, samples = new URL('../../../resources/samples/', import.meta.url) } = options;
  sharp.concurrency(threads);
  sharp.cache(false);
  const model = openModel(modelDir, threads, trusted);
  // The first preview needs the small one: it is loaded while the photo is still being chosen. What is wrong with it is said then.
  model.warm(512);
  const cutouts = createCutouts(model);
  const bands = openBands(Math.min(threads, MOST_BANDS), bandEntry ?? new URL('../compose/band.ts', import.meta.url));
  const queue = createJobQueue(JOBS_AT_ONCE);
  const previews = openPreviewDarkroom();
  /** The same wish twice is one job. */
  const preparing = new Map<string, Promise<Result<Prepared>>>();

  async function answer<T>(path: string, urgency: Urgency, onProgress: OnProgress | undefined, work: () => Promise<T>): Promise<Result<T>> {
    const begun = (): Promise<T> => {
      onProgress?.(0);
      return work();
    };
    try {
      return ok(await queue.run(urgency, begun));
    } catch (error) {
      if (error instanceof QueueClosed) return fail(problem('darkroom_stopped', path));
      return fail(error instanceof DarkroomError ? error.problem : readProblem(error, path));
    }
  }

  return {
    inspect: (job, onProgress) =>
      job.waitedFor === true ? previews.inspect(job, onProgress) : answer(job.path, URGENCY.importing, onProgress, () => inspect(job)),
    prepare(job, onProgress) {
      const wish = JSON.stringify([job.path, job.folder, job.quality, job.strokes]);
      const known = preparing.get(wish);
      if (known !== undefined) return known;
      const urgency = job.quality === 'quick' ? URGENCY.looking : URGENCY.improving;
      const made = answer(job.path, urgency, onProgress, () => prepare(cutouts, model.fingerprint, job)).finally(() =>
        preparing.delete(wish),
      );
      preparing.set(wish, made);
      return made;
    },
    export: (job, onProgress = () => undefined) =>
      answer(job.path, URGENCY.applying, onProgress, () => exportPhoto(cutouts, bands, model.fingerprint, job, onProgress)),
    process: (job, onProgress = () => undefined) =>
      job.screen === null
        ? answer(job.path, URGENCY.applying, onProgress, () => processPicture(job, onProgress))
        : previews.process(job, onProgress),
    adopt: (job, onProgress = () => undefined) =>
      answer(job.path, URGENCY.looking, onProgress, async () => {
        const adopted = await adopt({ modelDir, samples, threads }, job, onProgress);
        await model.replaced();
        return adopted;
      }),
    async close() {
      await Promise.all([queue.close(), previews.close()]);
      await bands.close();
      await model.close();
    },
  };
}
