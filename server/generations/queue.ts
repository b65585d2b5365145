/** The work queue: pg-boss on the server's own database, so that an accepted job survives every restart. */
import type pg from 'pg';
import { type ConstructorOptions, PgBoss } from 'pg-boss';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { BOUNDS, Client } from '../db/client.ts';
import { CONNECT_MS, QUEUE_STATEMENT_MS } from '../db/limits.ts';
import { THIS_SERVER } from '../db/postgres/stopping.ts';

const QUEUE = 'generations';
/** A worker that is silent this long is dead and its job goes to another. */
const HEARTBEAT_SECONDS = 10;

export interface Job {
  readonly accountId: AccountId;
  readonly opId: string;
}

export class Queue {
  readonly #boss: PgBoss;
  #started: Promise<void> | undefined;

  constructor(config: pg.ClientConfig) {
    // node-postgres and pg-boss name the connection's members alike.
    const { host, port, user, password, database, connectionString } = config;
    const where = connectionString
      ? { connectionString }
      : { host: String(host), port: Number(port), user: String(user), password: String(password), database: String(database) };
    // What it does not name it hands on to node-postgres as it is.
    const options: ConstructorOptions & typeof BOUNDS & { Client: typeof Client } = {
      ...where,
      schema: 'jobs',
      max: 3,
      ...BOUNDS,
      statement_timeout: QUEUE_STATEMENT_MS,
      query_timeout: QUEUE_STATEMENT_MS + CONNECT_MS,
      Client,
      application_name: THIS_SERVER,
      schedule: false,
      superviseIntervalSeconds: 10,
      monitorIntervalSeconds: 10,
      useListenNotify: true,
    };
    this.#boss = new PgBoss(options);
    // What a broken connection cuts off is polled again.
    this.#boss.on('error', () => undefined);
  }

  /** Starts working. Calling it again waits for the same start. */
  start(run: (job: Job) => Promise<void>): Promise<void> {
    this.#started ??= this.#start(run);
    return this.#started;
  }

  async #start(run: (job: Job) => Promise<void>): Promise<void> {
    await this.#boss.start();
    await this.#boss.createQueue(QUEUE, {
      retryLimit: 20,
      retryDelay: 1,
      expireInSeconds: 1800,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      notify: true,
    });
    // A notice only wakes an idle worker; the short poll finds what was queued while it was busy, and finishing one asks for the next.
    const polling = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 0.5 };
    const worker = await this.#boss.work<Job>(QUEUE, polling, async (jobs) => {
      for (const { data } of jobs) await run(data);
      setImmediate(() => this.#boss.notifyWorker(worker));
    });
  }

  /** Inside the transaction that accepts the job: both or neither. */
  async send(client: Pick<pg.ClientBase, 'query'>, job: Job, priority: number): Promise<void> {
    await this.#boss.send(QUEUE, job, {
      priority,
      db: { executeSql: (text, values) => client.query(text, values === undefined ? [] : [...values]) },
    });
  }

  async close(): Promise<void> {
    if (!this.#started) return;
    await this.#started.catch(() => undefined);
    // What is being drawn is drawn again after the restart; nobody waits for it here.
    await this.#boss.stop({ graceful: false });
  }
}
