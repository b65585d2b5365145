/** The command line's processing as a craft of paid work: a photo by its path and a chain of steps become a file where it was asked for. */

import { rmSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import type { Darkroom } from '../../electron/darkroom/port.ts';
import { problemOf } from '../../electron/library/problems.ts';
import type { Craft, CraftSentences, Filed, PricedOperation, Refusal } from '../../electron/paid-work/craft.ts';
import type { Job, Made } from '../../electron/paid-work/job.ts';
import type { PaidRecord, PaidRecords } from '../../electron/paid-work/records.ts';
import type { World } from '../../electron/world.ts';
import { chain } from '../../shared/edit/processing/chain.ts';
import { type Code, codeFrom, fail, ok, type Problem, type Result } from '../../shared/result.ts';
import { placeResult } from '../applying/placing.ts';
import { madeNotPaid } from '../sentences.ts';

const work = z.object({
  path: z.string(),
  chain: chain.readonly(),
  /** Where each watermark lies, by the id that the chain names it by. */
  files: z.record(z.string(), z.string()),
  /** Where its file goes. */
  out: z.string(),
});
/** What is to be made of a photo, and where to put it. */
export type FileWork = z.infer<typeof work>;
/** `work` is null where a version before kept no more than its key: it rests until the same work is asked for again. */
const fileTask = z.object({ work: work.nullable() });
/** A file to be made, as the store keeps it. */
export type FileTask = z.infer<typeof fileTask>;
type FileJob = Job<FileTask>;

/** A version before kept the operation that pays for `<key>.jpg` as text in `<key>.operation` beside it. */
export const NOTE_BEFORE = 'operation';
const EXTENSION = { jpeg: 'jpg', png: 'png', webp: 'webp', tiff: 'tif' } as const;

/**
 * The finished file, complete and on the disk, as `<folder>/<name>.<ext>`; nothing is left behind when it fails.
 * @param photo the name that people know the photo by
 */
export async function develop(
  darkroom: Pick<Darkroom, 'process'>,
  { path, chain: steps, files }: Omit<FileWork, 'out'>,
  { folder, name, photo }: { readonly folder: string; readonly name: string; readonly photo: string },
): Promise<Result<Made>> {
  const temporary = join(folder, `${name}.part`);
  try {
    await mkdir(folder, { recursive: true });
    const made = await darkroom.process({ path, chain: [...steps], files, outPath: temporary, screen: null });
    if (!made.ok) return fail({ ...made.error, message: made.error.message.replaceAll(basename(temporary), photo) });
    const { format, width, height, bytes, sha256 } = made.value;
    const target = join(folder, `${name}.${EXTENSION[format]}`);
    await rename(temporary, target);
    return ok({ path: target, picture: { width, height, bytes, sha256 } });
  } catch (error) {
    return fail(problemOf(error, photo));
  } finally {
    await rm(temporary, { force: true });
  }
}

const about = ({ photo }: FileJob, code: Code, message: string): Problem => ({ code, message, file: photo.name });

const says: CraftSentences<FileTask> = {
  refused(job, { problem, message, ...own }: Refusal) {
    const code = problem?.code ?? own.code;
    const why = problem?.detail ?? message ?? `${job.photo.name} was refused. Nothing was charged for it.`;
    return about(job, code === undefined ? 'refused' : codeFrom(code), why);
  },
  madeNotPaid: (job) => about(job, 'made_not_paid', madeNotPaid(`${job.photo.name} is`, 'it')),
  cancelled: (job) => about(job, 'cancelled', `${job.photo.name} was not processed. Nothing was charged for it.`),
  notBegun: (job) =>
    about(job, 'insufficient_credit', `${job.photo.name} was not begun: there is not enough credit left. Nothing was charged for it.`),
  localFault: (job) =>
    about(
      job,
      'local_fault',
      `${job.photo.name} could not be processed: a file or folder could not be read or written. Nothing was charged for it. Check the disk, then run the same command again.`,
    ),
  notDelivered: (job, why) =>
    about(
      job,
      'paid_not_delivered',
      `${job.photo.name} was charged by an earlier run, and its file is gone and could not be made again (${why.message}). Nothing more is charged: run the same command again once the photo can be read, or ask support to give the charge back.`,
    ),
};

interface FileCraftParts {
  readonly darkroom: Pick<Darkroom, 'process'>;
  /** Finished files wait here. */
  readonly madeFolder: string;
  readonly records: Pick<PaidRecords, 'forget'>;
  readonly world: Pick<World, 'log'>;
}

/** The craft `process` of the paid-work engine: makes a file and puts it in place once it is settled. */
export class FileCraft implements Craft<FileTask> {
  readonly kind = 'process';
  readonly task = fileTask;
  readonly largestRequest = 1;
  readonly heldAhead = 2;
  readonly pricesAlike = true;
  readonly says = says;
  /** Where files were put by this command, by job. */
  readonly #placed = new Map<string, string>();
  readonly #parts: FileCraftParts;

  constructor(parts: FileCraftParts) {
    this.#parts = parts;
  }

  /** Null: this command did not put it anywhere. */
  placedAt(jobId: string): string | null {
    return this.#placed.get(jobId) ?? null;
  }

  /** Names and paths stay on this machine. */
  price({ task }: FileJob): PricedOperation {
    return { kind: this.kind, steps: (task.work?.chain ?? []).map(({ kind }) => kind) };
  }

  /** The server decides. */
  affordable(jobs: readonly FileJob[]): number {
    return jobs.length;
  }

  async check(): Promise<Problem | null> {
    return null;
  }

  /** Under its key, so that it is known without a database what the file is of. */
  async make({ id, key, photo, task }: FileJob): Promise<Result<Made>> {
    if (task.work === null) throw new Error(`Nothing is known of what is to be made (${id})`);
    return develop(this.#parts.darkroom, task.work, { folder: this.#parts.madeFolder, name: key ?? id, photo: photo.name });
  }

  async note({ photo, task, made }: FileJob): Promise<PaidRecord['work'] | null> {
    if (made === null || task.work === null) return null;
    return { kind: 'process', file: { path: made.path }, folder: task.work.out, collection: '', name: photo.name };
  }

  /** Where it cannot be put there, it is paid for all the same: it is made again for nothing when another folder is named. */
  async file({ id, photo, task, made }: FileJob): Promise<Filed> {
    if (made === null || task.work === null) throw new Error(`There is no finished file (${id})`);
    const placed = await placeResult(made.path, task.work.out, photo.name);
    if (placed.ok) this.#placed.set(id, placed.value);
    return { kind: 'filed', problem: placed.ok ? null : placed.error };
  }

  unfiled(job: FileJob): Filed {
    return {
      kind: 'filed',
      problem: about(
        job,
        'copy_not_saved',
        `The finished ${job.photo.name} could not be saved. Nothing is lost: run the same command again, and it is not charged again.`,
      ),
    };
  }

  finished(job: FileJob): void {
    this.discard(job);
    this.#parts.records.forget(job.opId);
  }

  discard({ id, key, made }: FileJob): void {
    const left = ['part', NOTE_BEFORE].map((extension) => join(this.#parts.madeFolder, `${key ?? id}.${extension}`));
    const paths = [...left, ...(made === null ? [] : [made.path])];
    try {
      for (const path of paths) rmSync(path, { force: true });
    } catch (error) {
      this.#parts.world.log('what a try left could not be deleted', { job: id, error: String(error) });
    }
  }

  show(): void {}
}
