/**
 * The darkroom as seen from another process: the same interface, over messages. A worker that dies takes its jobs with it as
 * failures, never the app: the next job starts a new one. A job that gets nowhere is given up by name: its process is ended, and the
 * jobs beside it begin again in a new one.
 */
import { rm } from 'node:fs/promises';
import { fail, type Result } from '../../../shared/result.ts';
import type { OnProgress, WholeDarkroom } from '../port.ts';
import { problem } from '../problems.ts';
import type { JobName, JobOf, Reply, Request } from './protocol.ts';

/** What a utilityProcess and a child process of Node have in common. */
export interface ChildLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number | null) => void): unknown;
  /** At once, whatever it is doing. */
  kill(): unknown;
}

const CLOSE_WITHIN_MS = 3000;
/** Previews come in runs; between them their process would only keep its memory. */
const GLANCE_LEAVES_AFTER_MS = 60_000;

/** How long a job may go on without any progress. The largest photo on a slow machine takes a fraction of it. */
const JOB_WITHIN_MS = 180_000;
/** What somebody waits for is small, or is no use any more. */
const GLANCE_WITHIN_MS = 60_000;

interface Waiting {
  readonly request: Extract<Request, { kind: 'job' }>;
  readonly answer: (result: Result<unknown>) => void;
  readonly onProgress: OnProgress;
  /** Runs from when the job begins; undefined while it waits for its turn. */
  limit: NodeJS.Timeout | undefined;
}

export interface ClientParts {
  /** Starts the process of worker.ts; called on the first job, and again on the first job after it died. */
  readonly spawn: () => ChildLike;
  /** Likewise that of preview-worker.ts, for what somebody waits for. */
  readonly spawnGlance: () => ChildLike;
  /** How long that one stays without work. */
  readonly glanceLeavesAfterMs?: number;
  /** How long a job, and one that somebody waits for, may go on without any progress. */
  readonly jobWithinMs?: number;
  readonly glanceWithinMs?: number;
  readonly log?: (line: string) => void;
}

export function createDarkroomClient(parts: ClientParts): WholeDarkroom {
  const { log = () => undefined, glanceLeavesAfterMs = GLANCE_LEAVES_AFTER_MS } = parts;
  const { jobWithinMs = JOB_WITHIN_MS, glanceWithinMs = GLANCE_WITHIN_MS } = parts;
  const room = openLink({ name: 'darkroom', spawn: parts.spawn, leavesAfterMs: null, withinMs: jobWithinMs, log });
  const glance = openLink({ name: 'glance', spawn: parts.spawnGlance, leavesAfterMs: glanceLeavesAfterMs, withinMs: glanceWithinMs, log });
  return {
    inspect: (job, onProgress) => (job.waitedFor === true ? glance : room).ask('inspect', job, onProgress),
    prepare: (job, onProgress) => room.ask('prepare', job, onProgress),
    export: (job, onProgress) => room.ask('export', job, onProgress),
    process: (job, onProgress) => (job.screen === null ? room : glance).ask('process', job, onProgress),
    adopt: (job, onProgress) => room.ask('adopt', job, onProgress),
    async close() {
      await Promise.all([room.close(), glance.close()]);
    },
  };
}

interface Link {
  ask<N extends JobName>(name: N, job: JobOf<N>, onProgress?: OnProgress): ReturnType<WholeDarkroom[N]>;
  close(): Promise<void>;
}

interface LinkParts {
  readonly name: string;
  readonly spawn: () => ChildLike;
  /** How long its process stays without work; null: until the app closes. */
  readonly leavesAfterMs: number | null;
  readonly withinMs: number;
  readonly log: (line: string) => void;
}

function openLink({ name, spawn, leavesAfterMs, withinMs, log }: LinkParts): Link {
  const waiting = new Map<number, Waiting>();
  let child: ChildLike | null = null;
  let jobs = 0;
  let closing: { readonly left: () => void } | null = null;
  let leaving: NodeJS.Timeout | undefined;

  function start(): ChildLike {
    const started = spawn();
    started.on('message', (message) => {
      if (child === started) receive(message);
    });
    started.on('exit', (code) => {
      if (child !== started) return;
      child = null;
      if (closing !== null) closing.left();
      else log(`${name} ended with code ${code ?? 'none'}; ${waiting.size} jobs failed`);
      for (const id of [...waiting.keys()]) end(id, (path) => fail(problem('darkroom_stopped', path)));
    });
    return started;
  }

  function receive(message: unknown): void {
    // The other end is our own worker.ts, built from the same protocol.
    const reply = message as Reply;
    const asked = waiting.get(reply.id);
    if (asked === undefined) return;
    if (reply.kind === 'progress') {
      clearTimeout(asked.limit);
      asked.limit = setTimeout(() => giveUp(reply.id), withinMs).unref();
      asked.onProgress(reply.fraction);
      return;
    }
    end(reply.id, () => reply.result);
    if (waiting.size === 0 && leavesAfterMs !== null) leaving = setTimeout(leave, leavesAfterMs).unref();
  }

  function end(id: number, result: (path: string) => Result<unknown>): void {
    const asked = waiting.get(id);
    if (asked === undefined) return;
    clearTimeout(asked.limit);
    waiting.delete(id);
    asked.answer(result(asked.request.job.path));
  }

  /** Nothing came of a job for too long: it alone fails. Whatever its process was doing besides begins anew in another one. */
  function giveUp(id: number): void {
    const stuck = waiting.get(id);
    const ended = child;
    if (stuck === undefined || ended === null) return;
    const { job, name: kind } = stuck.request;
    log(`${name}: ${kind} got nowhere within ${withinMs} ms and was ended; ${waiting.size - 1} jobs begin again`);
    child = null;
    ended.kill();
    if ('outPath' in job) void rm(job.outPath, { force: true }).catch(() => undefined);
    end(id, (path) => fail(problem('took_too_long', path, spokenLimit(withinMs))));
    if (closing !== null) closing.left();
    if (closing !== null || waiting.size === 0) return;
    child = start();
    for (const asked of waiting.values()) {
      clearTimeout(asked.limit);
      asked.limit = undefined;
      child.postMessage(asked.request);
    }
  }

  /** The next job starts a new one. */
  function leave(): void {
    if (waiting.size > 0) return;
    child?.postMessage({ kind: 'close' } satisfies Request);
    child = null;
  }

  function ask<N extends JobName>(kind: N, job: JobOf<N>, onProgress: OnProgress = () => undefined): ReturnType<WholeDarkroom[N]> {
    const asked = new Promise<Result<unknown>>((answer) => {
      if (closing !== null) return answer(fail(problem('darkroom_stopped', job.path)));
      clearTimeout(leaving);
      const id = ++jobs;
      const request = { kind: 'job', id, name: kind, job } satisfies Request;
      waiting.set(id, { request, answer, onProgress, limit: undefined });
      child ??= start();
      child.postMessage(request);
    });
    // The worker answers each job with the result of the method of that name.
    return asked as ReturnType<WholeDarkroom[N]>;
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

const spokenLimit = (ms: number): string => (ms < 120_000 ? `${Math.ceil(ms / 1000)} seconds` : `${Math.round(ms / 60_000)} minutes`);
