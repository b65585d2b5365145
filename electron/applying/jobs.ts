/**
 * One photo of a batch, and every way it can go: `queued -> held -> rendering -> rendered -> settled`, or `refused`, or
 * `failed -> released`. Pure: the store keeps what this file decides, the queue carries it out.
 *
 *   queued      asked for; the server has not answered (or not been asked) yet
 *   held        its credit is held; not yet rendered
 *   rendering   being written to a temporary file; after a crash it is `held` again
 *   rendered    the finished file is in place; the charge is not confirmed yet
 *   unpaid      the finished file is in place, nothing is held, and there is no credit for it: made, not paid
 *   settled     charged and delivered. Final.
 *   undelivered charged, and there is no picture to deliver: a case for people. Final.
 *   refused     the wallet or the studio said no before anything was held. Final.
 *   failed      it will not be finished and its hold must be given back
 *   released    nothing is held and nothing was charged. Final.
 */
import type { Recipe } from '../../shared/edit/recipe.ts';
import { assertNever, type Problem } from '../../shared/result.ts';
import type { Origin } from '../paid-work/records.ts';

export type JobState =
  | 'queued'
  | 'held'
  | 'rendering'
  | 'rendered'
  | 'unpaid'
  | 'settled'
  | 'undelivered'
  | 'refused'
  | 'failed'
  | 'released';

/** The finished file, as the darkroom described it. */
export interface Rendered {
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
  /** SHA-256 of the original that it was made of; one that an earlier version left does not say. */
  readonly source?: string;
}

export interface Job {
  /** Also the id of the version that it makes. */
  readonly id: string;
  readonly batchId: string;
  readonly photoId: string;
  readonly photoName: string;
  /** Where the photo was taken in from, so that the library may be lost; null in a row from before that was kept. */
  readonly origin: Origin | null;
  readonly position: number;
  /** What becomes of this photo; every photo of a batch has its own. Never changes. */
  readonly recipe: Recipe;
  /** Which request of the batch asks for it. */
  readonly chunk: number;
  readonly state: JobState;
  readonly opId: string;
  /** Whether the request with `opId` may have reached the server. */
  readonly sent: boolean;
  /** How often its hold lapsed before it could be settled. */
  readonly lapses: number;
  readonly rendered: Rendered | null;
  /** Known as soon as the server has said so, also of a photo that is not delivered yet. */
  readonly charged: string | null;
  /** Why it was refused or failed; or what went wrong beside a success (a copy that could not be saved). */
  readonly problem: Problem | null;
}

/** A photo as it is asked for first. */
export const newJob = (
  of: Pick<Job, 'id' | 'batchId' | 'photoId' | 'photoName' | 'origin' | 'position' | 'recipe' | 'chunk' | 'opId'>,
): Job => ({ ...of, state: 'queued', sent: false, lapses: 0, rendered: null, charged: null, problem: null });

export type JobEvent =
  | { readonly kind: 'asked' }
  | { readonly kind: 'held' }
  | { readonly kind: 'refused'; readonly problem: Problem }
  | { readonly kind: 'started' }
  /** The process that rendered it is gone. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'rendered'; readonly file: Rendered }
  | { readonly kind: 'failed'; readonly problem: Problem }
  /** The finished file is not there any more. */
  | { readonly kind: 'file lost' }
  /** Nobody resolved the hold in time, so the server gave it back: the same work needs a new hold. */
  | { readonly kind: 'hold lapsed'; readonly opId: string }
  /** There is no credit for the hold of a finished file. */
  | { readonly kind: 'credit lacking'; readonly problem: Problem }
  /** There may be credit again: the finished file needs a new hold. */
  | { readonly kind: 'credit there'; readonly opId: string }
  | { readonly kind: 'settled'; readonly charged: string; readonly problem: Problem | null }
  /** It was to be given back, and turned out to be charged: it is delivered after all. */
  | { readonly kind: 'found charged'; readonly charged: string }
  /** Charged, and it cannot be made (again). */
  | { readonly kind: 'undeliverable'; readonly problem: Problem }
  | { readonly kind: 'cancelled'; readonly problem: Problem }
  | { readonly kind: 'released' };

const FINAL: ReadonlySet<JobState> = new Set(['settled', 'undelivered', 'refused', 'released']);
export const isFinal = (state: JobState): boolean => FINAL.has(state);

/** A step that must not happen is a fault of ours: better to stop than to guess about money. */
export class ImpossibleStep extends Error {
  constructor(job: Job, event: JobEvent) {
    super(`A photo that is ${job.state} cannot take the step "${event.kind}" (${job.id})`);
  }
}

export function advance(job: Job, event: JobEvent): Job {
  const from = (...states: readonly JobState[]): void => {
    if (!states.includes(job.state)) throw new ImpossibleStep(job, event);
  };
  switch (event.kind) {
    case 'asked':
      from('queued');
      return { ...job, sent: true };
    case 'held':
      from('queued');
      // Cancelled while the answer was on its way: what was held goes back.
      if (job.problem !== null) return { ...job, state: 'failed' };
      return { ...job, state: job.rendered === null ? 'held' : 'rendered' };
    case 'refused':
      from('queued');
      return { ...job, state: 'refused', problem: event.problem };
    case 'started':
      from('held');
      return { ...job, state: 'rendering' };
    case 'interrupted':
      from('rendering');
      return { ...job, state: 'held' };
    case 'rendered':
      from('rendering');
      return { ...job, state: 'rendered', rendered: event.file };
    case 'failed':
      from('held', 'rendering', 'rendered');
      return { ...job, state: 'failed', problem: event.problem };
    case 'file lost':
      from('rendered');
      return { ...job, state: 'held', rendered: null };
    case 'hold lapsed':
      from('rendered');
      return { ...job, state: 'queued', opId: event.opId, sent: false, lapses: job.lapses + 1 };
    case 'credit lacking':
      from('queued');
      if (job.rendered === null) throw new ImpossibleStep(job, event);
      return { ...job, state: 'unpaid', problem: event.problem };
    case 'credit there':
      from('unpaid');
      return { ...job, state: 'queued', opId: event.opId, sent: false, problem: null };
    case 'settled':
      from('rendered');
      return { ...job, state: 'settled', charged: event.charged, problem: event.problem };
    case 'found charged':
      from('failed');
      return { ...job, state: job.rendered === null ? 'held' : 'rendered', charged: event.charged, problem: null };
    case 'undeliverable':
      from('held', 'rendering');
      if (job.charged === null) throw new ImpossibleStep(job, event);
      return { ...job, state: 'undelivered', problem: event.problem };
    case 'cancelled':
      return cancel(job, event.problem);
    case 'released':
      from('failed');
      return { ...job, state: 'released' };
    default:
      return assertNever(event);
  }
}

/** What is being written, is finished, charged, or final stays as it is. */
function cancel(job: Job, problem: Problem): Job {
  switch (job.state) {
    case 'queued':
      // A finished file whose hold lapsed is waiting for a new hold: it is still wanted.
      if (job.rendered !== null) return job;
      return job.sent ? { ...job, problem } : { ...job, state: 'released', problem };
    case 'held':
      return job.charged === null ? { ...job, state: 'failed', problem } : job;
    case 'unpaid':
      return { ...job, state: 'released', problem };
    case 'rendering':
    case 'rendered':
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
