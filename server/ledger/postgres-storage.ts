/** Ledgers kept in PostgreSQL: appends in groups (`appender.ts`), reads by the statements of `store.ts`. */
import type pg from 'pg';
import type { AccountId, Instant, OpId, Seq } from '../../shared/credits/model/quantities.ts';
import type { Database } from '../db/database.ts';
import { GroupAppender } from './appender.ts';
import type { Append, Chunk, DueAccount, DueQuery, KnownOperation, LedgerStorage, Loaded, Transaction, Verdict } from './storage.ts';
import {
  createAccount,
  loadAccount,
  loadAnswerText,
  loadChunks,
  loadChunksUntil,
  loadDue,
  loadOperations,
  loadSeq,
  setDue,
} from './store.ts';

/** The storage of a running server. */
export class PostgresStorage implements LedgerStorage {
  readonly #pool: pg.Pool;
  readonly #appender: GroupAppender;

  constructor({ pool, appends }: Pick<Database, 'pool' | 'appends'>) {
    this.#pool = pool;
    this.#appender = new GroupAppender({ pool, appends });
  }

  append(append: Append): Promise<Verdict> {
    return this.#appender.append(append);
  }

  appendWith(append: Append, alongside: (transaction: Transaction) => Promise<void>): Promise<Verdict> {
    return this.#appender.appendWith(append, alongside);
  }

  create(transaction: Transaction, append: Append): Promise<boolean> {
    return createAccount(transaction, append);
  }

  load(accountId: AccountId): Promise<Loaded | undefined> {
    return loadAccount(this.#pool, accountId);
  }

  seq(accountId: AccountId): Promise<number | undefined> {
    return loadSeq(this.#pool, accountId);
  }

  operations(accountId: AccountId, opIds: readonly OpId[]): Promise<KnownOperation[]> {
    return loadOperations(this.#pool, accountId, opIds);
  }

  chunks(accountId: AccountId, after: Seq, limit: number): Promise<Chunk[]> {
    return loadChunks(this.#pool, accountId, after, limit);
  }

  chunksUntil(
    accountId: AccountId,
    { after, until, limit }: { readonly after: Seq; readonly until: Seq; readonly limit: number },
  ): Promise<Chunk[]> {
    return loadChunksUntil(this.#pool, accountId, after, until, limit);
  }

  answer(accountId: AccountId, opId: OpId, kind: string): Promise<string | undefined> {
    return loadAnswerText(this.#pool, accountId, opId, kind);
  }

  due(query: DueQuery): Promise<DueAccount[]> {
    return loadDue(this.#pool, query);
  }

  setDue(accountId: AccountId, seq: Seq, nextDue: Instant | null): Promise<void> {
    return setDue(this.#pool, accountId, seq, nextDue);
  }
}
