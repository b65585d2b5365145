/** How the studio reaches the credit server. Everything above speaks to the `Transport`; only this file knows HTTP. */
import type { Readable } from 'node:stream';
import axios, { type AxiosInstance, isAxiosError } from 'axios';
import { isServerAddress, notAServer } from '../../shared/server-address.ts';
import type { Timers } from '../world.ts';

/** What came back, or that nothing did: then the server may or may not have carried out the request. */
export type Answer =
  | { readonly kind: 'answer'; readonly status: number; readonly body: unknown; readonly retryAfterMs: number | null }
  | { readonly kind: 'silence'; readonly reason: string };

export type FileAnswer = { readonly kind: 'file'; readonly bytes: Uint8Array } | { readonly kind: 'no file'; readonly reason: string };

export interface StreamListener {
  open(): void;
  /** Something was appended to the ledger, or (`account`) changed beside it. It only wakes: pulling is the truth. */
  wake(what: 'ledger' | 'account'): void;
  end(): void;
}

export interface Transport {
  send(request: { readonly method: 'GET' | 'POST' | 'PUT'; readonly path: string; readonly body?: unknown }): Promise<Answer>;
  download(path: string): Promise<FileAnswer>;
  /** Listens to the ledger's wake-ups until the answer is called or the connection ends. */
  listen(path: string, listener: StreamListener): () => void;
}

/** Long enough for a batch of 500 on a slow line; a silence after it is resolved by asking again with the same id. */
const answerWithinMs = 20_000;
/** The server says something at least every 20 seconds. */
const quietAtMostMs = 65_000;
const largestAnswerBytes = 64 * 1024 * 1024;

/** `url` without a path; `token` is sent as a bearer token and never logged. `withinMs`: how long an answer is waited for. Throws where no token may be sent. */
export function httpTransport(
  server: { readonly url: string; readonly token: string },
  timers: Timers,
  withinMs: number = answerWithinMs,
): Transport {
  if (!isServerAddress(server.url)) throw new Error(notAServer(server.url));
  const http = axios.create({
    baseURL: server.url,
    headers: { Authorization: `Bearer ${server.token}` },
    timeout: withinMs,
    maxContentLength: largestAnswerBytes,
    // A redirect could carry the token to another host.
    maxRedirects: 0,
    // The studio's own server is on this machine; a company's is named exactly.
    proxy: false,
    validateStatus: () => true,
  });
  return {
    async send({ method, path, body }) {
      try {
        const answer = await http.request<unknown>({ method, url: path, ...(body === undefined ? {} : { data: body }) });
        return { kind: 'answer', status: answer.status, body: answer.data, retryAfterMs: retryAfterMs(answer.headers['retry-after']) };
      } catch (error) {
        return { kind: 'silence', reason: reasonOf(error) };
      }
    },
    async download(path) {
      try {
        const answer = await http.get<ArrayBuffer>(path, { responseType: 'arraybuffer' });
        if (answer.status !== 200) return { kind: 'no file', reason: `The credit server answered ${answer.status}.` };
        return { kind: 'file', bytes: new Uint8Array(answer.data) };
      } catch (error) {
        return { kind: 'no file', reason: reasonOf(error) };
      }
    },
    listen: (path, listener) => listen(http, path, listener, timers),
  };
}

function listen(http: AxiosInstance, path: string, listener: StreamListener, timers: Timers): () => void {
  const abort = new AbortController();
  let ended = false;
  let stopWatching = (): void => undefined;
  const end = (): void => {
    stopWatching();
    if (ended) return;
    ended = true;
    listener.end();
  };
  /** A connection that died without a word (the machine slept, say) would never wake anybody again. */
  const watch = (): void => {
    stopWatching();
    stopWatching = timers.after(quietAtMostMs, () => {
      abort.abort();
      end();
    });
  };
  http
    .get<Readable>(path, {
      responseType: 'stream',
      timeout: 0,
      maxContentLength: -1,
      signal: abort.signal,
      headers: { Accept: 'text/event-stream' },
    })
    .then(({ status, data }) => {
      if (status !== 200) {
        data.destroy();
        return end();
      }
      listener.open();
      watch();
      data.setEncoding('utf8');
      // Comment lines (": ...") keep the connection alive and wake nobody.
      data.on('data', (chunk: string) => {
        watch();
        if (!/^(:[^\n]*)?\s*$/.test(chunk)) listener.wake(/^event: account$/m.test(chunk) ? 'account' : 'ledger');
      });
      data.on('close', end);
      data.on('error', end);
    })
    .catch(end);
  return () => {
    ended = true;
    stopWatching();
    abort.abort();
  };
}

/** Seconds, or an HTTP date (RFC 9110, 10.2.3); dates are left to the back-off, because clocks differ. */
export function retryAfterMs(header: unknown): number | null {
  const seconds = typeof header === 'string' ? Number(header) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1000) : null;
}

function reasonOf(error: unknown): string {
  const code = isAxiosError(error) ? error.code : undefined;
  switch (code) {
    case 'ECONNABORTED':
    case 'ETIMEDOUT':
      return 'The credit server did not answer in time.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'The credit server was not found. Check the network.';
    case 'ECONNREFUSED':
      return 'The credit server is not running.';
    default:
      return 'The credit server cannot be reached.';
  }
}
