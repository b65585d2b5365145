/**
 * Who works here. The token that the server prints at its start is the first owner's; owners make the others, each with a role.
 *
 *   read-only  sees accounts, reports and the log
 *   support    also grants, adjusts, refunds, changes plans and answers reports
 *   owner      everything: accounts, chargebacks, staff
 */
import type pg from 'pg';
import type { StaffRole } from '../../shared/api.ts';
import { rfc3339 } from '../clock.ts';
import { Refusal } from '../problems.ts';

export interface Staff {
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
}

/** Whoever holds the server's own token. Lies in no table: it cannot be revoked, only the server's secret can be replaced. */
export const FIRST_OWNER: Staff = { id: 'owner', name: 'Owner', role: 'owner' };

const RANK: Readonly<Record<StaffRole, number>> = { 'read-only': 0, support: 1, owner: 2 };
export const allows = (role: StaffRole, least: StaffRole): boolean => RANK[role] >= RANK[least];

/** Null when this is nobody's token. Throws `unauthorized`, with the day, when it was somebody's and has been ended. */
export async function staffWith(db: Pick<pg.Pool, 'query'>, tokenHash: string): Promise<Staff | null> {
  const { rows } = await db.query<{ staff_id: string; name: string; role: StaffRole; revoked_at: number | null }>(
    'select staff_id, name, role, revoked_at from staff where token_hash = $1',
    [tokenHash],
  );
  const [row] = rows;
  if (row && row.revoked_at !== null)
    throw new Refusal(
      'unauthorized',
      `This token was ended on ${rfc3339(row.revoked_at).slice(0, 10)}. Nothing was changed. Ask an owner for a new one.`,
    );
  return row ? { id: row.staff_id, name: row.name, role: row.role } : null;
}
