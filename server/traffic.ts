/**
 * Who may ask how often. Before anybody is known, by address: what is public, and what fails (tokens that are none, addresses that are none), of which far
 * less is borne, whatever the headers say. Behind the token, by account or member of staff.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from './identity/auth.ts';
import { hashToken } from './identity/tokens.ts';
import type { App } from './mount.ts';
import { Refusal } from './problems.ts';

const WINDOW_MS = 60_000;
/** Addresses and accounts that are remembered at a time. */
const REMEMBERED = 50_000;
/** Tokens that worked here. */
const TOKENS_REMEMBERED = 20_000;

type Limiter = ReturnType<App['createRateLimit']>;

/** For `register(rateLimit, …)`: nothing is limited by itself. */
export const LIMITER_OPTIONS = { global: false, cache: REMEMBERED, timeWindow: WINDOW_MS };

/** The rate limits; past one a request is refused with `rate_limited`. */
export class Traffic {
  readonly #public: Limiter;
  readonly #failed: Limiter;
  readonly #astray: Limiter;
  readonly #callers: Limiter;
  /** Whoever was let in here a while ago is not kept out by what others fail at behind the same address. */
  readonly #worked = new Set<string>();

  constructor(app: App, limits: { readonly perMinute: number; readonly failuresPerMinute: number }) {
    const { perMinute, failuresPerMinute } = limits;
    this.#public = app.createRateLimit({ max: perMinute, keyGenerator: addressOf });
    this.#failed = app.createRateLimit({ max: failuresPerMinute, keyGenerator: addressOf });
    this.#astray = app.createRateLimit({ max: failuresPerMinute, keyGenerator: addressOf });
    this.#callers = app.createRateLimit({ max: perMinute, keyGenerator: callerOf });
  }

  /** An address that is none. Counted by itself: a program that asks for a wrong page in a loop keeps nobody beside it from signing in. */
  async astray(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.#within(await this.#astray(request), reply);
  }

  /** Where no token is needed. What fails elsewhere does not count here: a provider's events may come through the same proxy as anybody's rubbish. */
  async stranger(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    this.#within(await this.#public(request), reply);
  }

  /** Finds out who asks, and counts. Throws `unauthorized` and `rate_limited`. */
  async identify(request: FastifyRequest, reply: FastifyReply, look: () => Promise<Caller>): Promise<Caller> {
    const token = hashToken(request.headers.authorization ?? '');
    if (!this.#worked.has(token)) await this.#notTooManyFailures(request, reply);
    try {
      request.caller = await look();
    } catch (error) {
      if (error instanceof Refusal && error.code === 'unauthorized') {
        this.#worked.delete(token);
        // Also when too many came all at once, before the first of them was counted.
        this.#within(await this.#failed(request), reply);
      }
      throw error;
    }
    if (this.#worked.size >= TOKENS_REMEMBERED) this.#worked.clear();
    this.#worked.add(token);
    this.#within(await this.#callers(request), reply);
    return request.caller;
  }

  /** Asks nobody and nothing else: what is refused here costs next to nothing. */
  async #notTooManyFailures(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const found = await this.#failed(request, { increment: false });
    if (!found.isAllowed && found.remaining === 0) this.#refuse(found, reply);
  }

  #within(found: Awaited<ReturnType<Limiter>>, reply: FastifyReply): void {
    if (!found.isAllowed && found.isExceeded) this.#refuse(found, reply);
  }

  #refuse({ max, ttl }: { readonly max: number; readonly ttl: number }, reply: FastifyReply): never {
    const seconds = Math.max(1, Math.ceil(ttl / 1000));
    reply.header('retry-after', String(seconds));
    throw new Refusal('rate_limited', `More than ${max} of these requests in a minute. Wait ${seconds} s; nothing was written.`);
  }
}

/** In IPv6 everybody has a network of 2^64 addresses of their own. */
function addressOf({ ip }: FastifyRequest): string {
  if (!ip.includes(':') || ip.includes('.')) return ip;
  const [head = '', tail = ''] = ip.split('::');
  const [first, last] = [head, tail].map((half) => (half === '' ? [] : half.split(':')));
  const missing = Array.from({ length: Math.max(0, 8 - (first?.length ?? 0) - (last?.length ?? 0)) }, () => '0');
  return [...(first ?? []), ...missing, ...(last ?? [])].slice(0, 4).join(':');
}

function callerOf({ caller, ip }: FastifyRequest): string {
  if (caller === null) return ip;
  return caller.role === 'account' ? caller.accountId : `staff ${caller.staff.id}`;
}
