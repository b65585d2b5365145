/**
 * When a request without an answer may be retried: the one retry rule of the client. Paid work, the outbox, the copy of the ledger, its stream and each question of the
 * command line have a gate of their own, so that a failure of one keeps none of the others waiting.
 */
import type { Millis } from '../../../shared/credits/model/quantities.ts';
import type { World } from '../../world.ts';
import { waitMs } from './verdict.ts';

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
  /** In a row, without an answer. */
  #failures = 0;
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
    this.#failures = 0;
  }

  /** There was no answer, or the server wants to be asked later: `afterMs` is its own Retry-After; null: it named none. While the gate is closed nothing is planned anew. */
  close(afterMs: Millis | null): void {
    if (this.#cancel !== null) return;
    this.#closeFor(this.#nextPauseMs(afterMs), this.#reopened);
  }

  /**
   * There was no answer, and somebody waits for one: closes, and resolves with true when the pause has passed. With false at once where
   * patience is at its end.
   */
  wait(afterMs: Millis | null, { tries, longestPauseMs }: Patience): Promise<boolean> {
    const ms = this.#nextPauseMs(afterMs);
    if (this.#failures >= tries || ms > longestPauseMs) return Promise.resolve(false);
    return new Promise((resolve) => this.#closeFor(ms, () => resolve(true)));
  }

  /** Opens at once, and forgets every failure: the connection is a new one. */
  reset(): void {
    this.#failures = 0;
    this.stop();
  }

  /** Ends what is planned; `reopened` is not called. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Counts one more failure. */
  #nextPauseMs(afterMs: Millis | null): Millis {
    const ms = waitMs(this.#failures, this.#world.rng.next(), afterMs);
    this.#failures += 1;
    return ms;
  }

  #closeFor(ms: Millis, reopened: () => void): void {
    this.#cancel = this.#world.timers.after(ms, () => {
      this.#cancel = null;
      reopened();
    });
  }
}
