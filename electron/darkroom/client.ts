/**
 * The darkroom as seen from another process: the same interface, over messages. A worker that dies takes its jobs with it as
 * failures, never the app: the next job starts a new one.
 */
import { fail, type Result } from '../../shared/result.ts';
import type { Darkroom } from './port.ts';
import { problem } from './problems.ts';
import type { JobName, JobOf, Reply, Request } from './protocol.ts';

/** What a utilityProcess and a child process of Node have in common. */
export interface ChildLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number | null) => void): unknown;
  kill(): unknown;
}

const CLOSE_WITHIN_MS = 3000;

interface Waiting {
  readonly path: string;
  readonly answer: (result: Result<unknown>) => void;
  readonly onProgress: (fraction: number) => void;
}

/** @param spawn starts the process of worker.ts; called on the first job, and again on the first job after it died */
export function createDarkroomClient({ spawn, log = () => undefined }: { spawn: () => ChildLike; log?: (line: string) => void }): Darkroom {
  const waiting = new Map<number, Waiting>();
  let child: ChildLike | null = null;
  let jobs = 0;
  let closing: { readonly left: () => void } | null = null;

  function start(): ChildLike {
    const started = spawn();
    started.on('message', (message) => receive(message));
    started.on('exit', (code) => {
      if (child !== started) return;
      child = null;
      if (closing !== null) closing.left();
      else log(`darkroom ended with code ${code ?? 'none'}; ${waiting.size} jobs failed`);
      const lost = [...waiting.values()];
      waiting.clear();
      for (const { path, answer } of lost) answer(fail(problem('darkroom_stopped', path)));
    });
    return started;
  }

  function receive(message: unknown): void {
    // The other end is our own worker.ts, built from the same protocol.
    const reply = message as Reply;
    const asked = waiting.get(reply.id);
    if (asked === undefined) return;
    if (reply.kind === 'progress') {
      asked.onProgress(reply.fraction);
      return;
    }
    waiting.delete(reply.id);
    asked.answer(reply.result);
  }

  function ask<N extends JobName>(name: N, job: JobOf<N>, onProgress: (fraction: number) => void): ReturnType<Darkroom[N]> {
    const asked = new Promise<Result<unknown>>((answer) => {
      if (closing !== null) return answer(fail(problem('darkroom_stopped', job.path)));
      const id = ++jobs;
      waiting.set(id, { path: job.path, answer, onProgress });
      child ??= start();
      child.postMessage({ kind: 'job', id, name, job } satisfies Request);
    });
    // The worker answers each job with the result of the method of that name.
    return asked as ReturnType<Darkroom[N]>;
  }

  return {
    inspect: (job) => ask('inspect', job, () => undefined),
    prepare: (job) => ask('prepare', job, () => undefined),
    export: (job, onProgress = () => undefined) => ask('export', job, onProgress),
    process: (job, onProgress = () => undefined) => ask('process', job, onProgress),
    close() {
      return new Promise((resolve) => {
        closing = { left: resolve };
        if (child === null) return resolve();
        child.postMessage({ kind: 'close' } satisfies Request);
        // Quitting must not wait for a picture that takes long: what is not written yet is made again at the next start.
        const running = child;
        setTimeout(() => running.kill(), CLOSE_WITHIN_MS).unref();
      });
    },
  };
}
