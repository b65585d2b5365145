/**
 * Who works when. A few jobs run side by side, so that one decodes while another composes and memory stays bounded; among those
 * that wait, what someone is looking at goes first.
 */

/** Smaller goes first. */
export const URGENCY = { looking: 0, importing: 1, applying: 2, improving: 3 } as const;
/** How soon a job is wanted; smaller comes first. */
export type Urgency = (typeof URGENCY)[keyof typeof URGENCY];

interface Waiting {
  readonly urgency: Urgency;
  readonly start: () => void;
  readonly refuse: (error: Error) => void;
}

/** A job that did not begin before the queue was closed. */
export class QueueClosed extends Error {}

/** Jobs by urgency, so many at once; of the same urgency the first comes first. */
export class JobQueue {
  readonly #width: number;
  readonly #waiting: Waiting[] = [];
  readonly #idle: (() => void)[] = [];
  #running = 0;
  #closed = false;

  /** @param width how many jobs run at once */
  constructor(width: number) {
    this.#width = width;
  }

  /** Rejects with `QueueClosed` when it was not begun before the queue was closed. */
  run<T>(urgency: Urgency, work: () => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new QueueClosed('the darkroom is closed'));
    return new Promise((resolve, reject) => {
      const start = (): void => {
        this.#running += 1;
        work()
          .then(resolve, reject)
          .finally(() => {
            this.#running -= 1;
            this.#next();
          });
      };
      this.#waiting.push({ urgency, start, refuse: reject });
      this.#next();
    });
  }

  /** Resolves when nothing runs; what waits is not started any more. */
  close(): Promise<void> {
    this.#closed = true;
    for (const { refuse } of this.#waiting.splice(0)) refuse(new QueueClosed('the darkroom is closed'));
    return new Promise((resolve) => {
      this.#idle.push(resolve);
      this.#next();
    });
  }

  #next(): void {
    const waiting = this.#waiting;
    if (this.#running === 0) for (const wake of this.#idle.splice(0)) wake();
    if (this.#running >= this.#width || waiting.length === 0) return;
    // The most urgent, and of those the one that waits longest.
    const best = waiting.reduce((first, job, n) => (job.urgency < (waiting[first]?.urgency ?? 0) ? n : first), 0);
    waiting.splice(best, 1)[0]?.start();
  }
}
