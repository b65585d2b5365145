/** applying.db: one durable row per photo of a batch (synchronous=FULL). Every step is on disk before the next one begins. */
import type { Recipe } from '../../shared/edit/recipe.ts';
import { recipe as recipeSchema } from '../../shared/edit/recipe.ts';
import type { Problem } from '../../shared/result.ts';
import { type Origin, origin as originSchema } from '../paid-work/records.ts';
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
  `
  -- Every photo has a recipe of its own; a row from before has none and takes its batch's.
  ALTER TABLE job ADD COLUMN recipe TEXT;
  `,
  `
  -- Where the photo was taken in from: it is taken up again from here when the library is lost. A row from before has none.
  ALTER TABLE job ADD COLUMN origin TEXT;
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
  readonly phase: Phase;
}

interface BatchRow {
  readonly id: string;
  readonly created_at: number;
  readonly account_id: string;
  readonly mode: Mode;
  readonly phase: Phase;
}

/** What a step can change. */
interface JobStepRow {
  readonly id: string;
  readonly state: JobState;
  readonly op_id: string;
  readonly sent: number;
  readonly lapses: number;
  readonly rendered: string | null;
  readonly charged: string | null;
  readonly problem: string | null;
}

interface JobRow extends JobStepRow {
  readonly batch_id: string;
  readonly photo_id: string;
  readonly photo_name: string;
  readonly position: number;
  readonly chunk: number;
  readonly recipe: string;
  readonly origin: string | null;
}

export type ApplyingStore = ReturnType<typeof createApplyingStore>;

export function createApplyingStore(db: Db) {
  const batch = db.prepare<[string], BatchRow>('SELECT * FROM batch WHERE id = ?');
  const openBatches = db.prepare<[], BatchRow>("SELECT * FROM batch WHERE phase IN ('running', 'paused', 'cancelling') ORDER BY id");
  const lastFinished = db.prepare<[], BatchRow>("SELECT * FROM batch WHERE phase IN ('finished', 'cancelled') ORDER BY id DESC LIMIT 1");
  const insertBatch = db.prepare<[BatchRow & { readonly recipe: string }]>(
    'INSERT INTO batch (id, created_at, account_id, mode, recipe, phase) VALUES (@id, @created_at, @account_id, @mode, @recipe, @phase)',
  );
  const setPhase = db.prepare<[Phase, string]>('UPDATE batch SET phase = ? WHERE id = ?');
  const selectJob = `
    SELECT j.id, j.batch_id, j.photo_id, j.photo_name, j.position, j.chunk, coalesce(j.recipe, b.recipe) AS recipe, j.origin, j.state,
      j.op_id, j.sent, j.lapses, j.rendered, j.charged, j.problem
    FROM job j JOIN batch b ON b.id = j.batch_id`;
  const jobs = db.prepare<[string], JobRow>(`${selectJob} WHERE j.batch_id = ? ORDER BY j.position`);
  const jobOf = db.prepare<[string], JobRow>(`${selectJob} JOIN operation o ON o.job_id = j.id WHERE o.op_id = ?`);
  const insertJob = db.prepare<[JobRow]>(
    `INSERT INTO job (id, batch_id, photo_id, photo_name, position, chunk, recipe, origin, state, op_id, sent, lapses, rendered, charged, problem)
     VALUES (@id, @batch_id, @photo_id, @photo_name, @position, @chunk, @recipe, @origin, @state, @op_id, @sent, @lapses, @rendered, @charged, @problem)`,
  );
  const updateJob = db.prepare<[JobStepRow]>(
    `UPDATE job SET state = @state, op_id = @op_id, sent = @sent, lapses = @lapses, rendered = @rendered, charged = @charged,
       problem = @problem WHERE id = @id`,
  );
  const saveOperation = db.prepare<[string, string]>('INSERT INTO operation (op_id, job_id) VALUES (?, ?) ON CONFLICT DO NOTHING');
  // A picture that is made again is another job for the same operation.
  const moveOperation = db.prepare<[string, string]>(
    'INSERT INTO operation (op_id, job_id) VALUES (?, ?) ON CONFLICT (op_id) DO UPDATE SET job_id = excluded.job_id',
  );
  const photoOf = db.prepare<[string], { id: string; name: string }>(
    'SELECT j.photo_id AS id, j.photo_name AS name FROM operation o JOIN job j ON j.id = o.job_id WHERE o.op_id = ?',
  );
  const chargeOf = db.prepare<[string], { charged: string | null }>("SELECT charged FROM job WHERE id = ? AND state = 'settled'");

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
    /** In the order of the batch; photos with the same recipe share the object. */
    jobs(batchId: string): Job[] {
      const recipes = new Map<string, Recipe>();
      return jobs.all(batchId).map((row) => toJob(row, recipes));
    },
    /** The batch with all its photos, at once or not at all. */
    create: db.transaction((record: BatchRecord, all: readonly Job[]): void => {
      const texts = new Map<Recipe, string>();
      const textOf = (recipe: Recipe): string => {
        const text = texts.get(recipe) ?? JSON.stringify(recipe);
        texts.set(recipe, text);
        return text;
      };
      const [first] = all;
      if (first === undefined) throw new Error(`A batch without photos (${record.id})`);
      insertBatch.run({
        id: record.id,
        created_at: record.createdAt,
        account_id: record.accountId,
        mode: record.mode,
        // The column is from when a batch had one recipe; only jobs without one of their own look at it.
        recipe: textOf(first.recipe),
        phase: record.phase,
      });
      for (const job of all) {
        insertJob.run(toRow(job, textOf(job.recipe)));
        moveOperation.run(job.opId, job.id);
      }
    }),
    setPhase: (id: string, phase: Phase) => void setPhase.run(phase, id),
    /** Takes the steps, all of them or none, and answers the jobs after them. */
    advance: db.transaction((steps: readonly { readonly job: Job; readonly event: JobEvent }[]): Job[] =>
      steps.map(({ job, event }) => {
        const next = advance(job, event);
        if (next === job) return job;
        updateJob.run(toStepRow(next));
        saveOperation.run(next.opId, next.id);
        return next;
      }),
    ),
    /** The job that an operation was for; null when there is none. Throws when its row cannot be read. */
    jobOf(opId: string): Job | null {
      const row = jobOf.get(opId);
      return row === undefined ? null : toJob(row, new Map());
    },
    /** Which photo an operation was for. */
    photoOf: (opId: string): { id: string; name: string } | null => photoOf.get(opId) ?? null,
    /** What a settled photo cost, by the version it made; null when it was not made on this machine. */
    chargeOf: (versionId: string): string | null => chargeOf.get(versionId)?.charged ?? null,
    close: () => void db.close(),
  };
}

const toBatch = (row: BatchRow): BatchRecord => ({
  id: row.id,
  createdAt: row.created_at,
  accountId: row.account_id,
  mode: row.mode,
  phase: row.phase,
});

const toRow = (job: Job, recipe: string): JobRow => ({
  ...toStepRow(job),
  batch_id: job.batchId,
  photo_id: job.photoId,
  photo_name: job.photoName,
  position: job.position,
  chunk: job.chunk,
  recipe,
  origin: job.origin === null ? null : JSON.stringify(job.origin),
});

const toStepRow = (job: Job): JobStepRow => ({
  id: job.id,
  state: job.state,
  op_id: job.opId,
  sent: job.sent ? 1 : 0,
  lapses: job.lapses,
  rendered: job.rendered === null ? null : JSON.stringify(job.rendered),
  charged: job.charged,
  problem: job.problem === null ? null : JSON.stringify(job.problem),
});

/** `known`: recipes parsed already, by their text. */
function recipeFrom(text: string, known: Map<string, Recipe>): Recipe {
  const parsed = known.get(text) ?? recipeSchema.parse(JSON.parse(text));
  known.set(text, parsed);
  return parsed;
}

/** One that cannot be read is none: it only helps when the library is lost. */
function originFrom(text: string | null): Origin | null {
  if (text === null) return null;
  try {
    return originSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

const toJob = (row: JobRow, recipes: Map<string, Recipe>): Job => ({
  id: row.id,
  batchId: row.batch_id,
  photoId: row.photo_id,
  photoName: row.photo_name,
  origin: originFrom(row.origin),
  position: row.position,
  chunk: row.chunk,
  recipe: recipeFrom(row.recipe, recipes),
  state: row.state,
  opId: row.op_id,
  sent: row.sent === 1,
  lapses: row.lapses,
  // Both were written by `toRow` from exactly these shapes.
  rendered: row.rendered === null ? null : (JSON.parse(row.rendered) as Rendered),
  charged: row.charged,
  problem: row.problem === null ? null : (JSON.parse(row.problem) as Problem),
});
