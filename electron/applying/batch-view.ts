/** How the renderer sees a batch of applying. */

import type { Batch } from '../../shared/ipc/index.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import { type LiveBatch, secondsLeft } from '../paid-work/batch.ts';
import { photosHeld } from '../paid-work/turns.ts';
import { summary, total } from './sentences.ts';

/** What is left of it is made and only waits for credit. */
const waitsForCredit = ({ by }: LiveBatch): boolean =>
  by.unpaid.size > 0 && by.queued.size + by.held.size + by.making.size + by.made.size + by.failed.size === 0;

function stateOf(batch: LiveBatch, blocked: boolean): Batch['state'] {
  const { phase } = batch;
  if (phase === 'finished' || phase === 'cancelled' || phase === 'refused') return phase;
  if (batch.stopped !== null) return 'stopped';
  if (phase === 'paused') return 'paused';
  if (blocked) return 'waiting for network';
  return waitsForCredit(batch) ? 'waiting for credit' : 'running';
}

/** What a batch waits for, as the engine sees it. */
export interface Waiting {
  /** The network is what it waits for. */
  readonly isBlocked: boolean;
  /** Batches whose files are made before. */
  readonly ahead: number;
}

/** The batch with its counts, and at its end the sentence that sums it up. */
export function viewBatch(batch: LiveBatch, unit: Unit, { isBlocked, ahead }: Waiting): Batch {
  const { by, phase, record } = batch;
  const jobs = [...batch.jobs.values()];
  const done = phase === 'finished' || phase === 'cancelled';
  const cancelled = jobs.filter((job) => job.state === 'released' && job.problem?.code === 'cancelled').length;
  return {
    id: record.id,
    state: stateOf(batch, isBlocked),
    total: jobs.length,
    applied: by.settled.size,
    failed: by.failed.size + by.released.size + by.undelivered.size - cancelled,
    unpaid: by.unpaid.size,
    held: photosHeld(batch),
    refused: by.refused.size,
    cancelled,
    ahead,
    secondsLeft: done ? null : secondsLeft(batch),
    charged: total(
      jobs.map((job) => job.charged ?? '0'),
      unit,
    ),
    summary: done ? summary(jobs, unit, phase === 'cancelled') : null,
    problems: [
      ...(batch.stopped === null || done ? [] : [batch.stopped]),
      ...jobs.flatMap((job) => (job.problem === null ? [] : [{ ...job.problem, file: job.photo.name }])),
    ],
  };
}
