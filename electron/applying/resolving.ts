/** How the hold of one photo ends: settled and then delivered, asked for again, or given back. Faults of this machine are thrown. */
import { existsSync } from 'node:fs';
import type { Problem } from '../../shared/result.ts';
import type { LocalFaults } from '../paid-work/faults.ts';
import { MOST_LOCAL_FAULTS } from '../paid-work/faults.ts';
import { mayDeliver, pauseBeforeHoldMs, type Settled } from '../paid-work/paying.ts';
import type { Resolution } from '../paid-work/requests.ts';
import type { Transport } from '../wallet/transport.ts';
import type { World } from '../world.ts';
import type { LiveBatch } from './batches.ts';
import type { Job, JobEvent } from './jobs.ts';
import type { Line } from './line.ts';
import { requestRelease, requestSettle } from './requests.ts';
import { localFault, outsideLibrary } from './words.ts';

export interface ResolvingParts {
  readonly world: World;
  readonly line: Line;
  readonly faults: LocalFaults;
  readonly step: (batch: LiveBatch, job: Job, event: JobEvent) => Job;
  /** Notes the finished file under its operation, before the charge is asked for. */
  readonly note: (job: Job, accountId: string) => Promise<void>;
  /** Delivers a paid picture; the answer is what went wrong beside it. `again`: an interrupted try may have begun it. */
  readonly file: (job: Job, again: boolean) => Promise<Problem | null>;
  readonly ledgerMoved: () => void;
  readonly isStopped: () => boolean;
}

export type Resolving = ReturnType<typeof createResolving>;

export function createResolving({ world, line, faults, step, note, file, ledgerMoved, isStopped }: ResolvingParts) {
  /** Null: there is no answer that anything could be made of; it is asked again. */
  async function answered(ask: Promise<Resolution>): Promise<Settled | null> {
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
      line.free();
      return resolution;
    }
    // `held` after a settle or release cannot be; it is asked again like a silence.
    line.postpone(resolution.kind === 'again' ? resolution.afterMs : null);
    return null;
  }

  async function deliver(batch: LiveBatch, job: Job, charged: string): Promise<void> {
    let problem: Problem | null;
    try {
      problem = await file(job, batch.resumed || faults.count(job.id) > 0);
    } catch (error) {
      if (faults.count(job.id) + 1 < MOST_LOCAL_FAULTS || job.rendered === null) throw error;
      // It is paid for and it is there: that is said, and the next start tries to put it into the library.
      world.log('a paid picture could not be filed', { job: job.id, error: String(error) });
      problem = outsideLibrary(job.photoName, job.rendered.path);
    }
    step(batch, job, { kind: 'settled', charged, problem });
  }

  /** A file that is gone each time it was made is a fault of this machine. */
  function fileLost(batch: LiveBatch, job: Job): void {
    if (faults.note(job.id) < MOST_LOCAL_FAULTS) step(batch, job, { kind: 'file lost' });
    else step(batch, job, { kind: 'failed', problem: localFault(job.photoName) });
  }

  return {
    async settle(batch: LiveBatch, way: Transport, job: Job): Promise<void> {
      if (job.rendered !== null && !existsSync(job.rendered.path)) return fileLost(batch, job);
      await note(job, batch.record.accountId).catch((error: unknown) => {
        // It is the second safety; the row is the first.
        world.log('a finished file could not be noted', { job: job.id, error: String(error) });
      });
      const settled = await answered(requestSettle(way, job.opId));
      if (settled === null) return;
      if (mayDeliver(settled)) {
        await deliver(batch, job, settled.charged);
        faults.clear(job.id);
      } else {
        const again = step(batch, job, { kind: 'hold lapsed', opId: world.ids.next() });
        const pause = pauseBeforeHoldMs(again.lapses);
        if (pause > 0) line.postpone(pause);
      }
      ledgerMoved();
    },
    async release(batch: LiveBatch, way: Transport, job: Job): Promise<void> {
      const released = await answered(requestRelease(way, job.opId, job.problem?.code === 'cancelled' ? 'cancelled' : 'failed'));
      if (released === null) return;
      // Charged by an earlier request whose answer was lost: then it is delivered, or its case is told. Never "not charged".
      step(batch, job, released.kind === 'settled' ? { kind: 'found charged', charged: released.charged } : { kind: 'released' });
      ledgerMoved();
    },
  };
}
