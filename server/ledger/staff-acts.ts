/** An act of staff that is no entry of a ledger, done once for its operation id. */
import type pg from 'pg';
import type { OpId } from '../../shared/credits/model/quantities.ts';
import { idTaken } from '../problems.ts';
import { fingerprint } from './fingerprint.ts';

interface Act {
  readonly opId: OpId;
  /** What it is about: an account, or a report. Kept beside the id. */
  readonly about: string;
  /** Another content under the same id is a conflict. */
  readonly content: unknown;
  /** What a conflict did not do, as a sentence. */
  readonly nothing?: string;
}

/** True: it is new, and is to be done in this transaction; false: it was done. Throws a conflict where the id was used for another content. */
export async function isNew(
  client: Pick<pg.ClientBase, 'query'>,
  { opId, about, content, nothing = 'Nothing was changed.' }: Act,
): Promise<boolean> {
  const print = fingerprint(content);
  const made = await client.query('insert into admin_operations values ($1, $2, $3) on conflict do nothing', [opId, print, about]);
  if (made.rowCount === 1) return true;
  const { rows } = await client.query<{ fingerprint: string }>('select fingerprint from admin_operations where op_id = $1', [opId]);
  if (rows[0]?.fingerprint !== print) throw idTaken(nothing);
  return false;
}
