/** Which holds the generations placed for their own jobs. */
import type pg from 'pg';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';

/** Whether the hold belongs to a job of ours: nobody but the worker may end it. */
export async function isJob(db: Pick<pg.Pool, 'query'>, accountId: AccountId, opId: OpId): Promise<boolean> {
  const { rowCount } = await db.query('select 1 from generations where account_id = $1 and op_id = $2', [accountId, opId]);
  return (rowCount ?? 0) > 0;
}
