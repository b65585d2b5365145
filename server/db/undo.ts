/** What an opening has opened so far, closed in reverse: at the end of its life, or at once when a later step of the opening fails. */
import { within } from './shutdown.ts';

/** Closing something: what it rejects with is not heard, because everything that is left open is taken up by the next start. */
type Close = () => unknown;

export class Undo {
  readonly #limitMs: number;
  #steps: Close[] = [];

  /** `limitMs`: so long each step may take; one that hangs never keeps the others from their end. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Takes what was just opened, and how to close it. Answers what was opened. */
  use<T>(opened: T, close: (opened: T) => unknown): T {
    this.#steps.push(() => close(opened));
    return opened;
  }

  /** Closes everything, the last first, each within its bound. A second call finds nothing left. */
  async all(): Promise<void> {
    const steps = this.#steps.reverse();
    this.#steps = [];
    for (const close of steps) await within(this.#limitMs, Promise.resolve().then(close));
  }
}
