/** Processing as a craft of paid work: what a photo shows now and a chain of steps become a file in the output folder. */
import { rmSync } from 'node:fs';
import { hasCode } from '../../shared/api/index.ts';
import type { StepKind } from '../../shared/edit/processing/chain.ts';
import type { ProcessingCost } from '../../shared/ipc/processing.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import type { BatchRecord } from '../paid-work/batch.ts';
import type { Craft, CraftSentences, Filed, Filing, PricedOperation, Refusal } from '../paid-work/craft.ts';
import type { Made } from '../paid-work/job.ts';
import type { PaidRecord, PaidRecords } from '../paid-work/records.ts';
import { paidNotDelivered } from '../paid-work/sentences.ts';
import type { World } from '../world.ts';
import type { ProcessedFiles } from './processed-files.ts';
import {
  cancelledBeforeMade,
  discardedUnpaid,
  madeNotPaid,
  notBegun,
  notPlacedYet,
  refusedFor,
  unexpected,
  unfiledYet,
} from './sentences.ts';
import { type ProcessJob, type ProcessTask, processTask } from './task.ts';

interface ProcessCraftParts {
  readonly files: ProcessedFiles;
  readonly price: (photos: number, steps: readonly StepKind[]) => ProcessingCost;
  readonly records: Pick<PaidRecords, 'forget'>;
  readonly world: Pick<World, 'log'>;
}

const kindsOf = ({ task }: ProcessJob): StepKind[] => task.chain.map(({ kind }) => kind);

const says: CraftSentences<ProcessTask> = {
  refused: ({ photo }, { problem, code, message }: Refusal) => refusedFor(photo.name, problem === null ? code : problem.code, message),
  madeNotPaid: ({ photo }) => madeNotPaid(photo.name),
  cancelled: ({ photo, made }) => (made === null ? cancelledBeforeMade(photo.name) : discardedUnpaid(photo.name)),
  notBegun: ({ photo }) => notBegun(photo.name),
  localFault: ({ photo }) => unexpected(photo.name),
  notDelivered: ({ photo }, why) => paidNotDelivered(photo.name, 'file', why),
};

/** The craft `process`: prices a chain by its steps, makes the file, and puts it into the output folder once it is settled. */
export class ProcessCraft implements Craft<ProcessTask> {
  readonly kind = 'process';
  readonly task = processTask;
  /** Each photo by itself: the first is made while the next is looked at. */
  readonly largestRequest = 1;
  /** A run may be long, and holds end by themselves: credit is held shortly before it is needed. */
  readonly heldAhead = 2;
  readonly pricesAlike = true;
  readonly says = says;
  readonly #parts: ProcessCraftParts;

  constructor(parts: ProcessCraftParts) {
    this.#parts = parts;
  }

  price(job: ProcessJob): PricedOperation {
    return { kind: this.kind, photo: job.photo.id, steps: kindsOf(job) };
  }

  affordable(jobs: readonly ProcessJob[]): number {
    const [first] = jobs;
    if (first === undefined) return 0;
    let [least, most] = [0, jobs.length];
    while (least < most) {
      const middle = Math.ceil((least + most) / 2);
      if (this.#parts.price(middle, kindsOf(first)).refusal === null) least = middle;
      else most = middle - 1;
    }
    return least;
  }

  async check(job: ProcessJob, { isFree }: BatchRecord): Promise<Problem | null> {
    const withheld = isFree ? this.#withheld(job) : null;
    return withheld ?? (await this.#parts.files.missing(job.photo.id));
  }

  async make(job: ProcessJob): Promise<Result<Made>> {
    const { files } = this.#parts;
    const { id, photo, task, charged } = job;
    const withheld = this.#withheld(job);
    if (withheld !== null && charged === null) return fail(withheld);
    const made = await files.make(id, photo.id, task.chain);
    if (!made.ok || charged !== null) return made;
    // Nobody pays for a file that there is no place for.
    const roomless = await files.roomFor(made.value.path, photo.name, task.folder);
    if (roomless === null) return ok(made.value);
    this.discard({ ...job, made: made.value });
    return fail(roomless);
  }

  async note({ photo, task, made }: ProcessJob): Promise<PaidRecord['work'] | null> {
    if (made === null || task.isPlaced === true) return null;
    const destination = await this.#parts.files.destination(photo.id, photo.name, made.path);
    return { kind: 'process', file: { path: made.path }, folder: task.folder, ...destination };
  }

  /** Paid for, so it has to get there: where it cannot now, it stays and is put there later. */
  async file({ photo, task, made }: ProcessJob, { mayBeFiled, isFree }: Filing): Promise<Filed> {
    if (task.isPlaced === true) return { kind: 'filed', problem: null };
    if (made === null) throw new Error(`There is no finished file of ${photo.id}`);
    const placed = await this.#parts.files.place(made.path, photo, task.folder, mayBeFiled);
    if (placed.ok) return { kind: 'filed', problem: null };
    if (isFree) return { kind: 'given up', problem: placed.error };
    return { kind: 'waits', problem: notPlacedYet(photo.name, task.folder, placed.error) };
  }

  unfiled({ photo, task }: ProcessJob): Filed {
    return { kind: 'waits', problem: unfiledYet(photo.name, task.folder) };
  }

  finished(job: ProcessJob): void {
    this.discard(job);
    this.#parts.records.forget(job.opId);
  }

  discard({ id, task, made }: ProcessJob): void {
    // What is named there is the output folder itself.
    if (task.isPlaced === true && made !== null) return;
    try {
      for (const path of this.#parts.files.pathsOf(id)) rmSync(path, { force: true });
    } catch (error) {
      this.#parts.world.log('what a try left could not be deleted', { job: id, error: String(error) });
    }
  }

  /** The gallery does not show it. */
  show(): void {}

  /** A free run from before the policy was known to keep one of its steps for applying (ST-02) ends. */
  #withheld(job: ProcessJob): Problem | null {
    const { refusal } = this.#parts.price(1, kindsOf(job));
    return hasCode(refusal, 'sold_with') ? { ...refusal, file: job.photo.name } : null;
  }
}
