/**
 * Painting and laying a picture together on several cores: every thread works on a band of its rows, which it reads from its file and
 * writes back by itself. The thread that asks is free meanwhile: for the next photo's network, or for edges.
 */
import { Worker } from 'node:worker_threads';
import type { BackdropSpec, Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import type { Rect } from '../../../shared/edit/rect.ts';
import type { EdgeCall, EdgeThreads } from '../cutout/edge-threads.ts';
import type { LentFile } from '../files/row-file.ts';
import type { Layers } from './compose.ts';

/** What lies over the rows of a photo, and under them. */
export type Overlay = Omit<Layers, 'photo'>;

/** A part of the photo at the canvas' scale, in a file. */
export interface LentPhoto {
  readonly file: LentFile;
  /** Fractions of the photo. */
  readonly part: Rect;
  /** Where its top left corner lies on the canvas. */
  readonly x: number;
  readonly y: number;
}

/** Everything that is laid on a painted canvas, or on one of four channels where nothing is. */
export interface LayingWork {
  readonly overlay: Overlay;
  readonly photo: LentPhoto;
  /** Whether panes lose the colour of the old light. */
  readonly calm: boolean;
}

/** What a thread is asked for: its rows of the canvas, or its share of edges. */
export type BandWork = CanvasWork | { readonly kind: 'edges'; readonly call: EdgeCall };

/** Rows of a canvas. */
export type CanvasWork =
  | { readonly kind: 'paint'; readonly canvas: LentFile; readonly rows: Rows; readonly spec: BackdropSpec }
  | { readonly kind: 'lay'; readonly canvas: LentFile; readonly rows: Rows; readonly laying: LayingWork };

/** A band of work for a thread, and the number that its answer carries. */
export interface BandRequest {
  readonly id: number;
  readonly work: BandWork;
}

/** `failed`: what the system said, and its code where it has one; a message carries no more of an error. */
export interface BandAnswer {
  readonly id: number;
  readonly failed: { readonly message: string; readonly code: string } | null;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, { readonly done: () => void; readonly failed: (reason: Error) => void }>;
}

/** The threads that share a picture; every call resolves when all its rows are done, and rejects with what the system said. */
export class Bands implements EdgeThreads {
  readonly #count: number;
  readonly #entry: URL;
  readonly #threads = new Map<number, Thread>();
  #lastId = 0;

  /** Besides the thread that calls them, which works on edges itself. */
  get #others(): number {
    return this.#count - 1;
  }

  /** @param entry band.ts, or what it was built to. The threads start with the first picture. */
  constructor(count: number, entry: URL) {
    this.#count = count;
    this.#entry = entry;
  }

  /** Draws a built-in background on a canvas of three channels of 8 bits. */
  paint(canvas: LentFile, spec: BackdropSpec): Promise<void> {
    return this.#inBands(canvas, (rows) => ({ kind: 'paint', canvas, rows, spec }));
  }

  /** Draws shadow, subject and logo over what is on the canvas. */
  lay(canvas: LentFile, laying: LayingWork): Promise<void> {
    return this.#inBands(canvas, (rows) => ({ kind: 'lay', canvas, rows, laying }));
  }

  ready(): void {
    for (let index = 0; index < this.#others; index++) this.#thread(index);
  }

  /** Nobody waits for them: what they leave is done by who called. */
  call(call: EdgeCall): void {
    for (let index = 0; index < this.#others; index++) void this.#ask(index, { kind: 'edges', call }).catch(() => undefined);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#threads.values()].map(({ worker }) => worker.terminate()));
  }

  /** Waits for all of them, whatever becomes of one: the file is lent until then. */
  async #inBands({ shape: { height } }: LentFile, work: (rows: Rows) => CanvasWork): Promise<void> {
    const bounds = Array.from({ length: this.#count + 1 }, (_, n) => Math.round((n * height) / this.#count));
    const outcomes = await Promise.allSettled(bounds.slice(1).map((to, index) => this.#ask(index, work({ from: bounds[index] ?? 0, to }))));
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  #ask(index: number, work: BandWork): Promise<void> {
    const { worker, waiting } = this.#thread(index);
    this.#lastId += 1;
    const request: BandRequest = { id: this.#lastId, work };
    return new Promise<void>((done, failed) => {
      waiting.set(request.id, { done, failed });
      worker.postMessage(request);
    });
  }

  /** A thread that dies fails what it was asked for; the next picture gets a new one. */
  #thread(index: number): Thread {
    const known = this.#threads.get(index);
    if (known !== undefined) return known;
    const started: Thread = { worker: new Worker(this.#entry), waiting: new Map() };
    const { worker, waiting } = started;
    worker.unref();
    worker.on('message', ({ id, failed }: BandAnswer) => {
      const asked = waiting.get(id);
      waiting.delete(id);
      if (failed === null) asked?.done();
      else asked?.failed(Object.assign(new Error(failed.message), failed.code === '' ? {} : { code: failed.code }));
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
