/** How a job ends: settled and then delivered, asked for again, or given back. Faults of this machine are thrown. */

import { minutes } from '../../shared/credits/model/durations.ts';
import type { RetryGate } from '../wallet/http/retry-gate.ts';
import type { Transport } from '../wallet/transport.ts';
import type { World } from '../world.ts';
import { newOpId } from '../world.ts';
import { inState, type LiveBatch } from './batch.ts';
import type { Craft, Filed } from './craft.ts';
import { type LocalFaults, MOST_LOCAL_FAULTS } from './faults.ts';
import type { Job, JobEvent } from './job.ts';
import { mayDeliver, pauseBeforeHoldMs, type Settled } from './paying.ts';
import type { PaidRecords } from './records.ts';
import { type Resolution, requestRelease, requestSettle } from './requests.ts';

/** Across all batches and crafts. */
const RESOLVED_AT_ONCE = 4;
/** How long a paid file that could not be delivered is left alone. */
const DELIVERED_AGAIN_AFTER_MS = minutes(5);

interface ResolvingParts {
  readonly world: World;
  readonly gate: RetryGate;
  readonly faults: LocalFaults;
  readonly records: Pick<PaidRecords, 'keep'>;
  readonly stepOne: (batch: LiveBatch, job: Job, event: JobEvent) => Job;
  /** A job was charged, and there is no file. */
  readonly undelivered: (job: Job) => void;
  readonly fileExists: (path: string) => boolean;
  readonly ledgerMoved: () => void;
  readonly isStopped: () => boolean;
  /** Null while there is none, or it has to be left alone. */
  readonly transportFor: (batch: LiveBatch) => Transport | null;
  readonly fault: (where: string, error: unknown, batch: LiveBatch, job: Job) => void;
  /** Begins what can be begun now. */
  readonly tick: () => void;
}

/** Settles what is made and releases what failed, a few at a time. */
export class Resolving {
  readonly #parts: ResolvingParts;
  /** Jobs that are being settled or released. */
  readonly #underWay = new Set<string>();

  constructor(parts: ResolvingParts) {
    this.#parts = parts;
  }

  /** Begins to end what is made, and what is given back. */
  begin(batch: LiveBatch, craft: Craft): void {
    const { faults, transportFor, fault, tick } = this.#parts;
    for (const state of ['made', 'failed'] as const) {
      for (const job of inState(batch, state)) {
        if (this.#underWay.size >= RESOLVED_AT_ONCE) return;
        if (this.#underWay.has(job.id) || faults.isResting(job.id)) continue;
        const asksNobody = batch.record.isFree || job.charged !== null;
        const transport = asksNobody ? null : transportFor(batch);
        if (transport === null && !asksNobody) continue;
        this.#underWay.add(job.id);
        void (state === 'made' ? this.#settle(batch, craft, transport, job) : this.#release(batch, transport, job))
          .catch((error) => fault(state, error, batch, job))
          .finally(() => {
            this.#underWay.delete(job.id);
            tick();
          });
      }
    }
  }

  /** @param transport null: nothing has to be asked, because it is free or its charge is known */
  async #settle(batch: LiveBatch, craft: Craft, transport: Transport | null, job: Job): Promise<void> {
    const { world, gate, faults, stepOne, ledgerMoved, fileExists } = this.#parts;
    if (job.made === null || !fileExists(job.made.path)) return this.#fileLost(batch, craft, job);
    if (transport === null) return this.#deliver(batch, craft, job, job.charged ?? '0');
    await this.#note(batch, craft, job);
    const settled = await this.#answered(requestSettle(transport, job.opId));
    if (settled === null) return;
    if (mayDeliver(settled)) await this.#deliver(batch, craft, job, settled.charged);
    else {
      faults.clear(job.id);
      const queued = stepOne(batch, job, { kind: 'hold lapsed', opId: newOpId(world.ids) });
      const pause = pauseBeforeHoldMs(queued.lapses);
      if (pause > 0) gate.close(pause);
    }
    ledgerMoved();
  }

  /** @param transport null: it is free, so nothing is held */
  async #release(batch: LiveBatch, transport: Transport | null, job: Job): Promise<void> {
    const { stepOne, ledgerMoved } = this.#parts;
    if (transport === null) return void stepOne(batch, job, { kind: 'released' });
    const why = job.problem?.code === 'cancelled' ? 'cancelled' : 'failed';
    const released = await this.#answered(requestRelease(transport, job.opId, why));
    if (released === null) return;
    // Charged by an earlier request whose answer was lost: then it is delivered, or its case is told. Never "not charged".
    stepOne(batch, job, released.kind === 'settled' ? { kind: 'found charged', charged: released.charged } : { kind: 'released' });
    ledgerMoved();
  }

  /** The file by its operation, in case that the database is lost. It is the second safety; the row is the first. */
  async #note(batch: LiveBatch, craft: Craft, job: Job): Promise<void> {
    const { records, world } = this.#parts;
    try {
      const work = await craft.note(job);
      if (work === null) return;
      await records.keep({ opId: job.opId, accountId: batch.record.accountId, jobId: job.id, photo: job.photo, work });
    } catch (error) {
      world.log('a finished file could not be noted', { job: job.id, error: String(error) });
    }
  }

  /** Null: no answer of the contract; the request is retried. */
  async #answered(ask: Promise<Resolution>): Promise<Settled | null> {
    const { world, gate, isStopped } = this.#parts;
    let resolution: Resolution;
    try {
      resolution = await ask;
    } catch (error) {
      // An answer that is none of the contract's: the outcome is unknown, like a silence.
      world.log('an answer of the credit server could not be read', { error: String(error) });
      resolution = { kind: 'again', reason: 'unreadable', afterMs: null };
    }
    if (isStopped()) return null;
    if (resolution.kind === 'settled' || resolution.kind === 'gone') {
      gate.succeed();
      return resolution;
    }
    // `held` after a settle or release cannot be; it is retried like a silence.
    gate.close(resolution.kind === 'again' ? resolution.afterMs : null);
    return null;
  }

  async #deliver(batch: LiveBatch, craft: Craft, job: Job, charged: string): Promise<void> {
    const { world, faults, stepOne } = this.#parts;
    const { isFree } = batch.record;
    let filed: Filed;
    try {
      const mayBeFiled = batch.resumed || job.problem !== null || faults.count(job.id) > 0;
      filed = await craft.file(job, { mayBeFiled, isFree });
    } catch (error) {
      if (faults.count(job.id) + 1 < MOST_LOCAL_FAULTS) throw error;
      world.log('a paid file could not be delivered', { job: job.id, error: String(error) });
      filed = craft.unfiled(job);
    }
    faults.clear(job.id);
    switch (filed.kind) {
      case 'filed':
        return craft.finished(stepOne(batch, job, { kind: 'settled', charged, problem: filed.problem }));
      case 'waits':
        faults.rest(job.id, DELIVERED_AGAIN_AFTER_MS);
        return void stepOne(batch, job, { kind: 'charged', charged, problem: filed.problem });
      case 'given up':
        if (!isFree) throw new Error(`What is paid for is not given up (${job.id})`);
        return void stepOne(batch, job, { kind: 'failed', problem: filed.problem });
    }
  }

  /** A file that is gone each time it was made is a fault of this machine. */
  #fileLost(batch: LiveBatch, craft: Craft, job: Job): void {
    const { faults, stepOne, undelivered } = this.#parts;
    if (faults.note(job.id) < MOST_LOCAL_FAULTS) stepOne(batch, job, { kind: 'file lost' });
    else if (job.charged === null) stepOne(batch, job, { kind: 'failed', problem: craft.says.localFault(job) });
    else undelivered(stepOne(batch, job, { kind: 'undeliverable', problem: craft.says.notDelivered(job, craft.says.localFault(job)) }));
  }
}
