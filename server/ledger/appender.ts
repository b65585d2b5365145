/**
 * How appends reach PostgreSQL: whatever waits, for whichever accounts, goes together in one call and one commit (group commit).
 * A few calls are on their way at a time, so that one is decided and sent while another is being written to the disk.
 */
import type pg from 'pg';
import { transaction } from '../db/database.ts';
import { type Append, appendAll, LARGE, type Verdict } from './store.ts';
import type { Appender } from './writer.ts';

/** Undoes the transaction when the append was not done: nothing alongside may be written then. */
class NotDone extends Error {
  readonly verdict: Verdict;
  constructor(verdict: Verdict) {
    super(verdict.verdict);
    this.verdict = verdict;
  }
}

interface Waiting {
  readonly append: Append;
  readonly done: (verdict: Verdict) => void;
  readonly failed: (error: unknown) => void;
}

const CALLS_AT_A_TIME = 4;
const APPENDS_PER_CALL = 64;

export class GroupAppender implements Appender {
  readonly #pool: pg.Pool;
  #waiting: Waiting[] = [];
  #calls = 0;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  append(one: Append): Promise<Verdict> {
    return new Promise((done, failed) => {
      this.#waiting.push({ append: one, done, failed });
      // After this turn of the event loop: what is decided in the same turn goes together.
      if (this.#waiting.length === 1) setImmediate(() => this.#next());
    });
  }

  appendWith(one: Append, alongside: (client: pg.PoolClient) => Promise<void>): Promise<Verdict> {
    return transaction(this.#pool, async (client) => {
      const [verdict] = await appendAll(client, [one]);
      if (!verdict) throw new Error('append_many answered too little.');
      if (verdict.verdict !== 'done') throw new NotDone(verdict);
      await alongside(client);
      return verdict;
    }).catch((error: unknown) => {
      if (error instanceof NotDone) return error.verdict;
      throw error;
    });
  }

  #next(): void {
    while (this.#calls < CALLS_AT_A_TIME && this.#waiting.length > 0) {
      const group = this.#take();
      this.#calls += 1;
      void this.#call(group);
    }
  }

  /** A large one goes alone: most are runs, which are appended in a way of their own. */
  #take(): Waiting[] {
    const large = this.#waiting.findIndex((w) => w.append.operations.length >= LARGE);
    const count = large === 0 ? 1 : large < 0 ? APPENDS_PER_CALL : Math.min(large, APPENDS_PER_CALL);
    return this.#waiting.splice(0, count);
  }

  async #call(group: Waiting[]): Promise<void> {
    // One order for everybody: two server processes never wait for each other in a circle.
    group.sort((a, b) => (a.append.accountId < b.append.accountId ? -1 : 1));
    try {
      const verdicts = await appendAll(
        this.#pool,
        group.map((w) => w.append),
      );
      group.forEach((waiting, index) => {
        const verdict = verdicts[index];
        if (verdict) waiting.done(verdict);
        else waiting.failed(new Error('append_many answered too little.'));
      });
    } catch (error) {
      for (const waiting of group) waiting.failed(error);
    } finally {
      this.#calls -= 1;
      this.#next();
    }
  }
}
