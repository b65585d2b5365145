/**
 * What is done about a copy of the ledger that breaks an invariant of the books. It is a doubt about the copy: it is thrown away and fetched from the server
 * once more. When what the server sends breaks it again, the doubt is about the server's own ledger: that is shown, since a reader is never stopped, with a
 * word beside it. Either way nothing is decided from the copy: only the server authorises, and it refuses what touches what is wrong.
 */
import { z } from 'zod';
import { type AccountState, type Entry, type Violation, violationIn, violationOf } from '../../../shared/credits/index.ts';
import type { World } from '../../world.ts';
import type { Cache } from './cache.ts';

/** In the cache: what the server's own ledger breaks. It goes with the copy. */
const FACT = 'doubt';

/** Remembers what the copy breaks: first it is fetched anew, and if it then still breaks an invariant that is shown beside it. */
export class Doubt {
  readonly #cache: Pick<Cache, 'fact' | 'remember'>;
  readonly #log: World['log'];
  /** The copy was thrown away for it, and what is fetched instead has not come to its end. */
  #isFetchedAnew = false;

  constructor(cache: Pick<Cache, 'fact' | 'remember'>, log: World['log']) {
    this.#cache = cache;
    this.#log = log;
  }

  /** Whether the copy is what the server sends and breaks an invariant all the same. */
  get stands(): boolean {
    return this.#cache.fact(FACT, z.string()) !== null;
  }

  /** A state that was kept; when it is wrong, the entries tell. */
  believes(kept: AccountState): boolean {
    return this.stands || this.#holds('kept state', violationIn(kept));
  }

  /** Whether entries of the copy, replayed, are sound. When not, the copy is to be thrown away. */
  replayed(before: AccountState, entries: readonly Entry[], after: AccountState): boolean {
    if (this.stands || this.#holds('replay', violationOf(before, entries, after))) return true;
    this.#isFetchedAnew = true;
    return false;
  }

  /** Whether a page of the server may go into the copy. When not, the copy is to be thrown away, which is asked for once. */
  accepts(before: AccountState, entries: readonly Entry[], after: AccountState): boolean {
    const violation = violationOf(before, entries, after);
    if (this.stands || this.#holds('page', violation)) return true;
    if (this.#isFetchedAnew || before.seq === 0) {
      this.#cache.remember(FACT, violation?.invariant);
      return true;
    }
    this.#isFetchedAnew = true;
    return false;
  }

  /** The copy is complete again: what is found from now on is another doubt. */
  caughtUp(): void {
    this.#isFetchedAnew = false;
  }

  #holds(where: string, violation: Violation | null): boolean {
    if (violation !== null) this.#log('the copy of the ledger breaks an invariant of the books', { where, ...violation });
    return violation === null;
  }
}
