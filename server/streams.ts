/** The event streams that are open, so many for an account and no more. */
import type { AccountId } from '../shared/credits/model/quantities.ts';

/** A studio has one, and perhaps one more that its machine forgot when it slept. */
const STREAMS_PER_ACCOUNT = 10;

/** Counts the open event streams of each account and ends the oldest past the limit. */
export class Streams {
  readonly #open = new Map<string, Set<() => void>>();

  /** Takes a stream in; the account's oldest ends when there are too many: it is the likeliest to have nobody at its other end. Answers how to leave. */
  enter(accountId: AccountId, end: () => void): () => void {
    const open = this.#open.get(accountId) ?? new Set();
    this.#open.set(accountId, open);
    open.add(end);
    const leave = (): void => {
      open.delete(end);
      if (open.size === 0 && this.#open.get(accountId) === open) this.#open.delete(accountId);
    };
    const [oldest] = open;
    if (open.size > STREAMS_PER_ACCOUNT && oldest) {
      open.delete(oldest);
      oldest();
    }
    return leave;
  }
}
