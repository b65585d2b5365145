/** The ledger's parts together, and the reads that several subjects share. */
import type pg from 'pg';
import type { Wallet } from '../../shared/api/index.ts';
import type { EncodedEntry } from '../../shared/credits/codec/encode-entry.ts';
import { decide } from '../../shared/credits/decide/decide.ts';
import { due, nextDueAt } from '../../shared/credits/decide/due.ts';
import type { AccountState, Entry } from '../../shared/credits/model/model.ts';
import { pinned } from '../../shared/credits/model/versions.ts';
import { payOutCarried, paysOut } from '../billing/carried.ts';
import { loadCustomer } from '../billing/customer.ts';
import type { Customer } from '../billing/invoices.ts';
import type { Issuer } from '../billing/issuer.ts';
import type { OnAccount } from '../billing/on-account.ts';
import { billRenewals, needsBill } from '../billing/renewals/bills.ts';
import type { Clock } from '../clock.ts';
import { type Account, AccountCache } from './accounts.ts';
import { GroupAppender } from './appender.ts';
import { readChunk, readEntry } from './encoding.ts';
import type { Policies } from './policies.ts';
import { type KnownOperation, loadChunks, loadOperations } from './store.ts';
import type { Violations } from './violations.ts';
import { walletOf } from './wallet-view.ts';
import { type Amounts, amountsOf } from './wire.ts';
import { LedgerWriter } from './writer.ts';

export class Books {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly policies: Policies;
  readonly issuer: Issuer;
  readonly onAccount: OnAccount;
  readonly violations: Violations;
  readonly cache: AccountCache;
  readonly writer: LedgerWriter;

  constructor(parts: {
    pool: pg.Pool;
    clock: Clock;
    policies: Policies;
    issuer: Issuer;
    onAccount: OnAccount;
    violations: Violations;
    onWritten: (accountId: string, seq: number) => void;
  }) {
    this.pool = parts.pool;
    this.clock = parts.clock;
    this.policies = parts.policies;
    this.issuer = parts.issuer;
    this.onAccount = parts.onAccount;
    this.violations = parts.violations;
    this.cache = new AccountCache(parts.pool, parts.violations);
    this.writer = new LedgerWriter({
      cache: this.cache,
      appender: new GroupAppender(parts.pool),
      lookup: (accountId, opIds) => loadOperations(parts.pool, accountId, opIds),
      bills: {
        needed: (entries) => needsBill(entries) || paysOut(entries),
        issue: async (client, state, entries) =>
          billRenewals(client, this.issuer, pinned(this.policies.of(state), state), await this.customer(state.accountId, client), entries),
        payOut: async (client, { accountId }, entries) =>
          paysOut(entries) ? payOutCarried(client, this.issuer, await this.customer(accountId, client), entries) : undefined,
      },
      violations: parts.violations,
      nextDue: (state) => nextDueAt(this.policies.of(state), state),
      clock: parts.clock,
      onWritten: parts.onWritten,
    });
  }

  /** The instant an account is read at: time never runs backwards in it. */
  now(state: AccountState): number {
    return Math.max(this.clock.now(), state.lastAt);
  }

  newest(accountId: string): Promise<Account> {
    return this.cache.newest(accountId);
  }

  wallet(state: AccountState): Wallet {
    return walletOf(this.policies.of(state), state, this.now(state));
  }

  async amounts(accountId: string): Promise<Amounts> {
    return amountsOf(this.policies.of((await this.cache.get(accountId)).state));
  }

  operations(accountId: string, opIds: readonly string[]): Promise<KnownOperation[]> {
    return loadOperations(this.pool, accountId, opIds);
  }

  /** The entries with these sequence numbers. Neighbours lie in one chunk, so a batch costs one read. */
  async entriesAt(accountId: string, seqs: readonly number[]): Promise<Map<number, Entry>> {
    const found = new Map<number, Entry>();
    let stored: readonly EncodedEntry[] = [];
    let [first, last] = [0, 0];
    for (const seq of [...new Set(seqs)].sort((a, b) => a - b)) {
      if (seq > last) {
        const [chunk] = await loadChunks(this.pool, accountId, seq - 1, 1);
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
  async entriesFrom(accountId: string, seq: number): Promise<readonly Entry[]> {
    const [chunk] = await loadChunks(this.pool, accountId, seq - 1, 1);
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
  async caughtUp(accountId: string): Promise<Account> {
    const account = await this.newest(accountId);
    if (due(this.policies.of(account.state), account.state, this.now(account.state)).length === 0) return account;
    await this.sweepAccount(accountId);
    return this.newest(accountId);
  }

  /** Writes down what time brought to one account. Answers the entries. */
  sweepAccount(accountId: string): Promise<readonly Entry[]> {
    return this.writer.run(accountId, {
      opIds: [],
      decide: (state, now) => {
        const decision = decide(this.policies.of(state), state, { kind: 'sweep' }, now);
        const { entries, state: after } = decision.ok ? decision : { entries: [], state };
        return { entries, state: after, operations: [], answer: () => entries };
      },
    });
  }

  /** Inside a transaction give its own connection: waiting for a second one could wait for ever. */
  async customer(accountId: string, db: Pick<pg.ClientBase, 'query'> = this.pool): Promise<Customer> {
    return loadCustomer(db, accountId);
  }
}
