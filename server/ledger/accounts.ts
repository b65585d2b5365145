/** The newest known state of accounts, and how new entries are sealed onto it. */

import { emptyAccount, evolveAll } from '../../shared/credits/model/evolve.ts';
import { BEFORE_FIRST, seqAfter, seqFrom, unitsFrom } from '../../shared/credits/model/minting.ts';
import type { AccountState, Entry } from '../../shared/credits/model/model.ts';
import type { AccountId, Instant, Seq, Units } from '../../shared/credits/model/quantities.ts';
import { Refusal } from '../problems.ts';
import { readChunk, readEntry, readState, sealed, stateText, storedText } from './encoding.ts';
import type { Append, Chunk, KnownOperation, LedgerStorage } from './storage.ts';
import type { Violations } from './violations.ts';

/** An account at one place of its ledger. */
export interface Account {
  readonly accountId: AccountId;
  readonly state: AccountState;
  readonly seq: Seq;
  /** Hash of the last entry, hex. */
  readonly head: string;
  /** Up to where the stored snapshot goes. */
  readonly snapshotSeq: Seq;
}

/** None that can be read: so far back that the next append is due to leave one. */
const NO_SNAPSHOT: Seq = seqFrom(Number.NEGATIVE_INFINITY);
const CHUNKS_AT_A_TIME = 500;
const entriesOf = ({ entries }: Chunk): Entry[] => readChunk(entries).map(readEntry);

/** A cached snapshot may be old: whoever appends on it is told `stale` and gets the newest. */
export class AccountCache {
  readonly #storage: LedgerStorage;
  readonly #violations: Violations;
  readonly #limit: number;
  readonly #accounts = new Map<string, Account>();

  constructor(storage: LedgerStorage, violations: Violations, limit = 20_000) {
    this.#storage = storage;
    this.#violations = violations;
    this.#limit = limit;
  }

  /** From memory, else from the database. Throws not_found. */
  async get(accountId: AccountId): Promise<Account> {
    return this.#accounts.get(accountId) ?? this.#load(accountId);
  }

  /** As the database has it now: another server process may have appended. */
  async newest(accountId: AccountId): Promise<Account> {
    const known = this.#accounts.get(accountId);
    if (known && (await this.#storage.seq(accountId)) === known.seq) return known;
    return this.#load(accountId);
  }

  put(account: Account): void {
    this.#accounts.delete(account.accountId);
    this.#accounts.set(account.accountId, account);
    if (this.#accounts.size > this.#limit) {
      const oldest = this.#accounts.keys().next().value;
      if (oldest !== undefined) this.#accounts.delete(oldest);
    }
  }

  forget(accountId: AccountId): void {
    this.#accounts.delete(accountId);
  }

  async #load(accountId: AccountId): Promise<Account> {
    const loaded = await this.#storage.load(accountId);
    if (!loaded) throw new Refusal('not_found', 'There is no such account.');
    const { seq, head, chunks } = loaded;
    const known = this.#accounts.get(accountId);
    if (known && known.seq >= seq) return known;
    const state = this.#fromSnapshot(accountId, loaded.state, chunks.flatMap(entriesOf));
    const account: Account =
      state === null
        ? // The next append leaves a snapshot that can be read.
          { accountId, seq, head, snapshotSeq: NO_SNAPSHOT, state: await this.#replay(accountId, seq) }
        : { accountId, seq, head, snapshotSeq: loaded.snapshotSeq, state };
    this.put(account);
    return account;
  }

  /** null when the snapshot is of another form, or what must be true is not true of it or of the entries after it: all entries tell. */
  #fromSnapshot(accountId: AccountId, text: string, entries: readonly Entry[]): AccountState | null {
    const snapshot = readState(text);
    if (snapshot === null || !this.#violations.believes(accountId, snapshot)) return null;
    const state = evolveAll(snapshot, entries);
    return this.#violations.replayed(accountId, snapshot, entries, state) ? state : null;
  }

  /** The state as all of the account's entries tell it, whatever they tell: reading goes on, and the gate before the next append decides about that. */
  async #replay(accountId: AccountId, seq: Seq): Promise<AccountState> {
    let state = emptyAccount;
    let sound = true;
    for (let after = BEFORE_FIRST; after < seq; ) {
      const chunks = await this.#storage.chunks(accountId, after, CHUNKS_AT_A_TIME);
      const last = chunks.at(-1);
      if (!last) throw new Error(`The ledger of ${accountId} ends at entry ${after}, not at ${seq}.`);
      const entries = chunks.flatMap((chunk) => (chunk.lastSeq <= seq ? entriesOf(chunk) : []));
      const before = state;
      state = evolveAll(before, entries);
      // The first says enough: what follows may only follow from it.
      if (sound && !this.#violations.replayed(accountId, before, entries, state)) sound = false;
      after = last.lastSeq;
    }
    return state;
  }
}

/** What the recorded grants have left; the running figure that history shows starts here. */
export function available(state: AccountState): Units {
  let total = 0n;
  for (const grant of state.grants.values()) total += grant.available;
  return unitsFrom(total);
}

/** Entries with their hashes, ready for an append. */
export interface Sealed {
  /** `nextDue`: when time next brings something to that state. */
  append(state: AccountState, operations: readonly KnownOperation[], nextDue: Instant | null): Append;
}

/** Entries between two snapshots: what a cold read replays at most, and what spreads the cost of writing one. */
const SNAPSHOT_EVERY = 200;

/** Chains the entries to the account's head: hash = SHA-256(previous hash ‖ canonical entry). */
export function seal(
  account: Pick<Account, 'accountId' | 'seq' | 'head' | 'snapshotSeq'>,
  entries: readonly Entry[],
  availableBefore: Units,
): Sealed {
  let { head, seq } = account;
  let stored = '';
  let before: Entry | undefined;
  for (const entry of entries) {
    seq = seqAfter(seq);
    const { text, hash } = sealed(head, seq, entry);
    head = hash;
    stored += `${stored === '' ? '' : ','}${storedText(entry, text, before)}`;
    before = entry;
  }
  return {
    append: (state, operations, nextDue) => ({
      accountId: account.accountId,
      expectedSeq: account.seq,
      operations,
      available: availableBefore,
      entries: `[${stored}]`,
      newSeq: seq,
      prevHash: account.head,
      head,
      // Many open holds make a large snapshot, so snapshots are taken proportionally less often.
      state: seq - account.snapshotSeq >= SNAPSHOT_EVERY + state.holds.size ? stateText(state) : null,
      nextDue,
    }),
  };
}
