/** A semaphore: so many run at a time, later ones wait in order, and not for ever. */
import { SemaphoreTimeout } from './trouble.ts';

/** That may wait at a time; later ones fail at once. */
const WAITING_LIMIT = 5_000;

/** At most `atATime` run; at most WAITING_LIMIT wait, first come first served, for at most `waitMs` each. */
export class Semaphore {
  readonly #waitMs: number;
  #free: number;
  readonly #waiting: (() => void)[] = [];

  constructor(atATime: number, waitMs: number) {
    this.#free = atATime;
    this.#waitMs = waitMs;
  }

  /** Throws SemaphoreTimeout, and nothing was done. */
  async run<T>(work: () => Promise<T>): Promise<T> {
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
    if (this.#waiting.length >= WAITING_LIMIT) return Promise.reject(new SemaphoreTimeout(`${WAITING_LIMIT} wait for a turn.`));
    return new Promise((done, fail) => {
      const turn = (): void => {
        clearTimeout(patience);
        done();
      };
      const patience = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(turn), 1);
        fail(new SemaphoreTimeout(`No turn within ${this.#waitMs} ms.`));
      }, this.#waitMs);
      this.#waiting.push(turn);
    });
  }
}
