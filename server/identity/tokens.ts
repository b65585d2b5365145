/** Tokens as they are stored: random, by their SHA-256 only, each with an id to speak of it, a label and its holder. */
import { hash, randomBytes } from 'node:crypto';
import type pg from 'pg';
import type { TokenEntry } from '../../shared/api/index.ts';
import type { AccountId, Instant } from '../../shared/credits/model/quantities.ts';
import { rfc3339 } from '../clock.ts';
import { derivedId } from '../derived-id.ts';

type Queryable = Pick<pg.ClientBase, 'query'>;

/** Whom a token speaks for. */
export type Holder = { readonly accountId: AccountId } | { readonly staffId: string };

const TOKEN_BYTES = 32;
/** SHA-256 in hex: all that is stored of a token. Tokens are random, so no salt is needed. */
export const hashToken = (token: string): string => hash('sha256', token, 'hex');
const newToken = (): string => `blt_${randomBytes(TOKEN_BYTES).toString('base64url')}`;
/** The id of the token that this operation makes: the same request is known again by it. */
export const tokenIdOf = (...parts: readonly string[]): string => `tok_${derivedId('token', ...parts)}`;

interface NewToken {
  readonly tokenId: string;
  readonly holder: Holder;
  readonly label: string;
  readonly at: Instant;
  readonly expiresAt?: Instant | null;
  /** Of the request, so that the same id with something else is a conflict. */
  readonly fingerprint?: string;
  /** For one start of one server process. */
  readonly starts?: boolean;
}

/** Makes and keeps a token; null when one with this id was made before. The answer is the only place where it stands in clear. */
export async function makeToken(db: Queryable, made: NewToken): Promise<string | null> {
  const token = newToken();
  return (await keepToken(db, token, made)) ? token : null;
}

/** Stores a token by its hash. False: one with this id is there already, and nothing was written. */
export async function keepToken(db: Queryable, token: string, made: NewToken): Promise<boolean> {
  const { tokenId, holder, label, at, expiresAt = null, fingerprint = null, starts = false } = made;
  const [accountId, staffId] = 'accountId' in holder ? [holder.accountId, null] : [null, holder.staffId];
  const { rowCount } = await db.query(
    `insert into tokens (token_hash, token_id, account_id, staff_id, role, label, created_at, expires_at, fingerprint, starts)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict do nothing`,
    [hashToken(token), tokenId, accountId, staffId, accountId === null ? 'staff' : 'account', label, at, expiresAt, fingerprint, starts],
  );
  return rowCount === 1;
}

/** A token as stored: exactly one of `account_id` and `staff_id` is set. `expires_at` null: until it is ended. */
export interface TokenRow {
  readonly token_id: string;
  readonly account_id: AccountId | null;
  readonly staff_id: string | null;
  readonly label: string;
  readonly created_at: Instant;
  readonly expires_at: Instant | null;
  readonly ended_at: Instant | null;
  readonly fingerprint: string | null;
  readonly starts: boolean;
}

const TOKEN_COLUMNS = 'token_id, account_id, staff_id, label, created_at, expires_at, ended_at, fingerprint, starts';
const OF_HOLDER = '(account_id = $1 or staff_id = $2)';
const MOST_LISTED = 200;

/** The holder as the two columns of the table, one of them null. */
export const keysOf = (holder: Holder): [accountId: AccountId | null, staffId: string | null] =>
  'accountId' in holder ? [holder.accountId, null] : [null, holder.staffId];

/** Newest first. */
export async function tokensOf(db: Queryable, holder: Holder): Promise<TokenRow[]> {
  const { rows } = await db.query<TokenRow>(
    `select ${TOKEN_COLUMNS} from tokens where ${OF_HOLDER} order by created_at desc, token_id limit ${MOST_LISTED}`,
    keysOf(holder),
  );
  return rows;
}

/** How many of the holder's tokens work. */
export async function workingTokens(db: Queryable, holder: Holder, now: Instant): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    `select count(*) from tokens where ${OF_HOLDER} and not starts and ended_at is null and (expires_at is null or expires_at > $3)`,
    [...keysOf(holder), now],
  );
  return rows[0]?.count ?? 0;
}

/** The holder's token with this id; null: it has none. */
export async function tokenOf(db: Queryable, holder: Holder, tokenId: string): Promise<TokenRow | null> {
  const { rows } = await db.query<TokenRow>(`select ${TOKEN_COLUMNS} from tokens where ${OF_HOLDER} and token_id = $3`, [
    ...keysOf(holder),
    tokenId,
  ]);
  return rows[0] ?? null;
}

/** Ends those of the holder's tokens that work, or the one that is named. Answers the ids of those that it ended. */
export async function endTokens(db: Queryable, holder: Holder, now: Instant, tokenId: string | null = null): Promise<string[]> {
  const { rows } = await db.query<{ token_id: string }>(
    `update tokens set ended_at = $3 where ${OF_HOLDER} and ended_at is null and ($4::text is null or token_id = $4) returning token_id`,
    [...keysOf(holder), now, tokenId],
  );
  return rows.map((row) => row.token_id);
}

/** A stored token as the contract shows it at `now`, in milliseconds. */
export function entryOf(row: TokenRow, now: Instant): TokenEntry {
  const expired = row.expires_at !== null && row.expires_at <= now;
  return {
    id: row.token_id,
    label: row.label,
    createdAt: rfc3339(row.created_at),
    expiresAt: row.expires_at === null ? null : rfc3339(row.expires_at),
    endedAt: row.ended_at === null ? null : rfc3339(row.ended_at),
    state: row.ended_at !== null ? 'ended' : expired ? 'expired' : 'works',
  };
}
