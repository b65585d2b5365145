/** One question to the credit server: sent, asked again where that is harmless, parsed, or ended in the product's words. */
import type { ZodType } from 'zod';
import type { Transport } from '../electron/wallet/transport.ts';
import { judge, waitMs } from '../electron/wallet/verdict.ts';
import type { World } from '../electron/world.ts';
import { paths } from '../shared/api.ts';
import { CommandFailed, EXIT, failedBy } from './outcome.ts';

/** Every request may be repeated: reading changes nothing, and what changes something carries its permanent operation id. */
const tries = 3;

export interface Asking {
  get<T>(path: string, answer: ZodType<T>): Promise<T>;
  post<T>(path: string, body: unknown, answer: ZodType<T>): Promise<T>;
  /** Throws when there is no such file. */
  download(path: string, what: string): Promise<Uint8Array>;
  /** Null unless the server refuses the sign-in; asked once. */
  refusal(): Promise<CommandFailed | null>;
}

export function askingOver(transport: Transport, world: World): Asking {
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  async function ask<T>(method: 'GET' | 'POST', path: string, body: unknown, answer: ZodType<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      const verdict = judge(await transport.send({ method, path, ...(body === undefined ? {} : { body }) }));
      if (verdict.kind === 'accepted') return answer.parse(verdict.body);
      if (verdict.kind === 'refused') throw failedBy({ code: verdict.problem.code, message: verdict.problem.detail });
      if (verdict.kind === 'locked out') throw lockedOut(verdict.reason);
      if (attempt + 1 >= tries) throw outOfReach(verdict.reason, method);
      await pause(waitMs(attempt, world.rng.next(), verdict.afterMs));
    }
  }

  return {
    async refusal() {
      const verdict = judge(await transport.send({ method: 'GET', path: paths.wallet }));
      return verdict.kind === 'locked out' ? lockedOut(verdict.reason) : null;
    },
    get: (path, answer) => ask('GET', path, undefined, answer),
    post: (path, body, answer) => ask('POST', path, body, answer),
    async download(path, what) {
      const file = await transport.download(path);
      if (file.kind === 'file') return file.bytes;
      const message = `${what} could not be downloaded. ${file.reason} Nothing is lost or charged by that: run the same command again.`;
      throw new CommandFailed(EXIT.offline, { code: 'not_downloaded', message });
    },
  };
}

const lockedOut = (reason: string): CommandFailed =>
  new CommandFailed(EXIT.signIn, {
    code: 'unauthorized',
    message: `${reason} Nothing was charged. Set BACKLOT_TOKEN to a valid token; an expired one has to be issued anew.`,
  });

function outOfReach(reason: string, method: 'GET' | 'POST'): CommandFailed {
  const charged =
    method === 'GET'
      ? 'Nothing was charged.'
      : 'Whether the request was carried out is not known; run the same command again, it is charged once at most.';
  return new CommandFailed(EXIT.offline, { code: 'offline', message: `Offline. ${reason} ${charged}` });
}
