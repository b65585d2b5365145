/** Migrations only add: a released one is never edited. Each runs once, in order, in its own transaction. */

import { hash } from 'node:crypto';
import type pg from 'pg';
import { appendFunctions } from './append.ts';
import { ledger } from './migrations/0001-ledger.ts';
import { billing } from './migrations/0002-billing.ts';
import { generations } from './migrations/0003-generations.ts';
import { invoices } from './migrations/0004-invoices.ts';
import { operationRuns } from './migrations/0005-operation-runs.ts';
import { payments } from './migrations/0006-payments.ts';
import { renewals } from './migrations/0007-renewals.ts';
import { staff } from './migrations/0008-staff.ts';
import { messages } from './migrations/0009-messages.ts';
import { automaticCharges } from './migrations/0010-automatic-charges.ts';
import { runsInChunks } from './migrations/0011-runs-in-chunks.ts';
import { refusedRefunds } from './migrations/0012-refused-refunds.ts';
import { retention } from './migrations/0013-retention.ts';
import { sickAccounts } from './migrations/0014-sick-accounts.ts';
import { tokens } from './migrations/0016-tokens.ts';
import { gifts } from './migrations/0017-gifts.ts';
import { onAccount } from './migrations/0019-on-account.ts';
import { leasedGenerations } from './migrations/0023-leased-generations.ts';
import { corrections } from './migrations/0024-corrections.ts';

const MIGRATIONS: readonly { readonly name: string; readonly sql: string }[] = [
  { name: '0001-ledger', sql: ledger },
  { name: '0002-billing', sql: billing },
  { name: '0003-generations', sql: generations },
  { name: '0004-invoices', sql: invoices },
  { name: '0005-operation-runs', sql: operationRuns },
  { name: '0006-payments', sql: payments },
  { name: '0007-renewals', sql: renewals },
  { name: '0008-staff', sql: staff },
  { name: '0009-messages', sql: messages },
  { name: '0010-automatic-charges', sql: automaticCharges },
  { name: '0011-runs-in-chunks', sql: runsInChunks },
  { name: '0012-refused-refunds', sql: refusedRefunds },
  { name: '0013-retention', sql: retention },
  { name: '0014-sick-accounts', sql: sickAccounts },
  { name: '0016-tokens', sql: tokens },
  { name: '0017-gifts', sql: gifts },
  { name: '0019-on-account', sql: onAccount },
  { name: '0023-leased-generations', sql: leasedGenerations },
  { name: '0024-corrections', sql: corrections },
];
/** Any number; the same in every server process, so that two that start together take turns. */
const LOCK = 5_207_001;

/**
 * Brings the database up to date. Refuses a database that a newer server has migrated. `client` is not connected yet, and ends here: its statements
 * have no bound, because a migration takes as long as the rows that there are.
 */
export async function migrate(client: pg.Client): Promise<void> {
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query('create table if not exists migrations (name text primary key)');
    const { rows } = await client.query<{ name: string }>('select name from migrations');
    const done = new Set(rows.map((r) => r.name));
    const unknown = [...done].find((name) => !MIGRATIONS.some((m) => m.name === name));
    if (unknown) throw new Error(`The database was written by a newer server (migration ${unknown}). Start that one; nothing was changed.`);
    for (const { name, sql } of MIGRATIONS) {
      if (done.has(name)) continue;
      await client.query('begin');
      await client.query(sql);
      await client.query('insert into migrations values ($1)', [name]);
      await client.query('commit');
    }
    await installFunctions(client);
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    // The lock goes with the connection.
    await client.end().catch(() => undefined);
  }
}

/** Only when they changed: a second server that starts must not take the functions away from under the first. */
async function installFunctions(client: pg.Client): Promise<void> {
  const version = hash('sha256', appendFunctions, 'hex');
  const { rows } = await client.query<{ value: string }>(`select value from settings where name = 'append'`);
  if (rows[0]?.value === version) return;
  await client.query('begin');
  await client.query(appendFunctions);
  await client.query(`insert into settings values ('append', $1) on conflict (name) do update set value = $1`, [version]);
  await client.query('commit');
}
