/** The stream of wake-ups. It counts as open when something came through it: a proxy may take it and hold everything back. */
import type { Readable } from 'node:stream';
import type { AxiosInstance, AxiosProxyConfig } from 'axios';
import type { Timers } from '../../world.ts';
import { streamTypes, whyNotOurs } from './answer.ts';
import { FIRST_WORD_WITHIN_MS, QUIET_AT_MOST_MS } from './limits.ts';

export interface StreamListener {
  /** The first word of the server came through, a heartbeat or more. */
  open(): void;
  /** Something was appended to the ledger, or (`account`) changed beside it. It only wakes: pulling is the truth. */
  wake(what: 'ledger' | 'account'): void;
  end(): void;
}

/** Until the answer is called, the connection ends, or it is silent for too long. */
export function listenOver(
  open: () => Promise<{ readonly http: AxiosInstance; readonly proxy: false | AxiosProxyConfig }>,
  path: string,
  listener: StreamListener,
  timers: Timers,
): () => void {
  const abort = new AbortController();
  let ended = false;
  let opened = false;
  let stopWatching = (): void => undefined;
  const end = (): void => {
    stopWatching();
    abort.abort();
    if (ended) return;
    ended = true;
    listener.end();
  };
  /** A connection that died without a word (the machine slept, say) would never wake anybody again. */
  const watch = (ms: number): void => {
    stopWatching();
    if (!ended) stopWatching = timers.after(ms, end);
  };
  const hear = (chunk: string): void => {
    if (ended) return;
    watch(QUIET_AT_MOST_MS);
    if (!opened) {
      opened = true;
      listener.open();
    }
    // Comment lines (": ...") keep the connection alive and wake nobody.
    if (!/^(:[^\n]*)?\s*$/.test(chunk)) listener.wake(/^event: account$/m.test(chunk) ? 'account' : 'ledger');
  };
  watch(FIRST_WORD_WITHIN_MS);
  open()
    .then(({ http, proxy }) =>
      http.get<Readable>(path, {
        proxy,
        responseType: 'stream',
        timeout: 0,
        maxContentLength: -1,
        signal: abort.signal,
        headers: { Accept: 'text/event-stream' },
      }),
    )
    .then(({ status, headers, data }) => {
      data.on('error', end);
      if (status !== 200 || whyNotOurs({ status, header: (name) => headers[name] }, streamTypes) !== null) {
        data.destroy();
        return end();
      }
      data.setEncoding('utf8');
      data.on('data', hear);
      data.on('close', end);
    })
    .catch(end);
  return () => {
    ended = true;
    stopWatching();
    abort.abort();
  };
}
