/**
 * paid.db as the command line kept it before paid-work.db: under the key of each work, the operation that pays for it. It did not keep
 * what the work was, so what is unfinished rests in one batch that is over, until the same work is asked for again.
 */
import { existsSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { z } from 'zod';
import { opIdFrom } from '../../../shared/credits/model/minting.ts';
import type { AccountId } from '../../../shared/credits/model/quantities.ts';
import type { Db, Migrations } from '../../storage/sqlite.ts';
import type { World } from '../../world.ts';
import { assertJob, type Job, type Made } from '../job.ts';
import type { EarlierBatch, Unreadable } from '../new-batch.ts';

/** One step for each version of paid.db, so that a file of any of them can be read. */
export const commandLineMigrations: Migrations = [
  `CREATE TABLE paid (key TEXT PRIMARY KEY, op_id TEXT NOT NULL, settled INTEGER NOT NULL) STRICT;
   -- Every operation id that was ever used for a photo: history names photos by it.
   CREATE TABLE operation (op_id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT`,
  `-- Made, not paid: the file lies beside this, nothing is held, and op_id was refused for want of credit.
   ALTER TABLE paid ADD COLUMN unpaid INTEGER NOT NULL DEFAULT 0`,
];

/** Of the batch that everything taken over rests in. */
export const EARLIER_BATCH = 'earlier';

const paidRow = z.object({ key: z.string(), op_id: z.string(), settled: z.int(), unpaid: z.int() });
type PaidRow = z.infer<typeof paidRow>;

/** The finished file of that key; null: there is none. */
export function fileIn(madeFolder: string, key: string): Made | null {
  const names = existsSync(madeFolder) ? readdirSync(madeFolder) : [];
  const name = names.find((each) => each.startsWith(`${key}.`) && !['.operation', '.part'].includes(extname(each)));
  return name === undefined ? null : { path: join(madeFolder, name), picture: null };
}

function standing({ settled, unpaid }: PaidRow, made: Made | null): Pick<Job, 'state' | 'lapses' | 'made' | 'charged'> {
  // What it cost was not kept; that it was charged was.
  if (settled === 1) return { state: 'settled', lapses: 0, made, charged: '0' };
  if (unpaid === 1 && made !== null) return { state: 'unpaid', lapses: 1, made, charged: null };
  return { state: 'queued', lapses: made === null ? 0 : 1, made, charged: null };
}

/** Everything in it, as one batch. */
export const batchOfCommandLine = (accountId: AccountId, madeFolder: string, world: Pick<World, 'ids' | 'clock'>) =>
  function* batches(db: Db, unreadable: Unreadable): Generator<EarlierBatch> {
    const names = new Map(
      db
        .prepare<[], { op_id: string; name: string }>('SELECT op_id, name FROM operation')
        .all()
        .map(({ op_id, name }) => [op_id, name]),
    );
    const jobOf = (opId: string, position: number, more: Pick<Job, 'key' | 'state' | 'lapses' | 'made' | 'charged'>): Job => {
      const name = names.get(opId) ?? 'A photo';
      names.delete(opId);
      const photo = { id: name, name, origin: null };
      const fixed = {
        batchId: EARLIER_BATCH,
        photo,
        position,
        task: { work: null },
        chunk: position,
        opId: opIdFrom(opId),
        sent: true,
        problem: null,
      };
      return assertJob({ id: world.ids.next(), ...fixed, ...more });
    };
    const jobs: Job[] = [];
    for (const row of db.prepare<[], { key: string }>('SELECT key, op_id, settled, unpaid FROM paid ORDER BY rowid').all()) {
      const paid = paidRow.safeParse(row).data;
      if (paid === undefined) unreadable(row.key);
      else jobs.push(jobOf(paid.op_id, jobs.length, { key: paid.key, ...standing(paid, fileIn(madeFolder, paid.key)) }));
    }
    // Operations that came to nothing still have names.
    const over = { key: null, state: 'released', lapses: 0, made: null, charged: null } as const;
    for (const opId of [...names.keys()]) jobs.push(jobOf(opId, jobs.length, over));
    const order = { accountId, mode: 'as many as possible', isFree: false } as const;
    yield {
      record: { id: EARLIER_BATCH, craft: 'process', createdAt: world.clock.now(), phase: 'finished', ...order },
      jobs,
      operations: [],
    };
  };
