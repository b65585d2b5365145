/** What somebody waits for and no model is needed for: previews of processing, logos and backgrounds that were just chosen. */
import { fail, ok, type Result } from '../../../shared/result.ts';
import { processPicture } from '../chain/process-picture.ts';
import { inspect } from '../files/inspect.ts';
import type { Darkroom, OnProgress } from '../port.ts';
import { DarkroomError, problem, readProblem } from '../problems.ts';
import { createJobQueue, QueueClosed, URGENCY } from './job-queue.ts';

export type PreviewDarkroom = Pick<Darkroom, 'inspect' | 'process' | 'close'>;

/** One after the other: who looks has two eyes and one canvas. */
export function openPreviewDarkroom(): PreviewDarkroom {
  const queue = createJobQueue(1);
  async function answer<T>(path: string, onProgress: OnProgress | undefined, work: () => Promise<T>): Promise<Result<T>> {
    const begun = (): Promise<T> => {
      onProgress?.(0);
      return work();
    };
    try {
      return ok(await queue.run(URGENCY.looking, begun));
    } catch (error) {
      if (error instanceof QueueClosed) return fail(problem('darkroom_stopped', path));
      return fail(error instanceof DarkroomError ? error.problem : readProblem(error, path));
    }
  }
  return {
    inspect: (job, onProgress) => answer(job.path, onProgress, () => inspect(job)),
    process: (job, onProgress = () => undefined) => answer(job.path, onProgress, () => processPicture(job, onProgress)),
    close: () => queue.close(),
  };
}
