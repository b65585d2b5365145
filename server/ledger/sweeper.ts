/** Writes down what time brought: expiry, new cycles, holds that nobody resolved. Nobody sees a difference: reads decide the same. */
import { nextDueAt } from '../../shared/credits/due.ts';
import type { Entry } from '../../shared/credits/model.ts';
import { rfc3339 } from '../clock.ts';
import type { Books } from './books.ts';
import { loadDue, setDue } from './store.ts';

const ACCOUNTS_AT_A_TIME = 200;
const EVERY_MS = 30_000;

export interface Swept {
  readonly expired: number;
  readonly released: number;
  readonly accounts: number;
  readonly now: string;
}

export class Sweeper {
  readonly #books: Books;
  readonly #afterwards: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<Swept> | undefined;

  /** `afterwards`: what follows from what time brought, and what else its time has come for. */
  constructor(books: Books, afterwards: () => Promise<void>) {
    this.#books = books;
    this.#afterwards = afterwards;
  }

  start(): void {
    this.#timer = setInterval(() => void this.sweep().catch(() => undefined), EVERY_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running?.catch(() => undefined);
  }

  /** All accounts for which time has brought something. Two at once (or two servers) do no harm: the second finds nothing. */
  sweep(): Promise<Swept> {
    const before = this.#running?.catch(() => undefined) ?? Promise.resolve(undefined);
    const mine = before.then(() => this.#sweep());
    this.#running = mine;
    return mine;
  }

  async #sweep(): Promise<Swept> {
    const now = this.#books.clock.now();
    let expired = 0;
    let released = 0;
    let accounts = 0;
    for (;;) {
      const due = await loadDue(this.#books.pool, now, ACCOUNTS_AT_A_TIME);
      for (const accountId of due) {
        const entries = await this.#books.sweepAccount(accountId);
        expired += count(entries, 'expired');
        released += count(entries, 'released');
        accounts += 1;
        const { seq, state } = await this.#books.newest(accountId);
        const next = nextDueAt(this.#books.policies.of(state), state);
        // Never the same instant again: an account must not keep the sweep busy for ever.
        await setDue(this.#books.pool, accountId, seq, next !== null && next <= now ? now + EVERY_MS : next);
      }
      if (due.length < ACCOUNTS_AT_A_TIME) break;
    }
    await this.#afterwards();
    return { expired, released, accounts, now: rfc3339(now) };
  }
}

const count = (entries: readonly Entry[], kind: Entry['kind']): number => entries.filter((e) => e.kind === kind).length;
