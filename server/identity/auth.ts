/** Who is asking: Bearer tokens, stored as SHA-256 only. */
import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type pg from 'pg';
import type { StaffRole } from '../../shared/api.ts';
import { Refusal } from '../problems.ts';
import { allows, FIRST_OWNER, type Staff, staffWith } from './staff.ts';
import { hashToken } from './tokens.ts';

export type Caller = { readonly role: 'admin'; readonly staff: Staff } | { readonly role: 'account'; readonly accountId: string };

declare module 'fastify' {
  interface FastifyRequest {
    caller: Caller | null;
  }
  interface FastifyContextConfig {
    /** The least role that may use an administrator's route. Absent: read-only to look, owner to change. */
    staff?: StaffRole;
  }
}

/** How long a token is believed without asking the database again: a revoked one works at most this much longer. */
const BELIEVED_MS = 10_000;
const REMEMBERED_TOKENS = 10_000;

export class Authenticator {
  readonly #pool: pg.Pool;
  readonly #adminHash: Buffer;
  readonly #known = new Map<string, { caller: Caller; until: number }>();

  constructor(pool: pg.Pool, adminToken: string) {
    this.#pool = pool;
    this.#adminHash = Buffer.from(hashToken(adminToken), 'hex');
  }

  /** Throws `unauthorized`. */
  async identify(header: string | undefined): Promise<Caller> {
    const token = /^Bearer ([\x21-\x7e]{16,512})$/i.exec(header ?? '')?.[1];
    if (token === undefined)
      throw new Refusal('unauthorized', 'Send a token in the header Authorization, as “Bearer …”. Nothing was changed or charged.');
    const hashed = hashToken(token);
    if (timingSafeEqual(Buffer.from(hashed, 'hex'), this.#adminHash)) return { role: 'admin', staff: FIRST_OWNER };
    const now = performance.now();
    const known = this.#known.get(hashed);
    if (known && known.until > now) return known.caller;
    const { rows } = await this.#pool.query<{ account_id: string }>({
      name: 'token',
      text: 'select account_id from tokens where token_hash = $1',
      values: [hashed],
    });
    const row = rows[0];
    if (!row) {
      // Always asked: a revoked role ends at once.
      const staff = await staffWith(this.#pool, hashed);
      if (staff) return { role: 'admin', staff };
      throw new Refusal('unauthorized', 'This token is not known here, or no longer. Nothing was changed or charged.');
    }
    const caller: Caller = { role: 'account', accountId: row.account_id };
    if (this.#known.size >= REMEMBERED_TOKENS) this.#known.clear();
    this.#known.set(hashed, { caller, until: now + BELIEVED_MS });
    return caller;
  }
}

/** The account behind the request. An administrator has none of its own. */
export function accountOf(request: FastifyRequest): string {
  if (request.caller?.role === 'account') return request.caller.accountId;
  throw request.caller
    ? new Refusal('forbidden', 'This belongs to an account; ask with its token.')
    : new Refusal('unauthorized', 'Send a token in the header Authorization, as “Bearer …”. Nothing was changed or charged.');
}

/** The member of staff behind the request, whose role must be at least `least`. Throws `forbidden`. */
export function staffOf(request: FastifyRequest, least: StaffRole): Staff {
  const { caller } = request;
  if (caller?.role !== 'admin') throw new Refusal('forbidden', 'Only an administrator may do this.');
  if (!allows(caller.staff.role, least))
    throw new Refusal('forbidden', `This needs the role ${least}; this token has the role ${caller.staff.role}. Nothing was changed.`);
  return caller.staff;
}

/** What an administrator's route asks for. */
export function requireStaff(request: FastifyRequest): void {
  const looks = request.method === 'GET' || request.method === 'HEAD';
  staffOf(request, request.routeOptions.config.staff ?? (looks ? 'read-only' : 'owner'));
}
