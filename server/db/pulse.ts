/** Whether the database answers, found out within a bound of its own and on a connection of its own: a pool that is busy is not a database that is gone. */
import type pg from 'pg';
import { Client } from './client.ts';
import { HEALTH_MS } from './limits.ts';

/** Asks the database for a sign of life, at most one question at a time. */
export class Pulse {
  readonly #config: pg.ClientConfig;
  #client: Client | undefined;
  #look: Promise<boolean> | undefined;

  constructor(config: pg.ClientConfig) {
    this.#config = { ...config, connectionTimeoutMillis: HEALTH_MS, query_timeout: HEALTH_MS };
  }

  /** Within HEALTH_MS. Concurrent calls share one question. */
  beats(): Promise<boolean> {
    this.#look ??= this.#within(this.#ask()).finally(() => {
      this.#look = undefined;
    });
    return this.#look;
  }

  close(): void {
    void this.#client?.end().catch(() => undefined);
    this.#client = undefined;
  }

  async #ask(): Promise<boolean> {
    if (this.#client === undefined) {
      const fresh = new Client(this.#config);
      fresh.once('end', () => {
        if (this.#client === fresh) this.#client = undefined;
      });
      this.#client = fresh;
      await fresh.connect();
    }
    await this.#client.query('select 1');
    return true;
  }

  /** A connection that did not answer is not asked a second time. */
  async #within(asked: Promise<boolean>): Promise<boolean> {
    let patience: NodeJS.Timeout | undefined;
    const silence = new Promise<boolean>((done) => {
      patience = setTimeout(() => done(false), HEALTH_MS);
    });
    const beats = await Promise.race([asked.catch(() => false), silence]);
    clearTimeout(patience);
    if (!beats) this.close();
    return beats;
  }
}
