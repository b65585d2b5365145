/** Who is asking: Bearer tokens, known by their SHA-256 only. */
import type pg from 'pg';
import type { StaffRole } from '../../shared/api/index.ts';
import type { AccountId, Instant } from '../../shared/credits/model/quantities.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { Refusal } from '../problems.ts';
import { allows, FIRST_OWNER, type Staff } from './staff.ts';
import { hashToken } from './tokens.ts';

/** Who a request comes from: a member of staff, or an account. */
export type Caller =
  | { readonly role: 'admin'; readonly tokenId: string; readonly staff: Staff }
  | { readonly role: 'account'; readonly tokenId: string; readonly accountId: AccountId };

/**
 * How long an account's token is believed without asking the database again. One that is ended is told to every server process at once;
 * where that news is lost it works at most this much longer. Tokens of staff are always asked for.
 */
const BELIEVED_MS = 5_000;
const REMEMBERED_TOKENS = 10_000;
const LEAST_LETTERS = 16;
const MOST_LETTERS = 512;
const BEARER = new RegExp(`^Bearer ([\\x21-\\x7e]{${LEAST_LETTERS},${MOST_LETTERS}})$`, 'i');

/** Said to a request that names no token. */
const noToken = (): Refusal =>
  new Refusal('unauthorized', 'Send a token in the header Authorization, as “Bearer …”. Nothing was changed or charged.');

interface Row {
  readonly token_id: string;
  readonly account_id: AccountId | null;
  readonly starts: boolean;
  readonly expires_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly staff_id: string | null;
  readonly name: string | null;
  readonly staff_role: StaffRole | null;
  readonly left_at: Instant | null;
}

/** Knows callers by their tokens, and forgets a token as soon as it is told that it ended. */
export class Authenticator {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  /** The hash of the token that was made for this very start; null: none was. */
  readonly #startHash: string | null;
  readonly #known = new Map<string, { caller: Caller; until: number; expiresAt: Instant | null }>();
  readonly #watched = new Map<string, Set<() => void>>();
  /** Grows with every token that ends: what was read before that is not remembered. */
  #endings = 0;

  constructor(parts: { pool: pg.Pool; clock: Clock; startHash: string | null }) {
    this.#pool = parts.pool;
    this.#clock = parts.clock;
    this.#startHash = parts.startHash;
  }

  /** Throws `unauthorized`, with the day when the token was somebody's and has ended. */
  async identify(header: string | undefined): Promise<Caller> {
    const token = BEARER.exec(header ?? '')?.[1];
    if (token === undefined) throw noToken();
    const hashed = hashToken(token);
    const known = this.#known.get(hashed);
    if (known && known.until > performance.now() && !isPast(known.expiresAt, this.#clock.now())) return known.caller;
    const endings = this.#endings;
    const row = await this.#find(hashed);
    const caller = this.#callerOf(row, hashed);
    if (caller.role === 'account' && endings === this.#endings) this.#remember(hashed, caller, row.expires_at);
    return caller;
  }

  /** Calls back once when the token ends, in whichever process that is. The answer stops watching. */
  watch(tokenId: string, ended: () => void): () => void {
    const set = this.#watched.get(tokenId) ?? new Set();
    set.add(ended);
    this.#watched.set(tokenId, set);
    return () => {
      set.delete(ended);
      if (set.size === 0) this.#watched.delete(tokenId);
    };
  }

  /** These tokens are believed no more, and what they hold open is closed. */
  ended(tokenIds: readonly string[]): void {
    this.#endings += 1;
    const gone = new Set(tokenIds);
    for (const [hashed, { caller }] of this.#known) if (gone.has(caller.tokenId)) this.#known.delete(hashed);
    for (const tokenId of gone) for (const close of [...(this.#watched.get(tokenId) ?? [])]) close();
  }

  async #find(hashed: string): Promise<Row> {
    const { rows } = await this.#pool.query<Row>({
      name: 'token',
      text: `select t.token_id, t.account_id, t.starts, t.expires_at, t.ended_at, t.staff_id, s.name, s.role as staff_role, s.revoked_at as left_at
             from tokens t left join staff s on s.staff_id = t.staff_id where t.token_hash = $1`,
      values: [hashed],
    });
    const [row] = rows;
    if (!row) throw new Refusal('unauthorized', 'This token is not known here, or no longer. Nothing was changed or charged.');
    return row;
  }

  #callerOf(row: Row, hashed: string): Caller {
    const { token_id: tokenId, account_id: accountId, staff_id: staffId, name, staff_role: role, expires_at: expiresAt } = row;
    const endedAt = row.ended_at ?? row.left_at;
    if (endedAt !== null) throw over('was ended', endedAt, staffId);
    if (expiresAt !== null && isPast(expiresAt, this.#clock.now())) throw over('expired', expiresAt, staffId);
    if (row.starts && hashed !== this.#startHash)
      throw new Refusal(
        'unauthorized',
        'This token was made for one start of one server process, and that is over. Nothing was changed. Use the one of the present start, or a lasting one.',
      );
    if (accountId !== null) return { role: 'account', tokenId, accountId };
    if (staffId === FIRST_OWNER.id) return { role: 'admin', tokenId, staff: FIRST_OWNER };
    if (staffId === null || name === null || role === null) throw new Error(`The token ${tokenId} is nobody's.`);
    return { role: 'admin', tokenId, staff: { id: staffId, name, role } };
  }

  #remember(hashed: string, caller: Caller, expiresAt: Instant | null): void {
    if (this.#known.size >= REMEMBERED_TOKENS) this.#known.clear();
    this.#known.set(hashed, { caller, until: performance.now() + BELIEVED_MS, expiresAt });
  }
}

const isPast = (at: Instant | null, now: Instant): boolean => at !== null && at <= now;

const over = (what: 'was ended' | 'expired', at: Instant, staffId: string | null): Refusal =>
  new Refusal(
    'unauthorized',
    `This token ${what} on ${rfc3339(at).slice(0, 10)}. Nothing was changed. Ask ${staffId === null ? 'whoever keeps this account' : 'an owner'} for a new one.`,
  );

/** The account that asks. An administrator has none of its own: `forbidden`; nobody at all: `unauthorized`. */
export function accountOf(caller: Caller | null): AccountId {
  if (caller?.role === 'account') return caller.accountId;
  throw caller ? new Refusal('forbidden', 'This belongs to an account; ask with its token.') : noToken();
}

/** The member of staff that asks, whose role must be at least one of `least`. Throws `forbidden`. */
export function staffOf(caller: Caller | null, least: readonly StaffRole[]): Staff {
  if (caller?.role !== 'admin') throw new Refusal('forbidden', 'Only an administrator may do this.');
  return atLeast(caller.staff, ...least);
}

/** The same member, when the role is at least one of `least`. Throws `forbidden`. */
export function atLeast(staff: Staff, ...least: readonly StaffRole[]): Staff {
  if (!least.some((role) => allows(staff.role, role)))
    throw new Refusal(
      'forbidden',
      `This needs the role ${least.join(' or ')}; this token has the role ${staff.role}. Nothing was changed.`,
    );
  return staff;
}
