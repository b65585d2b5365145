/** What one would pick instead, on the same PostgreSQL: pgbench's TPC-B-like script, and pgledger where it is at hand. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCALE = 10;
let initialised = false;

/** Transactions per second; NaN (with a word) where pgbench is not installed. */
export function pgbench(url: string, clients: number, seconds: number): number {
  try {
    if (!initialised) execFileSync('pgbench', ['-i', '-q', '-s', String(SCALE), url], { stdio: 'ignore' });
    initialised = true;
    return tps(
      execFileSync('pgbench', ['-n', '-c', String(clients), '-j', '2', '-M', 'prepared', '-T', String(seconds), url], {
        stdio: ['ignore', 'pipe', 'ignore'],
      }),
    );
  } catch (error) {
    console.error(
      `pgbench could not run (${error instanceof Error ? error.message.split('\n')[0] : error}); on Debian: apt-get install postgresql-contrib`,
    );
    return Number.NaN;
  }
}

const PGLEDGER_ACCOUNTS = 100;
let script: string | undefined;

/** Transfers per second of pgledger's create_transfer between random accounts; null where its SQL is not at hand. */
export function pgledger(url: string, clients: number, seconds: number): number | null {
  const file = process.env['PGLEDGER_SQL'];
  if (!file) return null;
  script ??= preparePgledger(url, file);
  return tps(
    execFileSync('pgbench', ['-n', '-c', String(clients), '-j', '2', '-M', 'prepared', '-f', script, '-T', String(seconds), url], {
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  );
}

function preparePgledger(url: string, file: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'backlot-pgledger-'));
  const sql = `${readFileSync(file, 'utf8')}
    create table bench_accounts as select i, (pgledger_create_account('bench.' || i, 'EUR')).id from generate_series(1, ${PGLEDGER_ACCOUNTS}) i;
    create unique index on bench_accounts (i);`;
  writeFileSync(join(folder, 'setup.sql'), sql);
  execFileSync('psql', ['-q', '-v', 'ON_ERROR_STOP=1', '-f', join(folder, 'setup.sql'), url], { stdio: ['ignore', 'ignore', 'inherit'] });
  const path = join(folder, 'transfer.sql');
  writeFileSync(
    path,
    `\\set a random(1, ${PGLEDGER_ACCOUNTS})
\\set b 1 + (:a + random(0, ${PGLEDGER_ACCOUNTS - 2})) % ${PGLEDGER_ACCOUNTS}
select pgledger_create_transfer((select id from bench_accounts where i = :a), (select id from bench_accounts where i = :b), 1);
`,
  );
  return path;
}

function tps(output: Buffer): number {
  const found = /tps = ([\d.]+)/.exec(output.toString())?.[1];
  return found ? Number(found) : Number.NaN;
}
