/** Painting and laying a picture together on several cores: every thread works on a band of a strip's rows, in memory they share. */
import { Worker } from 'node:worker_threads';
import type { BackdropSpec, Rows } from '../../../shared/edit/backdrops/backdrop.ts';
import type { SharedStrip } from '../files/shared-rasters.ts';
import type { Layers, PlacedPhoto } from './compose.ts';

/** What lies on every strip of a picture; `photo` is another part of the photo for each. */
export type Overlay = Omit<Layers, 'photo'>;

/** What a thread is asked for: its rows of a strip of the canvas. Of a picture that is laid, it is told the overlay once. */
export type BandWork =
  | { readonly kind: 'paint'; readonly canvas: SharedStrip; readonly rows: Rows; readonly spec: BackdropSpec }
  | {
      readonly kind: 'lay' | 'lay-clear';
      readonly canvas: SharedStrip;
      readonly rows: Rows;
      readonly photo: PlacedPhoto;
      /** Names the overlay. */
      readonly picture: number;
      /** Null: it was told before. */
      readonly overlay: Overlay | null;
    }
  | { readonly kind: 'forget'; readonly picture: number };

/** A band of work for a thread, and the number that its answer carries; what is only to be forgotten has no answer. */
export interface BandRequest {
  readonly id: number;
  readonly work: BandWork;
}

interface Thread {
  readonly worker: Worker;
  readonly waiting: Map<number, { readonly done: () => void; readonly failed: (reason: Error) => void }>;
  /** The overlays that it was told. */
  readonly told: Set<number>;
}

/** A picture that is laid together strip by strip. */
export interface Laying {
  /** Draws everything over `rows` of the canvas. `photo` holds the rows that lie there. */
  strip(canvas: SharedStrip, rows: Rows, photo: PlacedPhoto): Promise<void>;
  /** The threads may forget it. */
  end(): void;
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

  /** Draws rows of a built-in background, 8 bits. */
  paint(canvas: SharedStrip, rows: Rows, spec: BackdropSpec): Promise<void> {
    return this.#inBands(rows, (part) => ({ kind: 'paint', canvas, rows: part, spec }));
  }

  /**
   * Draws shadow, subject and logo over what is on the canvas; `lay-clear`: shadow and subject where nothing is, four channels.
   * What lies on all strips is handed to every thread once.
   */
  lay(kind: 'lay' | 'lay-clear', overlay: Overlay): Laying {
    this.#lastId += 1;
    const picture = this.#lastId;
    return {
      strip: (canvas, rows, photo) =>
        this.#inBands(rows, (part, { told }) => {
          const known = told.has(picture);
          told.add(picture);
          return { kind, canvas, rows: part, photo, picture, overlay: known ? null : overlay };
        }),
      end: () => {
        for (const { worker, told } of this.#threads.values()) {
          if (told.delete(picture)) worker.postMessage({ id: 0, work: { kind: 'forget', picture } } satisfies BandRequest);
        }
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#threads.values()].map(({ worker }) => worker.terminate()));
  }

  async #inBands({ from, to: end }: Rows, work: (rows: Rows, thread: Thread) => BandWork): Promise<void> {
    const bounds = Array.from({ length: this.#count + 1 }, (_, n) => from + Math.round((n * (end - from)) / this.#count));
    await Promise.all(
      bounds.slice(1).map((to, index) => {
        const thread = this.#thread(index);
        const { worker, waiting } = thread;
        this.#lastId += 1;
        const request: BandRequest = { id: this.#lastId, work: work({ from: bounds[index] ?? from, to }, thread) };
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
    const started: Thread = { worker: new Worker(this.#entry), waiting: new Map(), told: new Set() };
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
