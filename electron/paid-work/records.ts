/**
 * A note beside every file that is about to be paid for, one small file by the operation's id: which file it is, of which photo, made
 * how. Written before the charge is asked for, so that a paid file is known by its operation without any database.
 */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { z } from 'zod';
import { accountId } from '../../shared/credits/codec/quantities.ts';
import { opIdFrom } from '../../shared/credits/model/minting.ts';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import { recipe } from '../../shared/edit/recipe.ts';
import type { World } from '../world.ts';

/** Where a photo was taken in from: enough to take it up again when the library is lost. */
export const origin = z.object({
  path: z.string(),
  sha256: z.string(),
  /** The collection that it stood in; `source` tells collections apart. */
  collection: z.object({ source: z.string(), name: z.string() }),
});
/** Where a photo was taken in from, so that it can be taken up again without the library. */
export type Origin = z.infer<typeof origin>;

const made = z.object({
  /** Absolute; kept relative to the data folder, which may be moved. */
  path: z.string(),
  width: z.int(),
  height: z.int(),
  bytes: z.int(),
  sha256: z.string(),
  /** SHA-256 of the original that it was made of. */
  source: z.exactOptional(z.string()),
});

const applied = z.object({ kind: z.literal('apply'), recipe, file: made });
/** `folder` and `name`: where the finished file goes, and as what. */
const processed = z.object({
  kind: z.literal('process'),
  file: z.object({ path: z.string() }),
  folder: z.string(),
  collection: z.string(),
  name: z.string(),
});

const paidRecord = z.object({
  opId: z.string().min(1).brand<'OpId'>(),
  accountId,
  /** Of the job or item; of an applied picture also the version's id. */
  jobId: z.string().min(1),
  photo: z.object({ id: z.string(), name: z.string(), origin: origin.nullable() }),
  work: z.discriminatedUnion('kind', [applied, processed]),
});
/** A note about a finished file that is about to be paid for. */
export type PaidRecord = z.infer<typeof paidRecord>;

const FOLDER = 'paid-work';
const KINDS = ['apply', 'process'] as const satisfies readonly PaidRecord['work']['kind'][];
/** An operation's id as a file's name: ULIDs and UUIDs are; anything else is kept nowhere. */
const idShape = /^[0-9A-Za-z-]{1,100}$/;

/** The notes about paid files below the data folder, apart from every database; paths in them are relative to it, so that it can be moved. */
export class PaidRecords {
  readonly #dataFolder: string;
  readonly #world: Pick<World, 'log'>;

  constructor(dataFolder: string, world: Pick<World, 'log'>) {
    this.#dataFolder = dataFolder;
    this.#world = world;
  }

  /** On disk, whole or not at all, when it resolves. */
  async keep(record: PaidRecord): Promise<void> {
    if (!idShape.test(record.opId)) return;
    const target = this.#fileFor(record.work.kind, record.opId);
    await mkdir(dirname(target), { recursive: true });
    const temporary = `${target}.part`;
    const file = await open(temporary, 'w');
    try {
      await file.writeFile(JSON.stringify(moved(record, (path) => relative(this.#dataFolder, path))));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  }

  /** Null when there is none, or it cannot be read. */
  find(opId: OpId): PaidRecord | null {
    for (const kind of KINDS) {
      const record = idShape.test(opId) ? read(this.#fileFor(kind, opId)) : null;
      if (record?.opId === opId) return moved(record, (path) => resolve(this.#dataFolder, path));
    }
    return null;
  }

  /** Of every note of the craft that is there. */
  opIds(kind: PaidRecord['work']['kind']): OpId[] {
    try {
      const names = readdirSync(this.#folderOf(kind));
      return names.flatMap((name) => (name.endsWith('.json') ? [opIdFrom(name.slice(0, -'.json'.length))] : []));
    } catch {
      return [];
    }
  }

  /** Deletes the note. One that cannot be deleted is logged and stays. */
  forget(opId: OpId): void {
    if (!idShape.test(opId)) return;
    try {
      for (const kind of KINDS) rmSync(this.#fileFor(kind, opId), { force: true });
    } catch (error) {
      this.#world.log('a note of paid work could not be deleted', { opId, error: String(error) });
    }
  }

  #folderOf(kind: PaidRecord['work']['kind']): string {
    return join(this.#dataFolder, FOLDER, kind);
  }

  #fileFor(kind: PaidRecord['work']['kind'], opId: OpId): string {
    return join(this.#folderOf(kind), `${opId}.json`);
  }
}

/** The record with its file at another path. */
const moved = (record: PaidRecord, path: (of: string) => string): PaidRecord =>
  record.work.kind === 'apply'
    ? { ...record, work: { ...record.work, file: { ...record.work.file, path: path(record.work.file.path) } } }
    : { ...record, work: { ...record.work, file: { path: path(record.work.file.path) } } };

/** Null when there is none, or it cannot be read. */
function read(path: string): PaidRecord | null {
  try {
    return paidRecord.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}
