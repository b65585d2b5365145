/**
 * The renderer's side of the paint worker. A lane holds at most one job that waits: while a slider moves, what was asked
 * for a moment ago is no longer wanted. Small pictures (swatches) queue instead.
 */
import type { PaintAnswer, PaintJob, PaintRequest } from './paintshop.worker.ts';

type Take = (bitmap: ImageBitmap) => void;
interface Waiting {
  readonly lane: string | null;
  readonly make: () => Promise<PaintJob> | PaintJob;
  readonly take: Take;
}

class Paintshop {
  #worker: Worker | null = null;
  readonly #waiting: Waiting[] = [];
  #busy = false;
  #next = 0;
  #taking: Take | null = null;

  /** Paints when the worker is free. A newer job of the same lane replaces one that still waits; null never is replaced. */
  ask(lane: string | null, make: Waiting['make'], take: Take): void {
    const replaced = lane === null ? -1 : this.#waiting.findIndex((one) => one.lane === lane);
    if (replaced >= 0) this.#waiting.splice(replaced, 1);
    this.#waiting.push({ lane, make, take });
    // What the canvas waits for goes before swatches.
    this.#waiting.sort((a, b) => Number(a.lane === null) - Number(b.lane === null));
    void this.#advance();
  }

  async #advance(): Promise<void> {
    if (this.#busy) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    this.#busy = true;
    this.#taking = job.take;
    try {
      const made = await job.make();
      const transfer = made.kind === 'shadow' ? [made.cutout] : [];
      this.#started().postMessage({ id: ++this.#next, job: made } satisfies PaintRequest, transfer);
    } catch {
      // The bitmap was closed meanwhile: whoever asked will ask again with the new one.
      this.#finish(null);
    }
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker;
    this.#worker = new Worker(new URL('./paintshop.worker.ts', import.meta.url), { type: 'module', name: 'paintshop' });
    this.#worker.onmessage = ({ data }: MessageEvent<PaintAnswer>) => this.#finish('bitmap' in data ? data.bitmap : null);
    this.#worker.onerror = () => {
      this.#worker?.terminate();
      this.#worker = null;
      this.#finish(null);
    };
    return this.#worker;
  }

  #finish(bitmap: ImageBitmap | null): void {
    const take = this.#taking;
    this.#taking = null;
    this.#busy = false;
    if (bitmap !== null) take?.(bitmap);
    void this.#advance();
  }
}

/** The one worker of this window. */
export const paintshop = new Paintshop();
