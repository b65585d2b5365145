/** Where the reported files lay, so that corrected ones are put beside them. No path leaves the computer. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { replaceFile } from '../../electron/storage/replace-file.ts';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import type { Session } from '../command.ts';
import { accountFolder } from '../places.ts';

const kept = z.object({ path: z.string() });

/** Of the server's own ids nothing is a file's name here. */
const fileFor = ({ dataFolder }: Pick<Session, 'dataFolder'>, accountId: AccountId, opId: OpId): string =>
  join(accountFolder(dataFolder, accountId), 'reported', `${createHash('sha256').update(opId).digest('hex').slice(0, 32)}.json`);

/** Remembers it, on disk when it returns. */
export const keepWhereabouts = (session: Session, accountId: AccountId, opId: OpId, path: string): void =>
  replaceFile(fileFor(session, accountId, opId), `${JSON.stringify({ path })}\n`, 0o600);

/** Null: it was reported elsewhere, or its folder is gone. */
export function whereabouts(session: Session, accountId: AccountId, opId: OpId): string | null {
  try {
    const path = kept.safeParse(JSON.parse(readFileSync(fileFor(session, accountId, opId), 'utf8'))).data?.path;
    return path !== undefined && existsSync(dirname(path)) ? path : null;
  } catch {
    return null;
  }
}
