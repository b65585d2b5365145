/** The stream of wake-ups. It counts as open when something came through it: a proxy may take it and hold everything back. */
import type { Readable } from 'node:stream';
import type { AxiosInstance, AxiosProxyConfig, AxiosResponse } from 'axios';
import type { Millis } from '../../../shared/credits/model/quantities.ts';
import type { Timers } from '../../world.ts';
import { streamTypes, whyNotOurs } from './answer.ts';
import { FIRST_WORD_WITHIN_MS, QUIET_AT_MOST_MS } from './limits.ts';

/** What a stream tells: each at any time, `end` once and last. */
export interface StreamListener {
  /** The first word of the server came through, a heartbeat or more. */
  open(): void;
  /** Something was appended to the ledger, or (`account`) changed beside it. It only wakes: pulling is the truth. */
  wake(what: 'ledger' | 'account'): void;
  end(): void;
}

/** How a connection is made, whenever one is wanted. */
type OpenHttp = () => Promise<{ readonly http: AxiosInstance; readonly proxy: false | AxiosProxyConfig }>;

/** One connection: it lasts until it is closed, ends by itself, or is silent for too long. */
export class WakeStream {
  readonly #listener: StreamListener;
  readonly #timers: Timers;
  readonly #abort = new AbortController();
  #ended = false;
  #opened = false;
  #stopWatching = (): void => undefined;

  constructor(listener: StreamListener, timers: Timers) {
    this.#listener = listener;
    this.#timers = timers;
  }

  /** Once. What fails is told to the listener as the end. */
  open(connect: OpenHttp, path: string): void {
    this.#watch(FIRST_WORD_WITHIN_MS);
    connect()
      .then(({ http, proxy }) =>
        http.get<Readable>(path, {
          proxy,
          responseType: 'stream',
          timeout: 0,
          maxContentLength: -1,
          signal: this.#abort.signal,
          headers: { Accept: 'text/event-stream' },
        }),
      )
      .then((answer) => this.#listen(answer))
      .catch(this.#end);
  }

  /** The listener hears nothing more of it. */
  close(): void {
    this.#ended = true;
    this.#stopWatching();
    this.#abort.abort();
  }

  #listen({ status, headers, data }: AxiosResponse<Readable>): void {
    data.on('error', this.#end);
    if (status !== 200 || whyNotOurs({ status, header: (name) => headers[name] }, streamTypes) !== null) {
      data.destroy();
      this.#end();
      return;
    }
    data.setEncoding('utf8');
    data.on('data', (chunk: string) => this.#hear(chunk));
    data.on('close', this.#end);
  }

  #hear(chunk: string): void {
    if (this.#ended) return;
    this.#watch(QUIET_AT_MOST_MS);
    if (!this.#opened) {
      this.#opened = true;
      this.#listener.open();
    }
    // Comment lines (": ...") keep the connection alive and wake nobody.
    if (!/^(:[^\n]*)?\s*$/.test(chunk)) this.#listener.wake(/^event: account$/m.test(chunk) ? 'account' : 'ledger');
  }

  /** A connection that died without a word (the machine slept, say) would never wake anybody again. */
  #watch(ms: Millis): void {
    this.#stopWatching();
    if (!this.#ended) this.#stopWatching = this.#timers.after(ms, this.#end);
  }

  readonly #end = (): void => {
    const hadEnded = this.#ended;
    this.close();
    if (!hadEnded) this.#listener.end();
  };
}
