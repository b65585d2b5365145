/** The connection to PostgreSQL: a company's own (DATABASE_URL) or the embedded one in the data folder. */
import pg from 'pg';
import { prepareToAppend } from './append.ts';
import { BOUNDS, Client, PATIENT } from './client.ts';
import { CONNECT_MS } from './limits.ts';
import { migrate } from './migrate.ts';
import { startEmbedded } from './postgres/embedded.ts';
import { THIS_SERVER } from './postgres/stopping.ts';
import { Pulse } from './pulse.ts';
import { Semaphore } from './semaphore.ts';
import { within } from './shutdown.ts';
import { troubleOf } from './trouble.ts';

/** An open database: pools, its address, and how to close it. */
export interface Database {
  readonly pool: pg.Pool;
  /** For what goes through all accounts and may take minutes: nobody waits for it, and no request's connection is taken for it. */
  readonly background: pg.Pool;
  /** For the ledger's appends alone: its connections are set up for them, and nothing else waits for one or keeps one. */
  readonly appends: pg.Pool;
  /** A connection of its own, for LISTEN. */
  connect(): Promise<pg.Client>;
  /** Whether it answers now, within HEALTH_MS. */
  answers(): Promise<boolean>;
  readonly url: string;
  /** Closes the connections and stops an embedded PostgreSQL, within a bound. */
  close(): Promise<void>;
}

/** bigint columns are counters and epoch milliseconds: far below 2^53. Money never lies in a numeric column. */
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`A database counter is past 2^53: ${text}`);
  return value;
});

const CONNECTIONS = 12;
const BACKGROUND_CONNECTIONS = 2;
/** As many appends as are on their way at a time, and one for those that were found locked. */
const APPEND_CONNECTIONS = 5;
/** What is under way when a server leaves is given this long; then its connections are left behind. */
const LEAVING_MS = 3_000;

/** Opens and migrates. `databaseUrl` wins; without one PostgreSQL runs inside `dataFolder`. */
export async function openDatabase(options: {
  databaseUrl: string | undefined;
  dataFolder: string;
  connections?: number;
}): Promise<Database> {
  const embedded = options.databaseUrl ? undefined : await startEmbedded(options.dataFolder);
  const config: pg.ClientConfig = embedded ? embedded.connection : { connectionString: options.databaseUrl ?? '' };
  const named = { ...config, application_name: THIS_SERVER, keepAlive: true };
  const bounded = { ...named, ...BOUNDS };
  const max = options.connections ?? CONNECTIONS;
  const pool = poolOf({ ...bounded, max, idleTimeoutMillis: 0 });
  const background = poolOf({ ...bounded, ...PATIENT, max: BACKGROUND_CONNECTIONS });
  const appends = poolOf({
    ...bounded,
    max: APPEND_CONNECTIONS,
    idleTimeoutMillis: 0,
    onConnect: async (client) => void (await client.query(prepareToAppend)),
  });
  transactions.set(pool, new Semaphore(Math.max(1, Math.floor(max / 2)), CONNECT_MS));
  try {
    await migrate(new Client({ ...named, connectionTimeoutMillis: CONNECT_MS }));
  } catch (error) {
    await pool.end();
    await embedded?.stop();
    throw error;
  }
  const pulse = new Pulse(bounded);
  // Its connection is there before anybody asks: making one takes longer than asking on it.
  await pulse.beats();
  return {
    pool,
    background,
    appends,
    url: embedded?.url ?? options.databaseUrl ?? '',
    answers: () => pulse.beats(),
    async connect() {
      const client = new Client(bounded);
      await client.connect();
      return client;
    },
    async close() {
      pulse.close();
      await within(LEAVING_MS, Promise.all([pool.end(), background.end(), appends.end()]));
      await embedded?.stop();
    },
  };
}

function poolOf(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({ ...config, Client } satisfies pg.PoolConfig & { Client: typeof Client });
  // An idle connection that breaks is replaced by the pool.
  pool.on('error', () => undefined);
  return pool;
}

/** Half of the connections are for transactions, which may wait for each other; the rest go on answering meanwhile. */
const transactions = new WeakMap<pg.Pool, Semaphore>();

/** Runs `work` in one transaction; rolls back when it throws. Never inside another: it would wait for its own connection. */
export function transaction<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const semaphore = transactions.get(pool);
  return semaphore ? semaphore.run(() => run(pool, work)) : run(pool, work);
}

async function run<T>(pool: pg.Pool, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('begin');
    const value = await work(client);
    await client.query('commit');
    return value;
  } catch (error) {
    // What does not answer is not asked to roll back: PostgreSQL does that by itself when the connection goes.
    broken = troubleOf(error) === 'away' || (await client.query('rollback').then(ok, failed));
    throw error;
  } finally {
    client.release(broken);
  }
}

const ok = (): boolean => false;
const failed = (): boolean => true;
