/** The ledgers of all accounts: reading them, and the one way into them. */
import type { z } from 'zod';
import type { Wallet } from '../../shared/api/index.ts';
import type { EncodedEntry } from '../../shared/credits/codec/encode-entry.ts';
import { decide } from '../../shared/credits/decide/decide.ts';
import { due, nextDueAt } from '../../shared/credits/decide/due.ts';
import { latest } from '../../shared/credits/model/instants.ts';
import { seqAfter } from '../../shared/credits/model/minting.ts';
import type { AccountState, Entry } from '../../shared/credits/model/model.ts';
import type { Policy } from '../../shared/credits/model/policy.ts';
import type { AccountId, Instant, OpId, Seq } from '../../shared/credits/model/quantities.ts';
import type { Clock } from '../clock.ts';
import { parseStored } from '../db/stored.ts';
import { notFound } from '../problems.ts';
import { type Account, AccountCache } from './accounts.ts';
import { readChunk, readEntry } from './encoding.ts';
import type { Bills } from './hooks.ts';
import type { Policies } from './policies.ts';
import type { Chunk, KnownOperation, LedgerStorage } from './storage.ts';
import type { Violations } from './violations.ts';
import { walletOf } from './wallet-view.ts';
import { type Amounts, amountsOf } from './wire.ts';
import { LedgerWriter, type Work } from './writer.ts';
import type { Written } from './written.ts';

/** What a read of many chunks holds in memory. */
const CHUNKS_AT_A_TIME = 500;

/** Reads of the newest state, of what is remembered, and of entries; `run` is the one way to write. */
export class Ledger {
  readonly #storage: LedgerStorage;
  readonly #clock: Clock;
  readonly #policies: Policies;
  readonly #cache: AccountCache;
  readonly #writer: LedgerWriter;

  /** `bills`: what is billed in the transaction of the entries that time brings. */
  constructor(parts: { storage: LedgerStorage; clock: Clock; policies: Policies; bills: Bills; violations: Violations; written: Written }) {
    this.#storage = parts.storage;
    this.#clock = parts.clock;
    this.#policies = parts.policies;
    this.#cache = new AccountCache(parts.storage, parts.violations);
    this.#writer = new LedgerWriter({
      cache: this.#cache,
      storage: parts.storage,
      bills: parts.bills,
      violations: parts.violations,
      policyOf: (state) => this.policyOf(state),
      nextDue: (state) => nextDueAt(this.policyOf(state), state),
      clock: parts.clock,
      onWritten: (accountId, seq) => parts.written.tell(accountId, seq),
    });
  }

  /** The policy that the account is under. Throws unknown_policy when this server does not have it. */
  policyOf(state: Pick<AccountState, 'policy'>): Policy {
    return this.#policies.of(state);
  }

  /** The instant an account is read at: time never runs backwards in it. */
  now(state: AccountState): Instant {
    return latest(this.#clock.now(), state.lastAt);
  }

  /** The account as the database has it now. Throws not_found. */
  newest(accountId: AccountId): Promise<Account> {
    return this.#cache.newest(accountId);
  }

  /** The account as this server remembers it, which may be old; read only when it does not. Throws not_found. */
  remembered(accountId: AccountId): Promise<Account> {
    return this.#cache.get(accountId);
  }

  /** The next read comes from the storage: for a state that is not believed any more. */
  forget(accountId: AccountId): void {
    this.#cache.forget(accountId);
  }

  /** Runs the work on the account: decided, written, answered; or rejects with its Refusal and nothing is written. */
  run<T>(accountId: AccountId, work: Work<T>): Promise<T> {
    return this.#writer.run(accountId, work);
  }

  /** The wallet of this state, now. */
  wallet(state: AccountState): Wallet {
    return walletOf(this.policyOf(state), state, this.now(state));
  }

  /** How amounts of this account are written. */
  async amounts(accountId: AccountId): Promise<Amounts> {
    return amountsOf(this.policyOf((await this.#cache.get(accountId)).state));
  }

  /** Those of the operations that are remembered. */
  operations(accountId: AccountId, opIds: readonly OpId[]): Promise<KnownOperation[]> {
    return this.#storage.operations(accountId, opIds);
  }

  /**
   * What was answered to this operation, as `execute` stored it for this kind; `stored` takes what is needed of it, in the shapes of older
   * servers too. Throws not_found, for an operation of another account just the same.
   */
  async answer<T>(accountId: AccountId, opId: OpId, kind: string, stored: z.ZodType<T>): Promise<T> {
    const document = await this.#storage.answer(accountId, opId, kind);
    if (document === undefined) throw notFound(kind);
    return parseStored(stored, document, `answer (${kind})`);
  }

  /** The entries with these sequence numbers. Neighbours lie in one chunk, so a batch costs one read. */
  async entriesAt(accountId: AccountId, seqs: readonly Seq[]): Promise<Map<Seq, Entry>> {
    const found = new Map<Seq, Entry>();
    let stored: readonly EncodedEntry[] = [];
    let [first, last] = [0, 0];
    for (const seq of [...new Set(seqs)].sort((a, b) => a - b)) {
      if (seq > last) {
        const [chunk] = await this.#storage.chunks(accountId, seqAfter(seq, -1), 1);
        if (!chunk) break;
        stored = readChunk(chunk.entries);
        [first, last] = [chunk.firstSeq, chunk.lastSeq];
      }
      const entry = stored[seq - first];
      if (entry) found.set(seq, readEntry(entry));
    }
    return found;
  }

  /** What one operation wrote: the entry in place `seq` and those behind it that are its own too. An append is one chunk, so it is one read. */
  async entriesFrom(accountId: AccountId, seq: Seq): Promise<readonly Entry[]> {
    const [chunk] = await this.#storage.chunks(accountId, seqAfter(seq, -1), 1);
    const [first, ...rest] = chunk
      ? readChunk(chunk.entries)
          .slice(seq - chunk.firstSeq)
          .map(readEntry)
      : [];
    if (first === undefined) return [];
    const end = rest.findIndex(({ opId }) => opId !== first.opId);
    return [first, ...(end < 0 ? rest : rest.slice(0, end))];
  }

  /** The account with everything that time has brought written down: where a view is made of what is stored, as bills are. */
  async caughtUp(accountId: AccountId): Promise<Account> {
    const account = await this.newest(accountId);
    if (due(this.policyOf(account.state), account.state, this.now(account.state)).length === 0) return account;
    await this.sweepAccount(accountId);
    return this.newest(accountId);
  }

  /** Writes down what time brought to one account. Answers the entries. */
  sweepAccount(accountId: AccountId): Promise<readonly Entry[]> {
    return this.run(accountId, {
      opIds: [],
      decide: (state, now) => {
        const decision = decide(this.policyOf(state), state, { kind: 'sweep' }, now);
        const { entries, state: after } = decision.ok ? decision : { entries: [], state };
        return { entries, state: after, operations: [], answer: () => entries };
      },
    });
  }

  /** The account's entries behind that place, in order. */
  async *entriesSince(accountId: AccountId, after: Seq): AsyncGenerator<Entry> {
    for await (const chunk of this.#chunksSince(accountId, after))
      yield* readChunk(chunk.entries)
        .slice(Math.max(0, after + 1 - chunk.firstSeq))
        .map(readEntry);
  }

  async *#chunksSince(accountId: AccountId, after: Seq): AsyncGenerator<Chunk> {
    for (let at = after; ; ) {
      const chunks = await this.#storage.chunks(accountId, at, CHUNKS_AT_A_TIME);
      yield* chunks;
      const last = chunks.at(-1);
      if (!last || chunks.length < CHUNKS_AT_A_TIME) return;
      at = last.lastSeq;
    }
  }
}
