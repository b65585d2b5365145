/** Processed files that were charged and are not in their folder, because the list of what was processed was lost: found by their notes. */
import { existsSync, rmSync } from 'node:fs';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import { placeCopy } from '../library/output.ts';
import type { Job } from '../paid-work/job.ts';
import type { PaidRecord, PaidRecords } from '../paid-work/records.ts';
import type { ChargedOperation, Recovered, RecoveringCraft } from '../paid-work/recovery.ts';
import type { PaidWorkStore } from '../paid-work/store.ts';
import type { World } from '../world.ts';
import type { Processing } from './processing.ts';

interface RecoveringParts {
  readonly jobs: Pick<PaidWorkStore, 'jobOf'>;
  readonly processing: Pick<Processing, 'isLive'>;
  readonly records: Pick<PaidRecords, 'forget'>;
  readonly world: Pick<World, 'log'>;
}

/** Finds each charged file again by its note and puts it into its folder, or opens a case about it. */
export class ProcessedRecovery implements RecoveringCraft {
  readonly #parts: RecoveringParts;

  constructor(parts: RecoveringParts) {
    this.#parts = parts;
  }

  isDelivered(opId: OpId): boolean {
    return this.#jobOf(opId)?.state === 'settled';
  }

  isLive(id: string): boolean {
    return this.#parts.processing.isLive(id);
  }

  async recover({ opId }: ChargedOperation, record: PaidRecord | null): Promise<Recovered> {
    const photoName = record?.photo.name ?? this.#jobOf(opId)?.photo.name ?? null;
    if (photoName === null) return { kind: 'not ours' };
    const lost = { kind: 'case', found: { kind: 'lost', photoName, path: null } } as const;
    if (record?.work.kind !== 'process' || !existsSync(record.work.file.path)) return lost;
    const { file, folder, collection, name } = record.work;
    const placed = await placeCopy({ source: file.path, outputFolder: folder, collection, name }, true);
    // Without room it stays noted, and is put there the next time.
    if (!placed.ok) return { kind: 'under way' };
    rmSync(file.path, { force: true });
    this.#parts.records.forget(opId);
    return { kind: 'delivered' };
  }

  discard({ work }: PaidRecord): void {
    rmSync(work.file.path, { force: true });
  }

  /** A row that cannot be read is none. */
  #jobOf(opId: OpId): Job | null {
    const { jobs, world } = this.#parts;
    try {
      return jobs.jobOf(opId);
    } catch (error) {
      world.log('a job could not be read', { opId, error: String(error) });
      return null;
    }
  }
}
