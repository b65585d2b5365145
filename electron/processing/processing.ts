/**
 * Processing the pictures that photos show now by a chain of steps: a preview of one, files of many in the output folder. A run is a
 * batch of paid work (`paid-work/`), durable also where it is free. Originals and results are only read.
 */
import { hasCode } from '../../shared/api/index.ts';
import { NO_ACCOUNT } from '../../shared/credits/model/minting.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import type { Chain, StepKind } from '../../shared/edit/processing/chain.ts';
import type { ProcessedPreview, ProcessingCost, ProcessingRun } from '../../shared/ipc/processing.ts';
import type { Unit } from '../../shared/ipc/wallet.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import type { Emit } from '../events.ts';
import type { LibraryStore } from '../library/store.ts';
import type { LiveBatch } from '../paid-work/batch.ts';
import { isFinal } from '../paid-work/job.ts';
import { newBatch } from '../paid-work/new-batch.ts';
import type { PaidWork } from '../paid-work/paid-work.ts';
import type { PaidRecords } from '../paid-work/records.ts';
import type { PaidWorkStore } from '../paid-work/store.ts';
import type { World } from '../world.ts';
import type { ProcessCraft } from './craft.ts';
import type { ProcessedFiles } from './processed-files.ts';
import { isAtRest, viewRun } from './run-view.ts';
import { runUnknown } from './sentences.ts';
import { type ProcessTask, processTask } from './task.ts';

interface ProcessingParts {
  readonly paidWork: PaidWork;
  readonly craft: ProcessCraft;
  readonly store: Pick<PaidWorkStore, 'openBatches' | 'jobs' | 'jobOf'>;
  readonly files: ProcessedFiles;
  readonly records: Pick<PaidRecords, 'opIds' | 'find' | 'forget'>;
  readonly photos: Pick<LibraryStore, 'photo'>;
  readonly world: World;
  readonly emit: Emit;
  /** Whose credit is used; null before the first sync. */
  readonly account: () => AccountId | null;
  readonly price: (photos: number, steps: readonly StepKind[]) => ProcessingCost;
  /** Null when there is a connection; else why what costs something has to wait. */
  readonly offline: () => Problem | null;
  readonly unit: () => Unit;
  readonly outputFolder: () => string;
}

const kindsOf = (chain: Chain): StepKind[] => chain.map(({ kind }) => kind);

/** What the renderer asks of processing. */
export class Processing {
  readonly #parts: ProcessingParts;
  /** The run that came to its end last. */
  #last: LiveBatch | null = null;

  constructor(parts: ProcessingParts) {
    this.#parts = parts;
    parts.paidWork.watch(parts.craft.kind, (batch) => {
      if (isAtRest(batch, this.#isOurs(batch))) this.#last = batch;
      parts.emit('processing.changed', this.#view(batch));
    });
  }

  cost(photos: number, chain: Chain): ProcessingCost {
    const cost = this.#parts.price(photos, kindsOf(chain));
    return cost.free ? cost : { ...cost, refusal: this.#parts.offline() ?? cost.refusal };
  }

  /** A small picture of what the chain makes of what the photo shows now. Free and offline, whatever the policy. */
  async preview(photoId: string, chain: Chain): Promise<Result<ProcessedPreview>> {
    // What applying sells is not shown here for nothing either (ST-02).
    const { refusal } = this.cost(1, chain);
    return hasCode(refusal, 'sold_with') ? fail(refusal) : this.#parts.files.preview(photoId, chain);
  }

  /** Begins, after what was asked for before; `processing.changed` events tell how it goes. */
  start(photoIds: readonly string[], chain: Chain): Result<ProcessingRun> {
    const { paidWork, craft, world, photos, account, outputFolder } = this.#parts;
    const cost = this.cost(photoIds.length, chain);
    if (cost.refusal !== null) return fail(cost.refusal);
    const task: ProcessTask = { chain, folder: outputFolder() };
    const works = photoIds.map((id) => ({ photo: { id, name: photos.photo(id)?.name ?? 'A photo', origin: null }, task, problem: null }));
    const order = { accountId: account() ?? NO_ACCOUNT, mode: 'as many as possible', isFree: cost.free } as const;
    const batch = paidWork.add(newBatch(world, craft, order, works));
    paidWork.tick();
    return ok(this.#view(batch));
  }

  /** Photos that are being written finish; what is made and not paid is discarded. */
  cancel(runId: string): Result<ProcessingRun> {
    const batch = this.#batches().find(({ record }) => record.id === runId);
    if (batch === undefined || batch.phase !== 'running' || isAtRest(batch, this.#isOurs(batch))) return fail(runUnknown);
    this.#parts.paidWork.setPhase(batch, 'cancelling');
    return ok(this.#view(batch));
  }

  /** Those that are open, oldest first, and the last one that has ended since the studio was opened. */
  runs(): ProcessingRun[] {
    const live = this.#batches();
    const last = this.#last === null || live.includes(this.#last) ? [] : [this.#last];
    return [...live, ...last].map((batch) => this.#view(batch));
  }

  /** Deletes what interrupted tries left in the work folder. Called before anything of an earlier process is taken up. */
  tidy(): void {
    const { store, craft, records, files, world } = this.#parts;
    try {
      for (const opId of records.opIds('process')) if (store.jobOf(opId)?.state === 'settled') records.forget(opId);
      const open = store.openBatches().filter((record) => record.craft === craft.kind);
      const listed = open.flatMap(({ id }) => store.jobs(id).flatMap(({ state, made }) => (isFinal(state) ? [] : (made?.path ?? []))));
      const noted = records.opIds('process').flatMap((opId) => records.find(opId)?.work.file.path ?? []);
      files.tidy(new Set([...listed, ...noted]));
    } catch (error) {
      world.log('the work folder is not tidy', { error: String(error) });
    }
  }

  /** Somebody else may be signed in now: then a paid run waits for its own account, and that is said. */
  connected(): void {
    for (const batch of this.#batches()) if (!this.#isOurs(batch)) this.#parts.emit('processing.changed', this.#view(batch));
  }

  /** Whether a run goes on with the file of that operation, or with that job, by itself. */
  isLive(id: string): boolean {
    return this.#parts.paidWork.isLive(this.#parts.craft.kind, id);
  }

  #batches(): LiveBatch[] {
    return this.#parts.paidWork.batches(this.#parts.craft.kind);
  }

  /** Whoever is signed in pays for nobody else. */
  #isOurs({ record }: LiveBatch): boolean {
    const account = this.#parts.account();
    return record.isFree || account === null || record.accountId === account;
  }

  #view(batch: LiveBatch): ProcessingRun {
    const { unit, paidWork } = this.#parts;
    const [first] = batch.jobs.values();
    const folder = processTask.safeParse(first?.task).data?.folder ?? '';
    return viewRun(batch, {
      unit: unit(),
      folder,
      waits: paidWork.isBlocked(batch),
      ahead: paidWork.ahead(batch),
      isOurs: this.#isOurs(batch),
    });
  }
}
