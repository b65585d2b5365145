/**
 * The darkroom as seen from another process: the same interface, over messages. If the worker crashes its jobs
 * fail, the app goes on, and the next job starts a new one. A job without progress times out: its process is ended, and the jobs beside it
 * restart in a new one.
 */
import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { fail, type Problem, type Result } from '../../../shared/result.ts';
import type { GpuLook } from '../matte/gpu.ts';
import type { OnProgress, WholeDarkroom } from '../port.ts';
import { problem } from '../problems.ts';
import type { GpuWish, JobName, JobOf, Jobs, Reply, Request } from './protocol.ts';

/** What a utilityProcess and a child process of Node have in common. */
export interface ChildLike {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  /** `signal`: what ended it, where the system tells it apart from the code. */
  on(event: 'exit', listener: (code: number | null, signal?: string | null) => void): unknown;
  /** At once, whatever it is doing. */
  kill(): unknown;
}

const CLOSE_WITHIN_MS = 3000;
/** Previews come in runs; between them their process would only keep its memory. */
const PREVIEW_LEAVES_AFTER_MS = 60_000;

/** How long a job may go on without any progress. The largest photo on a slow machine takes a fraction of it. */
const JOB_WITHIN_MS = 180_000;
/** What somebody waits for is small, or is no use any more. */
const PREVIEW_WITHIN_MS = 60_000;
/** The first look compiles shaders, for several seconds. What takes longer than this is no use. */
const GPU_WITHIN_MS = 60_000;

interface Waiting {
  readonly request: Extract<Request, { kind: 'job' }>;
  readonly answer: (result: Result<unknown>) => void;
  readonly onProgress: OnProgress;
  /** Runs from when the job begins; undefined while it waits for its turn. */
  limit: NodeJS.Timeout | undefined;
}

interface ClientParts {
  /** Starts the process of worker.ts; called on the first job, and again on the first job after it died. `afterCrash`: by a fault of its own. */
  readonly spawn: (afterCrash: boolean) => ChildLike;
  /** Likewise that of preview-worker.ts, for what somebody waits for. */
  readonly spawnPreview: () => ChildLike;
  /** And that of gpu-worker.ts; not given: the graphics processor is left alone. */
  readonly spawnGpu?: () => ChildLike;
  /** How long the one of previews stays without work. */
  readonly previewLeavesAfterMs?: number;
  /** How long a job, and one that somebody waits for, may go on without any progress. */
  readonly jobWithinMs?: number;
  readonly previewWithinMs?: number;
  readonly gpuWithinMs?: number;
  readonly log?: (line: string) => void;
}

/** The darkroom in processes of its own. If one dies, its jobs fail with a problem and the next job starts another. */
export class DarkroomClient implements WholeDarkroom {
  readonly #room: Link;
  readonly #preview: Link;
  readonly #gpu: Link | null;

  constructor(parts: ClientParts) {
    const { log = () => undefined, previewLeavesAfterMs = PREVIEW_LEAVES_AFTER_MS } = parts;
    const { jobWithinMs = JOB_WITHIN_MS, previewWithinMs = PREVIEW_WITHIN_MS, gpuWithinMs = GPU_WITHIN_MS, spawnGpu } = parts;
    const gpu = spawnGpu === undefined ? null : new Link({ name: 'gpu', spawn: spawnGpu, leavesAfterMs: null, withinMs: gpuWithinMs, log });
    this.#gpu = gpu;
    this.#room = new Link({ name: 'darkroom', spawn: parts.spawn, leavesAfterMs: null, withinMs: jobWithinMs, log, gpu });
    const preview = { name: 'preview', spawn: parts.spawnPreview, leavesAfterMs: previewLeavesAfterMs, withinMs: previewWithinMs, log };
    this.#preview = new Link(preview);
  }

  inspect(job: JobOf<'inspect'>, onProgress?: OnProgress): ReturnType<WholeDarkroom['inspect']> {
    return (job.waitedFor === true ? this.#preview : this.#room).ask('inspect', job, onProgress);
  }

  prepare(job: JobOf<'prepare'>, onProgress?: OnProgress): ReturnType<WholeDarkroom['prepare']> {
    return this.#room.ask('prepare', job, onProgress);
  }

  regions(job: JobOf<'regions'>, onProgress?: OnProgress): ReturnType<WholeDarkroom['regions']> {
    return this.#room.ask('regions', job, onProgress);
  }

  export(job: JobOf<'export'>, onProgress?: OnProgress): ReturnType<WholeDarkroom['export']> {
    return this.#room.ask('export', job, onProgress);
  }

  process(job: JobOf<'process'>, onProgress?: OnProgress): ReturnType<WholeDarkroom['process']> {
    return (job.screen === null ? this.#room : this.#preview).ask('process', job, onProgress);
  }

  adopt(job: JobOf<'adopt'>, onProgress?: OnProgress): ReturnType<WholeDarkroom['adopt']> {
    return this.#room.ask('adopt', job, onProgress);
  }

  network(job: JobOf<'network'>, onProgress?: OnProgress): ReturnType<WholeDarkroom['network']> {
    return this.#room.ask('network', job, onProgress);
  }

  prefetch(job: JobOf<'prefetch'>, onProgress?: OnProgress, signal?: AbortSignal): ReturnType<WholeDarkroom['prefetch']> {
    return this.#room.ask('prefetch', job, onProgress, signal);
  }

  async close(): Promise<void> {
    await Promise.all([this.#room.close(), this.#preview.close(), this.#gpu?.close()]);
  }
}

type JobAsked = Pick<Extract<Request, { kind: 'job' }>, 'name' | 'job'>;

/** Taking in a model is not about a photo: nothing is to be applied again. */
function stopped({ name, job }: JobAsked): Problem {
  if (name === 'network' && job.path !== '')
    return problem('own_network_unfit', job.path, 'brought the darkroom to an end while it was tried');
  return problem(name === 'adopt' ? 'model_interrupted' : 'darkroom_stopped', job.path);
}

/** Likewise of a job that went on without an end. */
function givenUp({ name, job }: JobAsked, limit: string): Problem {
  if (name === 'network') return problem('own_network_unfit', job.path, `was tried for ${limit} without an answer`);
  return problem(name === 'adopt' ? 'model_interrupted' : 'took_too_long', job.path, limit);
}

/** Of a log line. */
const MOST_NAMED = 8;

interface LinkParts {
  readonly name: string;
  readonly spawn: (afterCrash: boolean) => ChildLike;
  /** How long its process stays without work; null: until the app closes. */
  readonly leavesAfterMs: number | null;
  readonly withinMs: number;
  readonly log: (line: string) => void;
  /** What its process may ask of the graphics processor's. */
  readonly gpu?: Link | null;
}

/** One of the darkroom's processes, with the jobs that it has been given. */
class Link {
  readonly #parts: LinkParts;
  readonly #waiting = new Map<number, Waiting>();
  /** Null: none runs. */
  #child: ChildLike | null = null;
  #hasCrashed = false;
  #lastId = 0;
  #closing: { readonly left: () => void } | null = null;
  #leaving: NodeJS.Timeout | undefined;

  constructor(parts: LinkParts) {
    this.#parts = parts;
  }

  /** `signal` withdraws the job: it is answered sooner, whatever the answer then is. */
  ask<N extends JobName>(name: N, job: JobOf<N>, onProgress: OnProgress = () => undefined, signal?: AbortSignal): ReturnType<Jobs[N]> {
    const asked = new Promise<Result<unknown>>((answer) => {
      if (this.#closing !== null) return answer(fail(stopped({ name, job })));
      clearTimeout(this.#leaving);
      this.#lastId += 1;
      const request = { kind: 'job', id: this.#lastId, name, job } satisfies Request;
      this.#waiting.set(request.id, { request, answer, onProgress, limit: undefined });
      this.#child ??= this.#start();
      this.#child.postMessage(request);
      const { id } = request;
      signal?.addEventListener('abort', () => this.#child?.postMessage({ kind: 'withdraw', id } satisfies Request), { once: true });
    });
    // The worker answers each job with the result of the method of that name.
    return asked as ReturnType<Jobs[N]>;
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#closing = { left: resolve };
      clearTimeout(this.#leaving);
      if (this.#child === null) return resolve();
      this.#child.postMessage({ kind: 'close' } satisfies Request);
      // Quitting must not wait for a picture that takes long: what is not written yet is made again at the next start.
      const running = this.#child;
      setTimeout(() => running.kill(), CLOSE_WITHIN_MS).unref();
    });
  }

  #start(): ChildLike {
    const { name, spawn, log } = this.#parts;
    const started = spawn(this.#hasCrashed);
    this.#hasCrashed = false;
    started.on('message', (message) => {
      if (this.#child === started) this.#receive(message);
    });
    started.on('exit', (code, signal) => {
      if (this.#child !== started) return;
      this.#child = null;
      this.#hasCrashed = isCrash(code, signal ?? null);
      if (this.#closing !== null) this.#closing.left();
      else log(`${name} ended with ${signal ?? `code ${code ?? 'none'}`}; ${this.#waiting.size} jobs failed: ${this.#named()}`);
      for (const id of [...this.#waiting.keys()]) this.#end(id, (request) => fail(stopped(request)));
    });
    return started;
  }

  #receive(message: unknown): void {
    // The other end is our own worker.ts, built from the same protocol.
    const reply = message as Reply;
    if (reply.kind === 'leave gpu') this.#parts.gpu?.leave();
    else if (reply.kind === 'look') void this.#pass(reply.id, reply.job);
    else this.#hear(reply);
  }

  #hear(reply: Exclude<Reply, GpuWish>): void {
    const asked = this.#waiting.get(reply.id);
    if (asked === undefined) return;
    if (reply.kind === 'progress') {
      clearTimeout(asked.limit);
      asked.limit = setTimeout(() => this.#giveUp(reply.id), this.#parts.withinMs).unref();
      asked.onProgress(reply.fraction);
      return;
    }
    this.#end(reply.id, () => reply.result);
    const { leavesAfterMs } = this.#parts;
    if (this.#waiting.size === 0 && leavesAfterMs !== null) this.#leaving = setTimeout(() => this.leave(), leavesAfterMs).unref();
  }

  #end(id: number, result: (request: Waiting['request']) => Result<unknown>): void {
    const asked = this.#waiting.get(id);
    if (asked === undefined) return;
    clearTimeout(asked.limit);
    this.#waiting.delete(id);
    asked.answer(result(asked.request));
  }

  /** The files that are being worked on or wait, for the log: what a process dies of is mostly one of them. */
  #named(): string {
    const files = [...this.#waiting.values()].map(({ request: { name, job } }) => `${name} ${basename(job.path)}`);
    return files.length <= MOST_NAMED ? files.join(', ') : `${files.slice(0, MOST_NAMED).join(', ')} …`;
  }

  /** A job made no progress for too long: it alone fails. Whatever its process was doing besides begins anew in another one. */
  #giveUp(id: number): void {
    const { name, withinMs, log } = this.#parts;
    const stuck = this.#waiting.get(id);
    const ended = this.#child;
    if (stuck === undefined || ended === null) return;
    const { job, name: kind } = stuck.request;
    log(
      `${name}: ${kind} of ${basename(job.path)} got nowhere within ${withinMs} ms and was ended; ${this.#waiting.size - 1} jobs begin again`,
    );
    this.#child = null;
    ended.kill();
    if ('outPath' in job) void rm(job.outPath, { force: true }).catch(() => undefined);
    this.#end(id, () => fail(givenUp(stuck.request, spokenLimit(withinMs))));
    if (this.#closing !== null) this.#closing.left();
    if (this.#closing !== null || this.#waiting.size === 0) return;
    this.#child = this.#start();
    for (const asked of this.#waiting.values()) {
      clearTimeout(asked.limit);
      asked.limit = undefined;
      this.#child.postMessage(asked.request);
    }
  }

  /** Asks the other process what this one wants to know. */
  async #pass(id: number, job: GpuLook): Promise<void> {
    const whoAsks = this.#child;
    const result = (await this.#parts.gpu?.ask('look', job)) ?? fail(problem('darkroom_stopped', job.path));
    // One that was started since counts from the beginning.
    if (this.#child === whoAsks) whoAsks?.postMessage({ kind: 'looked', id, result } satisfies Request);
  }

  /** Ends the process once nothing is asked of it; the next job starts another. */
  leave(): void {
    if (this.#waiting.size > 0) return;
    this.#child?.postMessage({ kind: 'close' } satisfies Request);
    this.#child = null;
  }
}

/** Illegal instruction, abort, bus error, floating point, segment: by name, by number, as a shell counts it, and as Windows says it. */
const FAULTS: ReadonlySet<number> = new Set([4, 6, 7, 8, 11].flatMap((number) => [number, 128 + number]));
const FAULT_SIGNALS: ReadonlySet<string> = new Set(['SIGILL', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGSEGV']);
const WINDOWS_FAULTS = 0xc000_0000;

/** Whether a process ended by a fault of its own: not by its own decision, and not because somebody ended it. */
function isCrash(code: number | null, signal: string | null): boolean {
  if (signal !== null) return FAULT_SIGNALS.has(signal);
  return code !== null && (FAULTS.has(code) || code >>> 0 >= WINDOWS_FAULTS);
}

const spokenLimit = (ms: number): string => (ms < 120_000 ? `${Math.ceil(ms / 1000)} seconds` : `${Math.round(ms / 60_000)} minutes`);
