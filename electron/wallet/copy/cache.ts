/**
 * cache.db: the account's ledger and the last answers of the server, for reading without a network. It never authorises
 * anything. Any doubt about it — another account, another epoch, a broken chain, a damaged file — empties it.
 */
import { type ZodType, z } from 'zod';
import { type Invoice, invoice as invoiceSchema, type LedgerEntry, ledgerEntry } from '../../../shared/api/index.ts';
import { type Db, openOrRecreate } from '../../storage/sqlite.ts';
import { balanceAfter } from './balances.ts';
import { cacheMigrations } from './schema.ts';
import { nowhere, type Position } from './sync.ts';

const textSchema = z.string();
/** What filling in the balances holds in memory. */
const ROWS_AT_A_TIME = 2000;

interface EntryRow {
  readonly seq: number;
  readonly op_id: string;
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

export interface LinePage {
  readonly lines: readonly EntryLine[];
  /** Ask for older lines with this; null at the beginning. */
  readonly nextBeforeSeq: number | null;
}

export type Cache = ReturnType<typeof openCache>;

/** `log` hears of a damaged copy, which was thrown away: nobody else needs to, as the server has it all. */
export function openCache(path: string, log: (line: string) => void) {
  const { db, recreated } = openOrRecreate({ path, migrations: cacheMigrations, durability: 'normal' });
  if (recreated) log('the copy of the ledger was damaged and is fetched again');
  return cacheOn(db);
}

function cacheOn(db: Db) {
  const insert = db.prepare<[EntryRow]>(
    `INSERT INTO entry (seq, op_id, at, kind, amount, slices, available_after, prev_hash, hash, body, balance_after)
     VALUES (@seq, @op_id, @at, @kind, @amount, @slices, @available_after, @prev_hash, @hash, @body, @balance_after)`,
  );
  const last = db.prepare<[], EntryRow>('SELECT * FROM entry ORDER BY seq DESC LIMIT 1');
  const after = db.prepare<[number, number], EntryRow>('SELECT * FROM entry WHERE seq > ? ORDER BY seq LIMIT ?');
  const holdOf = db.prepare<[string], EntryRow>("SELECT * FROM entry WHERE op_id = ? AND kind = 'held'");
  const setBalance = db.prepare<[string, number]>('UPDATE entry SET balance_after = ? WHERE seq = ?');
  const fact = db.prepare<[string], { value: string }>('SELECT value FROM fact WHERE name = ?');
  const setFact = db.prepare<[string, string]>(
    'INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );

  const settled = db.prepare<[], { at: string; slices: string }>("SELECT at, slices FROM entry WHERE kind = 'settled' ORDER BY seq DESC");
  const endings = db.prepare<[string], { at: string; slices: string; purpose: string | null }>(
    `SELECT ending.at, ending.slices, json_extract(hold.body, '$.purpose') AS purpose FROM entry AS ending
       LEFT JOIN entry AS hold ON hold.op_id = ending.hold_id AND hold.kind = 'held'
      WHERE ending.kind = ? ORDER BY ending.seq DESC`,
  );
  const charged = db.prepare<[number, number], { seq: number; opId: string; slices: string; purpose: string | null }>(
    `SELECT ending.seq, ending.hold_id AS opId, ending.slices, json_extract(hold.body, '$.purpose') AS purpose FROM entry AS ending
       JOIN entry AS hold ON hold.op_id = ending.hold_id AND hold.kind = 'held'
      WHERE ending.kind = 'settled' AND ending.seq > ? ORDER BY ending.seq LIMIT ?`,
  );
  const ending = db.prepare<[string], { kind: string }>("SELECT kind FROM entry WHERE hold_id = ? AND kind IN ('settled', 'released')");
  const replayed = db.prepare<[], { seq: number; state: string }>('SELECT seq, state FROM replayed');
  const saveReplayed = db.prepare<[number, string]>(
    'INSERT INTO replayed (id, seq, state) VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, state = excluded.state',
  );

  const read = (name: string): string | null => fact.get(name)?.value ?? null;
  const write = (name: string, value: unknown): void => void setFact.run(name, JSON.stringify(value));

  /**
   * The newest `limit` lines older than `beforeSeq`; `kinds` null means all. Keyset, never OFFSET. An operation stands
   * where it came to its end; before that, where it was held.
   */
  function pageBefore(beforeSeq: number, limit: number, kinds: readonly string[] | null): readonly EntryRow[] {
    const ofKind = kinds === null ? '' : `AND kind IN (${kinds.map(() => '?').join(', ')})`;
    return db
      .prepare<unknown[], EntryRow>(
        `SELECT * FROM entry WHERE seq < ? ${ofKind}
           AND (kind <> 'held' OR NOT EXISTS (SELECT 1 FROM entry AS ending WHERE ending.hold_id = entry.op_id))
         ORDER BY seq DESC LIMIT ?`,
      )
      .all(beforeSeq, ...(kinds ?? []), limit);
  }

  function toLine(row: EntryRow): EntryLine {
    const entry = toEntry(row);
    const holdId = entry.body['holdId'];
    const hold = typeof holdId === 'string' ? holdOf.get(holdId) : undefined;
    return { entry, hold: hold === undefined ? null : toEntry(hold), balanceAfter: row.balance_after ?? entry.availableAfter };
  }

  /** Rows that an older version wrote get their balances, once. */
  const fillBalances = db.transaction((): void => {
    const newest = last.get();
    if (newest === undefined || newest.balance_after !== null) return;
    const filled = db.prepare<[], EntryRow>('SELECT * FROM entry WHERE balance_after IS NOT NULL ORDER BY seq DESC LIMIT 1').get();
    let { seq, balance } = { seq: filled?.seq ?? 0, balance: filled?.balance_after ?? null };
    for (let rows = after.all(seq, ROWS_AT_A_TIME); rows.length > 0; rows = after.all(seq, ROWS_AT_A_TIME)) {
      for (const row of rows) {
        balance = balanceOf(row, balance);
        setBalance.run(balance, row.seq);
        seq = row.seq;
      }
    }
  });
  fillBalances();

  return {
    position(): Position {
      const row = last.get();
      const epoch = this.fact('epoch', textSchema);
      return row === undefined ? { ...nowhere, epoch } : { epoch, seq: row.seq, hash: row.hash };
    },
    append: db.transaction((entries: readonly LedgerEntry[], epoch: string): void => {
      let balance = last.get()?.balance_after ?? null;
      for (const entry of entries) {
        const row = toRow(entry);
        balance = balanceOf(row, balance);
        insert.run({ ...row, balance_after: balance });
      }
      write('epoch', epoch);
    }),
    /** Forgets everything, invoices and facts too. */
    clear: db.transaction((): void => {
      db.exec('DELETE FROM entry; DELETE FROM fact; DELETE FROM replayed; DELETE FROM invoice;');
    }),
    /** Oldest first. */
    entriesAfter: (seq: number, limit: number): LedgerEntry[] => after.all(seq, limit).map(toEntry),
    /** Newest first. */
    history(beforeSeq: number | null, limit: number, kinds: readonly string[] | null): LinePage {
      const rows = pageBefore(beforeSeq ?? Number.MAX_SAFE_INTEGER, limit + 1, kinds);
      const shown = rows.slice(0, limit);
      return { lines: shown.map(toLine), nextBeforeSeq: rows.length > limit ? (shown.at(-1)?.seq ?? null) : null };
    },
    /** A remembered answer; null when there is none or it does not fit today's contract. */
    fact<T extends ZodType>(name: string, schema: T): z.infer<T> | null {
      const json = read(name);
      if (json === null) return null;
      const parsed = schema.safeParse(JSON.parse(json));
      return parsed.success ? parsed.data : null;
    },
    remember: write,
    /** What was charged at or after that instant (RFC 3339, UTC), newest first. */
    chargesSince(since: string): { at: string; amounts: string[] }[] {
      const charges: { at: string; amounts: string[] }[] = [];
      for (const { at, slices } of settled.iterate()) {
        if (at < since) break;
        // Written by `toRow` from a ledger entry.
        charges.push({ at, amounts: (JSON.parse(slices) as LedgerEntry['slices']).map(({ amount }) => amount) });
      }
      return charges;
    },
    /** How operations ended at or after that instant, newest first; `purpose`: what the hold was for, as the ledger has it. */
    endingsSince(kind: 'settled' | 'released', since: string): { at: string; slices: LedgerEntry['slices']; purpose: unknown }[] {
      const found: { at: string; slices: LedgerEntry['slices']; purpose: unknown }[] = [];
      for (const { at, slices, purpose } of endings.iterate(kind)) {
        if (at < since) break;
        // Written by `toRow` from a ledger entry.
        found.push({ at, slices: JSON.parse(slices) as LedgerEntry['slices'], purpose: purpose === null ? null : JSON.parse(purpose) });
      }
      return found;
    },
    /** Operations that were charged after that entry, oldest first: what each was for, as its hold names it, and the slices drawn. */
    chargedAfter: (seq: number, limit: number): { seq: number; opId: string; slices: LedgerEntry['slices']; purpose: unknown }[] =>
      charged.all(seq, limit).map((row) => ({
        ...row,
        // Written by `toRow` from a ledger entry.
        slices: JSON.parse(row.slices) as LedgerEntry['slices'],
        purpose: row.purpose === null ? null : JSON.parse(row.purpose),
      })),
    /** How the hold of an operation ended; null: it did not, or there was none. */
    endingOf(opId: string): 'settled' | 'released' | null {
      const kind = ending.get(opId)?.kind;
      return kind === 'settled' || kind === 'released' ? kind : null;
    },
    /** The engine's state after entry `seq`, as it was last kept. */
    replayed(): { seq: number; state: unknown } | null {
      const row = replayed.get();
      return row === undefined ? null : { seq: row.seq, state: JSON.parse(row.state) };
    },
    saveReplayed: (seq: number, state: unknown) => void saveReplayed.run(seq, JSON.stringify(state)),
    invoices: (): Invoice[] =>
      db
        .prepare<[], { invoice: string }>('SELECT invoice FROM invoice ORDER BY issued_at DESC, number DESC')
        .all()
        .flatMap(({ invoice }) => {
          const parsed = invoiceSchema.safeParse(JSON.parse(invoice));
          return parsed.success ? [parsed.data] : [];
        }),
    saveInvoices: db.transaction((invoices: readonly Invoice[]): void => {
      const save = db.prepare<[string, string, string]>(
        'INSERT INTO invoice (number, issued_at, invoice) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET issued_at = excluded.issued_at, invoice = excluded.invoice',
      );
      for (const invoice of invoices) save.run(invoice.number, invoice.issuedAt, JSON.stringify(invoice));
    }),
    close: () => db.close(),
  };
}

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
  // Written by `toRow` from a ledger entry.
  balanceAfter(before ?? '0', { kind: row.kind, amount: row.amount, slices: JSON.parse(row.slices) as LedgerEntry['slices'] });

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
