/** One request to the credit server: sent, retried with backoff under the same operation id, parsed, or ended in a sentence of the product. */
import type { ZodType } from 'zod';
import { type Patience, RetryGate } from '../electron/wallet/http/retry-gate.ts';
import { judge, type Verdict } from '../electron/wallet/http/verdict.ts';
import type { Transport } from '../electron/wallet/transport.ts';
import type { World } from '../electron/world.ts';
import { paths, wallet } from '../shared/api/index.ts';
import { seconds } from '../shared/credits/model/durations.ts';
import { codeFrom } from '../shared/result.ts';
import { CommandFailed, EXIT, failedBy, outcomeUnknown } from './outcome.ts';

/** Every request may be repeated: reading changes nothing, and what changes something carries its permanent operation id. A person waits in front of it. */
export const PATIENCE: Patience = { tries: 3, longestPauseMs: seconds(10) };

/** What commands ask the server. Each throws `CommandFailed` for a refusal, or when no answer is to be had. */
export interface Requests {
  get<T>(path: string, answer: ZodType<T>): Promise<T>;
  /** A question that needs a body; it changes nothing. */
  quote<T>(path: string, body: unknown, answer: ZodType<T>): Promise<T>;
  /** What changes something. `answersThis`: whether the answer names what was asked for. */
  post<T>(path: string, body: unknown, answer: ZodType<T>, answersThis?: (body: T) => boolean): Promise<T>;
  /** Puts something in its place, or takes it away (`body` undefined); the same again changes nothing. */
  put<T>(path: string, body: unknown, answer: ZodType<T>): Promise<T>;
  /** Throws when there is no such file. */
  download(path: string, what: string): Promise<Uint8Array>;
  /** Null unless the server refuses the sign-in; asked once. */
  refusal(): Promise<CommandFailed | null>;
}

interface Question<T> {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  readonly answer: ZodType<T>;
  readonly answersThis?: ((body: T) => boolean) | undefined;
  readonly changes: boolean;
}

/** Asks over this transport: retries with backoff within a bound, the same operation id each time. */
export function requestsOver(transport: Transport, world: World): Requests {
  async function ask<T>({ method, path, body, answer, answersThis, changes }: Question<T>): Promise<T> {
    const gate = new RetryGate(world, () => undefined);
    for (let isRepeated = false; ; isRepeated = true) {
      const verdict = judge(await transport.send({ method, path, ...(body === undefined ? {} : { body }) }), answer, answersThis);
      if (verdict.kind === 'accepted') return verdict.body;
      if (verdict.kind === 'refused') throw failedBy({ code: codeFrom(verdict.problem.code), message: verdict.problem.detail });
      if (verdict.kind === 'locked out') throw lockedOut(verdict.reason, changes ? isRepeated : null);
      if (!(await gate.wait(verdict.afterMs, PATIENCE))) throw unanswered(verdict, changes);
    }
  }

  return {
    async refusal() {
      const verdict = judge(await transport.send({ method: 'GET', path: paths.wallet }), wallet);
      return verdict.kind === 'locked out' ? lockedOut(verdict.reason, null) : null;
    },
    get: (path, answer) => ask({ method: 'GET', path, answer, changes: false }),
    quote: (path, body, answer) => ask({ method: 'POST', path, body, answer, changes: false }),
    post: (path, body, answer, answersThis) => ask({ method: 'POST', path, body, answer, answersThis, changes: true }),
    put: (path, body, answer) => ask({ method: body === undefined ? 'DELETE' : 'PUT', path, body, answer, changes: true }),
    async download(path, what) {
      const file = await transport.download(path);
      if (file.kind === 'file') return file.bytes;
      const message = `${what} could not be downloaded. ${file.reason} Run the same command again: fetching it is free.`;
      throw new CommandFailed(EXIT.offline, { code: 'not_downloaded', message });
    },
  };
}

/** `sentBefore`: an earlier try of the same request got no answer, and may have been carried out. Null: it only asked. */
function lockedOut(reason: string, sentBefore: boolean | null): CommandFailed {
  const known =
    sentBefore === null
      ? 'Nothing was charged by this command.'
      : sentBefore
        ? 'Whether an earlier try of this request was carried out is not known.'
        : 'The request was not carried out.';
  return new CommandFailed(EXIT.signIn, {
    code: 'unauthorized',
    message: `${reason} ${known} Set BACKLOT_TOKEN to a valid token; an expired one has to be issued anew. Then run the same command again.`,
  });
}

function unanswered({ reason }: Extract<Verdict, { kind: 'again' }>, changes: boolean): CommandFailed {
  if (changes) return outcomeUnknown(reason);
  const message = `Offline. ${reason} Nothing was charged by this command. Run it again.`;
  return new CommandFailed(EXIT.offline, { code: 'offline', message }, reason);
}
