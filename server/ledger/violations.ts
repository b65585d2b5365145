/**
 * What is done about an invariant of the books that does not hold: the write that would break it is refused, a read goes on and says so in the log.
 * Counted since the start; `/v1/ready` shows the number, which ought to be 0 for ever.
 */
import { type Violation, violationIn, violationOf } from '../../shared/credits/model/invariants.ts';
import type { AccountState, Entry } from '../../shared/credits/model/model.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import type { Journal } from '../journal.ts';
import { Refusal } from '../problems.ts';

/** Before entries were sealed; after entries of the database were replayed; in a snapshot of the database. */
type Noticed = 'append' | 'replay' | 'snapshot';

/** Notes and counts invariants that do not hold. */
export class Violations {
  readonly #journal: Pick<Journal, 'fault'>;
  #count = 0;

  constructor(journal: Pick<Journal, 'fault'>) {
    this.#journal = journal;
  }

  /** How many were noticed since the start. */
  get count(): number {
    return this.#count;
  }

  /** What to answer instead of writing; noted. */
  refusal(accountId: AccountId, violation: Violation): Refusal {
    this.#note('append', accountId, violation);
    return new Refusal(
      'books_unbalanced',
      'The server refused this because the account’s books would no longer have balanced: a fault of the server, which is logged. Nothing was written or charged. Please contact support.',
    );
  }

  /** Whether the entries led from `before` to `after` by the rules. The reader goes on either way. */
  replayed(accountId: AccountId, before: AccountState, entries: readonly Entry[], after: AccountState): boolean {
    return this.#holds('replay', accountId, violationOf(before, entries, after));
  }

  /** Whether a snapshot may be believed; its entries tell the same. */
  believes(accountId: AccountId, snapshot: AccountState): boolean {
    return this.#holds('snapshot', accountId, violationIn(snapshot));
  }

  #holds(noticed: Noticed, accountId: AccountId, violation: Violation | null): boolean {
    if (violation !== null) this.#note(noticed, accountId, violation);
    return violation === null;
  }

  #note(noticed: Noticed, accountId: AccountId, { invariant, what }: Violation): void {
    this.#count += 1;
    this.#journal.fault('an invariant of the books does not hold', { noticed, accountId, invariant, what });
  }
}
