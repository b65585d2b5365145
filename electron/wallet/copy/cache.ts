/**
 * cache.db: the account's ledger and the last answers of the server, for reading without a network. It never authorises
 * anything. Any doubt about it — another account, another epoch, a broken chain, a damaged file — empties it.
 */
import { type ZodType, z } from 'zod';
import { type Invoice, invoice as invoiceSchema, type LedgerEntry, ledgerEntry } from '../../../shared/api/index.ts';
import { BEFORE_FIRST, BEHIND_LAST } from '../../../shared/credits/model/minting.ts';
import type { OpId, Seq } from '../../../shared/credits/model/quantities.ts';
import { type Db, openOrRecreate } from '../../storage/sqlite.ts';
import { balanceAfter } from './balances.ts';
import { cacheMigrations } from './schema.ts';
import { nowhere, type Position } from './sync.ts';

const textSchema = z.string();
/** What filling in the balances holds in memory. */
const ROWS_AT_A_TIME = 2000;

interface EntryRow {
  readonly seq: Seq;
  readonly op_id: OpId;
  readonly at: string;
  readonly kind: string;
  readonly amount: string;
  readonly slices: string;
  readonly available_after: string;
  readonly prev_hash: string;
  readonly hash: string;
  readonly body: string;
  /** Null in a row that an older version wrote. */
  readonly balance_after: string | null;
}

/** What the history shows as one line: the entry that counts, and the hold that it ended. */
export interface EntryLine {
  readonly entry: LedgerEntry;
  readonly hold: LedgerEntry | null;
  readonly balanceAfter: string;
}

interface LinePage {
  readonly lines: readonly EntryLine[];
  /** Ask for older lines with this; null at the beginning. */
  readonly nextBeforeSeq: Seq | null;
}

/** `log` hears of a damaged copy, which was thrown away: nobody else needs to, as the server has it all. */
export function openCache(path: string, log: (line: string) => void): Cache {
  const { db, recreated } = openOrRecreate({ path, migrations: cacheMigrations, durability: 'normal' });
  if (recreated) log('the copy of the ledger was damaged and is fetched again');
  return new Cache(db);
}

/** How an operation ended: when, what it drew from which buckets, and what its hold was for. */
interface EndingRow {
  readonly at: string;
  readonly slices: string;
  readonly purpose: string | null;
}

type Slices = LedgerEntry['slices'];

const statementsOn = (db: Db) => ({
  insert: db.prepare<[EntryRow]>(
    `INSERT INTO entry (seq, op_id, at, kind, amount, slices, available_after, prev_hash, hash, body, balance_after)
     VALUES (@seq, @op_id, @at, @kind, @amount, @slices, @available_after, @prev_hash, @hash, @body, @balance_after)`,
  ),
  newest: db.prepare<[], EntryRow>('SELECT * FROM entry ORDER BY seq DESC LIMIT 1'),
  newestFilled: db.prepare<[], EntryRow>('SELECT * FROM entry WHERE balance_after IS NOT NULL ORDER BY seq DESC LIMIT 1'),
  after: db.prepare<[Seq, number], EntryRow>('SELECT * FROM entry WHERE seq > ? ORDER BY seq LIMIT ?'),
  holdOf: db.prepare<[string], EntryRow>("SELECT * FROM entry WHERE op_id = ? AND kind = 'held'"),
  setBalance: db.prepare<[string, Seq]>('UPDATE entry SET balance_after = ? WHERE seq = ?'),
  fact: db.prepare<[string], { value: string }>('SELECT value FROM fact WHERE name = ?'),
  setFact: db.prepare<[string, string]>('INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value'),
  settled: db.prepare<[], { at: string; slices: string }>("SELECT at, slices FROM entry WHERE kind = 'settled' ORDER BY seq DESC"),
  endings: db.prepare<[string], EndingRow>(
    `SELECT ending.at, ending.slices, json_extract(hold.body, '$.purpose') AS purpose FROM entry AS ending
       LEFT JOIN entry AS hold ON hold.op_id = ending.hold_id AND hold.kind = 'held'
      WHERE ending.kind = ? ORDER BY ending.seq DESC`,
  ),
  charged: db.prepare<[Seq, number], { seq: Seq; opId: OpId; slices: string; purpose: string | null }>(
    `SELECT ending.seq, ending.hold_id AS opId, ending.slices, json_extract(hold.body, '$.purpose') AS purpose FROM entry AS ending
       JOIN entry AS hold ON hold.op_id = ending.hold_id AND hold.kind = 'held'
      WHERE ending.kind = 'settled' AND ending.seq > ? ORDER BY ending.seq LIMIT ?`,
  ),
  ending: db.prepare<[string], { kind: string }>("SELECT kind FROM entry WHERE hold_id = ? AND kind IN ('settled', 'released')"),
  replayed: db.prepare<[], { seq: Seq; state: string }>('SELECT seq, state FROM replayed'),
  saveReplayed: db.prepare<[Seq, string]>(
    'INSERT INTO replayed (id, seq, state) VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, state = excluded.state',
  ),
  invoices: db.prepare<[], { invoice: string }>('SELECT invoice FROM invoice ORDER BY issued_at DESC, number DESC'),
  saveInvoice: db.prepare<[string, string, string]>(
    'INSERT INTO invoice (number, issued_at, invoice) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET issued_at = excluded.issued_at, invoice = excluded.invoice',
  ),
});

/** The rows of cache.db: entries, and facts by name that were fetched beside them. */
export class Cache {
  readonly #db: Db;
  readonly #sql: ReturnType<typeof statementsOn>;

  /** `db`: migrated. What an older version wrote into it is completed here. */
  constructor(db: Db) {
    this.#db = db;
    this.#sql = statementsOn(db);
    this.#transact(() => this.#fillBalances());
  }

  /** How far the copy reaches. */
  position(): Position {
    const row = this.#sql.newest.get();
    const epoch = this.fact('epoch', textSchema);
    return row === undefined ? { ...nowhere, epoch } : { epoch, seq: row.seq, hash: row.hash };
  }

  /** All of them or none. They have been checked to continue the copy. */
  append(entries: readonly LedgerEntry[], epoch: string): void {
    this.#transact(() => {
      let balance = this.#sql.newest.get()?.balance_after ?? null;
      for (const entry of entries) {
        const row = toRow(entry);
        balance = balanceOf(row, balance);
        this.#sql.insert.run({ ...row, balance_after: balance });
      }
      this.remember('epoch', epoch);
    });
  }

  /** Forgets everything, invoices and facts too. */
  clear(): void {
    this.#transact(() => this.#db.exec('DELETE FROM entry; DELETE FROM fact; DELETE FROM replayed; DELETE FROM invoice;'));
  }

  /** Oldest first. */
  entriesAfter(seq: Seq, limit: number): LedgerEntry[] {
    return this.#sql.after.all(seq, limit).map(toEntry);
  }

  /** Newest first; `beforeSeq` null: from the newest on; `kinds` null: all. */
  history(beforeSeq: Seq | null, limit: number, kinds: readonly string[] | null): LinePage {
    const rows = this.#pageBefore(beforeSeq ?? BEHIND_LAST, limit + 1, kinds);
    const shown = rows.slice(0, limit);
    return { lines: shown.map((row) => this.#lineOf(row)), nextBeforeSeq: rows.length > limit ? (shown.at(-1)?.seq ?? null) : null };
  }

  /** A remembered answer; null when there is none or it does not fit today's contract. */
  fact<T extends ZodType>(name: string, schema: T): z.infer<T> | null {
    const json = this.#sql.fact.get(name)?.value;
    if (json === undefined) return null;
    const parsed = schema.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : null;
  }

  /** Until it is replaced or the copy is cleared. */
  remember(name: string, value: unknown): void {
    this.#sql.setFact.run(name, JSON.stringify(value));
  }

  /** What was charged at or after that instant (RFC 3339, UTC), newest first. */
  chargesSince(since: string): { at: string; amounts: string[] }[] {
    const charges: { at: string; amounts: string[] }[] = [];
    for (const { at, slices } of this.#sql.settled.iterate()) {
      if (at < since) break;
      charges.push({ at, amounts: slicesIn(slices).map(({ amount }) => amount) });
    }
    return charges;
  }

  /** How operations ended at or after that instant, newest first; `purpose`: what the hold was for, as the ledger has it. */
  endingsSince(kind: 'settled' | 'released', since: string): { at: string; slices: Slices; purpose: unknown }[] {
    const found: { at: string; slices: Slices; purpose: unknown }[] = [];
    for (const { at, slices, purpose } of this.#sql.endings.iterate(kind)) {
      if (at < since) break;
      found.push({ at, slices: slicesIn(slices), purpose: purpose === null ? null : JSON.parse(purpose) });
    }
    return found;
  }

  /** Operations that were charged after that entry, oldest first: what each was for, as its hold names it, and the slices drawn. */
  chargedAfter(seq: Seq, limit: number): { seq: Seq; opId: OpId; slices: Slices; purpose: unknown }[] {
    return this.#sql.charged.all(seq, limit).map((row) => ({
      ...row,
      slices: slicesIn(row.slices),
      purpose: row.purpose === null ? null : JSON.parse(row.purpose),
    }));
  }

  /** How the hold of an operation ended; null: it did not, or there was none. */
  endingOf(opId: OpId): 'settled' | 'released' | null {
    const kind = this.#sql.ending.get(opId)?.kind;
    return kind === 'settled' || kind === 'released' ? kind : null;
  }

  /** The engine's state after entry `seq`, as it was last kept; null: none was. */
  replayed(): { seq: Seq; state: unknown } | null {
    const row = this.#sql.replayed.get();
    return row === undefined ? null : { seq: row.seq, state: JSON.parse(row.state) };
  }

  saveReplayed(seq: Seq, state: unknown): void {
    this.#sql.saveReplayed.run(seq, JSON.stringify(state));
  }

  /** Newest first; without those that do not fit today's contract. */
  invoices(): Invoice[] {
    return this.#sql.invoices.all().flatMap(({ invoice }) => {
      const parsed = invoiceSchema.safeParse(JSON.parse(invoice));
      return parsed.success ? [parsed.data] : [];
    });
  }

  saveInvoices(invoices: readonly Invoice[]): void {
    this.#transact(() => {
      for (const invoice of invoices) this.#sql.saveInvoice.run(invoice.number, invoice.issuedAt, JSON.stringify(invoice));
    });
  }

  close(): void {
    this.#db.close();
  }

  /** All of it or nothing. */
  #transact(work: () => void): void {
    this.#db.transaction(work)();
  }

  /**
   * The newest `limit` lines older than `beforeSeq`; `kinds` null means all. Keyset, never OFFSET. An operation stands
   * where it came to its end; before that, where it was held.
   */
  #pageBefore(beforeSeq: Seq, limit: number, kinds: readonly string[] | null): readonly EntryRow[] {
    const ofKind = kinds === null ? '' : `AND kind IN (${kinds.map(() => '?').join(', ')})`;
    return this.#db
      .prepare<unknown[], EntryRow>(
        `SELECT * FROM entry WHERE seq < ? ${ofKind}
           AND (kind <> 'held' OR NOT EXISTS (SELECT 1 FROM entry AS ending WHERE ending.hold_id = entry.op_id))
         ORDER BY seq DESC LIMIT ?`,
      )
      .all(beforeSeq, ...(kinds ?? []), limit);
  }

  #lineOf(row: EntryRow): EntryLine {
    const entry = toEntry(row);
    const holdId = entry.body['holdId'];
    const hold = typeof holdId === 'string' ? this.#sql.holdOf.get(holdId) : undefined;
    return { entry, hold: hold === undefined ? null : toEntry(hold), balanceAfter: row.balance_after ?? entry.availableAfter };
  }

  /** Rows that an older version wrote get their balances, once. */
  #fillBalances(): void {
    const newest = this.#sql.newest.get();
    if (newest === undefined || newest.balance_after !== null) return;
    const filled = this.#sql.newestFilled.get();
    let { seq, balance } = { seq: filled?.seq ?? BEFORE_FIRST, balance: filled?.balance_after ?? null };
    const rowsAfter = (last: Seq): EntryRow[] => this.#sql.after.all(last, ROWS_AT_A_TIME);
    for (let rows = rowsAfter(seq); rows.length > 0; rows = rowsAfter(seq)) {
      for (const row of rows) {
        balance = balanceOf(row, balance);
        this.#sql.setBalance.run(balance, row.seq);
        seq = row.seq;
      }
    }
  }
}

/** What was drawn from which bucket, in a row that any version of the app wrote. */
const slicesIn = (json: string): Slices => ledgerEntry.shape.slices.parse(JSON.parse(json));

const toRow = (entry: LedgerEntry): EntryRow => ({
  seq: entry.seq,
  op_id: entry.opId,
  at: entry.at,
  kind: entry.kind,
  amount: entry.amount,
  slices: JSON.stringify(entry.slices),
  available_after: entry.availableAfter,
  prev_hash: entry.prevHash,
  hash: entry.hash,
  body: JSON.stringify(entry.body),
  balance_after: null,
});

/** The balance after a row; before the first one there was nothing. */
const balanceOf = (row: EntryRow, before: string | null): string =>
  balanceAfter(before ?? '0', { kind: row.kind, amount: row.amount, slices: slicesIn(row.slices) });

const toEntry = (row: EntryRow): LedgerEntry =>
  ledgerEntry.parse({
    seq: row.seq,
    opId: row.op_id,
    at: row.at,
    kind: row.kind,
    amount: row.amount,
    slices: JSON.parse(row.slices),
    availableAfter: row.available_after,
    prevHash: row.prev_hash,
    hash: row.hash,
    body: JSON.parse(row.body),
  });
