/** Who did what and when, written in the transaction of what was done, and never changed after. */
import type pg from 'pg';
import type { AccountId, Instant, OpId } from '../../shared/credits/model/quantities.ts';
import type { Staff } from './staff.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/** Who did it: a member of staff, or where it is about its own tokens an account. */
export type Actor = Staff | { readonly id: string; readonly name: string; readonly role: 'account' };

interface Recorded {
  readonly at: Instant;
  readonly staff: Actor;
  readonly action: string;
  readonly accountId: AccountId | null;
  readonly opId: OpId | null;
  /** What was asked for. */
  readonly detail: unknown;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Called inside the transaction of an effect with what it changed: both are written or neither. */
export type Witness = (
  client: Queryable,
  seen: {
    readonly at: Instant;
    readonly accountId: AccountId | null;
    readonly opId: OpId | null;
    readonly before?: unknown;
    readonly after?: unknown;
  },
) => Promise<void>;

/** The audit hook for an act of staff: called in the act's transaction, with what it changed. */
export const witness =
  (staff: Staff, action: string, detail: unknown): Witness =>
  (client, seen) =>
    recordAct(client, { ...seen, staff, action, detail });

/** Writes a line of the audit log, in the caller's transaction. */
export async function recordAct(client: Queryable, act: Recorded): Promise<void> {
  const { at, staff, action, accountId, opId, detail, before, after } = act;
  const text = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  await client.query(
    `insert into audit (at, staff_id, staff_name, staff_role, action, account_id, op_id, detail, before, after)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [at, staff.id, staff.name, staff.role, action, accountId, opId, JSON.stringify(detail), text(before), text(after)],
  );
}
