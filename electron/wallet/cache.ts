/**
 * cache.db: the account's ledger and the last answers of the server, for reading without a network. It never authorises
 * anything. Any doubt about it — another account, another epoch, a broken chain, a damaged file — empties it.
 */
import { type ZodType, z } from 'zod';
import { type Invoice, invoice as invoiceSchema, type LedgerEntry, ledgerEntry } from '../../shared/api.ts';
import { type Db, openOrRecreate } from '../storage/sqlite.ts';
import { cacheMigrations } from './schema.ts';
import { nowhere, type Position } from './sync.ts';

const textSchema = z.string();

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
}

export interface EntryPage {
  readonly entries: readonly LedgerEntry[];
  /** Ask for older lines with this; null at the beginning. */
  readonly nextBeforeSeq: number | null;
}

export type Cache = ReturnType<typeof openCache>;

export function openCache(path: string) {
  const { db } = openOrRecreate({ path, migrations: cacheMigrations, durability: 'normal' });
  return cacheOn(db);
}

function cacheOn(db: Db) {
  const insert = db.prepare<[EntryRow]>(
    `INSERT INTO entry (seq, op_id, at, kind, amount, slices, available_after, prev_hash, hash, body)
     VALUES (@seq, @op_id, @at, @kind, @amount, @slices, @available_after, @prev_hash, @hash, @body)`,
  );
  const last = db.prepare<[], EntryRow>('SELECT * FROM entry ORDER BY seq DESC LIMIT 1');
  const after = db.prepare<[number, number], EntryRow>('SELECT * FROM entry WHERE seq > ? ORDER BY seq LIMIT ?');
  const before = db.prepare<[number, number], EntryRow>('SELECT * FROM entry WHERE seq < ? ORDER BY seq DESC LIMIT ?');
  const fact = db.prepare<[string], { value: string }>('SELECT value FROM fact WHERE name = ?');
  const setFact = db.prepare<[string, string]>(
    'INSERT INTO fact (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  );

  const settled = db.prepare<[], { at: string; slices: string }>("SELECT at, slices FROM entry WHERE kind = 'settled' ORDER BY seq DESC");
  const replayed = db.prepare<[], { seq: number; state: string }>('SELECT seq, state FROM replayed');
  const saveReplayed = db.prepare<[number, string]>(
    'INSERT INTO replayed (id, seq, state) VALUES (1, ?, ?) ON CONFLICT DO UPDATE SET seq = excluded.seq, state = excluded.state',
  );

  const read = (name: string): string | null => fact.get(name)?.value ?? null;
  const write = (name: string, value: unknown): void => void setFact.run(name, JSON.stringify(value));

  /** The newest `limit` entries older than `beforeSeq`; `kinds` null means all. Keyset, never OFFSET. */
  function pageBefore(beforeSeq: number, limit: number, kinds: readonly string[] | null): readonly EntryRow[] {
    if (kinds === null) return before.all(beforeSeq, limit);
    const marks = kinds.map(() => '?').join(', ');
    return db
      .prepare<unknown[], EntryRow>(`SELECT * FROM entry WHERE seq < ? AND kind IN (${marks}) ORDER BY seq DESC LIMIT ?`)
      .all(beforeSeq, ...kinds, limit);
  }

  return {
    position(): Position {
      const row = last.get();
      const epoch = this.fact('epoch', textSchema);
      return row === undefined ? { ...nowhere, epoch } : { epoch, seq: row.seq, hash: row.hash };
    },
    append: db.transaction((entries: readonly LedgerEntry[], epoch: string): void => {
      for (const entry of entries) insert.run(toRow(entry));
      write('epoch', epoch);
    }),
    /** Forgets everything, invoices and facts too. */
    clear: db.transaction((): void => {
      db.exec('DELETE FROM entry; DELETE FROM fact; DELETE FROM replayed; DELETE FROM invoice;');
    }),
    /** Oldest first. */
    entriesAfter: (seq: number, limit: number): LedgerEntry[] => after.all(seq, limit).map(toEntry),
    /** Newest first. */
    history(beforeSeq: number | null, limit: number, kinds: readonly string[] | null): EntryPage {
      const rows = pageBefore(beforeSeq ?? Number.MAX_SAFE_INTEGER, limit + 1, kinds);
      const shown = rows.slice(0, limit);
      return { entries: shown.map(toEntry), nextBeforeSeq: rows.length > limit ? (shown.at(-1)?.seq ?? null) : null };
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
});

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
