/** The lines of the history: every entry of the ledger in plain words, newest first, from the cache alone. */
import type { LedgerEntry } from '../../shared/api.ts';
import type { HistoryLine } from '../../shared/ipc/wallet.ts';
import type { Cache } from './cache.ts';

export interface NamedPhoto {
  readonly id: string;
  readonly name: string;
}

export interface HistoryParts {
  readonly cache: () => Cache;
  /** The photo that an operation of this machine was for. */
  readonly photoOf: (opId: string) => NamedPhoto | null;
  /** Words of the engine for one entry: its title without names, and why each slice came from its bucket. */
  readonly explain: (entry: LedgerEntry, photoName: string | null) => { readonly title: string; readonly whys: readonly string[] };
}

export interface HistoryPage {
  lines: HistoryLine[];
  nextBeforeSeq: number | null;
}

/** At most `limit` lines older than `beforeSeq` (null: the newest), of these kinds (null: all). */
export function readHistory(parts: HistoryParts, beforeSeq: number | null, limit: number, kinds: readonly string[] | null): HistoryPage {
  const page = parts.cache().history(beforeSeq, limit, kinds);
  const invoices = new Map(
    parts
      .cache()
      .invoices()
      .map((invoice) => [invoice.opId, invoice.number]),
  );
  return { lines: page.entries.map((entry) => toLine(parts, entry, invoices)), nextBeforeSeq: page.nextBeforeSeq };
}

function toLine({ photoOf, explain }: HistoryParts, entry: LedgerEntry, invoices: ReadonlyMap<string, string>): HistoryLine {
  const holdId = entry.body['holdId'];
  const photo = photoOf(typeof holdId === 'string' ? holdId : entry.opId);
  const { title, whys } = explain(entry, photo?.name ?? null);
  return {
    seq: entry.seq,
    opId: entry.opId,
    at: entry.at,
    kind: entry.kind,
    title,
    amount: entry.amount,
    slices: entry.slices.map((slice, index) => ({ ...slice, why: whys[index] ?? '' })),
    availableAfter: entry.availableAfter,
    photoId: photo?.id ?? null,
    invoice: invoices.get(entry.opId) ?? null,
  };
}

const columns = ['seq', 'at', 'kind', 'title', 'amount', 'available after', 'buckets', 'operation', 'invoice'];

/** RFC 4180, oldest first, with a header; a cell that a spreadsheet would run as a formula is kept from it. */
export function* historyCsv(parts: HistoryParts): Generator<string> {
  yield `${columns.join(',')}\r\n`;
  const cache = parts.cache();
  const invoices = new Map(cache.invoices().map((invoice) => [invoice.opId, invoice.number]));
  for (let after = 0; ; ) {
    const entries = cache.entriesAfter(after, 500);
    for (const entry of entries) yield csvLine(toLine(parts, entry, invoices));
    const last = entries.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}

function csvLine(line: HistoryLine): string {
  const buckets = line.slices.map((slice) => `${slice.bucket} ${slice.amount}`).join('; ');
  const cells = [
    String(line.seq),
    line.at,
    line.kind,
    line.title,
    line.amount,
    line.availableAfter,
    buckets,
    line.opId,
    line.invoice ?? '',
  ];
  return `${cells.map(csvCell).join(',')}\r\n`;
}

export function csvCell(text: string): string {
  const harmless = /^[=@\t\r]|^[+-](?![\d.]+$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
