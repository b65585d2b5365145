/**
 * Carries batches out: holds, renders, settles and releases, with the stages of different photos overlapping.
 *
 * Every step is on disk before its consequence is begun, so that the process may end at any point: what was asked is
 * asked again with the same id, what was being rendered is rendered again, what was rendered is settled.
 */
import { existsSync } from 'node:fs';
import type { Unit } from '../../shared/ipc/wallet.ts';
import type { Problem, Result } from '../../shared/result.ts';
import type { Library } from '../library/library.ts';
import type { Transport } from '../wallet/transport.ts';
import type { World } from '../world.ts';
import { inState, isDone, type LiveBatch, liveBatch, notePace, replace } from './batches.ts';
import { isSecondHold, isUndecided, nextChunk, type Step, stepsAfter, stepsAfterRefusal } from './holding.ts';
import { isFinal, type Job, type JobEvent, type Rendered } from './jobs.ts';
import { createLine } from './line.ts';
import { type Resolution, requestHolds, requestRelease, requestSettle } from './requests.ts';
import type { ApplyingStore, Phase } from './store.ts';
import { cancelledByUser, holdKeptLapsing } from './words.ts';

/** Two pictures at once keep decoder, compositor and encoder busy; memory stays bounded. */
const rendersAtOnce = 2;
const resolvesAtOnce = 4;
/** A hold that lapses this often is not going to be settled. */
const mostLapses = 3;

export interface QueueParts {
  readonly store: ApplyingStore;
  readonly world: World;
  readonly transport: (accountId: string) => Transport | null;
  readonly library: Pick<Library, 'setActivity' | 'markFailed'>;
  readonly render: (job: Job, onProgress: (fraction: number) => void) => Promise<Result<Rendered>>;
  readonly thumbnails: (job: Job) => Promise<void>;
  /** Deletes what a try left that was interrupted or not paid for. */
  readonly discard: (job: Job) => void;
  /** Files a paid picture; the answer is what went wrong beside it. */
  readonly file: (job: Job) => Promise<Problem | null>;
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
  /** There is a connection (again). */
  connected(): void;
  /** Takes up everything that an earlier process left. */
  resume(): void;
  /** No new step is begun; resolves when the pictures being written are done. */
  stop(): Promise<void>;
}

export function createQueue(parts: QueueParts): Queue {
  const { store, world, library } = parts;
  const batches = new Map<string, LiveBatch>();
  const line = createLine(parts.transport, world, tick);
  const holding = new Set<string>();
  const rendering = new Map<string, Promise<void>>();
  const resolving = new Set<string>();
  const decided = new Map<string, () => void>();
  let stopped = false;

  function step(batch: LiveBatch, steps: readonly Step[]): void {
    for (const job of store.advance(steps)) {
      replace(batch, job);
      if (isFinal(job.state)) library.setActivity([job.photoId], null);
      // Nobody paid for it, so nobody keeps it.
      if (job.rendered !== null && (job.state === 'refused' || job.state === 'released')) parts.discard(job);
    }
    parts.changed(batch);
  }
  const stepOne = (batch: LiveBatch, job: Job, event: JobEvent): Job => {
    step(batch, [{ job, event }]);
    return batch.jobs.get(job.id) ?? job;
  };

  /** Begins whatever can be begun. Called after every step, so nothing polls. */
  function tick(): void {
    if (stopped) return;
    try {
      for (const batch of [...batches.values()]) advanceBatch(batch);
    } catch (error) {
      trouble('begin', error);
    }
  }

  function advanceBatch(batch: LiveBatch): void {
    takeBackOrphans(batch);
    if (batch.phase === 'cancelling') cancelRest(batch);
    beginHold(batch);
    beginRenders(batch);
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
      .catch((error) => trouble('hold', error))
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

  // ---- renders

  /** Left by an earlier process, or the step after it could not be kept (a full disk, say): it is rendered again. */
  function takeBackOrphans(batch: LiveBatch): void {
    for (const job of inState(batch, 'rendering')) {
      if (rendering.has(job.id)) continue;
      parts.discard(job);
      stepOne(batch, job, { kind: 'interrupted' });
    }
  }

  function beginRenders(batch: LiveBatch): void {
    if (batch.phase !== 'running' || batch.by.held.size === 0 || isUndecided(batch)) return;
    for (const job of inState(batch, 'held')) {
      if (rendering.size >= rendersAtOnce) return;
      const started = stepOne(batch, job, { kind: 'started' });
      if (batch.finishedAt.length === 0) notePace(batch, world.clock.now());
      rendering.set(
        job.id,
        render(batch, started)
          .catch((error) => trouble('render', error))
          .finally(() => {
            rendering.delete(job.id);
            tick();
          }),
      );
    }
  }

  async function render(batch: LiveBatch, job: Job): Promise<void> {
    let shown = 0;
    library.setActivity([job.photoId], { state: 'working', progress: 0 });
    const outcome = await parts.render(job, (fraction) => {
      if (stopped || fraction < shown + 0.1) return;
      shown = fraction;
      library.setActivity([job.photoId], { state: 'working', progress: Math.min(1, fraction) });
    });
    if (outcome.ok) {
      const rendered = stepOne(batch, job, { kind: 'rendered', file: outcome.value });
      notePace(batch, world.clock.now());
      await parts.thumbnails(rendered);
    } else {
      stepOne(batch, job, { kind: 'failed', problem: outcome.error });
      library.markFailed(job.photoId, outcome.error);
    }
  }

  // ---- settles and releases

  function beginResolves(batch: LiveBatch): void {
    for (const [state, resolve] of [
      ['rendered', settle],
      ['failed', release],
    ] as const) {
      for (const job of inState(batch, state)) {
        const way = line.way(batch.record.accountId);
        if (way === null || resolving.size >= resolvesAtOnce) return;
        // Its thumbnail is still being made.
        if (resolving.has(job.id) || rendering.has(job.id)) continue;
        resolving.add(job.id);
        void resolve(batch, way, job)
          .catch((error) => trouble(state, error))
          .finally(() => {
            resolving.delete(job.id);
            tick();
          });
      }
    }
  }

  async function settle(batch: LiveBatch, way: Transport, job: Job): Promise<void> {
    if (job.rendered !== null && !existsSync(job.rendered.path)) return void stepOne(batch, job, { kind: 'file lost' });
    const resolution = await requestSettle(way, job.opId);
    if (stopped || isLater(resolution)) return;
    if (resolution.kind === 'gone') {
      const lapsed = job.lapses + 1 < mostLapses;
      stepOne(
        batch,
        job,
        lapsed ? { kind: 'hold lapsed', opId: world.ids.next() } : { kind: 'failed', problem: holdKeptLapsing(job.photoName) },
      );
      return;
    }
    const problem = await parts.file(job);
    stepOne(batch, job, { kind: 'settled', charged: resolution.charged, problem });
    parts.ledgerMoved();
  }

  async function release(batch: LiveBatch, way: Transport, job: Job): Promise<void> {
    const resolution = await requestRelease(way, job.opId, job.problem?.code === 'cancelled' ? 'cancelled' : 'failed');
    if (stopped || isLater(resolution)) return;
    // Only a settled receipt for a photo without a finished file would be wrong; nothing on this side can mend it.
    if (resolution.kind === 'settled') world.log('a failed photo was settled by somebody else', { opId: job.opId });
    stepOne(batch, job, { kind: 'released' });
    parts.ledgerMoved();
  }

  /** `held` after a settle or release cannot be; it is asked again like a silence. */
  function isLater(resolution: Resolution): resolution is Exclude<Resolution, { kind: 'settled' | 'gone' }> {
    if (resolution.kind === 'settled' || resolution.kind === 'gone') {
      line.free();
      return false;
    }
    line.postpone(resolution.kind === 'again' ? resolution.afterMs : null);
    return true;
  }

  // ---- the batch as a whole

  /** A fault of ours or of the disk: the step is tried again, with the same ids. */
  function trouble(where: string, error: unknown): void {
    if (stopped) return;
    world.log('a step of applying failed', { where, error: String(error) });
    line.postpone(null);
  }

  function isBlocked(batch: LiveBatch): boolean {
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

  /** What has not begun is given up; what is being written or finished stays. */
  function cancelRest(batch: LiveBatch): void {
    const open = [...inState(batch, 'queued').filter((job) => job.problem === null && job.rendered === null), ...inState(batch, 'held')];
    if (open.length === 0) return;
    step(
      batch,
      open.map((job) => ({ job, event: { kind: 'cancelled', problem: cancelledByUser } })),
    );
  }

  return {
    batches,
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
    resume() {
      for (const record of store.openBatches()) {
        const batch = liveBatch(record, store.jobs(record.id));
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
      for (const tell of decided.values()) tell();
      await Promise.allSettled(rendering.values());
    },
  };
}
