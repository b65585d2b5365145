/**
 * Carries batches out: holds, renders, settles and releases, with the stages of different photos overlapping.
 *
 * Every step is on disk before its consequence is begun, so that the process may end at any point: what was asked is
 * asked again with the same id, what was being rendered is rendered again, what was rendered is settled.
 */
import type { Unit } from '../../shared/ipc/wallet.ts';
import type { Problem } from '../../shared/result.ts';
import { createLocalFaults, MOST_LOCAL_FAULTS } from '../paid-work/faults.ts';
import type { Transport } from '../wallet/transport.ts';
import type { World } from '../world.ts';
import { inState, isDone, type LiveBatch, liveBatch, replace } from './batches.ts';
import { isSecondHold, nextChunk, type Step, stepsAfter, stepsAfterRefusal } from './holding.ts';
import { isFinal, type Job, type JobEvent } from './jobs.ts';
import { createLine } from './line.ts';
import { createMaking, type MakingParts } from './making.ts';
import { requestHolds } from './requests.ts';
import { createResolving } from './resolving.ts';
import type { ApplyingStore, BatchRecord, Phase } from './store.ts';
import { batchStopped, cancelledByUser, localFault, paidNotDelivered } from './words.ts';

const resolvesAtOnce = 4;

export interface QueueParts extends Pick<MakingParts, 'library' | 'render' | 'thumbnails' | 'discard'> {
  readonly store: ApplyingStore;
  readonly world: World;
  readonly transport: (accountId: string) => Transport | null;
  /** Notes a finished file under its operation, before the charge is asked for. */
  readonly note: (job: Job, accountId: string) => Promise<void>;
  /** Delivers a paid picture; the answer is what went wrong beside it. `again`: an interrupted try may have begun it. */
  readonly file: (job: Job, again: boolean) => Promise<Problem | null>;
  /** A photo was charged, and there is no picture. */
  readonly undelivered: (job: Job) => void;
  readonly unit: () => Unit;
  readonly changed: (batch: LiveBatch) => void;
  /** The ledger has grown by something of ours. */
  readonly ledgerMoved: () => void;
}

export interface Queue {
  readonly batches: ReadonlyMap<string, LiveBatch>;
  /** Takes up a batch that is in the store; nothing is sent yet. */
  take(batch: LiveBatch): void;
  /** Resolves once its holds are decided or the network keeps it waiting. */
  begin(batch: LiveBatch): Promise<void>;
  setPhase(batch: LiveBatch, phase: Phase): void;
  /** Whether something of this batch can only go on with the network. */
  isBlocked(batch: LiveBatch): boolean;
  /** Begins whatever can be begun. */
  tick(): void;
  /** There is a connection (again). */
  connected(): void;
  /** There may be credit for what is made, not paid. `affordable`: how many of these the copy of the ledger would pay for. */
  creditChanged(affordable: (jobs: readonly Job[]) => number): void;
  /** Takes up everything that an earlier process left. */
  resume(): void;
  /** No new step is begun; resolves when the pictures being written are done. */
  stop(): Promise<void>;
}

export function createQueue(parts: QueueParts): Queue {
  const { store, world, library } = parts;
  const batches = new Map<string, LiveBatch>();
  const line = createLine(parts.transport, world, tick);
  const faults = createLocalFaults(world, tick);
  const holding = new Set<string>();
  const underWay = new Set<string>();
  const decided = new Map<string, () => void>();
  let stopped = false;

  function step(batch: LiveBatch, steps: readonly Step[]): void {
    const advanced = store.advance(steps);
    for (const job of advanced) replace(batch, job);
    for (const job of advanced) {
      if (isFinal(job.state)) show(() => library.setActivity([job.photoId], null));
      // Nobody paid for it, so nobody keeps it.
      if (job.rendered !== null && (job.state === 'refused' || job.state === 'released')) parts.discard(job);
    }
    if (steps.length > 0) {
      faults.clear(batch.record.id);
      batch.stopped = null;
    }
    parts.changed(batch);
  }
  /** What the gallery shows may not be had for a while; the step is taken all the same. */
  function show(act: () => void): void {
    try {
      act();
    } catch (error) {
      world.log('the library could not show what a batch does', { error: String(error) });
    }
  }
  const stepOne = (batch: LiveBatch, job: Job, event: JobEvent): Job => {
    step(batch, [{ job, event }]);
    return batch.jobs.get(job.id) ?? job;
  };

  const resolving = createResolving({ ...parts, line, faults, step: stepOne, isStopped: () => stopped });

  const making = createMaking({ ...parts, faults, step: stepOne, fault, failed, isStopped: () => stopped, tick });

  /** Begins whatever can be begun. Called after every step, so nothing polls. */
  function tick(): void {
    for (const batch of [...batches.values()]) {
      if (stopped) return;
      if (faults.isResting(batch.record.id)) continue;
      try {
        advanceBatch(batch);
      } catch (error) {
        fault('begin', error, batch);
      }
    }
  }

  function advanceBatch(batch: LiveBatch): void {
    making.takeBackOrphans(batch);
    if (batch.phase === 'cancelling') cancelRest(batch);
    beginHold(batch);
    making.begin(batch);
    beginResolves(batch);
    if (isDone(batch)) finish(batch);
    else if (batch.by.queued.size === 0 || isBlocked(batch)) tellDecided(batch);
  }

  // ---- holds

  function beginHold(batch: LiveBatch): void {
    const way = line.way(batch.record.accountId);
    if (way === null || holding.has(batch.record.id)) return;
    const chunk = nextChunk(batch);
    if (chunk.length === 0) return;
    holding.add(batch.record.id);
    void hold(batch, way, chunk)
      .catch((error) => fault('hold', error, batch))
      .finally(() => {
        holding.delete(batch.record.id);
        tick();
      });
  }

  async function hold(batch: LiveBatch, way: Transport, chunk: readonly Job[]): Promise<void> {
    const second = isSecondHold(chunk);
    step(
      batch,
      chunk.map((job) => ({ job, event: { kind: 'asked' } })),
    );
    const answer = await requestHolds(way, chunk, second ? 'as many as possible' : batch.record.mode);
    if (stopped) return;
    if (answer.kind !== 'decided') return line.postpone(answer.kind === 'again' ? answer.afterMs : null);
    line.free();
    const steps = stepsAfter(batch, chunk, answer, parts.unit());
    step(batch, steps);
    if (steps.length === 0) line.postpone(null);
    if (!second && batch.record.mode === 'all or nothing' && steps.some(({ event }) => event.kind === 'refused')) {
      batch.turnedDown = true;
      step(batch, stepsAfterRefusal(batch, steps));
    }
    parts.ledgerMoved();
  }

  // ---- settles and releases

  function beginResolves(batch: LiveBatch): void {
    for (const [state, resolve] of [
      ['rendered', resolving.settle],
      ['failed', resolving.release],
    ] as const) {
      for (const job of inState(batch, state)) {
        const way = line.way(batch.record.accountId);
        if (way === null || underWay.size >= resolvesAtOnce) return;
        // Its thumbnail is still being made.
        if (underWay.has(job.id) || making.isMaking(job.id) || faults.isResting(job.id)) continue;
        underWay.add(job.id);
        void resolve(batch, way, job)
          .catch((error) => fault(state, error, batch, job))
          .finally(() => {
            underWay.delete(job.id);
            tick();
          });
      }
    }
  }

  // ---- the batch as a whole

  /**
   * A fault of ours or of this machine, never of the network: the step is tried again with the same ids after a rest, while everything
   * else goes on. Too many in a row end the photo, or stop the batch visibly where its rows cannot be kept.
   */
  function fault(where: string, error: unknown, batch: LiveBatch, job: Job | null = null): void {
    if (stopped) return;
    world.log('a step of applying failed on this machine', { where, batch: batch.record.id, error: String(error) });
    if (job !== null && faults.note(job.id) < MOST_LOCAL_FAULTS) return;
    if (job !== null && giveUp(batch, job)) return;
    if (faults.note(batch.record.id) < MOST_LOCAL_FAULTS || batch.stopped !== null) return;
    batch.stopped = batchStopped;
    parts.changed(batch);
    tellDecided(batch);
  }

  /** False: that cannot be kept either. */
  function giveUp(batch: LiveBatch, { id }: Job): boolean {
    const job = batch.jobs.get(id);
    if (job === undefined || !['held', 'rendering'].includes(job.state)) return false;
    try {
      failed(batch, job, localFault(job.photoName));
      return true;
    } catch (error) {
      world.log('a photo could not be given up', { job: id, error: String(error) });
      return false;
    }
  }

  /** It cannot be made: what is held goes back, and what was charged already is a case for people. */
  function failed(batch: LiveBatch, job: Job, problem: Problem): void {
    if (job.charged === null) stepOne(batch, job, { kind: 'failed', problem });
    else parts.undelivered(stepOne(batch, job, { kind: 'undeliverable', problem: paidNotDelivered(job.photoName, problem) }));
    show(() => library.markFailed(job.photoId, problem));
  }

  function isBlocked(batch: LiveBatch): boolean {
    if (batch.stopped !== null) return false;
    const needsNetwork = batch.by.queued.size + batch.by.rendered.size + batch.by.failed.size > 0;
    const canRender = batch.by.rendering.size + batch.by.held.size > 0;
    return needsNetwork && !canRender && line.way(batch.record.accountId) === null;
  }

  function finish(batch: LiveBatch): void {
    const nothingHeld = batch.turnedDown || [...batch.jobs.values()].every((job) => job.state === 'refused' && job.lapses === 0);
    batch.phase = batch.phase === 'cancelling' ? 'cancelled' : nothingHeld ? 'refused' : 'finished';
    store.setPhase(batch.record.id, batch.phase);
    batches.delete(batch.record.id);
    parts.changed(batch);
    tellDecided(batch);
  }

  function tellDecided(batch: LiveBatch): void {
    decided.get(batch.record.id)?.();
    decided.delete(batch.record.id);
  }

  /** What has not begun, and what is made and not paid, is given up; what is being written, held for or charged stays. */
  function cancelRest(batch: LiveBatch): void {
    const open = [
      ...inState(batch, 'queued').filter((job) => job.problem === null && job.rendered === null),
      ...inState(batch, 'held').filter((job) => job.charged === null),
      ...inState(batch, 'unpaid'),
    ];
    if (open.length === 0) return;
    step(
      batch,
      open.map((job) => ({ job, event: { kind: 'cancelled', problem: cancelledByUser } })),
    );
  }

  /** Null when its rows cannot be read: it goes no further, and what was paid for is found by its notes. Nothing else is held up by it. */
  function jobsOf(record: BatchRecord): Job[] | null {
    try {
      return store.jobs(record.id);
    } catch (error) {
      world.log('the photos of a batch could not be read', { batch: record.id, error: String(error) });
      return null;
    }
  }

  return {
    batches,
    tick,
    isBlocked,
    take: (batch) => void batches.set(batch.record.id, batch),
    begin(batch) {
      const answer = new Promise<void>((resolve) => decided.set(batch.record.id, resolve));
      tick();
      return answer;
    },
    setPhase(batch, phase) {
      batch.phase = phase;
      store.setPhase(batch.record.id, phase);
      parts.changed(batch);
      tick();
    },
    connected() {
      line.reset();
      tick();
    },
    creditChanged(affordable) {
      for (const batch of batches.values()) {
        if (batch.phase === 'paused' || batch.by.unpaid.size === 0) continue;
        const waiting = [...inState(batch, 'unpaid')];
        const paid = waiting.slice(0, affordable(waiting));
        if (paid.length === 0) continue;
        try {
          step(
            batch,
            paid.map((job) => ({ job, event: { kind: 'credit there', opId: world.ids.next() } })),
          );
        } catch (error) {
          fault('credit', error, batch);
        }
      }
      tick();
    },
    resume() {
      for (const record of store.openBatches()) {
        const jobs = jobsOf(record);
        if (jobs === null) continue;
        const batch = liveBatch(record, jobs, true);
        batches.set(record.id, batch);
        const open = [...batch.jobs.values()].filter((job) => !isFinal(job.state));
        library.setActivity(
          open.map((job) => job.photoId),
          { state: 'queued' },
        );
        parts.changed(batch);
      }
      tick();
    },
    async stop() {
      stopped = true;
      line.stop();
      faults.stop();
      for (const tell of decided.values()) tell();
      await making.rest();
    },
  };
}
