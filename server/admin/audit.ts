/** Reading the audit log. */
import type pg from 'pg';
import type { z } from 'zod';
import type { Act, auditQuery } from '../../shared/api/index.ts';
import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import { rfc3339 } from '../clock.ts';

interface Row {
  readonly audit_id: number;
  readonly at: Instant;
  readonly staff_id: string;
  readonly staff_name: string;
  readonly staff_role: Act['staff']['role'];
  readonly action: string;
  readonly account_id: AccountId | null;
  readonly op_id: OpId | null;
  readonly detail: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Newest first. `next` is the cursor of the page after this one. */
export async function listActs(
  db: Pick<pg.Pool, 'query'>,
  { before, limit, accountId }: z.infer<typeof auditQuery>,
): Promise<{ acts: Act[]; next: string | null }> {
  const { rows } = await db.query<Row>(
    `select * from audit where ($1::bigint is null or audit_id < $1) and ($2::text is null or account_id = $2)
     order by audit_id desc limit $3`,
    [before ?? null, accountId ?? null, limit + 1],
  );
  const page = rows.slice(0, limit);
  return { acts: page.map(actOf), next: rows.length > limit ? String(page.at(-1)?.audit_id) : null };
}

function actOf(row: Row): Act {
  // Written by recordAct.
  const read = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  return {
    id: String(row.audit_id),
    at: rfc3339(row.at),
    staff: { id: row.staff_id, name: row.staff_name, role: row.staff_role },
    action: row.action,
    accountId: row.account_id,
    opId: row.op_id,
    detail: read(row.detail),
    before: read(row.before),
    after: read(row.after),
  };
}
