/** The connection to PostgreSQL: a company's own (DATABASE_URL) or the embedded one in the data folder. */
import pg from 'pg';
import { migrate } from './migrate.ts';
import { startEmbedded } from './postgres/embedded.ts';

export interface Database {
  readonly pool: pg.Pool;
  /** A connection of its own, for LISTEN. */
  connect(): Promise<pg.Client>;
  readonly url: string;
  /** For a library that keeps connections of its own. */
  readonly config: pg.ClientConfig;
  /** Closes the connections and stops an embedded PostgreSQL. */
  close(): Promise<void>;
}

/** bigint columns are counters and epoch milliseconds: far below 2^53. Money never lies in a numeric column. */
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`A database counter is past 2^53: ${text}`);
  return value;
});

/** Opens and migrates. `databaseUrl` wins; without one PostgreSQL runs inside `dataFolder`. */
export async function openDatabase(options: {
  databaseUrl: string | undefined;
  dataFolder: string;
  connections?: number;
}): Promise<Database> {
  const embedded = options.databaseUrl ? undefined : await startEmbedded(options.dataFolder);
  const config: pg.ClientConfig = embedded ? embedded.connection : { connectionString: options.databaseUrl ?? '' };
  const named = { ...config, application_name: 'backlot-server', keepAlive: true };
  const pool = new pg.Pool({ ...named, max: options.connections ?? 12, idleTimeoutMillis: 0 });
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);
  try {
    await migrate(pool);
  } catch (error) {
    await pool.end();
    await embedded?.stop();
    throw error;
  }
  return {
    pool,
    url: embedded?.url ?? options.databaseUrl ?? '',
    config: named,
    async connect() {
      const client = new pg.Client(named);
      await client.connect();
      return client;
    },
    async close() {
      await pool.end();
      await embedded?.stop();
    },
  };
}

/** Runs `work` in one transaction; rolls back when it throws. */
export async function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const value = await work(client);
    await client.query('commit');
    return value;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}
