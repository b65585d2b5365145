/** Tells the outside what happened: soon after it was written, and with every sweep whatever was missed. */
import type pg from 'pg';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { Failures } from '../failures.ts';
import type { Deliveries } from './deliveries.ts';
import type { Follower } from './follower.ts';

/** Long enough that a batch of operations is one look, short enough that nobody waits. */
const SOON_MS = 300;
const LEAVING_MS = 2000;

/** Follows the ledgers and sends what came of it, one round after another, never two at once. */
export class Messenger {
  readonly #follower: Follower;
  readonly #deliveries: Deliveries;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #touched = new Set<string>();
  #closed = false;

  constructor(follower: Follower, deliveries: Deliveries) {
    this.#follower = follower;
    this.#deliveries = deliveries;
  }

  /** Something was written. Many calls become one look. */
  scheduleLook(accountId: AccountId): void {
    if (this.#closed) return;
    this.#touched.add(accountId);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // What fails here is found again by the next sweep.
      const touched = [...this.#touched];
      this.#touched.clear();
      this.#then(() => this.#follower.followSome(touched)).catch(() => undefined);
    }, SOON_MS);
    this.#timer.unref();
  }

  /** Reads all that is new, tells it and sends what waits. One after the other in this process; other servers share the work. */
  run(): Promise<void> {
    return this.#then(() => this.#follower.followAll());
  }

  #then(follow: () => Promise<void>): Promise<void> {
    const mine = this.#running
      .catch(() => undefined)
      .then(async () => {
        if (this.#closed) return;
        const failures = new Failures();
        // What waits is sent, whatever could not be read.
        await failures.try(follow);
        await failures.try(() => this.#deliveries.sendAll());
        failures.report();
      });
    this.#running = mine;
    return mine;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#deliveries.close();
    // A mail server that says nothing is not waited for: what was under way is retried later.
    await Promise.race([this.#running.catch(() => undefined), new Promise((done) => setTimeout(done, LEAVING_MS).unref())]);
  }
}

/** Whether events are kept for e-mail at all, for every server on this database. */
export async function sayWhetherMail(pool: pg.Pool, on: boolean): Promise<void> {
  await pool.query(`insert into settings values ('mail', $1) on conflict (name) do update set value = $1`, [on ? 'on' : 'off']);
}
