/** What became of a job, as a value: a darkroom never throws at whoever asked. */
import { basename } from 'node:path';
import { fail, ok, type Result } from '../../../shared/result.ts';
import type { OnProgress } from '../port.ts';
import { causeOf, DarkroomError, problem, readProblem } from '../problems.ts';
import { type JobQueue, QueueClosed, type Urgency } from './job-queue.ts';

/** What a job is asked with, besides the work itself. */
export interface Asked {
  /** The picture it is about, for what is said when it fails. */
  readonly path: string;
  readonly urgency: Urgency;
  /** Hears 0 when the job's turn has come. */
  readonly onProgress: OnProgress | undefined;
  /** Withdraws it while it waits for its turn. */
  readonly signal?: AbortSignal | undefined;
  /** Hears in a library's own words what is behind a problem. */
  readonly log: (line: string) => void;
}

/** Does the work when its turn has come. Never rejects: what it throws becomes a problem of the darkroom's catalogue. */
export async function answer<T>(queue: JobQueue, asked: Asked, work: () => Promise<T>): Promise<Result<T>> {
  const { path, urgency, onProgress, signal, log } = asked;
  const begun = (): Promise<T> => {
    onProgress?.(0);
    return work();
  };
  try {
    return ok(await queue.run(urgency, begun, signal));
  } catch (error) {
    if (error instanceof QueueClosed || signal?.aborted === true) return fail(problem('darkroom_stopped', path));
    const found = error instanceof DarkroomError ? error.problem : readProblem(error, path);
    const cause = causeOf(error);
    if (cause !== null) log(`${found.code}, ${basename(path)}: ${cause}`);
    return fail(found);
  }
}
