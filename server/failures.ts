/** Work on many, of which one that fails never keeps the others from theirs. */
import { troubleOf } from './db/trouble.ts';

/** Collects what fails while the rest goes on, and reports it at the end. */
export class Failures {
  #first: unknown;
  #count = 0;

  /** Does the work for each, so many at a time. What fails is kept for `report`; a database that is away ends all of it: nothing else would fare better. */
  async each<T>(items: readonly T[], work: (item: T) => Promise<void>, atATime = 1): Promise<void> {
    const waiting = items[Symbol.iterator]();
    const worker = async (): Promise<void> => {
      for (const item of { [Symbol.iterator]: () => waiting }) await this.try(() => work(item));
    };
    const ended = await Promise.allSettled(Array.from({ length: Math.min(atATime, items.length) }, worker));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }

  async try(work: () => Promise<void>): Promise<void> {
    const trouble = await caught(work);
    if (trouble === null) return;
    if (this.#count === 0) this.#first = trouble.error;
    this.#count += 1;
  }

  /** Throws when something failed: with the words of the first. */
  report(): void {
    if (this.#count > 0) throw new Error(`${this.#count} failed, the first: ${messageOf(this.#first)}`, { cause: this.#first });
  }
}

/** What the work failed with; null: it did not. Rejects only when the database is away. */
export async function caught(work: () => Promise<void>): Promise<{ readonly error: unknown } | null> {
  try {
    await work();
    return null;
  } catch (error) {
    if (troubleOf(error) === 'away') throw error;
    return { error };
  }
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
