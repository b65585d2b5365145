/** The audit log: who did what, when, and what it changed; written in the transaction of what was done, and never changed after. */
import type pg from 'pg';
import type { z } from 'zod';
import type { Act, auditQuery } from '../../shared/api.ts';
import type { AccountState } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import { rfc3339 } from '../clock.ts';
import type { Staff } from '../identity/staff.ts';
import { walletOf } from '../ledger/wallet-view.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/** Who did it: a member of staff, or where it is about its own tokens an account. */
export type Actor = Staff | { readonly id: string; readonly name: string; readonly role: 'account' };

export interface Recorded {
  readonly at: number;
  readonly staff: Actor;
  readonly action: string;
  readonly accountId: string | null;
  readonly opId: string | null;
  /** What was asked for. */
  readonly detail: unknown;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** Called inside the transaction of an effect with what it changed: both are written or neither. */
export type Witness = (
  client: Queryable,
  seen: {
    readonly at: number;
    readonly accountId: string | null;
    readonly opId: string | null;
    readonly before?: unknown;
    readonly after?: unknown;
  },
) => Promise<void>;

export const witness =
  (staff: Staff, action: string, detail: unknown): Witness =>
  (client, seen) =>
    recordAct(client, { ...seen, staff, action, detail });

export async function recordAct(client: Queryable, act: Recorded): Promise<void> {
  const { at, staff, action, accountId, opId, detail, before, after } = act;
  const text = (value: unknown) => (value === undefined ? null : JSON.stringify(value));
  await client.query(
    `insert into audit (at, staff_id, staff_name, staff_role, action, account_id, op_id, detail, before, after)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [at, staff.id, staff.name, staff.role, action, accountId, opId, JSON.stringify(detail), text(before), text(after)],
  );
}

/** What of a wallet an act can change, for `before` and `after`. */
export function walletFacts(policy: Policy, state: AccountState, now: number): Record<string, unknown> {
  const { unit, available, held, buckets, plan, seq } = walletOf(policy, state, now);
  return {
    seq,
    unit: unit.code,
    available,
    held,
    buckets: Object.fromEntries(buckets.map((bucket) => [bucket.bucket, bucket.available])),
    plan: plan && { id: plan.id, slots: plan.slots, interval: plan.interval, status: plan.status },
  };
}

interface Row {
  readonly audit_id: number;
  readonly at: number;
  readonly staff_id: string;
  readonly staff_name: string;
  readonly staff_role: Act['staff']['role'];
  readonly action: string;
  readonly account_id: string | null;
  readonly op_id: string | null;
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
