/**
 * How appends reach PostgreSQL: whatever waits, for whichever accounts, goes together in one call and one commit (group commit).
 * A few calls are on their way at a time, so that one is decided and sent while another is being written to the disk.
 *
 * An account whose row somebody else keeps (another server in the middle of a purchase, a person with psql) leaves its group at once: it is tried again
 * beside the others, and all such accounts together never take more than one connection, which waits for none of them.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import { type Database, transaction } from '../db/database.ts';
import { Refusal } from '../problems.ts';
import type { Append, FreeVerdict, Verdict } from './storage.ts';
import { appendAll, appendFree, appendWithin, isLocked, LARGE } from './store.ts';

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
/** How long an account's row is waited for: shorter than any bound of a request, so that the account hears why. */
const LOCKED_MS = 4_000;
const RETRY_MS = 50;
/** An account that was locked is tried apart from the others for this long, so that its retries hold up no group. */
const REMEMBERED_MS = 30_000;
/** So many accounts at most: past that all are forgotten, and the next of them holds up one group. */
const REMEMBERED_ACCOUNTS = 10_000;
/** Appends that may wait, each of another account; later ones are refused with Retry-After. */
const APPENDS_WAITING = 20_000;

const busy = (): Refusal =>
  new Refusal(
    'busy',
    'Somebody else is writing to this account and has not finished. Nothing was written. Send it again with the same operation id.',
  );

const tooMany = (): Refusal =>
  new Refusal('busy', 'Too many accounts are written to at this moment. Nothing was written. Send it again with the same operation id.');

/** Sends appends in groups; each is answered by itself. */
export class GroupAppender {
  readonly #pool: pg.Pool;
  readonly #appends: pg.Pool;
  #waiting: Waiting[] = [];
  #calls = 0;
  /** Whose rows somebody else keeps. */
  #locked: (Waiting & { readonly until: number })[] = [];
  #retrying = false;
  /** Accounts that were found locked, and until when that is remembered. */
  readonly #kept = new Map<string, number>();

  constructor({ pool, appends }: Pick<Database, 'pool' | 'appends'>) {
    this.#pool = pool;
    this.#appends = appends;
  }

  append(one: Append): Promise<Verdict> {
    return new Promise((done, failed) => {
      if (this.#waiting.length + this.#locked.length >= APPENDS_WAITING) return failed(tooMany());
      const waiting = { append: one, done, failed };
      // Whoever was found locked a moment ago does not hold up a group again.
      if (this.#isKept(one.accountId)) return this.#setAside([waiting]);
      this.#waiting.push(waiting);
      // After this turn of the event loop: what is decided in the same turn goes together.
      if (this.#waiting.length === 1) setImmediate(() => this.#next());
    });
  }

  async appendWith(one: Append, alongside: (client: pg.PoolClient) => Promise<void>): Promise<Verdict> {
    for (const until = performance.now() + LOCKED_MS; ; ) {
      const verdict = await this.#together(one, alongside);
      if (verdict !== 'locked') return verdict;
      // Without a connection meanwhile.
      if (performance.now() > until) throw busy();
      await delay(RETRY_MS);
    }
  }

  async #together(one: Append, alongside: (client: pg.PoolClient) => Promise<void>): Promise<Verdict | 'locked'> {
    let appended = false;
    try {
      return await transaction(this.#pool, async (client) => {
        const verdict = await appendWithin(client, one);
        if (verdict.verdict !== 'done') throw new NotDone(verdict);
        appended = true;
        await alongside(client);
        return verdict;
      });
    } catch (error) {
      if (error instanceof NotDone) return error.verdict;
      // A lock that `alongside` waited for in vain is no account's row.
      if (!appended && isLocked(error)) return 'locked';
      throw error;
    }
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
    // Accounts are locked in the order of their ids, so that two server processes never deadlock.
    group.sort((a, b) => (a.append.accountId < b.append.accountId ? -1 : 1));
    try {
      const verdicts = await appendAll(
        this.#appends,
        group.map((w) => w.append),
      );
      group.forEach((waiting, index) => {
        const verdict = verdicts[index];
        if (verdict) waiting.done(verdict);
        else waiting.failed(new Error('append_many answered too little.'));
      });
    } catch (error) {
      if (isLocked(error)) this.#setAside(group);
      else for (const waiting of group) waiting.failed(error);
    } finally {
      this.#calls -= 1;
      this.#next();
    }
  }

  /** Answers an append that found its account free; where another process holds it, it waits on, at most until its time is over. */
  #answer(waiting: Waiting & { readonly until: number }, verdict: FreeVerdict): void {
    const { accountId } = waiting.append;
    const now = performance.now();
    if (verdict.verdict !== 'locked') {
      this.#kept.delete(accountId);
      waiting.done(verdict);
      return;
    }
    if (this.#kept.size >= REMEMBERED_ACCOUNTS) this.#kept.clear();
    this.#kept.set(accountId, now + REMEMBERED_MS);
    if (now < waiting.until) this.#locked.push(waiting);
    else waiting.failed(busy());
  }

  #isKept(accountId: AccountId): boolean {
    const until = this.#kept.get(accountId);
    if (until === undefined) return false;
    if (until > performance.now()) return true;
    this.#kept.delete(accountId);
    return false;
  }

  #setAside(group: readonly Waiting[]): void {
    const until = performance.now() + LOCKED_MS;
    this.#locked.push(...group.map((waiting) => ({ ...waiting, until })));
    if (!this.#retrying) void this.#retry();
  }

  /** What can be written of what was set aside is written; the rest a moment later, until its time is up. */
  async #retry(): Promise<void> {
    this.#retrying = true;
    while (this.#locked.length > 0) {
      const all = this.#locked.splice(0);
      for (let i = 0; i < all.length; i += APPENDS_PER_CALL) await this.#free(all.slice(i, i + APPENDS_PER_CALL));
      if (this.#locked.length > 0) await delay(RETRY_MS);
    }
    this.#retrying = false;
  }

  async #free(group: (Waiting & { readonly until: number })[]): Promise<void> {
    group.sort((a, b) => (a.append.accountId < b.append.accountId ? -1 : 1));
    try {
      const verdicts = await appendFree(
        this.#appends,
        group.map((w) => w.append),
      );
      group.forEach((waiting, index) => {
        const verdict = verdicts[index];
        if (!verdict) waiting.failed(new Error('append_free answered too little.'));
        else this.#answer(waiting, verdict);
      });
    } catch (error) {
      for (const waiting of group) waiting.failed(error);
    }
  }
}
