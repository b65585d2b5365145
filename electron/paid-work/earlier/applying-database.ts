/** applying.db as versions before paid-work.db kept it: its schema, and its rows as batches and jobs of now. */
import { z } from 'zod';
import { accountId, instant, operationId } from '../../../shared/credits/codec/quantities.ts';
import type { OpId } from '../../../shared/credits/model/quantities.ts';
import { recipe as recipeSchema } from '../../../shared/edit/recipe.ts';
import { problem as problemSchema } from '../../../shared/ipc/library.ts';
import type { Db, Migrations } from '../../storage/sqlite.ts';
import { mode, phase } from '../batch.ts';
import { assertJob, type Job, type JobState, picture } from '../job.ts';
import type { EarlierBatch, Unreadable } from '../new-batch.ts';
import { origin as originSchema } from '../records.ts';
import { json } from './json-column.ts';

/** One step for each version of applying.db, so that a file of any of them can be read. */
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

const STATES: Readonly<Record<string, JobState>> = {
  queued: 'queued',
  held: 'held',
  rendering: 'making',
  rendered: 'made',
  unpaid: 'unpaid',
  settled: 'settled',
  undelivered: 'undelivered',
  refused: 'refused',
  failed: 'failed',
  released: 'released',
};

const batchRow = z.object({ id: z.string(), created_at: instant, account_id: accountId, mode, phase });
const file = picture.extend({ path: z.string() });
const jobRow = z.object({
  id: z.string(),
  batch_id: z.string(),
  photo_id: z.string(),
  photo_name: z.string(),
  position: z.int(),
  chunk: z.int(),
  state: z.string(),
  op_id: operationId,
  sent: z.int(),
  lapses: z.int(),
  charged: z.string().nullable(),
  rendered: json.pipe(file).nullable(),
  problem: json.pipe(problemSchema).nullable(),
  recipe: json.pipe(recipeSchema),
  origin: json.nullable(),
});

function jobFrom(row: unknown): Job {
  const { rendered, origin, ...each } = jobRow.parse(row);
  const state = STATES[each.state];
  if (state === undefined) throw new Error(`There is no state ${each.state}`);
  const whereFrom = originSchema.safeParse(origin).data ?? null;
  const { path = '', ...facts } = rendered ?? {};
  return assertJob({
    id: each.id,
    batchId: each.batch_id,
    photo: { id: each.photo_id, name: each.photo_name, origin: whereFrom },
    position: each.position,
    task: { recipe: each.recipe },
    key: null,
    chunk: each.chunk,
    state,
    opId: each.op_id,
    sent: each.sent === 1,
    lapses: each.lapses,
    made: rendered === null ? null : { path, picture: picture.parse(facts) },
    charged: each.charged,
    problem: each.problem,
  });
}

/** Every batch in it, oldest first; a job that cannot be read is told, and left out. */
export function* batchesOfApplying(db: Db, unreadable: Unreadable): Generator<EarlierBatch> {
  const jobs = db.prepare<[string], { id: string }>(
    `SELECT j.id, j.batch_id, j.photo_id, j.photo_name, j.position, j.chunk, coalesce(j.recipe, b.recipe) AS recipe, j.origin, j.state,
       j.op_id, j.sent, j.lapses, j.rendered, j.charged, j.problem
     FROM job j JOIN batch b ON b.id = j.batch_id WHERE j.batch_id = ? ORDER BY j.position`,
  );
  const operations = db.prepare<[string], { op_id: OpId; job_id: string }>(
    'SELECT o.op_id, o.job_id FROM operation o JOIN job j ON j.id = o.job_id WHERE j.batch_id = ?',
  );
  for (const row of db.prepare<[], { id: string }>('SELECT * FROM batch ORDER BY id').all()) {
    const read = batchRow.safeParse(row).data;
    if (read === undefined) {
      unreadable(row.id);
      continue;
    }
    const { id, created_at: createdAt, account_id: accountId } = read;
    yield {
      record: { id, craft: 'apply', createdAt, accountId, mode: read.mode, isFree: false, phase: read.phase },
      jobs: jobs.all(id).flatMap((job) => {
        try {
          return jobFrom(job);
        } catch {
          unreadable(job.id);
          return [];
        }
      }),
      operations: operations.all(id).map(({ op_id, job_id }) => ({ opId: op_id, jobId: job_id })),
    };
  }
}
