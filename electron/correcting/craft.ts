/** Correcting as a craft of paid work, at no price: a picture that was fetched whole becomes a version beside the faulty one, and a copy where that one's is. */
import { rmSync } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import { deliver, type FilingParts, type FinishedPicture } from '../applying/filing.ts';
import { carryData } from '../darkroom/files/carried-data.ts';
import { contentFingerprint } from '../darkroom/files/regular-file.ts';
import { besideResult } from '../library/pictures.ts';
import { copyDurably } from '../library/placing.ts';
import { problemOf } from '../library/problems.ts';
import { parseRecipe } from '../library/records.ts';
import type { Activity, Craft, CraftSentences, Filed, PricedOperation } from '../paid-work/craft.ts';
import type { Made } from '../paid-work/job.ts';
import { ends, notFiled, notWanted } from './sentences.ts';
import { type CorrectJob, type CorrectTask, correctTask } from './task.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

interface CorrectCraftParts {
  readonly filing: FilingParts;
  /** Where a picture lies that was fetched whole. */
  readonly fetched: (opId: string) => string;
  /** How the correction of a report stands, in words. */
  readonly tell: (reportId: string, words: string) => void;
}

const extension = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/tiff': 'tif', 'image/webp': 'webp' } as const;
const format = { 'image/jpeg': 'jpeg', 'image/png': 'png', 'image/tiff': 'tiff', 'image/webp': 'webp' } as const;

/** The craft `correct`: nothing is asked for it, and it ends as the others do. */
export class CorrectCraft implements Craft<CorrectTask> {
  readonly kind = 'correct';
  readonly task = correctTask;
  readonly largestRequest = 1;
  readonly heldAhead = null;
  readonly pricesAlike = true;
  readonly says: CraftSentences<CorrectTask> = {
    refused: ({ photo }) => notFiled(photo.name),
    madeNotPaid: ({ photo }) => notFiled(photo.name),
    cancelled: () => notWanted,
    notBegun: () => notWanted,
    localFault: ({ photo }) => notFiled(photo.name),
    notDelivered: ({ photo }) => notFiled(photo.name),
  };
  readonly #parts: CorrectCraftParts;

  constructor(parts: CorrectCraftParts) {
    this.#parts = parts;
  }

  price({ photo }: CorrectJob): PricedOperation {
    return { kind: this.kind, photo: photo.id };
  }

  /** It costs nothing. */
  affordable(jobs: readonly CorrectJob[]): number {
    return jobs.length;
  }

  async check(): Promise<Problem | null> {
    return null;
  }

  async make(job: CorrectJob): Promise<Result<Made>> {
    const { filing, fetched } = this.#parts;
    const { task, photo } = job;
    const path = this.#pathOf(job);
    const temporary = `${path}.part`;
    const beside = (what: 'thumb' | 'screen'): string => besideResult(filing.folders, photo.id, job.id, what);
    try {
      await mkdir(dirname(path), { recursive: true });
      if ((await contentFingerprint(fetched(task.opId))) !== task.sha256) throw new Error('The fetched file is another one by now');
      const seen = await filing.darkroom.inspect({ path: fetched(task.opId), thumbPath: beside('thumb'), screenPath: beside('screen') });
      if (!seen.ok) return seen;
      const { width, height } = seen.value;
      const faulty = filing.store.version(task.versionId);
      await this.#write({ picture: fetched(task.opId), from: faulty?.path ?? '', to: temporary }, { width, height });
      const { size: bytes } = await stat(temporary);
      const sha256 = await contentFingerprint(temporary);
      await rename(temporary, path);
      const source = faulty?.source_sha256 ?? null;
      return ok({ path, picture: { width, height, bytes, sha256, ...(source !== null && { source }) } });
    } catch (error) {
      // Fetched anew the next time.
      this.#delete([temporary, fetched(task.opId)]);
      return fail(problemOf(error, photo.name));
    }
  }

  /** With what the camera wrote, where that can be; else as it came. */
  async #write(files: { readonly picture: string; readonly from: string; readonly to: string }, size: Size): Promise<void> {
    const { log } = this.#parts.filing.world;
    const isCarried = await carryData(files, size).catch((error: unknown) => {
      log('the camera’s data could not be carried over to a corrected picture', { error: String(error) });
      return false;
    });
    if (!isCarried) await copyDurably(files.picture, files.to);
  }

  /** What came can be fetched again: the server's list of reports is its note. */
  async note(): Promise<null> {
    return null;
  }

  async file(job: CorrectJob): Promise<Filed> {
    const { filing, tell } = this.#parts;
    const { task, photo, made } = job;
    const faulty = filing.store.version(task.versionId);
    const row = filing.store.photo(photo.id);
    const recipe = parseRecipe(faulty?.recipe ?? null);
    if (row === undefined || row.removed_at !== null || recipe === null || made === null || made.picture === null) {
      tell(task.reportId, ends.photoRemoved);
      return { kind: 'given up', problem: notFiled(photo.name) };
    }
    const isShown = row.current_version_id === task.versionId || row.current_version_id === job.id;
    const picture: FinishedPicture = {
      ...{ id: job.id, opId: task.opId, photo, recipe },
      file: { path: made.path, ...made.picture },
      corrected: { format: format[task.type], isShown },
    };
    const { problem } = await deliver(filing, picture, true);
    tell(task.reportId, isShown ? ends.filed : ends.filedBeside);
    return { kind: 'filed', problem };
  }

  unfiled({ photo }: CorrectJob): Filed {
    return { kind: 'given up', problem: notFiled(photo.name) };
  }

  finished({ task }: CorrectJob): void {
    this.#delete([this.#parts.fetched(task.opId)]);
  }

  discard(job: CorrectJob): void {
    const { folders } = this.#parts.filing;
    const path = this.#pathOf(job);
    this.#delete([
      path,
      `${path}.part`,
      ...(['thumb', 'screen'] as const).map((what) => besideResult(folders, job.photo.id, job.id, what)),
    ]);
  }

  /** The photo can be worked on meanwhile: nothing is shown on it. */
  show({ task }: CorrectJob, activity: Activity): void {
    if (activity.kind === 'failed') this.#parts.tell(task.reportId, activity.problem.message);
  }

  /** What cannot be deleted only takes up space. */
  #delete(files: readonly string[]): void {
    try {
      for (const file of files) rmSync(file, { force: true });
    } catch (error) {
      this.#parts.filing.world.log('what a correction left could not be deleted', { error: String(error) });
    }
  }

  #pathOf({ id, photo, task }: CorrectJob): string {
    return join(this.#parts.filing.folders.results(photo.id), `${id}.${extension[task.type]}`);
  }
}
