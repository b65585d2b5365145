/** Draws the files of invoices on a thread of its own: a tenth of a second each, in which nobody else should wait. */
import { Worker } from 'node:worker_threads';
import { Refusal } from '../../problems.ts';
import type { InvoiceDocument } from './document.ts';

/** To the thread: draw this. */
export interface DrawRequest {
  readonly id: number;
  readonly document: InvoiceDocument;
  readonly as: 'pdf' | 'xml';
}
/** From the thread: the file, or why there is none. */
export type Drawn = { readonly id: number; readonly file: Uint8Array } | { readonly id: number; readonly failed: string };

interface Waiting {
  readonly done: (file: Buffer) => void;
  readonly failed: (reason: Error) => void;
}

/** drawer.ts, or what it was built to, beside what this was built into. */
const ENTRY = import.meta.url.endsWith('.ts') ? new URL('drawer.ts', import.meta.url) : new URL('drawer.js', import.meta.url);
/** The memory that a typeface and a schema take is given back when nobody has asked for so long. */
const IDLE_MS = 60_000;
/** Documents that may wait for the thread: the last of them is drawn within the time of a request. Whoever comes later is told to come back. */
const DOCUMENTS_WAITING = 60;

/** The thread starts with the first invoice. */
export class Drawing {
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #idle: NodeJS.Timeout | undefined;
  #lastId = 0;

  /** The finished file, the same bytes for the same document. Rejects when the thread dies, and with `busy` when too many wait; the next invoice gets a new one. */
  draw(document: InvoiceDocument, as: 'pdf' | 'xml'): Promise<Buffer> {
    if (this.#waiting.size >= DOCUMENTS_WAITING)
      return Promise.reject(new Refusal('busy', 'Too many invoices are drawn at this moment. Ask for it again in a moment.'));
    clearTimeout(this.#idle);
    const id = ++this.#lastId;
    const request: DrawRequest = { id, document, as };
    return new Promise((done, failed) => {
      this.#waiting.set(id, { done, failed });
      this.#thread().postMessage(request);
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const worker = this.#worker;
    if (worker === null) return;
    this.#lost(worker, new Error('The server ends.'));
    await worker.terminate();
  }

  #thread(): Worker {
    if (this.#worker) return this.#worker;
    const worker = new Worker(ENTRY);
    // A server that has nothing else to do may end.
    worker.unref();
    worker.on('message', (drawn: Drawn) => this.#answer(drawn));
    worker.on('error', (error) => this.#lost(worker, error instanceof Error ? error : new Error(String(error))));
    worker.on('exit', () => this.#lost(worker, new Error('The thread that draws invoices ended.')));
    this.#worker = worker;
    return worker;
  }

  #answer(drawn: Drawn): void {
    const waiting = this.#waiting.get(drawn.id);
    this.#waiting.delete(drawn.id);
    if ('file' in drawn) waiting?.done(Buffer.from(drawn.file));
    else waiting?.failed(new Error(drawn.failed));
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => void this.close(), IDLE_MS);
    this.#idle.unref();
  }

  #lost(worker: Worker, reason: Error): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const { failed } of this.#waiting.values()) failed(reason);
    this.#waiting.clear();
  }
}
