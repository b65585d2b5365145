/** paid-work.db: one durable row per job of a batch (synchronous=FULL). Every step is on disk before its consequence begins. */

import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import { problem as problemSchema } from '../../shared/ipc/library.ts';
import type { Db, Migrations } from '../storage/sqlite.ts';
import { type BatchRecord, mode, type Phase, phase } from './batch.ts';
import type { Craft } from './craft.ts';
import type { Step } from './hold-steps.ts';
import { advance, assertJob, type Job, jobState, made as madeSchema } from './job.ts';
import type { EarlierBatch } from './new-batch.ts';
import { type Origin, origin as originSchema } from './records.ts';

/** One step for each version of paid-work.db. */
export const paidWorkMigrations: Migrations = [
  `
  CREATE TABLE batch (
    id TEXT PRIMARY KEY,
    -- Its kind: only that craft reads the tasks of its jobs.
    craft TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    -- Whose credit it uses: it is only ever carried on for this account.
    account_id TEXT NOT NULL,
    mode TEXT NOT NULL,
    is_free INTEGER NOT NULL,
    -- running, paused, cancelling, finished, cancelled, refused
    phase TEXT NOT NULL
  ) STRICT;
  CREATE INDEX batch_open ON batch (id) WHERE phase IN ('running', 'paused', 'cancelling');
  CREATE TABLE job (
    id TEXT PRIMARY KEY,
    batch_id TEXT NOT NULL REFERENCES batch (id),
    photo_id TEXT NOT NULL,
    photo_name TEXT NOT NULL,
    -- Where the photo was taken in from: it is taken up again from here when the library is lost.
    origin TEXT,
    position INTEGER NOT NULL,
    chunk INTEGER NOT NULL,
    task TEXT NOT NULL,
    -- What the work is, where the craft tells equal work by a key.
    key TEXT,
    state TEXT NOT NULL,
    op_id TEXT NOT NULL,
    sent INTEGER NOT NULL,
    lapses INTEGER NOT NULL,
    made TEXT,
    charged TEXT,
    problem TEXT
  ) STRICT;
  CREATE INDEX job_by_batch ON job (batch_id, position);
  CREATE INDEX job_by_key ON job (key) WHERE key IS NOT NULL;
  -- Every operation id that was ever used for a job: history names photos by it.
  CREATE TABLE operation (op_id TEXT PRIMARY KEY, job_id TEXT NOT NULL REFERENCES job (id)) STRICT;
  `,
];

interface BatchRow {
  readonly id: string;
  readonly craft: string;
  readonly created_at: Instant;
  readonly account_id: AccountId;
  readonly mode: string;
  readonly is_free: number;
  readonly phase: string;
}

/** What a step can change. */
interface JobStepRow {
  readonly id: string;
  readonly state: string;
  readonly op_id: OpId;
  readonly sent: number;
  readonly lapses: number;
  readonly made: string | null;
  readonly charged: string | null;
  readonly problem: string | null;
}

interface JobRow extends JobStepRow {
  readonly batch_id: string;
  readonly photo_id: string;
  readonly photo_name: string;
  readonly origin: string | null;
  readonly position: number;
  readonly chunk: number;
  readonly task: string;
  readonly key: string | null;
}

type CraftOfRow = JobRow & { readonly craft: string };
type StoredCraft = Pick<Craft, 'kind' | 'task'>;

const statementsOf = (db: Db) => ({
  batch: db.prepare<[string], BatchRow>('SELECT * FROM batch WHERE id = ?'),
  openBatches: db.prepare<[], BatchRow>("SELECT * FROM batch WHERE phase IN ('running', 'paused', 'cancelling') ORDER BY id"),
  lastFinished: db.prepare<[string], BatchRow>(
    "SELECT * FROM batch WHERE craft = ? AND phase IN ('finished', 'cancelled') ORDER BY id DESC LIMIT 1",
  ),
  insertBatch: db.prepare<[BatchRow]>(
    `INSERT INTO batch (id, craft, created_at, account_id, mode, is_free, phase)
     VALUES (@id, @craft, @created_at, @account_id, @mode, @is_free, @phase)`,
  ),
  setPhase: db.prepare<[Phase, string]>('UPDATE batch SET phase = ? WHERE id = ?'),
  jobs: db.prepare<[string], CraftOfRow>(
    'SELECT j.*, b.craft FROM job j JOIN batch b ON b.id = j.batch_id WHERE j.batch_id = ? ORDER BY j.position',
  ),
  jobOf: db.prepare<[string], CraftOfRow>(
    'SELECT j.*, b.craft FROM job j JOIN batch b ON b.id = j.batch_id JOIN operation o ON o.job_id = j.id WHERE o.op_id = ?',
  ),
  byKey: db.prepare<[string, string], CraftOfRow>(
    'SELECT j.*, b.craft FROM job j JOIN batch b ON b.id = j.batch_id WHERE b.craft = ? AND j.key = ? ORDER BY j.id DESC',
  ),
  insertJob: db.prepare<[JobRow]>(
    `INSERT INTO job (id, batch_id, photo_id, photo_name, origin, position, chunk, task, key, state, op_id, sent, lapses, made, charged, problem)
     VALUES (@id, @batch_id, @photo_id, @photo_name, @origin, @position, @chunk, @task, @key, @state, @op_id, @sent, @lapses, @made, @charged,
       @problem)`,
  ),
  updateJob: db.prepare<[JobStepRow]>(
    'UPDATE job SET state = @state, op_id = @op_id, sent = @sent, lapses = @lapses, made = @made, charged = @charged, problem = @problem WHERE id = @id',
  ),
  saveOperation: db.prepare<[string, string]>('INSERT INTO operation (op_id, job_id) VALUES (?, ?) ON CONFLICT DO NOTHING'),
  // Work that is done again for a charge that is there is another job for the same operation.
  moveOperation: db.prepare<[string, string]>(
    'INSERT INTO operation (op_id, job_id) VALUES (?, ?) ON CONFLICT (op_id) DO UPDATE SET job_id = excluded.job_id',
  ),
  photoOf: db.prepare<[string], { id: string; name: string }>(
    'SELECT j.photo_id AS id, j.photo_name AS name FROM operation o JOIN job j ON j.id = o.job_id WHERE o.op_id = ?',
  ),
  chargeOf: db.prepare<[string], { charged: string | null }>("SELECT charged FROM job WHERE id = ? AND state = 'settled'"),
});

/** The rows of paid-work.db. Reading jobs throws when a row cannot be read. */
export class PaidWorkStore {
  readonly #db: Db;
  readonly #crafts: ReadonlyMap<string, StoredCraft>;
  readonly #sql: ReturnType<typeof statementsOf>;
  /** Tasks by their text: photos of a batch often share one. */
  #tasks = new Map<string, unknown>();

  /** @param crafts whoever only asks for names needs none */
  constructor(db: Db, crafts: readonly StoredCraft[]) {
    this.#db = db;
    this.#crafts = new Map(crafts.map((craft) => [craft.kind, craft]));
    this.#sql = statementsOf(db);
  }

  batch(id: string): BatchRecord | null {
    const row = this.#sql.batch.get(id);
    return row === undefined ? null : toBatch(row);
  }

  /** Oldest first. */
  openBatches(): BatchRecord[] {
    return this.#sql.openBatches.all().map(toBatch);
  }

  lastFinished(craft: string): BatchRecord | null {
    const row = this.#sql.lastFinished.get(craft);
    return row === undefined ? null : toBatch(row);
  }

  /** In the order of the batch; jobs with the same task share the object. Throws when a row cannot be read. */
  jobs(batchId: string): Job[] {
    this.#tasks = new Map();
    return this.#sql.jobs.all(batchId).map((row) => this.#toJob(row));
  }

  /** The job that an operation was for; null when there is none. Throws when its row cannot be read. */
  jobOf(opId: OpId): Job | null {
    const row = this.#sql.jobOf.get(opId);
    return row === undefined ? null : this.#toJob(row);
  }

  /** Every job of this work, newest first. Throws when a row cannot be read. */
  jobsByKey(craft: string, key: string): Job[] {
    return this.#sql.byKey.all(craft, key).map((row) => this.#toJob(row));
  }

  /** The batch with all its jobs, at once or not at all. */
  create(record: BatchRecord, jobs: readonly Job[]): void {
    const texts = new Map<unknown, string>();
    const textOf = (task: unknown): string => {
      const text = texts.get(task) ?? JSON.stringify(task);
      texts.set(task, text);
      return text;
    };
    if (jobs.length === 0) throw new Error(`A batch without jobs (${record.id})`);
    this.#db.transaction(() => {
      this.#sql.insertBatch.run(toBatchRow(record));
      for (const job of jobs) {
        this.#sql.insertJob.run(toRow(assertJob(job), textOf(job.task)));
        this.#sql.moveOperation.run(job.opId, job.id);
      }
    })();
  }

  /** A batch of an earlier version, at once or not at all; one that is here already stays as it is. */
  takeOver({ record, jobs, operations }: EarlierBatch): void {
    if (jobs.length === 0 || this.batch(record.id) !== null) return;
    const known = new Set(jobs.map(({ id }) => id));
    this.#db.transaction(() => {
      this.create(record, jobs);
      for (const { opId, jobId } of operations) if (known.has(jobId)) this.#sql.saveOperation.run(opId, jobId);
    })();
  }

  setPhase(id: string, phase: Phase): void {
    this.#sql.setPhase.run(phase, id);
  }

  /** Takes the steps, all of them or none, and answers the jobs after them. Throws when one must not happen. */
  advance(steps: readonly Step[]): Job[] {
    const now = new Map<string, Job>();
    return this.#db.transaction(() =>
      steps.map(({ job: first, event }) => {
        const job = now.get(first.id) ?? first;
        const next = advance(job, event);
        now.set(next.id, next);
        if (next === job) return job;
        this.#sql.updateJob.run(toStepRow(next));
        this.#sql.saveOperation.run(next.opId, next.id);
        return next;
      }),
    )();
  }

  /** Which photo an operation was for. */
  photoOf(opId: OpId): { id: string; name: string } | null {
    return this.#sql.photoOf.get(opId) ?? null;
  }

  /** What a settled job cost; null when it is not one of this machine. */
  chargeOf(jobId: string): string | null {
    return this.#sql.chargeOf.get(jobId)?.charged ?? null;
  }

  close(): void {
    this.#db.close();
  }

  #toJob(row: CraftOfRow): Job {
    return assertJob({
      id: row.id,
      batchId: row.batch_id,
      photo: { id: row.photo_id, name: row.photo_name, origin: originFrom(row.origin) },
      position: row.position,
      chunk: row.chunk,
      task: this.#taskOf(row),
      key: row.key,
      state: jobState.parse(row.state),
      opId: row.op_id,
      sent: row.sent === 1,
      lapses: row.lapses,
      made: row.made === null ? null : madeSchema.parse(JSON.parse(row.made)),
      charged: row.charged,
      problem: row.problem === null ? null : problemSchema.parse(JSON.parse(row.problem)),
    });
  }

  #taskOf({ craft: kind, task }: CraftOfRow): unknown {
    const name = `${kind} ${task}`;
    const known = this.#tasks.get(name);
    if (known !== undefined) return known;
    const craft = this.#crafts.get(kind);
    if (craft === undefined) throw new Error(`There is no craft ${kind}`);
    const parsed = craft.task.parse(JSON.parse(task));
    this.#tasks.set(name, parsed);
    return parsed;
  }
}

const toBatch = (row: BatchRow): BatchRecord => ({
  id: row.id,
  craft: row.craft,
  createdAt: row.created_at,
  accountId: row.account_id,
  mode: mode.parse(row.mode),
  isFree: row.is_free === 1,
  phase: phase.parse(row.phase),
});

const toBatchRow = ({ id, craft, createdAt, accountId, mode: how, isFree, phase: at }: BatchRecord): BatchRow => ({
  id,
  craft,
  created_at: createdAt,
  account_id: accountId,
  mode: how,
  is_free: isFree ? 1 : 0,
  phase: at,
});

const toRow = (job: Job, task: string): JobRow => ({
  ...toStepRow(job),
  batch_id: job.batchId,
  photo_id: job.photo.id,
  photo_name: job.photo.name,
  origin: job.photo.origin === null ? null : JSON.stringify(job.photo.origin),
  position: job.position,
  chunk: job.chunk,
  task,
  key: job.key,
});

const toStepRow = (job: Job): JobStepRow => ({
  id: job.id,
  state: job.state,
  op_id: job.opId,
  sent: job.sent ? 1 : 0,
  lapses: job.lapses,
  made: job.made === null ? null : JSON.stringify(job.made),
  charged: job.charged,
  problem: job.problem === null ? null : JSON.stringify(job.problem),
});

/** One that cannot be read is none: it only helps when the library is lost. */
function originFrom(text: string | null): Origin | null {
  if (text === null) return null;
  try {
    return originSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
