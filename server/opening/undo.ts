/** What an opening has opened so far, closed in reverse: at the end of its life, or at once when a later step of the opening fails. */
import { within } from '../db/shutdown.ts';

interface Step {
  readonly name: string;
  readonly close: () => unknown;
}

/** A stack of what was opened. Closing it closes everything, in reverse and each step within its bound. */
export class Undo {
  readonly #limitMs: number;
  readonly #onStep: (name: string) => void;
  /** What is closed at the same moment, and what was opened before it. */
  #floors: Step[][] = [];

  /**
   * `limitMs`: so long each step may take to close; one that hangs never keeps the others from their end. `onStep`: told the name of each step when it has
   * been taken; what it throws fails the opening, as the step itself would.
   */
  constructor(limitMs: number, onStep: (name: string) => void = () => undefined) {
    this.#limitMs = limitMs;
    this.#onStep = onStep;
  }

  /** Takes what was just opened: closed before everything that was opened earlier. Answers it. */
  use<T>(name: string, opened: T, close: (opened: T) => unknown): T {
    return this.#take([], name, opened, close, true);
  }

  /** Takes what was just opened: closed at the same moment as the step before, which it does not need for leaving. Answers it. */
  beside<T>(name: string, opened: T, close: (opened: T) => unknown): T {
    return this.#take(this.#floors.at(-1) ?? [], name, opened, close, this.#floors.length === 0);
  }

  /** A step that opened nothing: there is nothing to close. */
  did(name: string): void {
    this.#onStep(name);
  }

  /** Closes everything, the last floor first, each step within its bound. What a step rejects with is left to the next start. A second call finds nothing. */
  async all(): Promise<void> {
    const floors = this.#floors.reverse();
    this.#floors = [];
    for (const floor of floors) await Promise.all(floor.map(({ close }) => within(this.#limitMs, Promise.resolve().then(close))));
  }

  #take<T>(floor: Step[], name: string, opened: T, close: (opened: T) => unknown, isNew: boolean): T {
    floor.push({ name, close: () => close(opened) });
    if (isNew) this.#floors.push(floor);
    this.#onStep(name);
    return opened;
  }
}
