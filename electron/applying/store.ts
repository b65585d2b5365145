/** applying.db: one durable row per photo of a batch (synchronous=FULL). Every step is on disk before the next one begins. */
import type { Recipe } from '../../shared/edit/recipe.ts';
import { recipe as recipeSchema } from '../../shared/edit/recipe.ts';
import type { Problem } from '../../shared/result.ts';
import type { Db, Migrations } from '../storage/sqlite.ts';
import { advance, type Job, type JobEvent, type JobState, type Rendered } from './jobs.ts';

export const applyingMigrations: Migrations = [
  `
  CREATE TABLE batch (
    id TEXT PRIMARY KEY,
    created_at INTEGER NOT NULL,
    -- Whose credit it uses: it is only ever carried on for this account.
    account_id TEXT NOT NULL,
    mode TEXT NOT NULL,
    recipe TEXT NOT NULL,
    -- running, paused, cancelling, finished, cancelled, refused
    phase TEXT NOT NULL
  ) STRICT;
  CREATE INDEX batch_open ON batch (id) WHERE phase IN ('running', 'paused', 'cancelling');
  CREATE TABLE job (
    id TEXT PRIMARY KEY,
    batch_id TEXT NOT NULL REFERENCES batch (id),
    photo_id TEXT NOT NULL,
    photo_name TEXT NOT NULL,
    position INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    state TEXT NOT NULL,
    op_id TEXT NOT NULL,
    sent INTEGER NOT NULL,
    lapses INTEGER NOT NULL,
    rendered TEXT,
    charged TEXT,
    problem TEXT
  ) STRICT;
  CREATE INDEX job_by_batch ON job (batch_id, position);
  -- Every operation id that was ever used for a photo: history names photos by it.
  CREATE TABLE operation (op_id TEXT PRIMARY KEY, job_id TEXT NOT NULL REFERENCES job (id)) STRICT;
  `,
];

export type Mode = 'all or nothing' | 'as many as possible';
/** refused: the wallet said no to all of it; nothing of it is shown as a batch. */
export type Phase = 'running' | 'paused' | 'cancelling' | 'finished' | 'cancelled' | 'refused';

export interface BatchRecord {
  readonly id: string;
  readonly createdAt: number;
  readonly accountId: string;
  readonly mode: Mode;
  readonly recipe: Recipe;
  readonly phase: Phase;
}

interface BatchRow {
  readonly id: string;
  readonly created_at: number;
  readonly account_id: string;
  readonly mode: Mode;
  readonly recipe: string;
  readonly phase: Phase;
}

interface JobRow {
  readonly id: string;
  readonly batch_id: string;
  readonly photo_id: string;
  readonly photo_name: string;
  readonly position: number;
  readonly chunk: number;
  readonly state: JobState;
  readonly op_id: string;
  readonly sent: number;
  readonly lapses: number;
  readonly rendered: string | null;
  readonly charged: string | null;
  readonly problem: string | null;
}

export type ApplyingStore = ReturnType<typeof createApplyingStore>;

export function createApplyingStore(db: Db) {
  const batch = db.prepare<[string], BatchRow>('SELECT * FROM batch WHERE id = ?');
  const openBatches = db.prepare<[], BatchRow>("SELECT * FROM batch WHERE phase IN ('running', 'paused', 'cancelling') ORDER BY id");
  const lastFinished = db.prepare<[], BatchRow>("SELECT * FROM batch WHERE phase IN ('finished', 'cancelled') ORDER BY id DESC LIMIT 1");
  const insertBatch = db.prepare<[BatchRow]>(
    'INSERT INTO batch (id, created_at, account_id, mode, recipe, phase) VALUES (@id, @created_at, @account_id, @mode, @recipe, @phase)',
  );
  const setPhase = db.prepare<[Phase, string]>('UPDATE batch SET phase = ? WHERE id = ?');
  const jobs = db.prepare<[string], JobRow>('SELECT * FROM job WHERE batch_id = ? ORDER BY position');
  const saveJob = db.prepare<[JobRow]>(
    `INSERT INTO job (id, batch_id, photo_id, photo_name, position, chunk, state, op_id, sent, lapses, rendered, charged, problem)
     VALUES (@id, @batch_id, @photo_id, @photo_name, @position, @chunk, @state, @op_id, @sent, @lapses, @rendered, @charged, @problem)
     ON CONFLICT (id) DO UPDATE SET state = excluded.state, op_id = excluded.op_id, sent = excluded.sent, lapses = excluded.lapses,
       rendered = excluded.rendered, charged = excluded.charged, problem = excluded.problem`,
  );
  const saveOperation = db.prepare<[string, string]>('INSERT INTO operation (op_id, job_id) VALUES (?, ?) ON CONFLICT DO NOTHING');
  const photoOf = db.prepare<[string], { id: string; name: string }>(
    'SELECT j.photo_id AS id, j.photo_name AS name FROM operation o JOIN job j ON j.id = o.job_id WHERE o.op_id = ?',
  );

  function save(job: Job): void {
    saveJob.run(toRow(job));
    saveOperation.run(job.opId, job.id);
  }

  return {
    batch(id: string): BatchRecord | null {
      const row = batch.get(id);
      return row === undefined ? null : toBatch(row);
    },
    openBatches: (): BatchRecord[] => openBatches.all().map(toBatch),
    lastFinished(): BatchRecord | null {
      const row = lastFinished.get();
      return row === undefined ? null : toBatch(row);
    },
    jobs: (batchId: string): Job[] => jobs.all(batchId).map(toJob),
    /** The batch with all its photos, at once or not at all. */
    create: db.transaction((record: BatchRecord, all: readonly Job[]): void => {
      insertBatch.run({
        id: record.id,
        created_at: record.createdAt,
        account_id: record.accountId,
        mode: record.mode,
        recipe: JSON.stringify(record.recipe),
        phase: record.phase,
      });
      for (const job of all) save(job);
    }),
    setPhase: (id: string, phase: Phase) => void setPhase.run(phase, id),
    /** Takes the steps, all of them or none, and answers the jobs after them. */
    advance: db.transaction((steps: readonly { readonly job: Job; readonly event: JobEvent }[]): Job[] =>
      steps.map(({ job, event }) => {
        const next = advance(job, event);
        if (next !== job) save(next);
        return next;
      }),
    ),
    /** Which photo an operation was for. */
    photoOf: (opId: string): { id: string; name: string } | null => photoOf.get(opId) ?? null,
    close: () => void db.close(),
  };
}

const toBatch = (row: BatchRow): BatchRecord => ({
  id: row.id,
  createdAt: row.created_at,
  accountId: row.account_id,
  mode: row.mode,
  recipe: recipeSchema.parse(JSON.parse(row.recipe)),
  phase: row.phase,
});

const toRow = (job: Job): JobRow => ({
  id: job.id,
  batch_id: job.batchId,
  photo_id: job.photoId,
  photo_name: job.photoName,
  position: job.position,
  chunk: job.chunk,
  state: job.state,
  op_id: job.opId,
  sent: job.sent ? 1 : 0,
  lapses: job.lapses,
  rendered: job.rendered === null ? null : JSON.stringify(job.rendered),
  charged: job.charged,
  problem: job.problem === null ? null : JSON.stringify(job.problem),
});

const toJob = (row: JobRow): Job => ({
  id: row.id,
  batchId: row.batch_id,
  photoId: row.photo_id,
  photoName: row.photo_name,
  position: row.position,
  chunk: row.chunk,
  state: row.state,
  opId: row.op_id,
  sent: row.sent === 1,
  lapses: row.lapses,
  // Both were written by `toRow` from exactly these shapes.
  rendered: row.rendered === null ? null : (JSON.parse(row.rendered) as Rendered),
  charged: row.charged,
  problem: row.problem === null ? null : (JSON.parse(row.problem) as Problem),
});
