/** Who wants to know that an account's ledger grew. It exists before everybody who writes and everybody who listens, so neither waits for the other. */
import type { AccountId, Seq } from '../../shared/credits/model/quantities.ts';

/** `seq`: the number of the account's newest entry. */
type WrittenListener = (accountId: AccountId, seq: Seq) => void;

/** Tells of every append that wrote entries, right after its commit, in the order in which listeners came. */
export class Written {
  readonly #listeners: WrittenListener[] = [];

  /** Listens from now on. A listener must not throw: it is called between the commit and the answer. */
  listen(listener: WrittenListener): void {
    this.#listeners.push(listener);
  }

  /** Called by the writer only. */
  tell(accountId: AccountId, seq: Seq): void {
    for (const listener of this.#listeners) listener(accountId, seq);
  }
}
