/** The members of staff: made and ended by an owner, every change in the audit log. */
import type pg from 'pg';
import type { z } from 'zod';
import type { StaffMember, StaffRole, staffAnswer, staffRequest } from '../../shared/api/index.ts';
import type { Instant } from '../../shared/credits/model/quantities.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { transaction } from '../db/database.ts';
import { derivedId } from '../derived-id.ts';
import { recordAct } from '../identity/audit.ts';
import { ONCE } from '../identity/once.ts';
import type { Staff } from '../identity/staff.ts';
import { endTokens, makeToken, tokenIdOf, tokenOf } from '../identity/tokens.ts';
import { tellEnded } from '../ledger/wake.ts';
import { notFound, Refusal } from '../problems.ts';

interface Row {
  readonly staff_id: string;
  readonly name: string;
  readonly role: StaffRole;
  readonly created_at: Instant;
  readonly revoked_at: Instant | null;
}

const FIRST_TOKEN = 'Made with the member';

/** Makes and ends members; `ended` is told of tokens that work no more, so that every server process forgets them. */
export class StaffList {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #ended: (tokenIds: readonly string[]) => void;

  constructor(pool: pg.Pool, clock: Clock, ended: (tokenIds: readonly string[]) => void) {
    this.#pool = pool;
    this.#clock = clock;
    this.#ended = ended;
  }

  async list(): Promise<StaffMember[]> {
    const { rows } = await this.#pool.query<Row>('select * from staff order by created_at, staff_id');
    return rows.map(memberOf);
  }

  /** The same operation id answers the same member, and the token only the first time; with another name or role it is a conflict. */
  add(by: Staff, { opId, name, role, reason }: z.infer<typeof staffRequest>): Promise<z.infer<typeof staffAnswer>> {
    const staffId = `stf_${derivedId('staff', opId)}`;
    const tokenId = tokenIdOf('staff', opId);
    const at = this.#clock.now();
    return transaction(this.#pool, async (client) => {
      const { rowCount } = await client.query(
        'insert into staff (staff_id, name, role, created_at) values ($1, $2, $3, $4) on conflict do nothing',
        [staffId, name, role, at],
      );
      const member = await loadMember(client, staffId);
      if (member.name !== name || member.role !== role)
        throw new Refusal('conflict', 'This operation id made somebody else’s token. Nothing was written.');
      const record = (action: string, more: object) =>
        recordAct(client, { at, staff: by, action, accountId: null, opId, detail: { staffId, name, role, reason, ...more } });
      if (rowCount === 0) {
        await record('staff.add.again', {});
        const known = await tokenOf(client, { staffId }, tokenId);
        return { member, ...(known && { tokenId }), notice: ONCE };
      }
      const token = await makeToken(client, { tokenId, holder: { staffId }, label: FIRST_TOKEN, at });
      if (token === null) throw new Error('The token of a new member of staff was there before.');
      await record('staff.add', { token: { id: tokenId, label: FIRST_TOKEN } });
      return { member, token, tokenId };
    });
  }

  /** Sends a member away: all the tokens end at once. A second time changes nothing. */
  async revoke(by: Staff, staffId: string, reason?: string): Promise<StaffMember> {
    const now = this.#clock.now();
    const { member, ended } = await transaction(this.#pool, async (client) => {
      const { rowCount } = await client.query('update staff set revoked_at = $2 where staff_id = $1 and revoked_at is null', [
        staffId,
        now,
      ]);
      const member = await loadMember(client, staffId);
      const ended = await endTokens(client, { staffId }, now);
      if (rowCount === 1)
        await recordAct(client, {
          at: now,
          staff: by,
          action: 'staff.revoke',
          accountId: null,
          opId: null,
          detail: { staffId, reason, tokens: ended },
        });
      await tellEnded(client, ended);
      return { member, ended };
    });
    this.#ended(ended);
    return member;
  }
}

async function loadMember(client: pg.PoolClient, staffId: string): Promise<StaffMember> {
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
