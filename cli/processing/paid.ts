/**
 * What a processed photo costs, once: the operation's id is on disk before it is sent, under what the photo and the steps are. Run
 * again after a kill, the same hold is settled; run again later, what was paid for is made again for nothing.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type Payer, payFor } from '../../electron/paid-work/paying.ts';
import { openDatabase, openOrSetAside } from '../../electron/storage/sqlite.ts';
import { authoriseAnswer, hasCode, paths, type Receipt, receipt } from '../../shared/api/index.ts';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import type { Chain } from '../../shared/edit/processing/chain.ts';
import type { Problem } from '../../shared/result.ts';
import type { Asking } from '../asking.ts';
import { CommandFailed, EXIT, failedBy } from '../outcome.ts';
import type { MadeFiles } from './made-files.ts';

const migrations = [
  `CREATE TABLE paid (key TEXT PRIMARY KEY, op_id TEXT NOT NULL, settled INTEGER NOT NULL) STRICT;
   -- Every operation id that was ever used for a photo: history names photos by it.
   CREATE TABLE operation (op_id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT`,
  `-- Made, not paid: the file lies beside this, nothing is held, and op_id was refused for want of credit.
   ALTER TABLE paid ADD COLUMN unpaid INTEGER NOT NULL DEFAULT 0`,
];

export const paidFile = (accountFolder: string): string => join(accountFolder, 'processing', 'paid.db');

/** asked: its hold or charge was asked for, and may be there. */
export type PaidState = 'asked' | 'unpaid' | 'settled';

export interface PaidRecords {
  find(key: string): { readonly opId: OpId; readonly state: PaidState } | null;
  keep(key: string, opId: OpId, state: PaidState, name: string): void;
  forget(key: string): void;
  /** Of everything that is made, not paid. */
  unpaid(): string[];
  /** The photo that an operation was for. */
  nameOf(opId: OpId): string | null;
  close(): void;
}

/** @param path see `paidFile`. @param stamp names what a damaged file is set aside as; without it a damaged file throws */
export function openPaidRecords(path: string, stamp: string | null = null): PaidRecords {
  const options = { path, migrations, durability: 'full' } as const;
  const db = stamp === null ? openDatabase(options) : openOrSetAside(options, stamp).db;
  const find = db.prepare<[string], { op_id: OpId; settled: number; unpaid: number }>(
    'SELECT op_id, settled, unpaid FROM paid WHERE key = ?',
  );
  const keep = db.prepare<[string, string, number, number]>(
    'INSERT OR REPLACE INTO paid (key, op_id, settled, unpaid) VALUES (?, ?, ?, ?)',
  );
  const name = db.prepare<[string, string]>('INSERT OR REPLACE INTO operation VALUES (?, ?)');
  const forget = db.prepare<[string]>('DELETE FROM paid WHERE key = ?');
  const unpaid = db.prepare<[], { key: string }>('SELECT key FROM paid WHERE unpaid = 1');
  const nameOf = db.prepare<[string], { name: string }>('SELECT name FROM operation WHERE op_id = ?');
  return {
    find(key) {
      const row = find.get(key);
      if (row === undefined) return null;
      return { opId: row.op_id, state: row.settled === 1 ? 'settled' : row.unpaid === 1 ? 'unpaid' : 'asked' };
    },
    keep: db.transaction((key: string, opId: OpId, state: PaidState, photo: string) => {
      keep.run(key, opId, state === 'settled' ? 1 : 0, state === 'unpaid' ? 1 : 0);
      name.run(opId, photo);
    }),
    forget: (key) => void forget.run(key),
    unpaid: () => unpaid.all().map(({ key }) => key),
    nameOf: (opId) => nameOf.get(opId)?.name ?? null,
    close: () => void db.close(),
  };
}

export interface PaidParts {
  readonly asking: Asking;
  readonly records: PaidRecords;
  readonly files: MadeFiles;
  readonly newId: () => OpId;
}

export interface PaidWork {
  /** See `keyOf`. */
  readonly key: string;
  /** The photo's name. */
  readonly photo: string;
  readonly chain: Chain;
  /** Pay once more for what was paid for before. */
  readonly again: boolean;
  /** Makes the file and keeps it in `files`; answers where it lies. */
  readonly make: () => Promise<string>;
}

/** What was asked for: the photo's content, the steps, and the content of the watermarks. */
export const keyOf = (photo: string, chain: Chain, watermarks: readonly string[]): string =>
  createHash('sha256')
    .update(JSON.stringify([photo, chain, watermarks]))
    .digest('hex')
    .slice(0, 40);

/**
 * A file and what it costs, once, by the rule of `paid-work/paying.ts`: it is only answered when it is paid for, and where it lies.
 * Throws `made_not_paid` when there is no credit for it; then it stays, and the next run pays for it.
 */
export async function paidOnce(parts: PaidParts, work: PaidWork): Promise<{ readonly charged: string; readonly made: string }> {
  const { asking, records, files, newId } = parts;
  const { key, photo, again, make } = work;
  const before = records.find(key) ?? files.notedBy(key);
  if (before?.state === 'settled' && !again) return { charged: '0', made: await make() };
  const goesOn = before !== null && before.state !== 'settled';
  const lying = goesOn ? files.find(key) : null;
  const keepsId = goesOn && before.state === 'asked' && (lying !== null || (await isOpen(asking, before.opId)));
  const opId = keepsId ? before.opId : newId();
  records.keep(key, opId, 'asked', photo);
  const made = lying ?? (await holdAndMake(parts, work, opId));
  const paid = await payFor(payerOf(parts, work), opId, lying === null);
  switch (paid.kind) {
    case 'paid':
      records.keep(key, paid.opId, 'settled', photo);
      return { charged: paid.charged, made };
    case 'not paid':
      records.keep(key, paid.opId, 'unpaid', photo);
      throw new CommandFailed(EXIT.short, notPaid(photo));
    case 'given up':
      records.forget(key);
      files.discard(key);
      throw failedBy(paid.problem);
    case 'unanswered':
      throw new Error('A command asks until there is an answer, or throws.');
  }
}

async function holdAndMake({ asking, records, files }: PaidParts, work: PaidWork, opId: OpId): Promise<string> {
  try {
    await askHold(asking, work.chain, opId);
    return await work.make();
  } catch (error) {
    if (isUnjudged(error)) throw error;
    // It may not be held at all; then there is nothing to give back.
    await asking.post(paths.release(opId), { reason: 'failed' }, receipt).catch(() => undefined);
    files.discard(work.key);
    if ((await statusOf(asking, opId)) !== 'settled') {
      records.forget(work.key);
      throw error;
    }
    // Charged by an earlier run, and its file is gone: it is made again for nothing as soon as it can be made.
    records.keep(work.key, opId, 'settled', work.photo);
    throw new CommandFailed(EXIT.failed, chargedAndLost(work.photo, error));
  }
}

const askHold = (asking: Asking, chain: Chain, opId: OpId): Promise<unknown> =>
  // Names stay on this machine.
  asking.post(
    paths.operations,
    { atomic: true, operations: [{ opId, kind: 'process', steps: chain.map(({ kind }) => kind) }] },
    authoriseAnswer,
    ({ outcomes }) => outcomes.some((each) => each.opId === opId),
  );

function payerOf({ asking, records, files, newId }: PaidParts, { key, photo, chain }: PaidWork): Payer {
  return {
    newId,
    keep: (opId) => records.keep(key, opId, 'asked', photo),
    async settle(opId) {
      files.note(key, opId);
      try {
        const { charged } = await asking.post(paths.settle(opId), {}, receipt, (settled) => settled.opId === opId);
        return { kind: 'settled', charged };
      } catch (error) {
        if (isUnjudged(error)) throw error;
        const found = await asking.get(paths.operation(opId), receipt).catch((unknown: unknown) => nothingHeld(unknown));
        return found?.status === 'settled' ? { kind: 'settled', charged: found.charged } : { kind: 'gone' };
      }
    },
    async hold(opId) {
      try {
        await askHold(asking, chain, opId);
        return { kind: 'held' };
      } catch (error) {
        if (isUnjudged(error) || !(error instanceof CommandFailed)) throw error;
        return { kind: 'refused', problem: error.problem };
      }
    },
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms, true)),
  };
}

/** Discards everything that earlier runs made and did not pay; answers how many files. */
export function dropUnpaid({ records, files }: Pick<PaidParts, 'records' | 'files'>): number {
  const keys = records.unpaid();
  for (const key of keys) {
    records.forget(key);
    files.discard(key);
  }
  return keys.length;
}

/** Nobody knows what became of it: the id stays for the next run. */
export const isUnjudged = (error: unknown): boolean =>
  error instanceof CommandFailed && (error.exit === EXIT.offline || error.exit === EXIT.signIn);

const notPaid = (photo: string): Problem => ({
  code: 'made_not_paid',
  message: `${photo} is made, not paid: there is not enough credit left, and nothing was charged for it. Buy credit and run the same command again; --drop-unpaid discards what is not paid.`,
  file: photo,
});

const chargedAndLost = (photo: string, error: unknown): Problem => ({
  code: 'paid_not_delivered',
  message: `${photo} was charged by an earlier run, and its file is gone and could not be made again (${error instanceof Error ? error.message : String(error)}). Nothing more is charged: run the same command again once the photo can be read, or ask support to give the charge back.`,
  file: photo,
});

function nothingHeld(error: unknown): null {
  if (error instanceof CommandFailed && hasCode(error.problem, 'not_found')) return null;
  throw error;
}

/** Null: it never arrived. */
async function statusOf(asking: Asking, opId: OpId): Promise<Receipt['status'] | null> {
  return (await asking.get(paths.operation(opId), receipt).catch((error: unknown) => nothingHeld(error)))?.status ?? null;
}

/** Whether an interrupted run's operation can be gone on with: held, settled, or never arrived. */
async function isOpen(asking: Asking, opId: OpId): Promise<boolean> {
  const status = await statusOf(asking, opId);
  return status === null || status === 'held' || status === 'settled';
}
