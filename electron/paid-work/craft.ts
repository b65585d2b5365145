/**
 * A craft is one kind of paid work: it says its kind and its price, how to make, file and discard. The engine (`paid-work.ts`) owns
 * everything else of a job's life, the same for every craft.
 */
import type { ZodType } from 'zod';
import type { Problem as ServerProblem } from '../../shared/api/index.ts';
import type { Problem, Result } from '../../shared/result.ts';
import type { BatchRecord } from './batch.ts';
import type { Job, Made } from './job.ts';
import type { PaidRecord } from './records.ts';

/** An operation as the server's policy prices it, without its id. Names and paths stay on this machine. */
export interface PricedOperation {
  readonly kind: string;
  readonly photo?: string;
  readonly recipe?: { readonly background: string | null; readonly logo: string | null };
  readonly steps?: readonly string[];
}

/** What the server said about a hold that it did not grant. `problem`: about the request; `code` and `message`: about this job. */
export interface Refusal {
  readonly problem: ServerProblem | null;
  readonly code: string | undefined;
  readonly message: string | undefined;
  /** How many jobs were asked for together. */
  readonly asked: number;
}

/** What became of delivering a paid file. */
export type Filed =
  /** It is where it belongs. `problem`: what went wrong beside it. */
  | { readonly kind: 'filed'; readonly problem: Problem | null }
  /** It stays where it is and is delivered later. */
  | { readonly kind: 'waits'; readonly problem: Problem }
  /** Only of free work, for which nobody paid: it is given up. */
  | { readonly kind: 'given up'; readonly problem: Problem };

/** What a craft has to know when it delivers a file. */
export interface Filing {
  /** An interrupted try may have put it there already. */
  readonly mayBeFiled: boolean;
  /** Nothing was asked for it. */
  readonly isFree: boolean;
}

/** What happens to a photo, for whoever shows it. */
export type Activity =
  | { readonly kind: 'queued' }
  | { readonly kind: 'working'; readonly fraction: number }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'over' };

/** The craft's sentences for people. */
export interface CraftSentences<T> {
  refused(job: Job<T>, refusal: Refusal): Problem;
  /** Its hold went back and there is no credit for another. */
  madeNotPaid(job: Job<T>): Problem;
  /** Its code is `cancelled`. `job.made`: it was made and not paid, and is discarded. */
  cancelled(job: Job<T>): Problem;
  /** The credit ran out before it was asked for. */
  notBegun(job: Job<T>): Problem;
  /** A fault of this machine that came back each time; nothing was charged. */
  localFault(job: Job<T>): Problem;
  /** Charged, and there is nothing to show for it. */
  notDelivered(job: Job<T>, why: Problem): Problem;
}

/**
 * The engine hands a craft only jobs whose task it has parsed with `task`, or that the craft's own room has queued: so a `Craft<T>` may
 * stand where a `Craft` is asked for.
 */
export interface Craft<T = unknown> {
  /** Names it in the store and in the notes: `apply`, `process`; `correct`, which costs nothing, has no notes. */
  readonly kind: PaidRecord['work']['kind'] | 'correct';
  /** Parses the task of a row that an earlier process, or version, has kept. */
  readonly task: ZodType<T>;
  /** How many jobs one request asks for. */
  readonly largestRequest: number;
  /** How many jobs may be held and not begun, where a batch takes as many as possible; null: all of them. */
  readonly heldAhead: number | null;
  /** Every job of a batch costs the same: where one is refused for want of credit, the others need not be asked for. */
  readonly pricesAlike: boolean;
  readonly says: CraftSentences<T>;
  price(job: Job<T>): PricedOperation;
  /** How many of these, in their order, the copy of the ledger would pay for; the server decides. */
  affordable(jobs: readonly Job<T>[]): number;
  /** Why it cannot be worked on, before its credit is held; null: it can, as far as is known. */
  check(job: Job<T>, batch: BatchRecord): Promise<Problem | null>;
  /** The finished file, in place and safe against a power cut; nothing is left behind when it fails. */
  make(job: Job<T>, onProgress: (fraction: number) => void): Promise<Result<Made>>;
  /** What the note beside the finished file says of it; null: there is none. */
  note(job: Job<T>): Promise<PaidRecord['work'] | null>;
  /** Delivers a paid file. Idempotent. Throws for a fault of this machine. */
  file(job: Job<T>, filing: Filing): Promise<Filed>;
  /** What a file comes to that `file` has thrown for each time. */
  unfiled(job: Job<T>): Filed;
  /** It is settled, and that is on disk: what is only needed on the way may go. */
  finished(job: Job<T>): void;
  /** Deletes what an interrupted or unpaid try left: nothing of it is anybody's. Never throws. */
  discard(job: Job<T>): void;
  show(job: Job<T>, activity: Activity): void;
}
