/**
 * The queue of generations: the rows of orders that are not finished, leased by one server at a time. An order is queued by its row, in the transaction
 * that accepts it; it survives every restart, and is drawn again after a crash.
 */
import type pg from 'pg';
import type { AccountId, OpId } from '../../shared/credits/model/quantities.ts';
import { lease, leaseEnd } from '../db/lease.ts';
import { messageOf } from '../failures.ts';
import type { Journal } from '../journal.ts';

/** A worker that is silent this long is dead, and its job is another's. */
const LEASE_SECONDS = 10;
const EXTEND_MS = 3_000;
/** How often a worker that has nothing to do looks for orders of other servers. */
const POLL_MS = 500;
/** After a fault a job rests this long. */
const REST_SECONDS = 1;
/** A job that fails so often is left until the next start; its hold ends by itself. */
const MOST_TRIES = 20;

/** An order that waits to be drawn, by its key. */
export interface Job {
  readonly accountId: AccountId;
  readonly opId: OpId;
}

const UNFINISHED = `status in ('queued', 'running')`;
const OF_JOB = 'account_id = $1 and op_id = $2';

const OPEN_ORDERS = {
  table: 'generations',
  key: ['account_id', 'op_id'],
  due: `${UNFINISHED} and tries < $2`,
  order: 'priority desc, created_at, op_id',
  columns: 't.account_id as "accountId", t.op_id as "opId"',
  seconds: LEASE_SECONDS,
};

/** Leases unfinished orders to this server and runs them one by one (at-least-once: drawing is repeatable, charging is idempotent). */
export class Queue {
  readonly #pool: pg.Pool;
  readonly #journal: Journal;
  #run: ((job: Job) => Promise<void>) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #working = false;
  #workMayWait = false;
  #closed = false;

  constructor(parts: { pool: pg.Pool; journal: Journal }) {
    this.#pool = parts.pool;
    this.#journal = parts.journal;
  }

  /** What an earlier process left is free at once: a job that runs elsewhere too is drawn twice and charged once. Answers whether there is any. */
  async takeUp(): Promise<boolean> {
    await this.#pool.query(
      `update generations set tries = 0, leased_until = null where ${UNFINISHED} and (status = 'running' or tries > 0)`,
    );
    const { rowCount } = await this.#pool.query(`select 1 from generations where ${UNFINISHED} limit 1`);
    return (rowCount ?? 0) > 0;
  }

  /** Works from now on, one job at a time. Calling it again changes nothing. */
  start(run: (job: Job) => Promise<void>): void {
    if (this.#run !== undefined) return;
    this.#run = run;
    this.poll();
  }

  /** Something was queued: looks at once, or right after what is being done. */
  poll(): void {
    this.#workMayWait = true;
    if (this.#working || this.#closed) return;
    clearTimeout(this.#timer);
    void this.#work();
  }

  /** What is being drawn is drawn again after the restart; nobody waits for it here. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#workMayWait && !this.#closed) {
      this.#workMayWait = false;
      try {
        const [job] = await lease<Job & pg.QueryResultRow>(this.#pool, OPEN_ORDERS, 1, [MOST_TRIES]);
        if (job) this.#workMayWait = true;
        if (job && !this.#closed) await this.#do(job);
        this.#journal.state('the queue of generations', null);
      } catch (error) {
        // Looked for again below, and by every other server.
        this.#workMayWait = false;
        if (!this.#closed) this.#journal.state('the queue of generations', messageOf(error));
      }
    }
    this.#working = false;
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.poll(), POLL_MS);
    this.#timer.unref();
  }

  async #do({ accountId, opId }: Job): Promise<void> {
    const extending = setInterval(() => {
      // One that is lost is made up for by the next.
      void this.#pool
        .query(`update generations set leased_until = ${leaseEnd(LEASE_SECONDS)} where ${OF_JOB} and ${UNFINISHED}`, [accountId, opId])
        .catch(() => undefined);
    }, EXTEND_MS);
    try {
      await this.#run?.({ accountId, opId });
      this.#journal.state('drawing generations', null);
    } catch (error) {
      // The connections went: the next start takes it up.
      if (this.#closed) return;
      this.#journal.state('drawing generations', messageOf(error));
      await this.#pool.query(`update generations set tries = tries + 1, leased_until = ${leaseEnd(REST_SECONDS)} where ${OF_JOB}`, [
        accountId,
        opId,
      ]);
    } finally {
      clearInterval(extending);
    }
  }
}
