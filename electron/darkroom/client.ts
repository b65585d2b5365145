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
/** Previews come in runs; between them their process would only keep its memory. */
const GLANCE_LEAVES_AFTER_MS = 60_000;

interface Waiting {
  readonly path: string;
  readonly answer: (result: Result<unknown>) => void;
  readonly onProgress: (fraction: number) => void;
}

export interface ClientParts {
  /** Starts the process of worker.ts; called on the first job, and again on the first job after it died. */
  readonly spawn: () => ChildLike;
  /** Likewise that of glance.ts, for what somebody waits for. */
  readonly spawnGlance: () => ChildLike;
  /** How long that one stays without work. */
  readonly glanceLeavesAfterMs?: number;
  readonly log?: (line: string) => void;
}

export function createDarkroomClient(parts: ClientParts): Darkroom {
  const { log = () => undefined, glanceLeavesAfterMs = GLANCE_LEAVES_AFTER_MS } = parts;
  const room = openLink('darkroom', parts.spawn, null, log);
  const glance = openLink('glance', parts.spawnGlance, glanceLeavesAfterMs, log);
  return {
    inspect: (job) => (job.waitedFor === true ? glance : room).ask('inspect', job, () => undefined),
    prepare: (job) => room.ask('prepare', job, () => undefined),
    export: (job, onProgress = () => undefined) => room.ask('export', job, onProgress),
    process: (job, onProgress = () => undefined) => (job.screen === null ? room : glance).ask('process', job, onProgress),
    async close() {
      await Promise.all([room.close(), glance.close()]);
    },
  };
}

interface Link {
  ask<N extends JobName>(name: N, job: JobOf<N>, onProgress: (fraction: number) => void): ReturnType<Darkroom[N]>;
  close(): Promise<void>;
}

/** @param leavesAfterMs how long its process stays without work; null: until the app closes */
function openLink(name: string, spawn: () => ChildLike, leavesAfterMs: number | null, log: (line: string) => void): Link {
  const waiting = new Map<number, Waiting>();
  let child: ChildLike | null = null;
  let jobs = 0;
  let closing: { readonly left: () => void } | null = null;
  let leaving: NodeJS.Timeout | undefined;

  function start(): ChildLike {
    const started = spawn();
    started.on('message', (message) => receive(message));
    started.on('exit', (code) => {
      if (child !== started) return;
      child = null;
      if (closing !== null) closing.left();
      else log(`${name} ended with code ${code ?? 'none'}; ${waiting.size} jobs failed`);
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
    if (waiting.size === 0 && leavesAfterMs !== null) leaving = setTimeout(leave, leavesAfterMs).unref();
  }

  /** The next job starts a new one. */
  function leave(): void {
    if (waiting.size > 0) return;
    child?.postMessage({ kind: 'close' } satisfies Request);
    child = null;
  }

  function ask<N extends JobName>(kind: N, job: JobOf<N>, onProgress: (fraction: number) => void): ReturnType<Darkroom[N]> {
    const asked = new Promise<Result<unknown>>((answer) => {
      if (closing !== null) return answer(fail(problem('darkroom_stopped', job.path)));
      clearTimeout(leaving);
      const id = ++jobs;
      waiting.set(id, { path: job.path, answer, onProgress });
      child ??= start();
      child.postMessage({ kind: 'job', id, name: kind, job } satisfies Request);
    });
    // The worker answers each job with the result of the method of that name.
    return asked as ReturnType<Darkroom[N]>;
  }

  return {
    ask,
    close() {
      return new Promise((resolve) => {
        closing = { left: resolve };
        clearTimeout(leaving);
        if (child === null) return resolve();
        child.postMessage({ kind: 'close' } satisfies Request);
        // Quitting must not wait for a picture that takes long: what is not written yet is made again at the next start.
        const running = child;
        setTimeout(() => running.kill(), CLOSE_WITHIN_MS).unref();
      });
    },
  };
}
