/** Processed files that were charged and are not in their folder, because the list of what was processed was lost: found by their notes. */
import { existsSync, rmSync } from 'node:fs';
import { placeCopy } from '../library/output.ts';
import type { PaidRecords } from '../paid-work/records.ts';
import type { RecoveringCraft } from '../paid-work/recovery.ts';
import type { Processing } from './processing.ts';
import type { ProcessingStore } from './store.ts';

export interface RecoveringParts {
  readonly rows: Pick<ProcessingStore, 'itemOf'>;
  readonly processing: Pick<Processing, 'isLive'>;
  readonly records: Pick<PaidRecords, 'forget'>;
}

export function recoveringProcessed({ rows, processing, records }: RecoveringParts): RecoveringCraft {
  return {
    isDelivered: (opId) => rows.itemOf(opId)?.state === 'done',
    isLive: (id) => processing.isLive(id),
    async recover({ opId }, record) {
      const item = rows.itemOf(opId);
      const photoName = record?.photo.name ?? item?.photoName ?? null;
      if (photoName === null) return { kind: 'not ours' };
      const lost = { kind: 'case', found: { kind: 'lost', photoName, path: null } } as const;
      if (record?.work.kind !== 'process' || !existsSync(record.work.file.path)) return lost;
      const { file, folder, collection, name } = record.work;
      const placed = await placeCopy({ source: file.path, outputFolder: folder, collection, name }, true);
      // Without room it stays noted, and is put there the next time.
      if (!placed.ok) return { kind: 'under way' };
      rmSync(file.path, { force: true });
      records.forget(opId);
      return { kind: 'delivered' };
    },
    discard({ work }) {
      rmSync(work.file.path, { force: true });
    },
  };
}
