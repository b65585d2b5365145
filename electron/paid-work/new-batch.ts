/** A batch and its jobs as they are asked for first, with every id that they will be known by. No input or output. */

import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import type { Problem } from '../../shared/result.ts';
import type { World } from '../world.ts';
import { newOpId } from '../world.ts';
import type { BatchRecord, Mode } from './batch.ts';
import type { Craft } from './craft.ts';
import { type Job, type JobPhoto, newJob } from './job.ts';

/** What is wanted of one photo. `problem`: why it is refused from the beginning; null: nothing is known against it. */
export interface Work<T> {
  readonly photo: JobPhoto;
  readonly task: T;
  /** See `Job.key`. */
  readonly key?: string;
  readonly problem: Problem | null;
}

/** How a batch is paid for. */
interface BatchOrder {
  readonly accountId: AccountId;
  readonly mode: Mode;
  readonly isFree: boolean;
}

/** Work that is charged already and whose file is gone. `charged`: a decimal string in the policy's unit. */
export interface LostWork<T> extends Pick<Work<T>, 'photo' | 'task'> {
  readonly opId: OpId;
  readonly accountId: AccountId;
  readonly charged: string;
}

/** A batch that is not stored yet. */
export interface NewBatch {
  readonly record: BatchRecord;
  readonly jobs: readonly Job[];
}

/** A batch as an earlier version left it. */
export interface EarlierBatch extends NewBatch {
  /** Every id that was ever used for one of its jobs. */
  readonly operations: readonly { readonly opId: OpId; readonly jobId: string }[];
}

/** Told of each row that cannot be read, by its id: it is left out, and the notes beside the files find what was paid. */
export type Unreadable = (id: string) => void;

type Naming = Pick<World, 'ids' | 'clock'>;

const recordOf = ({ ids, clock }: Naming, craft: string, order: BatchOrder): BatchRecord => ({
  ...order,
  id: ids.next(),
  craft,
  createdAt: clock.now(),
  phase: 'running',
});

/** A batch of this work. Ids are given here and never again, so that every retry is the same operation. */
export function newBatch<T>(world: Naming, craft: Craft<T>, order: BatchOrder, works: readonly Work<T>[]): NewBatch {
  const record = recordOf(world, craft.kind, order);
  let ready = 0;
  const jobs = works.map(({ photo, task, key = null, problem }, position): Job => {
    const chunk = Math.floor(ready / craft.largestRequest);
    // Its own id first: a file is told by it from those of later operations.
    const id = world.ids.next();
    const job = newJob({ id, batchId: record.id, photo, position, task, key, chunk, opId: newOpId(world.ids) });
    if (problem !== null) return { ...job, state: 'refused', problem };
    ready += 1;
    return job;
  });
  return { record, jobs };
}

/** The job is held and charged from the beginning: it is made and delivered, and nothing is asked for it. */
export function remadeBatch<T>(world: Naming, craft: Craft<T>, { opId, accountId, charged, photo, task }: LostWork<T>): NewBatch {
  const record = recordOf(world, craft.kind, { accountId, mode: 'as many as possible', isFree: false });
  const fresh = newJob({ id: world.ids.next(), batchId: record.id, photo, position: 0, task, key: null, chunk: 0, opId });
  return { record, jobs: [{ ...fresh, state: 'held', sent: true, charged }] };
}
