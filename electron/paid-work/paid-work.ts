/**
 * Carries paid work out, whatever the craft: holds, makes, settles and releases, with the stages of different photos overlapping and
 * batches waiting their turn.
 *
 * Every step is on disk before its consequence is begun, so that the process may end at any point: requests are retried with
 * the same id, what was being made is made again, what was made is settled, what is settled is delivered.
 */

import type { AccountId } from '../../shared/credits/model/quantities.ts';
import type { Problem } from '../../shared/result.ts';
import { RetryGate } from '../wallet/http/retry-gate.ts';
import type { Transport } from '../wallet/transport.ts';
import type { World } from '../world.ts';
import { newOpId } from '../world.ts';
import { type BatchRecord, inState, isDone, type LiveBatch, liveBatch, type Phase, replaceJob } from './batch.ts';
import type { Activity, Craft } from './craft.ts';
import { LocalFaults, MOST_LOCAL_FAULTS } from './faults.ts';
import type { Step } from './hold-steps.ts';
import { Holding } from './holding.ts';
import { isFinal, type Job, type JobEvent } from './job.ts';
import { JobRunner } from './job-runner.ts';
import type { NewBatch } from './new-batch.ts';
import type { PaidRecords } from './records.ts';
import { Resolving } from './resolving.ts';
import { batchStopped } from './sentences.ts';
import type { PaidWorkStore } from './store.ts';
import { batchesAhead } from './turns.ts';

interface PaidWorkParts {
  readonly store: PaidWorkStore;
  readonly crafts: readonly Craft[];
  readonly records: Pick<PaidRecords, 'keep' | 'forget'>;
  readonly world: World;
  /** The way to the server on behalf of that account; null while there is none. */
  readonly transport: (accountId: AccountId) => Transport | null;
  /** A job was charged, and there is no file. */
  readonly undelivered: (job: Job) => void;
  readonly fileExists: (path: string) => boolean;
  /** The ledger has grown by something of ours. */
  readonly ledgerMoved: () => void;
}

/** The engine: owns the life of every job of every craft. */
export class PaidWork {
  readonly #parts: PaidWorkParts;
  readonly #crafts: ReadonlyMap<string, Craft>;
  /** Oldest first: that is their turn. */
  readonly #batches = new Map<string, LiveBatch>();
  readonly #watchers = new Map<string, (batch: LiveBatch) => void>();
  readonly #gate: RetryGate;
  readonly #faults: LocalFaults;
  readonly #runner: JobRunner;
  readonly #resolving: Resolving;
  readonly #holding: Holding;
  readonly #decided = new Map<string, () => void>();
  /** What each batch was last seen to wait for. */
  readonly #waits = new Map<string, string>();
  #stopped = false;

  constructor(parts: PaidWorkParts) {
    this.#parts = parts;
    this.#crafts = new Map(parts.crafts.map((craft) => [craft.kind, craft]));
    const tick = (): void => this.tick();
    this.#gate = new RetryGate(parts.world, tick);
    this.#faults = new LocalFaults(parts.world, tick);
    const { world, records, undelivered, fileExists, ledgerMoved } = parts;
    const shared = { gate: this.#gate, faults: this.#faults, world, records, undelivered, fileExists, ledgerMoved, tick };
    const acts = {
      transportFor: (batch: LiveBatch): Transport | null => this.#transportFor(batch),
      step: (batch: LiveBatch, steps: readonly Step[]): void => this.#step(batch, steps),
      stepOne: (batch: LiveBatch, job: Job, event: JobEvent): Job => this.#stepOne(batch, job, event),
      show: (batch: LiveBatch, job: Job, activity: Activity): void => this.#show(batch, job, activity),
      fault: (where: string, error: unknown, batch: LiveBatch, job?: Job): void => this.#fault(where, error, batch, job),
      giveBack: (batch: LiveBatch, job: Job, problem: Problem): void => this.#giveBack(batch, job, problem),
      isStopped: (): boolean => this.#stopped,
    };
    this.#holding = new Holding({ ...shared, ...acts });
    this.#runner = new JobRunner({ ...shared, ...acts });
    this.#resolving = new Resolving({ ...shared, ...acts });
  }

  /** Tells whenever a batch of this craft has changed; one listener for each craft. */
  watch(craft: string, changed: (batch: LiveBatch) => void): void {
    this.#watchers.set(craft, changed);
  }

  /** The open batches of a craft, oldest first. */
  batches(craft: string): LiveBatch[] {
    return [...this.#batches.values()].filter(({ record }) => record.craft === craft);
  }

  /** Takes up everything that an earlier process left. */
  resume(): void {
    for (const record of this.#parts.store.openBatches()) {
      if (this.#batches.has(record.id)) continue;
      const jobs = this.#jobsOf(record);
      if (jobs === null) continue;
      const batch = liveBatch(record, jobs, true);
      this.#batches.set(record.id, batch);
      for (const job of jobs) if (!isFinal(job.state)) this.#show(batch, job, { kind: 'queued' });
      this.#changed(batch);
    }
    this.tick();
  }

  /** Keeps a new batch, with its operation ids, on disk before anything is sent; `begin` sets it going. */
  add({ record, jobs }: NewBatch): LiveBatch {
    this.#parts.store.create(record, jobs);
    const batch = liveBatch(record, jobs);
    this.#batches.set(record.id, batch);
    return batch;
  }

  /** Resolves once the holds of a batch are decided, or the network keeps it waiting. */
  begin(batch: LiveBatch): Promise<void> {
    const answer = new Promise<void>((resolve) => this.#decided.set(batch.record.id, resolve));
    this.tick();
    return answer;
  }

  setPhase(batch: LiveBatch, phase: Phase): void {
    this.#parts.store.setPhase(batch.record.id, phase);
    batch.phase = phase;
    this.#changed(batch);
    this.tick();
  }

  /** There is a connection (again). */
  connected(): void {
    this.#gate.reset();
    this.creditChanged();
  }

  /** There may be credit for what is made, not paid. */
  creditChanged(): void {
    for (const batch of this.#batches.values()) {
      if (batch.phase === 'paused' || batch.by.unpaid.size === 0) continue;
      const waiting = [...inState(batch, 'unpaid')];
      const paid = waiting.slice(0, this.#craftOf(batch).affordable(waiting));
      if (paid.length === 0) continue;
      try {
        this.#step(
          batch,
          paid.map((job) => ({ job, event: { kind: 'credit there', opId: newOpId(this.#parts.world.ids) } })),
        );
      } catch (error) {
        this.#fault('credit', error, batch);
      }
    }
    this.tick();
  }

  /** Whether something of this batch can only go on with the network. */
  isBlocked(batch: LiveBatch): boolean {
    const { by, record } = batch;
    if (batch.stopped !== null || record.isFree) return false;
    const needsNetwork = by.queued.size + by.failed.size > 0 || inState(batch, 'made').some(({ charged }) => charged === null);
    return needsNetwork && by.making.size + by.held.size === 0 && this.#transportFor(batch) === null;
  }

  /** How many batches, of any craft, have files that are made before the next one of this batch (`turns.ts`). */
  ahead(batch: LiveBatch): number {
    return batchesAhead(batch, this.#batches.values(), (of) => this.isBlocked(of));
  }

  /** Whether a job goes on by itself that has this id, or this operation. */
  isLive(craft: string, id: string): boolean {
    for (const batch of this.batches(craft))
      for (const job of batch.jobs.values()) if ((job.opId === id || job.id === id) && !isFinal(job.state)) return true;
    return false;
  }

  /** No new step is begun; resolves when the files being written are done. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#gate.stop();
    this.#faults.stop();
    for (const tell of this.#decided.values()) tell();
    await this.#runner.rest();
  }

  /** Begins whatever can be begun. Called after every step, so nothing polls. */
  tick(): void {
    for (const batch of [...this.#batches.values()]) {
      if (this.#stopped) return;
      if (this.#faults.isResting(batch.record.id)) continue;
      try {
        this.#advance(batch, this.#craftOf(batch));
      } catch (error) {
        this.#fault('begin', error, batch);
      }
    }
  }

  #advance(batch: LiveBatch, craft: Craft): void {
    this.#runner.takeBackOrphans(batch, craft);
    if (batch.phase === 'cancelling') this.#cancelRest(batch, craft);
    this.#holding.begin(batch, craft);
    this.#runner.begin(batch, craft);
    this.#resolving.begin(batch, craft);
    if (isDone(batch)) {
      this.#finish(batch);
      return;
    }
    const isBlocked = this.isBlocked(batch);
    const waits = isBlocked ? 'the network' : `${this.ahead(batch)} before it`;
    if (waits !== this.#waits.get(batch.record.id)) {
      this.#waits.set(batch.record.id, waits);
      this.#changed(batch);
    }
    if (batch.by.queued.size === 0 || isBlocked) this.#tellDecided(batch);
  }

  #step(batch: LiveBatch, steps: readonly Step[]): void {
    const { store, records } = this.#parts;
    // From where each job is now: whoever asks for a step may have waited since it looked.
    const advanced = store.advance(steps.map(({ job, event }) => ({ job: batch.jobs.get(job.id) ?? job, event })));
    for (const job of advanced) replaceJob(batch, job);
    for (const job of advanced) {
      if (!isFinal(job.state)) continue;
      this.#show(batch, job, { kind: 'over' });
      // Nobody paid for it, so nobody keeps it.
      if (job.made === null || (job.state !== 'refused' && job.state !== 'released')) continue;
      this.#craftOf(batch).discard(job);
      records.forget(job.opId);
    }
    if (steps.length > 0) {
      this.#faults.clear(batch.record.id);
      batch.stopped = null;
    }
    this.#changed(batch);
  }

  #stepOne(batch: LiveBatch, job: Job, event: JobEvent): Job {
    this.#step(batch, [{ job, event }]);
    return batch.jobs.get(job.id) ?? job;
  }

  /** What a gallery shows may not be had for a while; the step is taken all the same. */
  #show(batch: LiveBatch, job: Job, activity: Activity): void {
    try {
      this.#craftOf(batch).show(job, activity);
    } catch (error) {
      this.#parts.world.log('what a batch does could not be shown', { error: String(error) });
    }
  }

  #changed(batch: LiveBatch): void {
    this.#watchers.get(batch.record.craft)?.(batch);
  }

  #craftOf({ record }: LiveBatch): Craft {
    const craft = this.#crafts.get(record.craft);
    if (craft === undefined) throw new Error(`There is no craft ${record.craft}`);
    return craft;
  }

  #transportFor({ record }: LiveBatch): Transport | null {
    return this.#gate.isOpen ? this.#parts.transport(record.accountId) : null;
  }

  // ---- the batch as a whole

  /**
   * A fault of ours or of this machine, never of the network: the step is retried under the same ids with backoff, while everything
   * else goes on. Too many in a row end the job, or stop the batch visibly where its rows cannot be kept.
   */
  #fault(where: string, error: unknown, batch: LiveBatch, job: Job | null = null): void {
    if (this.#stopped) return;
    this.#parts.world.log('a step of paid work failed on this machine', { where, batch: batch.record.id, error: String(error) });
    if (job !== null && this.#faults.note(job.id) < MOST_LOCAL_FAULTS) return;
    if (job !== null && this.#giveUp(batch, job)) return;
    if (this.#faults.note(batch.record.id) < MOST_LOCAL_FAULTS || batch.stopped !== null) return;
    batch.stopped = batchStopped;
    this.#changed(batch);
    this.#tellDecided(batch);
  }

  /** False: that cannot be kept either. */
  #giveUp(batch: LiveBatch, { id }: Job): boolean {
    const job = batch.jobs.get(id);
    if (job === undefined || !['held', 'making'].includes(job.state)) return false;
    try {
      this.#giveBack(batch, job, this.#craftOf(batch).says.localFault(job));
      return true;
    } catch (error) {
      this.#parts.world.log('a job could not be given up', { job: id, error: String(error) });
      return false;
    }
  }

  /** It cannot be made: what is held goes back, and what was charged already is a case for people. */
  #giveBack(batch: LiveBatch, job: Job, problem: Problem): void {
    if (job.charged === null) this.#stepOne(batch, job, { kind: 'failed', problem });
    else {
      const why = this.#craftOf(batch).says.notDelivered(job, problem);
      this.#parts.undelivered(this.#stepOne(batch, job, { kind: 'undeliverable', problem: why }));
    }
    this.#show(batch, job, { kind: 'failed', problem });
  }

  #finish(batch: LiveBatch): void {
    const nothingHeld = batch.turnedDown || [...batch.jobs.values()].every((job) => job.state === 'refused' && job.lapses === 0);
    batch.phase = batch.phase === 'cancelling' ? 'cancelled' : nothingHeld ? 'refused' : 'finished';
    this.#parts.store.setPhase(batch.record.id, batch.phase);
    this.#batches.delete(batch.record.id);
    this.#waits.delete(batch.record.id);
    this.#changed(batch);
    this.#tellDecided(batch);
  }

  #tellDecided(batch: LiveBatch): void {
    this.#decided.get(batch.record.id)?.();
    this.#decided.delete(batch.record.id);
  }

  /** What has not begun, and what is made and not paid, is given up; what is being written, held for or charged stays. */
  #cancelRest(batch: LiveBatch, craft: Craft): void {
    const open = [
      ...inState(batch, 'queued').filter((job) => job.problem === null && job.made === null),
      ...inState(batch, 'held').filter((job) => job.charged === null),
      ...inState(batch, 'unpaid'),
    ];
    if (open.length === 0) return;
    this.#step(
      batch,
      open.map((job) => ({ job, event: { kind: 'cancelled', problem: craft.says.cancelled(job) } })),
    );
  }

  /** Null when its rows cannot be read: it goes no further, and what was paid for is found by its notes. Nothing else is held up by it. */
  #jobsOf(record: BatchRecord): Job[] | null {
    try {
      return this.#parts.store.jobs(record.id);
    } catch (error) {
      this.#parts.world.log('the jobs of a batch could not be read', { batch: record.id, error: String(error) });
      return null;
    }
  }
}
