/** processing.db: one durable row per photo of a run (synchronous=FULL). Every step is on disk before the next one begins. */
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { type Chain, readChain } from '../../shared/edit/processing/chain.ts';
import type { Problem } from '../../shared/result.ts';
import type { Db, Migrations } from '../storage/sqlite.ts';

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

export interface RunRecord {
  readonly id: string;
  readonly accountId: AccountId;
  readonly chain: Chain;
  /** Where its files go, whatever the settings say meanwhile. */
  readonly folder: string;
  readonly free: boolean;
  readonly phase: Phase;
}
type Phase = 'running' | 'cancelled' | 'over';

/**
 *   waiting  not begun
 *   asked    its hold was asked for under `opId`, and may be there; asked again under the same id. With a file in `made`: once more,
 *            because the hold before went back
 *   held     its credit is held, or it is free; the file is being made
 *   made     the finished file lies in the work folder; the charge is not confirmed yet
 *   unpaid   it lies there, nothing is held, and there is no credit for it: made, not paid
 *   paid     charged, or free; it is being put into the output folder, or waits for room there
 *   placed   of an older version: it is in the output folder already; the charge is not confirmed yet
 *   done, failed, undelivered  final: charged and there; not there and not charged; charged, and there is no file
 */
export type ItemState = 'waiting' | 'asked' | 'held' | 'made' | 'unpaid' | 'paid' | 'placed' | 'done' | 'failed' | 'undelivered';

export interface Item {
  readonly id: string;
  readonly runId: string;
  readonly position: number;
  readonly photoId: string;
  readonly photoName: string;
  readonly state: ItemState;
  readonly opId: string | null;
  /** Path of the finished file in the work folder. */
  readonly made: string | null;
  readonly charged: string | null;
  readonly problem: Problem | null;
}

interface RunRow {
  readonly id: string;
  readonly account_id: AccountId;
  readonly chain: string;
  readonly folder: string;
  readonly free: number;
  readonly phase: Phase;
}
interface ItemRow {
  readonly id: string;
  readonly run_id: string;
  readonly position: number;
  readonly photo_id: string;
  readonly photo_name: string;
  readonly state: ItemState;
  readonly op_id: string | null;
  readonly made: string | null;
  readonly charged: string | null;
  readonly problem: string | null;
}

export type ProcessingStore = ReturnType<typeof createProcessingStore>;

export function createProcessingStore(db: Db) {
  const openRuns = db.prepare<[], RunRow>("SELECT * FROM run WHERE phase <> 'over' ORDER BY id");
  const insertRun = db.prepare<[RunRow]>('INSERT INTO run VALUES (@id, @account_id, @chain, @folder, @free, @phase)');
  const setPhase = db.prepare<[Phase, string]>('UPDATE run SET phase = ? WHERE id = ?');
  const items = db.prepare<[string], ItemRow>('SELECT * FROM item WHERE run_id = ? ORDER BY position');
  const insertItem = db.prepare<[ItemRow]>(
    'INSERT INTO item VALUES (@id, @run_id, @position, @photo_id, @photo_name, @state, @op_id, @made, @charged, @problem)',
  );
  const updateItem = db.prepare<[ItemRow]>(
    'UPDATE item SET state = @state, op_id = @op_id, made = @made, charged = @charged, problem = @problem WHERE id = @id',
  );
  const saveOperation = db.prepare<[string, string]>('INSERT INTO operation VALUES (?, ?) ON CONFLICT DO NOTHING');
  const itemOf = db.prepare<[string], ItemRow>('SELECT i.* FROM item i JOIN operation o ON o.item_id = i.id WHERE o.op_id = ?');
  const item = db.prepare<[string], ItemRow>('SELECT * FROM item WHERE id = ?');
  const photoOf = db.prepare<[string], { id: string; name: string }>(
    'SELECT i.photo_id AS id, i.photo_name AS name FROM operation o JOIN item i ON i.id = o.item_id WHERE o.op_id = ?',
  );
  return {
    /** The run with all its photos, at once or not at all. */
    create: db.transaction((run: RunRecord, all: readonly Item[]): void => {
      const { id, accountId, chain, folder, free, phase } = run;
      insertRun.run({ id, account_id: accountId, chain: JSON.stringify(chain), folder, free: free ? 1 : 0, phase });
      for (const item of all) insertItem.run(toRow(item));
    }),
    /** Runs that are not over, oldest first. One whose steps this build does not know has none. */
    openRuns: (): RunRecord[] =>
      openRuns.all().map(({ id, account_id, chain, folder, free, phase }) => {
        const read = readChain(JSON.parse(chain));
        return { id, accountId: account_id, chain: read.ok ? read.value : [], folder, free: free === 1, phase };
      }),
    items: (runId: string): Item[] => items.all(runId).map(toItem),
    /** The photo that an operation was for, or that has this id; null when there is none. */
    itemOf(id: string): Item | null {
      const row = itemOf.get(id) ?? item.get(id);
      return row === undefined ? null : toItem(row);
    },
    /** Every id that is used for a photo is kept with it. */
    save: db.transaction((item: Item): void => {
      updateItem.run(toRow(item));
      if (item.opId !== null) saveOperation.run(item.opId, item.id);
    }),
    setPhase: (id: string, phase: Phase) => void setPhase.run(phase, id),
    /** Which photo an operation was for. */
    photoOf: (opId: string): { id: string; name: string } | null => photoOf.get(opId) ?? null,
    close: () => void db.close(),
  };
}

const toRow = (item: Item): ItemRow => ({
  id: item.id,
  run_id: item.runId,
  position: item.position,
  photo_id: item.photoId,
  photo_name: item.photoName,
  state: item.state,
  op_id: item.opId,
  made: item.made,
  charged: item.charged,
  problem: item.problem === null ? null : JSON.stringify(item.problem),
});

const toItem = (row: ItemRow): Item => ({
  id: row.id,
  runId: row.run_id,
  position: row.position,
  photoId: row.photo_id,
  photoName: row.photo_name,
  state: row.state,
  opId: row.op_id,
  made: row.made,
  charged: row.charged,
  // Written by `toRow` from exactly this shape.
  problem: row.problem === null ? null : (JSON.parse(row.problem) as Problem),
});
