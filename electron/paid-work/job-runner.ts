/** The files of batches whose credit is held are made, a few at a time across all batches and crafts, oldest batch first. */
import type { World } from '../world.ts';
import { inState, type LiveBatch, markPace } from './batch.ts';
import type { Craft } from './craft.ts';
import type { LocalFaults } from './faults.ts';
import { isUndecided } from './hold-steps.ts';
import type { Job, JobEvent } from './job.ts';

/** Two at once keep decoder, compositor and encoder busy; memory stays bounded. */
const MADE_AT_ONCE = 2;
/** Progress is shown in steps of this fraction. */
const SHOWN_STEP = 0.1;

interface JobRunnerParts {
  readonly world: World;
  readonly faults: LocalFaults;
  readonly stepOne: (batch: LiveBatch, job: Job, event: JobEvent) => Job;
  readonly fault: (where: string, error: unknown, batch: LiveBatch, job: Job) => void;
  /** It cannot be made. */
  readonly giveBack: (batch: LiveBatch, job: Job, problem: NonNullable<Job['problem']>) => void;
  readonly isStopped: () => boolean;
  /** Begins what can be begun now. */
  readonly tick: () => void;
}

/** Makes files of held jobs; a file that is begun is finished, also when its batch is cancelled. */
export class JobRunner {
  readonly #parts: JobRunnerParts;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(parts: JobRunnerParts) {
    this.#parts = parts;
  }

  /** Left by an earlier process, or the step after it could not be stored (a full disk, say): making is idempotent, so it starts anew. */
  takeBackOrphans(batch: LiveBatch, craft: Craft): void {
    for (const job of inState(batch, 'making')) {
      if (this.#underWay.has(job.id)) continue;
      craft.discard(job);
      this.#parts.stepOne(batch, job, { kind: 'interrupted' });
    }
  }

  begin(batch: LiveBatch, craft: Craft): void {
    if (batch.phase === 'paused' || batch.by.held.size === 0 || isUndecided(batch)) return;
    const { world, faults, stepOne, fault, tick } = this.#parts;
    for (const job of inState(batch, 'held')) {
      if (this.#underWay.size >= MADE_AT_ONCE) return;
      // What is charged is made, also when the rest was cancelled.
      if (faults.isResting(job.id) || (batch.phase === 'cancelling' && job.charged === null)) continue;
      const started = stepOne(batch, job, { kind: 'started' });
      if (batch.finishedAt.length === 0) markPace(batch, world.clock.now());
      const made = this.#make(batch, craft, started)
        .catch((error) => fault('make', error, batch, started))
        .finally(() => {
          this.#underWay.delete(job.id);
          tick();
        });
      this.#underWay.set(job.id, made);
    }
  }

  /** Resolves when the files that are being written are done. */
  async rest(): Promise<void> {
    await Promise.allSettled(this.#underWay.values());
  }

  async #make(batch: LiveBatch, craft: Craft, job: Job): Promise<void> {
    const { world, faults, stepOne, giveBack, isStopped } = this.#parts;
    let shown = 0;
    craft.show(job, { kind: 'working', fraction: 0 });
    const outcome = await craft.make(job, (fraction) => {
      if (isStopped() || fraction < shown + SHOWN_STEP) return;
      shown = fraction;
      craft.show(job, { kind: 'working', fraction: Math.min(1, fraction) });
    });
    if (!outcome.ok) return giveBack(batch, job, outcome.error);
    stepOne(batch, job, { kind: 'made', file: outcome.value });
    markPace(batch, world.clock.now());
    faults.clear(job.id);
  }
}
