/** So many at a time; whoever comes later waits for a turn, in order, and not for ever. */
import { TurnTimeout } from './trouble.ts';

/** That may wait at a time; whoever comes later is told at once that there is no turn. */
const WAITING_LIMIT = 5_000;

/** A semaphore with a queue: at most `atATime` run, the others wait in order, at most `waitMs` each. */
export class Turns {
  readonly #waitMs: number;
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atATime: number, waitMs: number) {
    this.#free = atATime;
    this.#waitMs = waitMs;
  }

  /** Throws TurnTimeout, and nothing was done. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free -= 1;
    else await this.#wait();
    try {
      return await work();
    } finally {
      // Handed on, not given back: nobody slips in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#free += 1;
    }
  }

  #wait(): Promise<void> {
    if (this.#waiting.length >= WAITING_LIMIT) return Promise.reject(new TurnTimeout(`${WAITING_LIMIT} wait for a turn.`));
    return new Promise((done, fail) => {
      const turn = (): void => {
        clearTimeout(patience);
        done();
      };
      const patience = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        fail(new TurnTimeout(`No turn within ${this.#waitMs} ms.`));
      }, this.#waitMs);
      this.#waiting.push(turn);
    });
  }
}
