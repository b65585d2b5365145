/** A batch in memory: its photos by state, what is left of it, and how the renderer sees it. */

import type { Batch } from '../../shared/ipc/index.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import type { Problem } from '../../shared/result.ts';
import { isFinal, type Job, type JobState } from './jobs.ts';
import type { BatchRecord, Phase } from './store.ts';
import { summary, total } from './words.ts';

const states: readonly JobState[] = [
  'queued',
  'held',
  'rendering',
  'rendered',
  'unpaid',
  'settled',
  'undelivered',
  'refused',
  'failed',
  'released',
];
/** The estimate goes by the last few finished pictures. */
const remembered = 8;

export interface LiveBatch {
  readonly record: BatchRecord;
  phase: Phase;
  readonly jobs: Map<string, Job>;
  readonly by: Readonly<Record<JobState, Set<string>>>;
  /** When the last pictures were finished, oldest first, and when rendering began before them. */
  readonly finishedAt: number[];
  /** All or nothing, and it was nothing. */
  turnedDown: boolean;
  /** Why it does not go on although the network is there: a fault of this machine, which lasts. */
  stopped: Problem | null;
  /** An earlier process began it. */
  readonly resumed: boolean;
}

export function liveBatch(record: BatchRecord, jobs: readonly Job[], resumed = false): LiveBatch {
  const by: Record<JobState, Set<string>> = {
    queued: new Set(),
    held: new Set(),
    rendering: new Set(),
    rendered: new Set(),
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

export function replace(batch: LiveBatch, job: Job): void {
  const before = batch.jobs.get(job.id);
  // One that stays keeps its place: what was asked for first is asked for again first.
  if (before !== undefined && before.state !== job.state) batch.by[before.state].delete(job.id);
  batch.by[job.state].add(job.id);
  batch.jobs.set(job.id, job);
}

/** The jobs in one state, in the order of the batch. */
export function* inState(batch: LiveBatch, state: JobState): Generator<Job> {
  for (const id of batch.by[state]) {
    const job = batch.jobs.get(id);
    if (job !== undefined) yield job;
  }
}

/** What is left of it is made and only waits for credit. */
const waitsForCredit = ({ by }: LiveBatch): boolean =>
  by.unpaid.size > 0 && by.queued.size + by.held.size + by.rendering.size + by.rendered.size + by.failed.size === 0;

function stateOf(batch: LiveBatch, blocked: boolean): Batch['state'] {
  const { phase } = batch;
  if (phase === 'finished' || phase === 'cancelled') return phase;
  if (batch.stopped !== null) return 'stopped';
  if (phase === 'paused') return 'paused';
  if (blocked) return 'waiting for network';
  return waitsForCredit(batch) ? 'waiting for credit' : 'running';
}

export const isDone = (batch: LiveBatch): boolean => states.every((state) => isFinal(state) || batch.by[state].size === 0);

/** Marks the pace: called when rendering begins, and each time a picture is finished. */
export function notePace(batch: LiveBatch, now: number): void {
  batch.finishedAt.push(now);
  if (batch.finishedAt.length > remembered + 1) batch.finishedAt.shift();
}

function secondsLeft(batch: LiveBatch): number | null {
  const { finishedAt, by } = batch;
  const first = finishedAt.at(0);
  const last = finishedAt.at(-1);
  const left = by.queued.size + by.held.size + by.rendering.size;
  if (first === undefined || last === undefined || finishedAt.length < 2) return null;
  return Math.max(0, ((last - first) / (finishedAt.length - 1) / 1000) * left);
}

/** What the renderer shows. `blocked`: the network is what it waits for. */
export function viewBatch(batch: LiveBatch, unit: Unit, blocked: boolean): Batch {
  const { by, phase, record } = batch;
  const jobs = [...batch.jobs.values()];
  const done = phase === 'finished' || phase === 'cancelled';
  const cancelled = jobs.filter((job) => job.state === 'released' && job.problem?.code === 'cancelled').length;
  return {
    id: record.id,
    state: stateOf(batch, blocked),
    total: jobs.length,
    applied: by.settled.size,
    failed: by.failed.size + by.released.size + by.undelivered.size - cancelled,
    unpaid: by.unpaid.size,
    refused: by.refused.size,
    cancelled,
    secondsLeft: done ? null : secondsLeft(batch),
    charged: total(
      jobs.map((job) => job.charged ?? '0'),
      unit,
    ),
    summary: done ? summary(jobs, unit, phase === 'cancelled') : null,
    problems: [
      ...(batch.stopped === null || done ? [] : [batch.stopped]),
      ...jobs.flatMap((job) => (job.problem === null ? [] : [{ ...job.problem, file: job.photoName }])),
    ],
  };
}
