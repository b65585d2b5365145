/** How the studio reaches the credit server. Everything above speaks to the `Transport`; only this file and `stream.ts` know HTTP. */
import axios, { type AxiosInstance, type AxiosResponse } from 'axios';
import { maxMillis, minMillis, timesMillis } from '../../shared/credits/model/durations.ts';
import type { Millis } from '../../shared/credits/model/quantities.ts';
import { isServerAddress, notAServer } from '../../shared/server-address.ts';
import type { Timers } from '../world.ts';
import {
  type Answer,
  type FileAnswer,
  fileTypesOf,
  type Head,
  readAnswer,
  readUploadAnswer,
  type UploadAnswer,
  whyNotOurs,
} from './http/answer.ts';
import { FIRST_PATIENCE_MS, LARGEST_ANSWER_BYTES, LONGEST_ANSWER_MS, LONGEST_PATIENCE_MS } from './http/limits.ts';
import { type Network, nameOf, type ProxyServer, proxyFor, verifyingAgent } from './http/network.ts';
import { type StreamListener, WakeStream } from './http/stream.ts';
import { type Route, reasonOf } from './http/unreached.ts';

export type { Answer, FileAnswer, UploadAnswer } from './http/answer.ts';
export type { StreamListener } from './http/stream.ts';

/** One request of the tus protocol. */
export interface UploadRequest {
  readonly method: 'POST' | 'HEAD' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Of PATCH. */
  readonly bytes?: Uint8Array;
}
/** Bytes of a file, counted from 0. */
export interface FileRange {
  readonly at: number;
  readonly bytes: number;
}

/** A way to one server on behalf of one account. Nothing here retries: what an answer means is for `judge` to say. */
export interface Transport {
  send(request: { readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'; readonly path: string; readonly body?: unknown }): Promise<Answer>;
  /** A file of the contract: what the path ends with is what it has to be. `range`: only so much of it. */
  download(path: string, range?: FileRange): Promise<FileAnswer>;
  /** A file on its way there, piece by piece. */
  upload(request: UploadRequest): Promise<UploadAnswer>;
  /** Listens to the ledger's wake-ups until the answer is called or the connection ends. */
  listen(path: string, listener: StreamListener): () => void;
}

const ownNetwork: Network = { environment: process.env };

/** `url` without a path; `token` is sent as a bearer token and never logged. `withinMs`: how long an answer is waited for at first. Throws where no token may be sent. */
export function httpTransport(
  server: { readonly url: string; readonly token: string },
  timers: Timers,
  withinMs: Millis = FIRST_PATIENCE_MS,
  network: Network = ownNetwork,
): Transport {
  if (!isServerAddress(server.url)) throw new Error(notAServer(server.url));
  const client = new ServerClient(server, network);
  const patience = new Patience(timers, withinMs);
  async function ask<T>(work: (http: AxiosInstance, options: RequestOptions) => Promise<T>, failed: (reason: string) => T): Promise<T> {
    const { http, proxy, route } = await client.open();
    const waited = patience.begin();
    try {
      const answer = await work(http, { proxy, timeout: waited.ms, signal: AbortSignal.timeout(LONGEST_ANSWER_MS) });
      waited.end('answered');
      return answer;
    } catch (error) {
      waited.end(isLate(error) ? 'late' : 'failed');
      return failed(reasonOf(error, route));
    }
  }
  return {
    send: ({ method, path, body }) =>
      ask<Answer>(
        async (http, options) => {
          const answer = await http.request<string>({ ...options, method, url: path, ...(body === undefined ? {} : { data: body }) });
          return readAnswer(headOf(answer), answer.data);
        },
        (reason) => ({ kind: 'silence', reason }),
      ),
    download: (path, range) =>
      ask<FileAnswer>(
        async (http, options) =>
          fileIn(
            path,
            range !== undefined,
            await http.get<ArrayBuffer>(path, { ...options, ...ranged(range), responseType: 'arraybuffer' }),
          ),
        (reason) => ({ kind: 'no file', reason }),
      ),
    upload: ({ method, path, headers, bytes }) =>
      ask<UploadAnswer>(
        async (http, options) => {
          const sent = { 'Tus-Resumable': '1.0.0', ...headers };
          const answer = await http.request<string>({ ...options, method, url: path, headers: sent, ...(bytes && { data: bytes }) });
          return readUploadAnswer(headOf(answer), answer.data);
        },
        (reason) => ({ kind: 'silence', reason }),
      ),
    listen(path, listener) {
      const stream = new WakeStream(listener, timers);
      stream.open(() => client.open(), path);
      return () => stream.close();
    },
  };
}

/** How one request goes out. */
interface RequestOptions {
  /** False: straight. */
  readonly proxy: ProxyServer | false;
  readonly timeout: number;
  readonly signal: AbortSignal;
}

/** The client of one server: made when it is first needed, since reading the system's certificates takes a moment. */
class ServerClient {
  readonly #server: { readonly url: string; readonly token: string };
  readonly #network: Network;
  #http: AxiosInstance | null = null;

  constructor(server: { readonly url: string; readonly token: string }, network: Network) {
    this.#server = server;
    this.#network = network;
  }

  /** The proxy is looked up each time: a laptop changes networks. */
  async open(): Promise<{ http: AxiosInstance; proxy: RequestOptions['proxy']; route: Route }> {
    const { url } = this.#server;
    const proxy = await proxyFor(url, this.#network);
    this.#http ??= this.#made();
    return { http: this.#http, proxy: proxy ?? false, route: { host: new URL(url).host, proxy: proxy === null ? null : nameOf(proxy) } };
  }

  #made(): AxiosInstance {
    const { url, token } = this.#server;
    return axios.create({
      baseURL: url,
      headers: { Authorization: `Bearer ${token}` },
      ...(url.startsWith('https:') ? { httpsAgent: verifyingAgent(this.#network) } : {}),
      maxContentLength: LARGEST_ANSWER_BYTES,
      // A redirect could carry the token to another host.
      maxRedirects: 0,
      responseType: 'text',
      // Whose answer it is decides what is made of its body.
      transformResponse: [(data: unknown) => data],
      validateStatus: () => true,
    });
  }
}

/** How long an answer is waited for: twice as long after each that came too late, up to a bound; from the beginning after one that was quick. */
class Patience {
  readonly #timers: Timers;
  readonly #firstMs: Millis;
  #ms: Millis;

  constructor(timers: Timers, firstMs: Millis) {
    this.#timers = timers;
    this.#firstMs = firstMs;
    this.#ms = firstMs;
  }

  begin(): { readonly ms: Millis; end(how: 'answered' | 'late' | 'failed'): void } {
    const ms = this.#ms;
    let wasQuick = true;
    const cancel = this.#timers.after(timesMillis(this.#firstMs, 1 / 2), () => {
      wasQuick = false;
    });
    return {
      ms,
      end: (how) => {
        cancel();
        if (how === 'late') this.#ms = maxMillis(this.#ms, minMillis(timesMillis(ms, 2), LONGEST_PATIENCE_MS));
        else if (how === 'answered' && wasQuick) this.#ms = this.#firstMs;
      },
    };
  }
}

const isLate = (error: unknown): boolean => axios.isAxiosError(error) && (error.code === 'ECONNABORTED' || error.code === 'ETIMEDOUT');

const headOf = ({ status, headers }: Pick<AxiosResponse, 'status' | 'headers'>): Head => ({ status, header: (name) => headers[name] });

const ranged = (range: FileRange | undefined) =>
  range === undefined ? {} : { headers: { Range: `bytes=${range.at}-${range.at + range.bytes - 1}` } };

function fileIn(path: string, isRange: boolean, answer: AxiosResponse<ArrayBuffer>): FileAnswer {
  const { status, data, headers } = answer;
  if (status !== 200 && !(isRange && status === 206)) {
    const said = readAnswer(headOf(answer), Buffer.from(data).toString('utf8'));
    return { kind: 'no file', reason: said.kind === 'answer' ? `The credit server answered ${status}.` : said.reason };
  }
  const reason = whyNotOurs(headOf(answer), fileTypesOf(path));
  if (reason !== null) return { kind: 'no file', reason };
  const etag: unknown = headers['etag'];
  return { kind: 'file', bytes: new Uint8Array(data), etag: typeof etag === 'string' ? etag.replace(/^W\/|"/g, '') : null };
}
