/**
 * Fetches one large file over whatever line there is: carried on where it broke, bounded by what was announced, through the company's
 * proxy and verified by its authorities. Whether it is the right file is not decided here.
 */
import type { IncomingMessage } from 'node:http';
import axios, { type AxiosResponse } from 'axios';
import { minMillis, minutes, seconds, timesMillis } from '../../shared/credits/model/durations.ts';
import type { Millis } from '../../shared/credits/model/quantities.ts';
import { isServerAddress } from '../../shared/server-address.ts';
import { type Network, proxyFor, verifyingAgent } from '../wallet/http/network.ts';
import type { Timers } from '../world.ts';
import { classifyFault } from './classify-fault.ts';
import { Broken, Refused } from './download-faults.ts';
import { type PartialDownload, TooMuch } from './partial-download.ts';

/** Where a source says no size, this is its bound. */
const LARGEST_BYTES = 1_000_000_000;
const MOST_REDIRECTS = 5;
/** So long without a byte, and the line counts as dead. */
const SILENCE_MS = seconds(30);
/** Tries in a row that brought nothing, and tries in all. */
const MOST_FRUITLESS_TRIES = 6;
const MOST_TRIES = 100;
const FIRST_PAUSE_MS = seconds(1);
const LONGEST_PAUSE_MS = minutes(1);

/** What to fetch, and into which file. */
export interface Download {
  readonly address: string;
  /** Null: the source says it. */
  readonly bytes: number | null;
  readonly into: PartialDownload;
}

interface DownloadParts {
  readonly network: Network;
  readonly timers: Timers;
  readonly signal: AbortSignal;
  readonly onProgress: (received: number, total: number | null) => void;
  /** After the first try that brought nothing; each further one doubles it. */
  readonly firstPauseMs?: Millis;
}

/**
 * Resolves when the whole file is there. `wasResumed`: it is put together from more than one answer.
 * @throws Refused when it cannot be had, with the reason for people; the signal's reason when it was stopped. What came is kept.
 */
export async function download(wish: Download, parts: DownloadParts): Promise<{ readonly wasResumed: boolean }> {
  const { timers, signal, firstPauseMs = FIRST_PAUSE_MS } = parts;
  const agent = verifyingAgent(parts.network);
  let wasResumed = (await wish.into.size()) > 0;
  let fruitless = 0;
  for (let tries = 1; ; tries += 1) {
    const before = await wish.into.size();
    try {
      await attempt(wish, parts, agent);
      return { wasResumed };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof Broken)) throw error;
      const hasMore = (await wish.into.size()) > before;
      fruitless = hasMore ? 0 : fruitless + 1;
      wasResumed ||= hasMore;
      if (fruitless >= MOST_FRUITLESS_TRIES || tries >= MOST_TRIES)
        throw new Refused(`${error.message} What came so far is kept. Try again later, or name a mirror in BACKLOT_MODEL_SOURCE.`);
      await pause(timers, minMillis(timesMillis(firstPauseMs, 2 ** Math.max(0, fruitless - 1)), LONGEST_PAUSE_MS), signal);
    }
  }
}

type Agent = ReturnType<typeof verifyingAgent>;

async function attempt({ address, bytes, into }: Download, parts: DownloadParts, agent: Agent): Promise<void> {
  let have = await into.size();
  if (bytes !== null && have > bytes) {
    await into.discard();
    have = 0;
  }
  if (bytes !== null && have === bytes) return;
  const { host } = new URL(address);
  const stalled = new AbortController();
  let cancelSilence = (): void => undefined;
  const alive = (): void => {
    cancelSilence();
    cancelSilence = parts.timers.after(SILENCE_MS, () => stalled.abort(new Broken(`${host} fell silent.`)));
  };
  alive();
  try {
    const signal = AbortSignal.any([parts.signal, stalled.signal]);
    const answer = await ask(address, await asking(into, have), { ...parts, signal }, agent);
    const total = await begin(answer, { host, have, bytes, into });
    if (total === 'whole') return;
    parts.onProgress(await into.size(), total);
    await into.append(answer.data, total ?? LARGEST_BYTES, signal, (size) => {
      alive();
      parts.onProgress(size, total);
    });
    if (total !== null && (await into.size()) < total) throw new Broken(`The line to ${host} broke off.`);
  } catch (error) {
    if (stalled.signal.aborted) throw stalled.signal.reason;
    if (error instanceof TooMuch) throw new Refused(`${host} sent more than the model. Nothing of it was kept.`);
    throw error instanceof Refused ? error : classifyFault(error, host);
  } finally {
    cancelSilence();
  }
}

async function asking(into: PartialDownload, have: number): Promise<Readonly<Record<string, string>>> {
  const tag = await into.tag();
  return {
    'Accept-Encoding': 'identity',
    ...(have === 0 ? {} : { Range: `bytes=${have}-`, ...(tag === null ? {} : { 'If-Range': tag }) }),
  };
}

/** Makes what is there and what comes fit together. Answers the size of the whole, null where nothing says it; whole: nothing is left to come. */
async function begin(
  { status, headers, data }: AxiosResponse<IncomingMessage>,
  { host, have, bytes, into }: { host: string; have: number; bytes: number | null; into: PartialDownload },
): Promise<number | null | 'whole'> {
  const refuse = (error: Error): never => {
    data.destroy();
    throw error;
  };
  const announced = (text: unknown): number | null => (typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : null);
  if (status === 206 || status === 416) {
    const [, start, of] = /^bytes (?:(\d+)-\d+|\*)\/(\d+|\*)$/.exec(String(headers['content-range'])) ?? [];
    const total = announced(of);
    const fits = status === 206 && Number(start) === have && (bytes === null || total === null || total === bytes);
    if (fits) return total ?? bytes;
    if (status === 416 && total === have) {
      data.destroy();
      return 'whole';
    }
    await into.discard();
    return refuse(new Broken(`What ${host} has is another file than before.`));
  }
  if (status === 408 || status === 429 || status >= 500) return refuse(new Broken(`${host} answered ${status}.`));
  if (status !== 200)
    return refuse(new Refused(`${host} answered ${status}, so the model is not there. Name another source in BACKLOT_MODEL_SOURCE.`));
  const total = announced(headers['content-length']);
  if (total !== null && total > (bytes ?? LARGEST_BYTES)) refuse(new Refused(`${host} has another file there: ${total} bytes.`));
  if (total !== null && bytes !== null && total !== bytes)
    refuse(new Refused(`${host} has another file there: ${total} bytes instead of ${bytes}.`));
  const tag: unknown = headers['etag'];
  await into.begin(typeof tag === 'string' && /^"[\x21\x23-\x7e]{1,200}"$/.test(tag) ? tag : null);
  return total ?? bytes;
}

/** Follows redirects over https; to this machine only from this machine. */
async function ask(
  address: string,
  headers: Readonly<Record<string, string>>,
  { network, signal }: Pick<DownloadParts, 'network' | 'signal'>,
  agent: Agent,
): Promise<AxiosResponse<IncomingMessage>> {
  let from = address;
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const answer = await axios.get<IncomingMessage>(from, {
      headers,
      httpsAgent: agent,
      proxy: (await proxyFor(from, network)) ?? false,
      maxRedirects: 0,
      decompress: false,
      responseType: 'stream',
      signal,
      validateStatus: () => true,
    });
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.status) || typeof location !== 'string') return answer;
    answer.data.destroy();
    const next = URL.parse(location, from);
    const isFollowed = next !== null && isServerAddress(next.href) && (next.protocol === 'https:' || from.startsWith('http:'));
    if (!isFollowed) throw new Refused(`${new URL(from).host} points to a place that is not reached over HTTPS.`);
    from = next.href;
  }
  throw new Refused(`${new URL(address).host} points on and on.`);
}

function pause(timers: Timers, ms: Millis, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      cancel();
      reject(signal.reason);
    };
    const cancel = timers.after(ms, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
