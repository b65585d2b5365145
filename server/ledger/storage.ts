/**
 * Where ledgers are kept, as everything above sees it: append, load, read. It knows no policy and decides nothing. `postgres-storage.ts` keeps them in
 * PostgreSQL; a simulation may keep them in memory.
 */
import type pg from 'pg';
import type { AccountId, Instant, OpId, Seq } from '../../shared/credits/model/quantities.ts';

/** What is known of an operation: `seq` is its entry's, `outcome` is set where no entry tells it. */
export interface KnownOperation {
  readonly opId: OpId;
  readonly fingerprint: string;
  readonly seq: Seq;
  readonly outcome: string | null;
}

/** Where the account stands, and the newest snapshot with the chunks after it. */
export interface Loaded {
  readonly seq: Seq;
  readonly head: string;
  readonly snapshotSeq: Seq;
  readonly state: string;
  readonly chunks: readonly Chunk[];
}

/** What to append to one account. Entries are the stored form (JSON), in order, beginning at expectedSeq + 1. */
export interface Append {
  readonly accountId: AccountId;
  readonly expectedSeq: Seq;
  readonly operations: readonly KnownOperation[];
  readonly entries: string;
  /** Before the entries, in units: what the running balance of the history continues. */
  readonly available: bigint;
  readonly newSeq: Seq;
  readonly prevHash: string;
  readonly head: string;
  /** A new snapshot; null: the last one and the entries after it will do. */
  readonly state: string | null;
  /** When time itself next brings something, epoch ms; null: never. */
  readonly nextDue: Instant | null;
}

/** What became of an append: done, known (some of its operations happened before), stale (the account moved on), or there is no such account. */
export type Verdict =
  | { readonly verdict: 'done' }
  | { readonly verdict: 'known'; readonly known: readonly KnownOperation[] }
  | { readonly verdict: 'stale' }
  | { readonly verdict: 'missing' };

/** What may become of an append that waits for no lock. */
export type FreeVerdict = Verdict | { readonly verdict: 'locked' };

/** What one append wrote: entries that follow each other. */
export interface Chunk {
  readonly firstSeq: Seq;
  readonly lastSeq: Seq;
  readonly prevHash: string;
  /** The available balance before its first entry, in units. */
  readonly available: string;
  readonly entries: string;
}

/** An account for which time may have brought something. */
export interface DueAccount {
  readonly accountId: AccountId;
  /** Epoch milliseconds. */
  readonly nextDue: Instant;
  /** It could not be swept the last time. */
  readonly sick: boolean;
}

/** Which due accounts to load: by the instant, then by id. */
export interface DueQuery {
  /** Epoch milliseconds: only what is due by then. */
  readonly now: Instant;
  /** The last account of the page before; null: from the first. */
  readonly after: DueAccount | null;
  /** Also accounts that could not be swept and whose next try is still to come. */
  readonly everybody: boolean;
  readonly limit: number;
}

/** A transaction of the storage: what is written on it is written together with the entries, or not at all. */
export type Transaction = pg.PoolClient;

/** The narrow waist of the ledger. Every method rejects when the storage cannot be reached; none of them refuses for a business reason. */
export interface LedgerStorage {
  /** Appends to one account, perhaps together with others that wait at this moment. */
  append(append: Append): Promise<Verdict>;
  /** Appends and does `alongside` in one transaction; `alongside` only when the verdict is `done`. */
  appendWith(append: Append, alongside: (transaction: Transaction) => Promise<void>): Promise<Verdict>;
  /** A new account with its first entries, on a transaction of the caller's. False when it exists already. */
  create(transaction: Transaction, append: Append): Promise<boolean>;
  /** The newest snapshot and what came after it; undefined: there is no such account. */
  load(accountId: AccountId): Promise<Loaded | undefined>;
  /** Where the account stands: the number of its newest entry; undefined: there is no such account. */
  seq(accountId: AccountId): Promise<number | undefined>;
  /** Those of the operations that are remembered, with what they came to. */
  operations(accountId: AccountId, opIds: readonly OpId[]): Promise<KnownOperation[]>;
  /** Chunks whose last entry is past `after`, oldest first. */
  chunks(accountId: AccountId, after: Seq, limit: number): Promise<Chunk[]>;
  /** Those of them that hold entries up to `until`, and no more. */
  chunksUntil(accountId: AccountId, range: { readonly after: Seq; readonly until: Seq; readonly limit: number }): Promise<Chunk[]>;
  /** The stored answer to an operation of this kind (purchase, refund …), as JSON; undefined: there is none. */
  answer(accountId: AccountId, opId: OpId, kind: string): Promise<string | undefined>;
  /** Accounts for which time may have brought something, soonest first. */
  due(query: DueQuery): Promise<DueAccount[]>;
  /** Sets the next instant at which time brings something (null: never); only while nobody appended since `seq`. */
  setDue(accountId: AccountId, seq: Seq, nextDue: Instant | null): Promise<void>;
}
