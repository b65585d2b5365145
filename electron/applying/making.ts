/** The pictures of a batch whose credit is held are rendered, two at a time across all batches. */
import type { Problem, Result } from '../../shared/result.ts';
import type { Library } from '../library/library.ts';
import type { LocalFaults } from '../paid-work/faults.ts';
import type { World } from '../world.ts';
import { inState, type LiveBatch, notePace } from './batches.ts';
import { isUndecided } from './holding.ts';
import type { Job, JobEvent, Rendered } from './jobs.ts';

/** Two pictures at once keep decoder, compositor and encoder busy; memory stays bounded. */
const rendersAtOnce = 2;

export interface MakingParts {
  readonly world: World;
  readonly library: Pick<Library, 'setActivity' | 'markFailed'>;
  readonly render: (job: Job, onProgress: (fraction: number) => void) => Promise<Result<Rendered>>;
  readonly thumbnails: (job: Job) => Promise<void>;
  /** Deletes what a try left that was interrupted or not paid for. */
  readonly discard: (job: Job) => void;
  readonly faults: LocalFaults;
  readonly step: (batch: LiveBatch, job: Job, event: JobEvent) => Job;
  readonly fault: (where: string, error: unknown, batch: LiveBatch, job: Job) => void;
  /** It cannot be made. */
  readonly failed: (batch: LiveBatch, job: Job, problem: Problem) => void;
  readonly isStopped: () => boolean;
  /** Looks at what can be begun now. */
  readonly tick: () => void;
}

export function createMaking(parts: MakingParts) {
  const { world, library, faults, step } = parts;
  const rendering = new Map<string, Promise<void>>();

  async function render(batch: LiveBatch, job: Job): Promise<void> {
    let shown = 0;
    library.setActivity([job.photoId], { state: 'working', progress: 0 });
    const outcome = await parts.render(job, (fraction) => {
      if (parts.isStopped() || fraction < shown + 0.1) return;
      shown = fraction;
      library.setActivity([job.photoId], { state: 'working', progress: Math.min(1, fraction) });
    });
    if (!outcome.ok) return parts.failed(batch, job, outcome.error);
    const rendered = step(batch, job, { kind: 'rendered', file: outcome.value });
    notePace(batch, world.clock.now());
    faults.clear(job.id);
    // The picture is made; without them the file itself is shown.
    await parts.thumbnails(rendered).catch((error: unknown) => world.log('no thumbnails of a result', { error: String(error) }));
  }

  return {
    isMaking: (jobId: string): boolean => rendering.has(jobId),
    /** Left by an earlier process, or the step after it could not be kept (a full disk, say): it is rendered again. */
    takeBackOrphans(batch: LiveBatch): void {
      for (const job of inState(batch, 'rendering')) {
        if (rendering.has(job.id)) continue;
        parts.discard(job);
        step(batch, job, { kind: 'interrupted' });
      }
    },
    begin(batch: LiveBatch): void {
      if (batch.phase === 'paused' || batch.by.held.size === 0 || isUndecided(batch)) return;
      for (const job of inState(batch, 'held')) {
        if (rendering.size >= rendersAtOnce) return;
        // What is charged is made, also when the rest was cancelled.
        if (faults.isResting(job.id) || (batch.phase === 'cancelling' && job.charged === null)) continue;
        const started = step(batch, job, { kind: 'started' });
        if (batch.finishedAt.length === 0) notePace(batch, world.clock.now());
        rendering.set(
          job.id,
          render(batch, started)
            .catch((error) => parts.fault('render', error, batch, started))
            .finally(() => {
              rendering.delete(job.id);
              parts.tick();
            }),
        );
      }
    },
    /** Resolves when the pictures being written are done. */
    async rest(): Promise<void> {
      await Promise.allSettled(rendering.values());
    },
  };
}
