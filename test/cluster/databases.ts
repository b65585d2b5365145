/**
 * Databases on the PostgreSQL that the tests share. Each belongs to a server's data folder, which a note in it says: a server that is
 * started again on the same folder finds the same database, as it does with one of its own.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

/** Migrated, and never connected to. */
export const TEMPLATE = 'backlot_template';
/** In the environment of the tests: an address on the shared PostgreSQL. Without it every server starts one of its own. */
export const CLUSTER = 'BACKLOT_TEST_CLUSTER';

const note = (dataFolder: string): string => join(dataFolder, 'test-database-url');
/** Of a folder that has had a PostgreSQL of its own, which then holds what is to be found again. */
const ownDatabases = ['postgres', 'database-folder.txt'];

async function onCluster(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: process.env[CLUSTER] ?? '' });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

/** The address of the database of a data folder; undefined when it lies in the folder itself. */
export function databaseUrlOf(dataFolder: string): string | undefined {
  return existsSync(note(dataFolder)) ? readFileSync(note(dataFolder), 'utf8') : undefined;
}

/** Makes the database of a data folder unless it has one; undefined where there is no shared PostgreSQL. */
export async function makeDatabase(dataFolder: string): Promise<string | undefined> {
  const known = databaseUrlOf(dataFolder);
  if (known !== undefined) return known;
  const cluster = process.env[CLUSTER];
  if (!cluster || ownDatabases.some((name) => existsSync(join(dataFolder, name)))) return undefined;
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onCluster(`create database ${name} template ${TEMPLATE}`);
  const url = new URL(cluster);
  url.pathname = name;
  mkdirSync(dataFolder, { recursive: true });
  writeFileSync(note(dataFolder), url.href);
  return url.href;
}

/** Ends the connections to it as well. Before the folder goes: the folder says which it is. */
export async function dropDatabase(dataFolder: string): Promise<void> {
  const url = databaseUrlOf(dataFolder);
  if (url === undefined || !process.env[CLUSTER]) return;
  await onCluster(`drop database if exists ${new URL(url).pathname.slice(1)} with (force)`);
  rmSync(note(dataFolder), { force: true });
}
