/**
 * Who works here. The token that the server prints at its start is the first owner's; owners make the others, each with a role.
 *
 *   read-only  sees accounts, reports and the log
 *   support    also grants, adjusts, refunds, changes plans and answers reports
 *   owner      everything: accounts, chargebacks, staff
 */
import type pg from 'pg';
import type { StaffRole } from '../../shared/api.ts';

export interface Staff {
  readonly id: string;
  readonly name: string;
  readonly role: StaffRole;
}

/** Whoever holds the server's own token. Lies in no table: it cannot be revoked, only the server's secret can be replaced. */
export const FIRST_OWNER: Staff = { id: 'owner', name: 'Owner', role: 'owner' };

const RANK: Readonly<Record<StaffRole, number>> = { 'read-only': 0, support: 1, owner: 2 };
export const allows = (role: StaffRole, least: StaffRole): boolean => RANK[role] >= RANK[least];

export async function staffWith(db: Pick<pg.Pool, 'query'>, tokenHash: string): Promise<Staff | null> {
  const { rows } = await db.query<{ staff_id: string; name: string; role: StaffRole }>(
    'select staff_id, name, role from staff where token_hash = $1 and revoked_at is null',
    [tokenHash],
  );
  const [row] = rows;
  return row ? { id: row.staff_id, name: row.name, role: row.role } : null;
}
