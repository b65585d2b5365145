/**
 * Who works when. A few jobs run side by side, so that one decodes while another composes and memory stays bounded; among those
 * that wait, what someone is looking at goes first.
 */

/** Smaller goes first. */
export const URGENCY = { looking: 0, importing: 1, applying: 2, improving: 3 } as const;
export type Urgency = (typeof URGENCY)[keyof typeof URGENCY];

export interface JobQueue {
  run<T>(urgency: Urgency, work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing runs; what waits is not started any more and rejects with `closed`. */
  close(): Promise<void>;
}

interface Waiting {
  readonly urgency: Urgency;
  readonly start: () => void;
  readonly refuse: (error: Error) => void;
}

export class QueueClosed extends Error {}

/** @param width how many jobs run at once */
export function createJobQueue(width: number): JobQueue {
  const waiting: Waiting[] = [];
  const idle: (() => void)[] = [];
  let running = 0;
  let closed = false;

  function next(): void {
    if (running === 0) for (const wake of idle.splice(0)) wake();
    if (running >= width || waiting.length === 0) return;
    // The most urgent, and of those the one that waits longest.
    const best = waiting.reduce((first, job, n) => (job.urgency < (waiting[first]?.urgency ?? 0) ? n : first), 0);
    waiting.splice(best, 1)[0]?.start();
  }

  return {
    run(urgency, work) {
      if (closed) return Promise.reject(new QueueClosed('the darkroom is closed'));
      return new Promise((resolve, reject) => {
        const start = (): void => {
          running += 1;
          work()
            .then(resolve, reject)
            .finally(() => {
              running -= 1;
              next();
            });
        };
        waiting.push({ urgency, start, refuse: reject });
        next();
      });
    },
    close() {
      closed = true;
      for (const { refuse } of waiting.splice(0)) refuse(new QueueClosed('the darkroom is closed'));
      return new Promise((resolve) => {
        idle.push(resolve);
        next();
      });
    },
  };
}
