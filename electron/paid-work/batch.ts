/** A batch in memory: what one press asks for, its jobs by state, and its pace. No input or output. */
import { z } from 'zod';
import { timeBetween } from '../../shared/credits/model/instants.ts';
import type { AccountId, Instant } from '../../shared/credits/model/quantities.ts';
import type { Problem } from '../../shared/result.ts';
import { isFinal, type Job, type JobState, jobState } from './job.ts';

/** What becomes of a batch that the wallet does not pay for as a whole. */
export const mode = z.enum(['all or nothing', 'as many as possible']);
/** One of the two. */
export type Mode = z.infer<typeof mode>;
/** refused: the server said no to all of it; nothing of it is shown as a batch. */
export const phase = z.enum(['running', 'paused', 'cancelling', 'finished', 'cancelled', 'refused']);
/** How far a batch is, as it is stored. */
export type Phase = z.infer<typeof phase>;

/** A batch as its row keeps it. */
export interface BatchRecord {
  readonly id: string;
  /** The craft's kind. */
  readonly craft: string;
  /** Epoch milliseconds. */
  readonly createdAt: Instant;
  /** Whose credit it uses: it is only ever carried on for this account. */
  readonly accountId: AccountId;
  readonly mode: Mode;
  /** The policy asks nothing for it: no server is asked, and no network is needed. */
  readonly isFree: boolean;
  readonly phase: Phase;
}

/** A batch in memory, with its jobs by state; only the engine changes it. */
export interface LiveBatch<T = unknown> {
  readonly record: BatchRecord;
  phase: Phase;
  readonly jobs: Map<string, Job<T>>;
  readonly by: Readonly<Record<JobState, Set<string>>>;
  /** When the last files were finished, oldest first, and when making began before them; epoch milliseconds. */
  readonly finishedAt: Instant[];
  /** All or nothing, and it was nothing. */
  turnedDown: boolean;
  /** Why it does not go on although the network is there: a fault of this machine, which lasts. */
  stopped: Problem | null;
  /** An earlier process began it. */
  readonly resumed: boolean;
}

/** The estimate goes by the last few finished files. */
const REMEMBERED_FILES = 8;

/** A batch of its row and its jobs; `resumed`: an earlier process began it. */
export function liveBatch<T>(record: BatchRecord, jobs: readonly Job<T>[], resumed = false): LiveBatch<T> {
  const by: Record<JobState, Set<string>> = {
    queued: new Set(),
    held: new Set(),
    making: new Set(),
    made: new Set(),
    unpaid: new Set(),
    settled: new Set(),
    undelivered: new Set(),
    refused: new Set(),
    failed: new Set(),
    released: new Set(),
  };
  for (const job of jobs) by[job.state].add(job.id);
  const all = new Map(jobs.map((job) => [job.id, job]));
  return { record, phase: record.phase, jobs: all, by, finishedAt: [], turnedDown: false, stopped: null, resumed };
}

/** Puts a job's new state in place of the one before. */
export function replaceJob(batch: LiveBatch, job: Job): void {
  const before = batch.jobs.get(job.id);
  // One that stays keeps its place: what was asked for first is asked for again first.
  if (before !== undefined && before.state !== job.state) batch.by[before.state].delete(job.id);
  batch.by[job.state].add(job.id);
  batch.jobs.set(job.id, job);
}

/** The jobs in one state, in the order of the batch. */
export function* inState<T>(batch: LiveBatch<T>, state: JobState): Generator<Job<T>> {
  for (const id of batch.by[state]) {
    const job = batch.jobs.get(id);
    if (job !== undefined) yield job;
  }
}

/** Whether every job has reached a final state. */
export const isDone = (batch: LiveBatch): boolean => jobState.options.every((state) => isFinal(state) || batch.by[state].size === 0);

/** Marks the pace: called when making begins, and each time a file is finished. */
export function markPace(batch: LiveBatch, now: Instant): void {
  batch.finishedAt.push(now);
  if (batch.finishedAt.length > REMEMBERED_FILES + 1) batch.finishedAt.shift();
}

/** Null: nothing is known yet. */
export function secondsLeft(batch: LiveBatch): number | null {
  const { finishedAt, by } = batch;
  const first = finishedAt.at(0);
  const last = finishedAt.at(-1);
  const left = by.queued.size + by.held.size + by.making.size;
  if (first === undefined || last === undefined || finishedAt.length < 2) return null;
  return Math.max(0, (timeBetween(first, last) / (finishedAt.length - 1) / 1000) * left);
}
