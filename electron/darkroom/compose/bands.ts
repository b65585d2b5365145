/** Painting and laying a picture together on several cores: every thread works on a band of its rows, in memory they share. */
import { Worker } from 'node:worker_threads';
import type { BackdropSpec, Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Size } from '../../../shared/edit/placement.ts';
import type { SharedClear, SharedRaster } from '../files/shared-rasters.ts';
import type { ClearLayers, Layers } from './compose.ts';

/** What a thread is asked for: its rows of the canvas. */
export type BandWork =
  | { readonly kind: 'paint'; readonly canvas: SharedRaster; readonly rows: Rows; readonly spec: BackdropSpec }
  | { readonly kind: 'lay'; readonly canvas: SharedRaster; readonly rows: Rows; readonly layers: Layers }
  | { readonly kind: 'lay-clear'; readonly canvas: SharedClear; readonly rows: Rows; readonly layers: ClearLayers };

/** A band of work for a thread, and the number that its answer carries. */
export interface BandRequest {
  readonly id: number;
  readonly work: BandWork;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, { readonly done: () => void; readonly failed: (reason: Error) => void }>;
}

/** The threads that share a picture; every call resolves when all its rows are done. */
export class Bands {
  readonly #count: number;
  readonly #entry: URL;
  readonly #threads = new Map<number, Thread>();
  #lastId = 0;

  /** @param entry band.ts, or what it was built to. The threads start with the first picture. */
  constructor(count: number, entry: URL) {
    this.#count = count;
    this.#entry = entry;
  }

  /** Draws a built-in background, 8 bits. */
  paint(canvas: SharedRaster, spec: BackdropSpec): Promise<void> {
    return this.#inBands(canvas, (rows) => ({ kind: 'paint', canvas, rows, spec }));
  }

  /** Draws shadow, subject and logo over what is on the canvas. */
  lay(canvas: SharedRaster, layers: Layers): Promise<void> {
    return this.#inBands(canvas, (rows) => ({ kind: 'lay', canvas, rows, layers }));
  }

  /** Draws shadow and subject where nothing is. */
  layClear(canvas: SharedClear, layers: ClearLayers): Promise<void> {
    return this.#inBands(canvas, (rows) => ({ kind: 'lay-clear', canvas, rows, layers }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#threads.values()].map(({ worker }) => worker.terminate()));
  }

  async #inBands(canvas: Size, work: (rows: Rows) => BandWork): Promise<void> {
    const bounds = Array.from({ length: this.#count + 1 }, (_, n) => Math.round((n * canvas.height) / this.#count));
    await Promise.all(
      bounds.slice(1).map((to, index) => {
        const { worker, waiting } = this.#thread(index);
        this.#lastId += 1;
        const request: BandRequest = { id: this.#lastId, work: work({ from: bounds[index] ?? 0, to }) };
        return new Promise<void>((done, failed) => {
          waiting.set(request.id, { done, failed });
          worker.postMessage(request);
        });
      }),
    );
  }

  /** A thread that dies fails what it was asked for; the next picture gets a new one. */
  #thread(index: number): Thread {
    const known = this.#threads.get(index);
    if (known !== undefined) return known;
    const started: Thread = { worker: new Worker(this.#entry), waiting: new Map() };
    const { worker, waiting } = started;
    worker.unref();
    worker.on('message', (id: number) => {
      waiting.get(id)?.done();
      waiting.delete(id);
    });
    const lost = (reason: Error): void => {
      if (this.#threads.get(index) === started) this.#threads.delete(index);
      for (const { failed } of waiting.values()) failed(reason);
      waiting.clear();
    };
    worker.on('error', (error) => lost(error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => lost(new Error('a thread of the darkroom ended')));
    this.#threads.set(index, started);
    return started;
  }
}
