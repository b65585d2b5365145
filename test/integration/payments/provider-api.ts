/** What the fakes of both providers stand on: an HTTP API on loopback that can be down for a while, and the way their events are delivered. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json } from '../server/running-server.ts';

export interface Asked {
  readonly method: string;
  readonly url: URL;
  readonly header: (name: string) => string | undefined;
  readonly text: string;
}

export interface Answer {
  readonly status: number;
  readonly reply: Json;
}

export interface ProviderApi {
  readonly url: string;
  /** 503 for the next requests. */
  breakNext(count: number): void;
  /** The next request that fits is done, and answered only after `work`: what happens between the provider’s deed and our hearing of it. */
  between(fits: (asked: Asked) => boolean, work: () => Promise<unknown>): void;
  stop(): Promise<void>;
}

/** `refusal` comes first (a wrong key), then `down` where it was broken, then `answer`. */
export async function startProviderApi(parts: {
  refusal: (asked: Asked) => Answer | null;
  down: Answer;
  answer: (asked: Asked) => Answer;
}): Promise<ProviderApi> {
  let broken = 0;
  let waiting: { fits: (asked: Asked) => boolean; work: () => Promise<unknown> } | null = null;
  const answerTo = (asked: Asked): Answer => {
    const refused = parts.refusal(asked);
    if (refused !== null) return refused;
    if (broken === 0) return parts.answer(asked);
    broken -= 1;
    return parts.down;
  };
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const asked: Asked = {
      method: request.method ?? '',
      url: new URL(request.url ?? '', 'http://provider'),
      header(name) {
        const value = request.headers[name];
        return typeof value === 'string' ? value : undefined;
      },
      text: Buffer.concat(chunks).toString(),
    };
    const { status, reply } = answerTo(asked);
    const between = waiting;
    if (between?.fits(asked)) {
      waiting = null;
      await between.work();
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(reply));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    // listen(0, host) always has a numbered port.
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    breakNext(count) {
      broken = count;
    },
    between(fits, work) {
      waiting = { fits, work };
    },
    stop: () => new Promise((done) => void server.close(() => done()).closeAllConnections()),
  };
}

/** Sends signed events to a server one after the other; answers what it said to each. */
export async function deliverTo(
  webhook: URL,
  events: readonly { readonly body: string; readonly headers: Readonly<Record<string, string>> }[],
): Promise<number[]> {
  const statuses = [];
  for (const { body, headers } of events) statuses.push((await fetch(webhook, { method: 'POST', headers, body })).status);
  return statuses;
}
