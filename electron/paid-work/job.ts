/**
 * One job of a batch, whatever the craft, and every way it can go. Pure: the store keeps what this file decides, the engine carries
 * it out.
 *
 *   queued      its hold is asked for; the server has not answered (or not been asked) yet
 *   held        its credit is held (or it is free); nothing is made yet
 *   making      the file is being written under a temporary name; after a crash it is `held` again
 *   made        the finished file is in place. Without `charged` its charge is not confirmed; with it, it waits to be delivered
 *   unpaid      the finished file is in place, nothing is held, and there is no credit for it: made, not paid
 *   settled     charged and delivered. Final.
 *   undelivered charged, and there is no file to deliver: a case for people. Final.
 *   refused     the server or the craft said no before anything was held. Final.
 *   failed      it will not be finished and its hold must be given back
 *   released    nothing is held and nothing was charged. Final.
 */
import { z } from 'zod';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import { assertNever, type Problem } from '../../shared/result.ts';
import type { Origin } from './records.ts';

/** The states of a job; `advance` has the transitions. */
export const jobState = z.enum(['queued', 'held', 'making', 'made', 'unpaid', 'settled', 'undelivered', 'refused', 'failed', 'released']);
/** A state that a job can be in. */
export type JobState = z.infer<typeof jobState>;

/** What a finished file is, as the darkroom described it. */
export const picture = z.object({
  /** Pixels. */
  width: z.int(),
  height: z.int(),
  bytes: z.int(),
  /** Of the file's content, hex. */
  sha256: z.string(),
  /** SHA-256 of the original that it was made of; absent: an earlier version did not keep it. */
  source: z.exactOptional(z.string()),
});
/** What is known of a finished file that is a picture. */
export type Picture = z.infer<typeof picture>;

/** A finished file. `path` is absolute; `picture` is null when an earlier version kept no more than the path. */
export const made = z.object({ path: z.string(), picture: picture.nullable() });
/** A finished file, complete and on the disk. */
export type Made = z.infer<typeof made>;

/** The photo that a job works on. `origin` is null when it is not known where it was taken in from. */
export interface JobPhoto {
  readonly id: string;
  readonly name: string;
  readonly origin: Origin | null;
}

/** `T`: what the craft is to do with the photo, in the craft's own terms. Never changes. */
export interface Job<T = unknown> {
  readonly id: string;
  readonly batchId: string;
  readonly photo: JobPhoto;
  readonly position: number;
  readonly task: T;
  /** What the work is, where the craft tells equal work by a key; null: it does not. */
  readonly key: string | null;
  /** Which request of the batch asks for its hold. */
  readonly chunk: number;
  readonly state: JobState;
  /** Permanent: the same request is always asked under it, a new hold always under a new one. */
  readonly opId: OpId;
  /** Whether the request with `opId` may have reached the server. */
  readonly sent: boolean;
  /** How often its hold lapsed before it could be settled. */
  readonly lapses: number;
  readonly made: Made | null;
  /** A decimal string in the policy's unit, known as soon as the server has said so, also of a job that is not delivered yet. */
  readonly charged: string | null;
  /** Why it was refused or failed; or what went wrong beside a success (a copy that could not be saved). */
  readonly problem: Problem | null;
}

/** A job as it is asked for first. */
export const newJob = <T>(of: Pick<Job<T>, 'id' | 'batchId' | 'photo' | 'position' | 'task' | 'key' | 'chunk' | 'opId'>): Job<T> => ({
  ...of,
  state: 'queued',
  sent: false,
  lapses: 0,
  made: null,
  charged: null,
  problem: null,
});

/** Everything that can happen to a job. */
export type JobEvent =
  | { readonly kind: 'asked' }
  | { readonly kind: 'held' }
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'started' }
  /** The process that made it is gone. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'made'; readonly file: Made }
  | { readonly kind: 'failed'; readonly problem: Problem }
  /** The finished file is not there any more. */
  | { readonly kind: 'file lost' }
  /** Nobody resolved the hold in time, so the server gave it back: the same work needs a new hold. */
  | { readonly kind: 'hold lapsed'; readonly opId: OpId }
  /** There is no credit for the hold of a finished file. */
  | { readonly kind: 'credit lacking'; readonly problem: Problem }
  /** There may be credit again: the finished file needs a new hold. */
  | { readonly kind: 'credit there'; readonly opId: OpId }
  /** Paid, and it cannot be delivered yet. */
  | { readonly kind: 'charged'; readonly charged: string; readonly problem: Problem }
  | { readonly kind: 'settled'; readonly charged: string; readonly problem: Problem | null }
  /** It was to be given back, and turned out to be charged: it is delivered after all. */
  | { readonly kind: 'found charged'; readonly charged: string }
  /** Charged, and it cannot be made (again). */
  | { readonly kind: 'undeliverable'; readonly problem: Problem }
  | { readonly kind: 'cancelled'; readonly problem: Problem }
  | { readonly kind: 'released' };

const FINAL: ReadonlySet<JobState> = new Set(['settled', 'undelivered', 'refused', 'released']);
/** Whether nothing happens to a job in this state any more. */
export const isFinal = (state: JobState): boolean => FINAL.has(state);

/** A step that must not happen is a fault of ours: better to stop than to guess about money. */
export class ImpossibleStep extends Error {
  constructor(job: Job, event: JobEvent) {
    super(`A job that is ${job.state} cannot take the step "${event.kind}" (${job.id})`);
  }
}

/** What must be true of every job that is written. Throws otherwise, and then nothing is written. */
export function assertJob<T>(job: Job<T>): Job<T> {
  const { state } = job;
  const isCharged = job.charged !== null;
  const isTrue =
    state === 'settled' || state === 'undelivered'
      ? isCharged
      : state === 'made'
        ? job.made !== null
        : state === 'unpaid'
          ? job.made !== null && !isCharged
          : state === 'held' || state === 'making'
            ? job.made === null
            : !isCharged;
  if (!isTrue) throw new Error(`A job that is ${state} must not be kept like this (${job.id})`);
  return job;
}

/** The job after the event. Throws `ImpossibleStep` when it must not happen in this state. */
export function advance<T>(job: Job<T>, event: JobEvent): Job<T> {
  return assertJob(stepped(job, event));
}

function stepped<T>(job: Job<T>, event: JobEvent): Job<T> {
  const must = (holds: boolean): void => {
    if (!holds) throw new ImpossibleStep(job, event);
  };
  const from = (...states: readonly JobState[]): void => must(states.includes(job.state));
  const isCharged = job.charged !== null;
  switch (event.kind) {
    case 'asked':
      from('queued');
      return { ...job, sent: true };
    case 'held':
      from('queued');
      // Cancelled while the answer was on its way: what was held goes back.
      if (job.problem !== null) return { ...job, state: 'failed' };
      return { ...job, state: job.made === null ? 'held' : 'made' };
    case 'refused':
      from('queued');
      return { ...job, state: 'refused', problem: event.problem };
    case 'started':
      from('held');
      return { ...job, state: 'making' };
    case 'interrupted':
      from('making');
      return { ...job, state: 'held' };
    case 'made':
      from('making');
      return { ...job, state: 'made', made: event.file };
    case 'failed':
      from('held', 'making', 'made');
      must(!isCharged);
      return { ...job, state: 'failed', problem: event.problem };
    case 'file lost':
      from('made');
      return { ...job, state: 'held', made: null };
    case 'released':
      from('failed');
      return { ...job, state: 'released' };
    case 'cancelled':
      return cancel(job, event.problem);
    default:
      return paid(job, event, from, must);
  }
}

type AboutPayment = Extract<
  JobEvent,
  { kind: 'hold lapsed' | 'credit lacking' | 'credit there' | 'charged' | 'settled' | 'found charged' | 'undeliverable' }
>;

/** The steps of a finished file towards its payment. */
function paid<T>(job: Job<T>, event: AboutPayment, from: (...states: readonly JobState[]) => void, must: (holds: boolean) => void): Job<T> {
  const isCharged = job.charged !== null;
  switch (event.kind) {
    case 'hold lapsed':
      from('made');
      must(!isCharged);
      return { ...job, state: 'queued', opId: event.opId, sent: false, lapses: job.lapses + 1 };
    case 'credit lacking':
      from('queued');
      must(job.made !== null);
      return { ...job, state: 'unpaid', problem: event.problem };
    case 'credit there':
      from('unpaid');
      return { ...job, state: 'queued', opId: event.opId, sent: false, problem: null };
    case 'charged':
      from('made');
      return { ...job, charged: event.charged, problem: event.problem };
    case 'settled':
      from('made');
      return { ...job, state: 'settled', charged: event.charged, problem: event.problem };
    case 'found charged':
      from('failed');
      return { ...job, state: job.made === null ? 'held' : 'made', charged: event.charged, problem: null };
    case 'undeliverable':
      from('held', 'making', 'made');
      must(isCharged);
      return { ...job, state: 'undelivered', problem: event.problem };
    default:
      return assertNever(event);
  }
}

/** What is being written, is finished, charged, or final stays as it is. */
function cancel<T>(job: Job<T>, problem: Problem): Job<T> {
  switch (job.state) {
    case 'queued':
      // A finished file whose hold lapsed is waiting for a new hold: it is still wanted.
      if (job.made !== null) return job;
      return job.sent ? { ...job, problem } : { ...job, state: 'released', problem };
    case 'held':
      return job.charged === null ? { ...job, state: 'failed', problem } : job;
    case 'unpaid':
      return { ...job, state: 'released', problem };
    case 'making':
    case 'made':
    case 'settled':
    case 'undelivered':
    case 'refused':
    case 'failed':
    case 'released':
      return job;
    default:
      return assertNever(job.state);
  }
}
