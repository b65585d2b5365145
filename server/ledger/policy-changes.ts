/** Policies that differ from those of the last start may bring accounts something else, at other times: each account is checked anew. */
import { hash } from 'node:crypto';
import type pg from 'pg';
import { encodePolicy } from '../../shared/policies/encode-policy.ts';
import { transaction } from '../db/database.ts';
import type { Policies } from './policies.ts';

/** Raised when the engine knows of other events of time, so that what an earlier version worked out is worked out again. */
const REVISION = 1;

/** Marks every account for the next sweep when a promotion, a version or anything else of the policies is not what it was. Once for each change. */
export async function sweepAfterChange(pool: pg.Pool, policies: Pick<Policies, 'all'>): Promise<void> {
  const print = hash('sha256', JSON.stringify([REVISION, policies.all.map(encodePolicy)]), 'hex');
  await transaction(pool, async (client) => {
    const changed = await client.query(
      `insert into settings values ('policies', $1) on conflict (name) do update set value = $1 where settings.value <> $1`,
      [print],
    );
    if (changed.rowCount === 0) return;
    // As long as it takes: a sweep that does not know of an account would leave it behind for months.
    await client.query('set local statement_timeout = 0');
    await client.query('update accounts set next_due = 0 where next_due is distinct from 0');
  });
}
