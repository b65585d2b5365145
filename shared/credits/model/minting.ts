/**
 * Says of a plain value what it counts or names. No check and no cost: the value itself comes back. Only what has just parsed the value
 * calls these — a schema, a decoder, the parser of a row, a clock — and the engine where it makes ids and amounts of its own.
 */
import type { AccountId, GrantId, Instant, Millis, Minor, OpId, Seq, Units } from './quantities.ts';

/** The account with this id. */
export const accountIdFrom = (text: string): AccountId => text as AccountId;

/** Whoever is not signed in: no account has this id. */
export const NO_ACCOUNT: AccountId = accountIdFrom('');

/** The operation with this id. */
export const opIdFrom = (text: string): OpId => text as OpId;

/** The operation that follows from what this SHA-256 (hexadecimal) is of, the same wherever it is worked out: a UUID (RFC 9562, version 8). */
export const opIdOfDigest = (sha256: string): OpId =>
  opIdFrom(
    [sha256.slice(0, 8), sha256.slice(8, 12), `8${sha256.slice(13, 16)}`, `8${sha256.slice(17, 20)}`, sha256.slice(20, 32)].join('-'),
  );

/** The grant with this id. */
export const grantIdFrom = (text: string): GrantId => text as GrantId;

/** The grant that this operation brings: it bears the operation's own id. */
export const grantOfOperation = (opId: OpId): GrantId => grantIdFrom(opId);

/** The operation that bought the grant: a purchase's grant bears its id. */
export const operationOfGrant = (id: GrantId): OpId => opIdFrom(id);

/** The operation of what time brings by itself; `what` says what and when, and is the same whoever looks. */
export const dueOpId = (what: string): OpId => opIdFrom(`due:${what}`);

/** The operation that opens an account. */
export const openingOpId = (accountId: AccountId): OpId => opIdFrom(`open:${accountId}`);

/** So many units of credit. */
export const unitsFrom = (amount: bigint): Units => amount as Units;

/** So many minor units of money. */
export const minorFrom = (amount: bigint): Minor => amount as Minor;

/** The instant so many milliseconds after 1970 began, UTC. */
export const instantFrom = (epochMs: number): Instant => epochMs as Instant;

/** So many milliseconds. */
export const millisFrom = (count: number): Millis => count as Millis;

/** This place in a ledger. */
export const seqFrom = (place: number): Seq => place as Seq;

/** Where a ledger begins: no entry is there. */
export const BEFORE_FIRST: Seq = seqFrom(0);

/** Behind every entry. */
export const BEHIND_LAST: Seq = seqFrom(Number.MAX_SAFE_INTEGER);

/** So many places on, or back with a negative `count`. */
export const seqAfter = (seq: Seq, count = 1): Seq => seqFrom(seq + count);

/** What a record keeps by id. Its keys are ids, which `Object.entries` forgets. */
export const entriesOf = <Id extends OpId | GrantId, T>(record: Readonly<Record<Id, T>>): [Id, T][] => Object.entries(record) as [Id, T][];
