/** processing.db as versions before paid-work.db kept it: its schema, and its runs as batches and jobs of now. */
import { decodeTime } from 'ulid';
import { z } from 'zod';
import { accountId, operationId } from '../../../shared/credits/codec/quantities.ts';
import { EPOCH } from '../../../shared/credits/model/instants.ts';
import { instantFrom } from '../../../shared/credits/model/minting.ts';
import type { OpId } from '../../../shared/credits/model/quantities.ts';
import { chain as chainSchema } from '../../../shared/edit/processing/chain.ts';
import { problem as problemSchema } from '../../../shared/ipc/library.ts';
import type { Db, Migrations } from '../../storage/sqlite.ts';
import type { Ids } from '../../world.ts';
import { newOpId } from '../../world.ts';
import type { BatchRecord, Phase } from '../batch.ts';
import { assertJob, type Job } from '../job.ts';
import type { EarlierBatch, Unreadable } from '../new-batch.ts';
import { json } from './json-column.ts';

/** One step for each version of processing.db, so that a file of any of them can be read. */
export const processingMigrations: Migrations = [
  `
  CREATE TABLE run (
    id TEXT PRIMARY KEY,
    -- Whose credit it uses: it is only ever carried on for this account.
    account_id TEXT NOT NULL,
    chain TEXT NOT NULL,
    folder TEXT NOT NULL,
    free INTEGER NOT NULL,
    -- running, cancelled (what was begun is being finished), over
    phase TEXT NOT NULL
  ) STRICT;
  CREATE INDEX run_open ON run (id) WHERE phase <> 'over';
  CREATE TABLE item (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES run (id),
    position INTEGER NOT NULL,
    photo_id TEXT NOT NULL,
    photo_name TEXT NOT NULL,
    state TEXT NOT NULL,
    op_id TEXT,
    made TEXT,
    charged TEXT,
    problem TEXT
  ) STRICT;
  CREATE INDEX item_by_run ON item (run_id, position);
  -- Every operation id that was ever used for a photo: history names photos by it.
  CREATE TABLE operation (op_id TEXT PRIMARY KEY, item_id TEXT NOT NULL REFERENCES item (id)) STRICT;
  `,
];

const runRow = z.object({
  id: z.string(),
  account_id: accountId,
  chain: json.pipe(chainSchema),
  folder: z.string(),
  free: z.int(),
  phase: z.enum(['running', 'cancelled', 'over']),
});
type Run = z.infer<typeof runRow>;
/**
 * waiting: not begun. asked: its hold was asked for; with a file, once more. held: its file is being made. made: the file lies in the
 * work folder. unpaid: it lies there, and there is no credit. paid: charged, or free, and on its way into the output folder. placed: of
 * an early version, it is there already and the charge is not confirmed. done, failed, undelivered: final.
 */
const itemRow = z.object({
  id: z.string(),
  run_id: z.string(),
  position: z.int(),
  photo_id: z.string(),
  photo_name: z.string(),
  state: z.enum(['waiting', 'asked', 'held', 'made', 'unpaid', 'paid', 'placed', 'done', 'failed', 'undelivered']),
  op_id: operationId.nullable(),
  made: z.string().nullable(),
  charged: z.string().nullable(),
  problem: json.pipe(problemSchema).nullable(),
});
type Item = z.infer<typeof itemRow>;

const PHASES: Readonly<Record<Run['phase'], Phase>> = { running: 'running', cancelled: 'cancelling', over: 'finished' };

/** What an item's state means for its job. */
function standing({ state, made, charged, op_id }: Item, folder: string): Pick<Job, 'state' | 'sent' | 'lapses' | 'made' | 'charged'> {
  // Where an early version has put the file into its folder already, nothing lies on the way.
  const file = { path: made ?? folder, picture: null };
  const begun = { sent: true, lapses: 0, made: null, charged };
  switch (state) {
    case 'waiting':
      return { state: 'queued', sent: false, lapses: 0, made: null, charged: null };
    case 'asked':
      return { state: 'queued', sent: true, lapses: made === null ? 0 : 1, made: made === null ? null : file, charged: null };
    case 'held':
      return { ...begun, state: 'held' };
    case 'made':
    case 'placed':
    case 'paid':
      return { ...begun, state: 'made', made: file };
    case 'unpaid':
      return { state: 'unpaid', sent: true, lapses: 1, made: file, charged: null };
    case 'done':
      return { ...begun, state: 'settled', charged: charged ?? '0' };
    case 'undelivered':
      return { ...begun, state: 'undelivered', charged: charged ?? '0' };
    case 'failed':
      return { ...begun, state: op_id === null ? 'refused' : 'released', charged: null };
  }
}

function jobFrom(row: unknown, run: Run, ids: Ids): Job {
  const item = itemRow.parse(row);
  const isPlaced = item.made === null && ['placed', 'unpaid', 'paid'].includes(item.state);
  return assertJob({
    ...standing(item, run.folder),
    id: item.id,
    batchId: run.id,
    photo: { id: item.photo_id, name: item.photo_name, origin: null },
    position: item.position,
    task: { chain: run.chain, folder: run.folder, ...(isPlaced ? { isPlaced: true } : {}) },
    key: null,
    // Each was asked for by itself.
    chunk: item.position,
    opId: item.op_id ?? newOpId(ids),
    problem: item.problem,
  });
}

function recordFrom({ id, account_id, free, phase }: Run): BatchRecord {
  const isUlid = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(id);
  const createdAt = isUlid ? instantFrom(decodeTime(id)) : EPOCH;
  return { id, craft: 'process', createdAt, accountId: account_id, mode: 'as many as possible', isFree: free === 1, phase: PHASES[phase] };
}

/** Every run in it, oldest first; what cannot be read is told, and left out. @param ids for items that had no operation yet */
export const batchesOfProcessing = (ids: Ids) =>
  function* batches(db: Db, unreadable: Unreadable): Generator<EarlierBatch> {
    const items = db.prepare<[string], { id: string }>('SELECT * FROM item WHERE run_id = ? ORDER BY position');
    const operations = db.prepare<[string], { op_id: OpId; item_id: string }>(
      'SELECT o.op_id, o.item_id FROM operation o JOIN item i ON i.id = o.item_id WHERE i.run_id = ?',
    );
    const tryTo = <T>(id: string, read: () => T): T | null => {
      try {
        return read();
      } catch {
        unreadable(id);
        return null;
      }
    };
    for (const row of db.prepare<[], { id: string }>('SELECT * FROM run ORDER BY id').all()) {
      const run = tryTo(row.id, () => runRow.parse(row));
      if (run === null) continue;
      yield {
        record: recordFrom(run),
        jobs: items.all(run.id).flatMap((item) => tryTo(item.id, () => jobFrom(item, run, ids)) ?? []),
        operations: operations.all(run.id).map(({ op_id, item_id }) => ({ opId: op_id, jobId: item_id })),
      };
    }
  };
