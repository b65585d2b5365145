/** Which operation made a file: by its content, and the notes that lie beside paid work. No database is opened, so the app may be open on its own. */
import { resolve } from 'node:path';
import { contentFingerprint } from '../../electron/darkroom/files/regular-file.ts';
import { problemOf } from '../../electron/library/problems.ts';
import { type PaidRecord, PaidRecords } from '../../electron/paid-work/records.ts';
import type { Report } from '../../shared/api/index.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import type { Session } from '../command.ts';
import { failedBy, failure } from '../outcome.ts';
import { accountFolder } from '../places.ts';
import { FREE, notOurs } from './sentences.ts';

/** A finished picture that somebody named. */
export interface FinishedPicture {
  /** Absolute. */
  readonly path: string;
  /** The operation that made it: the paid one, or the correction of nothing. */
  readonly resultOpId: OpId;
  readonly photoName: string;
  /** What is known of how it was made; null: it was made on another computer. */
  readonly record: PaidRecord | null;
  /** The report whose correction it is; null: it is the first result. */
  readonly follows: string | null;
}

/** Each file with its operation; the same picture twice counts once. Throws `CommandFailed` for a file that is none of this account's. */
export async function finishedPictures(
  session: Pick<Session, 'dataFolder' | 'world'>,
  accountId: AccountId,
  files: readonly string[],
  reports: readonly Report[],
): Promise<FinishedPicture[]> {
  const paid = paidRecords(session, accountId);
  const found = new Map<OpId, FinishedPicture>();
  for (const file of files) {
    const path = resolve(file);
    const sha256 = await contentFingerprint(path).catch((error: unknown) => {
      const { code, message } = problemOf(error, file);
      throw failedBy({ code, message: `${message} Nothing was sent. ${FREE}` });
    });
    const picture = correctionOf(reports, paid, sha256) ?? resultOf(paid, sha256);
    if (picture === null) throw failure('version_unknown', notOurs(file));
    found.set(picture.resultOpId, { path, ...picture });
  }
  return [...found.values()];
}

type Known = Omit<FinishedPicture, 'path'>;

function resultOf(paid: readonly PaidRecord[], sha256: string): Known | null {
  const record = paid.findLast(({ work }) => work.kind === 'apply' && work.file.sha256 === sha256);
  return record === undefined ? null : { resultOpId: record.opId, photoName: record.photo.name, record, follows: null };
}

function correctionOf(reports: readonly Report[], paid: readonly PaidRecord[], sha256: string): Known | null {
  for (const { id, photos } of reports)
    for (const { photo, resultOpId, correction } of photos) {
      if (correction?.upload.sha256 !== sha256) continue;
      const record = paid.find(({ opId }) => opId === resultOpId) ?? null;
      return { resultOpId: correction.opId, photoName: record?.photo.name ?? photo, record, follows: id };
    }
  return null;
}

/** Of applied pictures, the command line's and the app's. */
function paidRecords({ dataFolder, world }: Pick<Session, 'dataFolder' | 'world'>, accountId: AccountId): PaidRecord[] {
  return [dataFolder, accountFolder(dataFolder, accountId)].flatMap((folder) => {
    const records = new PaidRecords(folder, world);
    return records
      .opIds('apply')
      .sort()
      .flatMap((opId) => records.find(opId) ?? [])
      .filter((record) => record.accountId === accountId);
  });
}
