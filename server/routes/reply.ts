/** Answers that are more than a value for 200. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { asProposed, type Given } from '../admin/proposals.ts';

/** A status, a body and headers. A body of bytes, text or a stream has a `type`; any other is JSON. */
export class Reply<T> {
  readonly status: number;
  readonly body: T;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, body: T, headers: Readonly<Record<string, string>> = {}) {
    this.status = status;
    this.body = body;
    this.headers = headers;
  }
}

/** 202: taken on, and done later or by somebody else. */
export const accepted = <T>(body: T): Reply<T> => new Reply(202, body);

/** What was given at once; 202 with the proposal, where a second owner has to confirm it. */
export const given = <T>(outcome: Given<T>): T | Reply<ReturnType<typeof asProposed>> =>
  'done' in outcome ? outcome.done : accepted(asProposed(outcome.proposed));

/** A file or a page. */
export const file = <T extends Uint8Array | string>(type: string, body: T, headers: Readonly<Record<string, string>> = {}): Reply<T> =>
  new Reply(200, body, { 'content-type': type, ...headers });

/** What speaks a protocol of its own over the bare request and answers by itself. */
export class Exchange {
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;

  constructor(answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
    this.answer = answer;
  }
}

/** A body that is not JSON. */
export type Content = Uint8Array | string | Readable;

/** Where an event stream is written to. */
export interface Outlet {
  /** Bytes that nobody has read yet. */
  readonly writableLength: number;
  write(text: string): unknown;
  end(): unknown;
  /** Breaks it off, whatever waits. */
  destroy(): unknown;
  /** Once it is over, whoever ended it. */
  once(event: 'close', listener: () => void): unknown;
}

/** Server-sent events, for as long as the other side listens. */
export class EventStream {
  readonly open: (out: Outlet) => void;

  constructor(open: (out: Outlet) => void) {
    this.open = open;
  }
}
