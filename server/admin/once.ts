/** An act of staff that is no entry of a ledger, done once for its operation id. */
import type pg from 'pg';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import { fingerprint } from '../ledger/fingerprint.ts';
import { Refusal } from '../problems.ts';

/** True: it is new, and is to be done in this transaction; false: it was done. With other content the id is a conflict. */
export async function isNew(client: Pick<pg.ClientBase, 'query'>, opId: OpId, accountId: AccountId, content: unknown): Promise<boolean> {
  const print = fingerprint(content);
  const made = await client.query('insert into admin_operations values ($1, $2, $3) on conflict do nothing', [opId, print, accountId]);
  if (made.rowCount === 1) return true;
  const { rows } = await client.query<{ fingerprint: string }>('select fingerprint from admin_operations where op_id = $1', [opId]);
  if (rows[0]?.fingerprint !== print) throw new Refusal('conflict', 'This operation id was used for something else. Nothing was changed.');
  return false;
}
