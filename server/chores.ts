/**
 * What is done periodically beside requests: collecting renewals, top-ups, payouts, messages, retention. Each goes its own way: none waits for another,
 * none ends with another, and none is started again while it is still under way.
 */
import { messageOf } from './failures.ts';
import type { Journal } from './journal.ts';

interface Chore {
  readonly name: string;
  run(): Promise<void>;
}

interface ChoreTrouble {
  readonly chore: string;
  readonly reason: string;
}

const EVERY_MS = 30_000;

/** Runs each chore on a timer and when asked. A chore that fails is told to the journal and keeps no other from running. */
export class Chores {
  readonly #chores: readonly Chore[];
  readonly #journal: Journal;
  readonly #running = new Map<string, Promise<ChoreTrouble | null>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(chores: readonly Chore[], journal: Journal) {
    this.#chores = chores;
    this.#journal = journal;
  }

  start(): void {
    this.#timer = setInterval(() => this.startIdle(), EVERY_MS);
    this.#timer.unref();
  }

  /** Starts each that is not under way. */
  startIdle(): void {
    for (const chore of this.#chores) if (!this.#running.has(chore.name)) void this.#run(chore);
  }

  /** Each once from now on, in order. Answers what failed. */
  async all(): Promise<ChoreTrouble[]> {
    const troubles: ChoreTrouble[] = [];
    for (const chore of this.#chores) {
      await this.#running.get(chore.name);
      const trouble = await this.#run(chore);
      if (trouble) troubles.push(trouble);
    }
    return troubles;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#running.values());
  }

  #run(chore: Chore): Promise<ChoreTrouble | null> {
    const mine = this.#done(chore).finally(() => {
      if (this.#running.get(chore.name) === mine) this.#running.delete(chore.name);
    });
    this.#running.set(chore.name, mine);
    return mine;
  }

  async #done({ name, run }: Chore): Promise<ChoreTrouble | null> {
    try {
      await run();
      this.#journal.state(name, null);
      return null;
    } catch (error) {
      this.#journal.state(name, messageOf(error));
      return { chore: name, reason: messageOf(error) };
    }
  }
}
