/** How the renderer sees a run of processing. */
import { formatAmount, parseAmount } from '../../shared/credits/model/amount.ts';
import type { ProcessingRun } from '../../shared/ipc/processing.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import type { LiveBatch } from '../paid-work/batch.ts';
import { isFinal, type Job } from '../paid-work/job.ts';
import { photosHeld } from '../paid-work/turns.ts';
import { interruptedFor, laterFor, setAsideFor, summaryOf } from './sentences.ts';

/** Beyond these the summary counts. */
const MOST_PROBLEMS = 100;

interface RunFacts {
  readonly unit: Unit;
  /** Of the first job: where the files go. */
  readonly folder: string;
  /** Whether it waits for the credit server. */
  readonly waits: boolean;
  /** Batches whose files are made before. */
  readonly ahead: number;
  /** False: another account is signed in, and it waits for its own. */
  readonly isOurs: boolean;
}

const isCancelled = ({ phase }: LiveBatch): boolean => phase === 'cancelling' || phase === 'cancelled';

/** Never begun, or cancelled before it was made: no failure, and nothing to say of it. */
const isLeft = ({ made, problem }: Job): boolean => made === null && (problem?.code === 'cancelled' || problem?.code === 'not_begun');

/** Paid for, and kept until its folder takes it. */
const waitsForPlace = ({ state, charged, problem }: Job): boolean => state === 'made' && charged !== null && problem !== null;

type Ending = 'set aside' | 'interrupted' | 'over' | 'later' | null;

/** Null: it goes on. */
function endingOf(batch: LiveBatch, isOurs: boolean): Ending {
  if (['finished', 'cancelled', 'refused'].includes(batch.phase)) return 'over';
  if (!isOurs) return 'set aside';
  if (batch.stopped !== null) return 'interrupted';
  const open = [...batch.jobs.values()].filter(({ state }) => !isFinal(state));
  // Of what was cancelled, the answer is still waited for, and what is held goes back: nobody has to watch that.
  if (open.length === 0 || !open.every((job) => waitsForPlace(job) || isLeft(job))) return null;
  return open.some(waitsForPlace) ? 'later' : 'over';
}

/** Whether nothing more of it is to be waited for. */
export const isAtRest = (batch: LiveBatch, isOurs: boolean): boolean => endingOf(batch, isOurs) !== null;

/** The run with its counts, and at its end the sentence that sums it up. */
export function viewRun(batch: LiveBatch, { unit, folder, waits, ahead, isOurs }: RunFacts): ProcessingRun {
  const all = [...batch.jobs.values()];
  const ending = endingOf(batch, isOurs);
  const sum = all.reduce((total, { charged }) => total + (parseAmount(charged ?? '', unit) ?? 0n), 0n);
  const failed = all.filter((job) => ['refused', 'failed', 'released', 'undelivered'].includes(job.state) && !isLeft(job));
  const run: ProcessingRun = {
    id: batch.record.id,
    state: isCancelled(batch) ? 'cancelled' : ending === null ? 'running' : 'finished',
    total: all.length,
    done: batch.by.settled.size,
    failed: failed.length,
    unpaid: batch.by.unpaid.size,
    held: photosHeld(batch),
    ahead: ending === null ? ahead : 0,
    free: batch.record.isFree,
    charged: formatAmount(sum, unit),
    folder,
    resumed: batch.resumed,
    waiting: ending === null && waits,
    summary: null,
    problems: all.flatMap((job) => (job.problem === null || isLeft(job) ? [] : job.problem)).slice(0, MOST_PROBLEMS),
  };
  return { ...run, summary: summaryFor(run, ending, unit) };
}

function summaryFor(run: ProcessingRun, ending: Ending, unit: Unit): string | null {
  switch (ending) {
    case null:
      return null;
    case 'over':
      return summaryOf(run, unit);
    case 'set aside':
      return setAsideFor(run);
    case 'interrupted':
      return interruptedFor(run);
    case 'later':
      return laterFor(run);
  }
}
