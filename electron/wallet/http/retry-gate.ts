/** When a request without an answer may be retried: the gate of paid work, the outbox and the command line, and the backoff that the copy of the ledger keeps in its own state. */

import type { Millis } from '../../../shared/credits/model/quantities.ts';
import type { World } from '../../world.ts';
import { waitMs } from './verdict.ts';

/** How often in a row there was no answer. */
interface Backoff {
  readonly failures: number;
}
/** The backoff of whoever has not failed yet. */
export const NO_FAILURES: Backoff = { failures: 0 };

/**
 * The next pause and the count after it.
 * @param roll uniform in [0, 1)
 * @param afterMs the server's own Retry-After; null: it named none
 */
export const backOff = ({ failures }: Backoff, roll: number, afterMs: Millis | null): { readonly next: Backoff; readonly ms: Millis } => ({
  next: { failures: failures + 1 },
  ms: waitMs(failures, roll, afterMs),
});

/** How long somebody waits in front of one question. */
export interface Patience {
  /** Questions in a row, the first included. */
  readonly tries: number;
  /** A server that wants a longer pause is away for now. */
  readonly longestPauseMs: Millis;
}

/** Closed from a failure until its pause has passed, with exponential backoff and full jitter. One pause is planned at a time. */
export class RetryGate {
  readonly #world: Pick<World, 'rng' | 'timers'>;
  readonly #reopened: () => void;
  #backoff: Backoff = NO_FAILURES;
  #cancel: (() => void) | null = null;

  /** @param reopened called when a pause has passed by itself */
  constructor(world: Pick<World, 'rng' | 'timers'>, reopened: () => void) {
    this.#world = world;
    this.#reopened = reopened;
  }

  get isOpen(): boolean {
    return this.#cancel === null;
  }

  /** The server answered: the backoff starts anew. */
  succeed(): void {
    this.#backoff = NO_FAILURES;
  }

  /** There was no answer, or the server wants to be asked later. While the gate is closed nothing is planned anew. */
  close(afterMs: Millis | null): void {
    if (this.#cancel !== null) return;
    const { next, ms } = backOff(this.#backoff, this.#world.rng.next(), afterMs);
    this.#backoff = next;
    this.#closeFor(ms, this.#reopened);
  }

  /**
   * There was no answer, and somebody waits for one: closes, and resolves with true when the pause has passed. With false at once where
   * patience is at its end.
   */
  wait(afterMs: Millis | null, { tries, longestPauseMs }: Patience): Promise<boolean> {
    const { next, ms } = backOff(this.#backoff, this.#world.rng.next(), afterMs);
    this.#backoff = next;
    if (next.failures >= tries || ms > longestPauseMs) return Promise.resolve(false);
    return new Promise((resolve) => this.#closeFor(ms, () => resolve(true)));
  }

  /** Opens at once, and forgets every failure: the connection is a new one. */
  reset(): void {
    this.#backoff = NO_FAILURES;
    this.stop();
  }

  /** Ends what is planned; `reopened` is not called. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #closeFor(ms: Millis, reopened: () => void): void {
    this.#cancel = this.#world.timers.after(ms, () => {
      this.#cancel = null;
      reopened();
    });
  }
}
