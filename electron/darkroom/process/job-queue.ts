/**
 * Who works when. A few jobs run side by side, so that one decodes while another composes and memory stays bounded; among those
 * that wait, what someone is looking at goes first.
 */

/** Smaller goes first. `prefetching`: what nobody asked for yet; only while nothing else is to do, and it makes way by itself (`isWanted`). */
export const URGENCY = { looking: 0, importing: 1, applying: 2, improving: 3, prefetching: 4 } as const;
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
  /** Jobs that wait or run, but for prefetching. */
  #asked = 0;
  #closed = false;

  /** @param width how many jobs run at once */
  constructor(width: number) {
    this.#width = width;
  }

  /** Rejects with `QueueClosed` when it was not begun before the queue was closed, and with the signal's reason when it was not begun before that. */
  run<T>(urgency: Urgency, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#closed) return Promise.reject(new QueueClosed('the darkroom is closed'));
    if (urgency === URGENCY.prefetching) return this.#run(urgency, work, signal);
    this.#asked += 1;
    return this.#run(urgency, work, signal).finally(() => {
      this.#asked -= 1;
    });
  }

  #run<T>(urgency: Urgency, work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
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
      const waits: Waiting = { urgency, start, refuse: reject };
      signal?.addEventListener('abort', () => this.#withdraw(waits, signal.reason), { once: true });
      if (signal?.aborted === true) return reject(signal.reason);
      this.#waiting.push(waits);
      this.#next();
    });
  }

  /** Whether anything but prefetching waits or runs, or the queue closes: then that makes way as soon as it can. */
  get isWanted(): boolean {
    return this.#asked > 0 || this.#closed;
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
    if (waiting[best]?.urgency === URGENCY.prefetching && this.#running > 0) return;
    waiting.splice(best, 1)[0]?.start();
  }

  #withdraw(job: Waiting, reason: Error): void {
    const at = this.#waiting.indexOf(job);
    if (at < 0) return;
    this.#waiting.splice(at, 1);
    job.refuse(reason);
  }
}
