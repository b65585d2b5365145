/** The members of staff: made and ended by an owner, every change in the audit log. */
import type pg from 'pg';
import type { z } from 'zod';
import type { StaffMember, StaffRole, staffRequest } from '../../shared/api.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { transaction } from '../db/database.ts';
import type { Secrets } from '../identity/secrets.ts';
import type { Staff } from '../identity/staff.ts';
import { hashToken } from '../identity/tokens.ts';
import { derivedId } from '../ledger/derived-id.ts';
import { notFound, Refusal } from '../problems.ts';
import { recordAct } from './audit.ts';

interface Row {
  readonly staff_id: string;
  readonly name: string;
  readonly role: StaffRole;
  readonly created_at: number;
  readonly revoked_at: number | null;
}

export class StaffList {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #secrets: Secrets;

  constructor(pool: pg.Pool, clock: Clock, secrets: Secrets) {
    this.#pool = pool;
    this.#clock = clock;
    this.#secrets = secrets;
  }

  async list(): Promise<StaffMember[]> {
    const { rows } = await this.#pool.query<Row>('select * from staff order by created_at, staff_id');
    return rows.map(memberOf);
  }

  /** The same operation id answers the same member and token; with another name or role it is a conflict. */
  add(by: Staff, { opId, name, role, reason }: z.infer<typeof staffRequest>): Promise<{ member: StaffMember; token: string }> {
    const staffId = `stf_${derivedId('staff', opId)}`;
    const token = this.#secrets.staffToken(staffId);
    const now = this.#clock.now();
    return transaction(this.#pool, async (client) => {
      const { rowCount } = await client.query('insert into staff values ($1, $2, $3, $4, $5) on conflict do nothing', [
        staffId,
        name,
        role,
        hashToken(token),
        now,
      ]);
      const member = await one(client, staffId);
      if (member.name !== name || member.role !== role)
        throw new Refusal('conflict', 'This operation id made somebody else’s token. Nothing was written.');
      if (rowCount === 1)
        await recordAct(client, {
          at: now,
          staff: by,
          action: 'staff.add',
          accountId: null,
          opId,
          detail: { staffId, name, role, reason },
        });
      return { member, token };
    });
  }

  /** Ends a token at once; a second time changes nothing. */
  revoke(by: Staff, staffId: string, reason?: string): Promise<StaffMember> {
    const now = this.#clock.now();
    return transaction(this.#pool, async (client) => {
      const { rowCount } = await client.query('update staff set revoked_at = $2 where staff_id = $1 and revoked_at is null', [
        staffId,
        now,
      ]);
      const member = await one(client, staffId);
      if (rowCount === 1)
        await recordAct(client, { at: now, staff: by, action: 'staff.revoke', accountId: null, opId: null, detail: { staffId, reason } });
      return member;
    });
  }
}

async function one(client: pg.PoolClient, staffId: string): Promise<StaffMember> {
  const { rows } = await client.query<Row>('select * from staff where staff_id = $1', [staffId]);
  const [row] = rows;
  if (!row) throw notFound('member of staff');
  return memberOf(row);
}

const memberOf = (row: Row): StaffMember => ({
  id: row.staff_id,
  name: row.name,
  role: row.role,
  createdAt: rfc3339(row.created_at),
  revokedAt: row.revoked_at === null ? null : rfc3339(row.revoked_at),
});
