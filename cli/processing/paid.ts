/**
 * What a processed photo costs, once: the operation's id is on disk before it is sent, under what the photo and the steps are. Run
 * again after a kill, the same hold is settled; run again later, what was paid for is made again for nothing.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase } from '../../electron/storage/sqlite.ts';
import { authoriseAnswer, paths, receipt } from '../../shared/api.ts';
import type { Chain } from '../../shared/edit/processing/chain.ts';
import type { Asking } from '../asking.ts';
import { CommandFailed, EXIT } from '../outcome.ts';

const migrations = [
  `CREATE TABLE paid (key TEXT PRIMARY KEY, op_id TEXT NOT NULL, settled INTEGER NOT NULL) STRICT;
   -- Every operation id that was ever used for a photo: history names photos by it.
   CREATE TABLE operation (op_id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT`,
];

export const paidFile = (accountFolder: string): string => join(accountFolder, 'processing', 'paid.db');

export interface PaidRecords {
  find(key: string): { readonly opId: string; readonly settled: boolean } | null;
  keep(key: string, opId: string, settled: boolean, name: string): void;
  forget(key: string): void;
  /** The photo that an operation was for. */
  nameOf(opId: string): string | null;
  close(): void;
}

/** @param path see `paidFile` */
export function openPaidRecords(path: string): PaidRecords {
  const db = openDatabase({ path, migrations, durability: 'full' });
  const find = db.prepare<[string], { op_id: string; settled: number }>('SELECT op_id, settled FROM paid WHERE key = ?');
  const keep = db.prepare<[string, string, number]>('INSERT OR REPLACE INTO paid VALUES (?, ?, ?)');
  const name = db.prepare<[string, string]>('INSERT OR REPLACE INTO operation VALUES (?, ?)');
  const forget = db.prepare<[string]>('DELETE FROM paid WHERE key = ?');
  const nameOf = db.prepare<[string], { name: string }>('SELECT name FROM operation WHERE op_id = ?');
  return {
    find(key) {
      const row = find.get(key);
      return row === undefined ? null : { opId: row.op_id, settled: row.settled === 1 };
    },
    keep: db.transaction((key: string, opId: string, settled: boolean, photo: string) => {
      keep.run(key, opId, settled ? 1 : 0);
      name.run(opId, photo);
    }),
    forget: (key) => void forget.run(key),
    nameOf: (opId) => nameOf.get(opId)?.name ?? null,
    close: () => void db.close(),
  };
}

export interface PaidParts {
  readonly asking: Asking;
  readonly records: PaidRecords;
  readonly newId: () => string;
}

/** What was asked for: the photo's content, the steps, and the content of the watermarks. */
export const keyOf = (photo: string, chain: Chain, watermarks: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([photo, chain, watermarks]))
    .digest('hex')
    .slice(0, 40);

/**
 * Holds, lets `make` do the work, settles; answers what was charged now. Whatever `make` throws gives the hold back.
 * @param again pay once more for what was paid for before
 */
export async function paidOnce(
  { asking, records, newId }: PaidParts,
  key: string,
  photo: string,
  chain: Chain,
  again: boolean,
  make: () => Promise<void>,
): Promise<string> {
  const before = records.find(key);
  if (before?.settled === true && !again) {
    await make();
    return '0';
  }
  const opId = before !== null && !before.settled && (await isOpen(asking, before.opId)) ? before.opId : newId();
  records.keep(key, opId, false, photo);
  // Names stay on this machine.
  const operation = { opId, kind: 'process', steps: chain.map(({ kind }) => kind) };
  let charged: string;
  try {
    await asking.post(paths.operations, { atomic: true, operations: [operation] }, authoriseAnswer, ({ outcomes }) =>
      outcomes.some((each) => each.opId === opId),
    );
    await make();
    charged = (await asking.post(paths.settle(opId), {}, receipt, (settled) => settled.opId === opId)).charged;
  } catch (error) {
    if (isUnjudged(error)) throw error;
    records.forget(key);
    // It may not be held at all; then there is nothing to give back.
    await asking.post(paths.release(opId), { reason: 'failed' }, receipt).catch(() => undefined);
    throw error;
  }
  records.keep(key, opId, true, photo);
  return charged;
}

/** Nobody knows what became of it: the id stays for the next run. */
export const isUnjudged = (error: unknown): boolean =>
  error instanceof CommandFailed && (error.exit === EXIT.offline || error.exit === EXIT.signIn);

/** Whether an interrupted run's operation can be gone on with: held, settled, or never arrived. */
async function isOpen(asking: Asking, opId: string): Promise<boolean> {
  try {
    const { status } = await asking.get(paths.operation(opId), receipt);
    return status === 'held' || status === 'settled';
  } catch (error) {
    if (error instanceof CommandFailed && error.problem.code === 'not_found') return true;
    throw error;
  }
}
