/** Tells the outside what happened: soon after it was written, and with every sweep whatever was missed. */
import type pg from 'pg';
import type { Deliveries } from './deliveries.ts';
import type { Follower } from './follower.ts';

/** Long enough that a batch of operations is one look, short enough that nobody waits. */
const SOON_MS = 300;
const LEAVING_MS = 2000;

export class Messenger {
  readonly #follower: Follower;
  readonly #deliveries: Deliveries;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  readonly #touched = new Set<string>();
  /** Under way or waiting for their turn. */
  #looks = 0;
  #closed = false;

  constructor(follower: Follower, deliveries: Deliveries) {
    this.#follower = follower;
    this.#deliveries = deliveries;
  }

  /** Something was written. Many calls become one look. */
  soon(accountId: string): void {
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

  /** With every sweep; not while another look is still under way. */
  tick(): void {
    if (this.#looks === 0) this.run().catch(() => undefined);
  }

  /** Reads all that is new, tells it and sends what waits. One after the other in this process; other servers share the work. */
  run(): Promise<void> {
    return this.#then(() => this.#follower.followAll());
  }

  #then(follow: () => Promise<void>): Promise<void> {
    this.#looks += 1;
    const mine = this.#running
      .catch(() => undefined)
      .then(async () => {
        if (this.#closed) return;
        await follow();
        await this.#deliveries.sendAll();
      });
    this.#running = mine.finally(() => {
      this.#looks -= 1;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#deliveries.close();
    // A mail server that says nothing is not waited for: what was under way is sent again later.
    await Promise.race([this.#running.catch(() => undefined), new Promise((done) => setTimeout(done, LEAVING_MS).unref())]);
  }
}

/** Whether events are kept for e-mail at all, for every server on this database. */
export async function sayWhetherMail(pool: pg.Pool, on: boolean): Promise<void> {
  await pool.query(`insert into settings values ('mail', $1) on conflict (name) do update set value = $1`, [on ? 'on' : 'off']);
}
