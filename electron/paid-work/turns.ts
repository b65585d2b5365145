/** Whose turn it is: which batches have files to be made before those of another. No input or output. */
import { inState, type LiveBatch } from './batch.ts';

const isToMake = (batch: LiveBatch): boolean => batch.by.held.size > 0 || inState(batch, 'queued').some(({ made }) => made === null);

const hasBegun = ({ by }: LiveBatch): boolean => by.making.size + by.made.size + by.unpaid.size + by.settled.size + by.undelivered.size > 0;

/**
 * How many batches have files that are made before the next one of this batch. 0: nothing of another stands before it, or it has nothing
 * (more) to be made, or it is paused or cancelled.
 * @param all the open batches, oldest first
 * @param isBlocked whether a batch can only go on with the network: it leaves its turn to those that can go on
 */
export function batchesAhead(batch: LiveBatch, all: Iterable<LiveBatch>, isBlocked: (of: LiveBatch) => boolean): number {
  if (batch.phase !== 'running' || batch.by.making.size > 0 || !isToMake(batch)) return 0;
  let ahead = 0;
  for (const before of all) {
    if (before === batch) break;
    const takesTheNextLane = before.phase === 'running' && before.stopped === null && isToMake(before) && !isBlocked(before);
    // Of one that has begun, the next file is made as soon as the last files of the others are.
    if (takesTheNextLane || (before.by.making.size > 0 && !hasBegun(batch))) ahead += 1;
  }
  return ahead;
}

/** How many photos have credit held for them that is neither charged nor on its way back. */
export function photosHeld({ record, by, jobs }: LiveBatch): number {
  if (record.isFree) return 0;
  let held = 0;
  for (const state of ['held', 'making', 'made'] as const) for (const id of by[state]) if (jobs.get(id)?.charged === null) held += 1;
  return held;
}
