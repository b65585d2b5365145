/** What somebody waits for and no model is needed for: previews of processing, logos and backgrounds that were just chosen. */
import { processPicture } from '../chain/process-picture.ts';
import { inspect } from '../files/inspect.ts';
import type { Darkroom, OnProgress } from '../port.ts';
import { answer } from './answer.ts';
import { JobQueue, URGENCY } from './job-queue.ts';
import type { JobOf } from './protocol.ts';

/** One after the other: who looks has two eyes and one canvas. */
export class PreviewDarkroom implements Pick<Darkroom, 'inspect' | 'process' | 'close'> {
  readonly #queue = new JobQueue(1);
  readonly #log: (line: string) => void;

  constructor(log: (line: string) => void = () => undefined) {
    this.#log = log;
  }

  inspect(job: JobOf<'inspect'>, onProgress?: OnProgress): ReturnType<Darkroom['inspect']> {
    return answer(this.#queue, { path: job.path, urgency: URGENCY.looking, onProgress, log: this.#log }, () => inspect(job));
  }

  process(job: JobOf<'process'>, onProgress: OnProgress = () => undefined): ReturnType<Darkroom['process']> {
    return answer(this.#queue, { path: job.path, urgency: URGENCY.looking, onProgress, log: this.#log }, () =>
      processPicture(job, onProgress),
    );
  }

  close(): Promise<void> {
    return this.#queue.close();
  }
}
