/**
 * The history in plain words, newest first, from the cache alone. On the page an operation is one line: its hold and what
 * became of it are the details. The file that is exported holds every entry of the ledger as a row of its own.
 */
import type { LedgerEntry } from '../../shared/api/index.ts';
import { operationId } from '../../shared/credits/codec/quantities.ts';
import { BEFORE_FIRST } from '../../shared/credits/model/minting.ts';
import type { OpId, Seq } from '../../shared/credits/model/quantities.ts';
import type { HistoryEntry, HistoryLine } from '../../shared/ipc/wallet.ts';
import { countedAmount } from './copy/balances.ts';
import type { Cache, EntryLine } from './copy/cache.ts';

/** A photo as the history names it. */
export interface NamedPhoto {
  readonly id: string;
  readonly name: string;
}

/** The engine's words for an entry. */
export interface Explanation {
  /** As a line of its own: "Applied to IMG_0042.jpg". */
  readonly title: string;
  /** For each slice: why from this bucket. */
  readonly whys: readonly string[];
  /** As a part of its operation: "Held 1 credit". */
  readonly step: { readonly title: string; readonly note: string };
}

/** What telling the history needs. */
export interface HistoryParts {
  readonly cache: () => Cache;
  /** The photo that an operation of this machine was for. */
  readonly photoOf: (opId: OpId) => NamedPhoto | null;
  readonly explain: (entry: LedgerEntry, photoName: string | null, hold: LedgerEntry | null) => Explanation;
}

/** A page of lines, newest first; `nextBeforeSeq` asks for older ones, null at the beginning. */
export interface HistoryPage {
  lines: HistoryLine[];
  nextBeforeSeq: Seq | null;
}

/** At most `limit` lines older than `beforeSeq` (null: the newest), of these kinds (null: all). */
export function readHistory(parts: HistoryParts, beforeSeq: Seq | null, limit: number, kinds: readonly string[] | null): HistoryPage {
  const page = parts.cache().history(beforeSeq, limit, kinds);
  const invoices = invoiceNumbers(parts.cache());
  return { lines: page.lines.map((line) => toLine(parts, line, invoices)), nextBeforeSeq: page.nextBeforeSeq };
}

const invoiceNumbers = (cache: Cache): ReadonlyMap<string, string> =>
  new Map(cache.invoices().map((invoice) => [invoice.opId, invoice.number]));

const operationOf = ({ body, opId }: LedgerEntry): OpId => operationId.safeParse(body['holdId']).data ?? opId;

const states: Readonly<Record<string, HistoryLine['state']>> = { held: 'held', settled: 'charged', released: 'returned' };

function toLine(parts: HistoryParts, { entry, hold, balanceAfter }: EntryLine, invoices: ReadonlyMap<string, string>): HistoryLine {
  const opId = operationOf(entry);
  const photo = parts.photoOf(opId);
  const state = states[entry.kind] ?? null;
  const said = parts.explain(entry, photo?.name ?? null, hold);
  // What came back is explained by why it was taken from there; what was charged may be less than was held.
  const drawn = state === 'returned' && hold !== null ? hold : entry;
  const whys = drawn === entry ? said.whys : parts.explain(drawn, null, null).whys;
  return {
    seq: entry.seq,
    opId,
    at: entry.at,
    kind: entry.kind,
    state,
    title: said.title,
    amount: state === 'held' ? entry.amount : countedAmount(entry),
    slices: drawn.slices.map((slice, index) => ({ ...slice, why: whys[index] ?? '' })),
    balanceAfter: state === 'held' ? null : balanceAfter,
    photoId: photo?.id ?? null,
    invoice: invoices.get(entry.opId) ?? null,
    entries: [...(hold === null ? [] : [toStep(hold, parts.explain(hold, null, null))]), toStep(entry, said)],
  };
}

const toStep = ({ seq, at, kind, amount, availableAfter }: LedgerEntry, { step }: Explanation): HistoryEntry => ({
  seq,
  at,
  kind,
  title: step.title,
  amount,
  availableAfter,
  note: step.note,
});

const columns = ['seq', 'at', 'kind', 'title', 'amount', 'available after', 'buckets', 'operation', 'invoice'];

/** Every entry, oldest first. RFC 4180 with a header; a cell that a spreadsheet would run as a formula is kept from it. */
export function* historyCsv(parts: HistoryParts): Generator<string> {
  yield `${columns.join(',')}\r\n`;
  const cache = parts.cache();
  const invoices = invoiceNumbers(cache);
  /** What is held at this point: a charge is explained by what it was held for. */
  const holds = new Map<string, LedgerEntry>();
  for (let after = BEFORE_FIRST; ; ) {
    const entries = cache.entriesAfter(after, 500);
    for (const entry of entries) {
      const opId = operationOf(entry);
      const { title } = parts.explain(entry, parts.photoOf(opId)?.name ?? null, holds.get(opId) ?? null);
      if (entry.kind === 'held') holds.set(opId, entry);
      else holds.delete(opId);
      yield csvLine(entry, title, invoices.get(entry.opId) ?? '');
    }
    const last = entries.at(-1);
    if (last === undefined) return;
    after = last.seq;
  }
}

function csvLine(entry: LedgerEntry, title: string, invoice: string): string {
  const buckets = entry.slices.map((slice) => `${slice.bucket} ${slice.amount}`).join('; ');
  const { seq, at, kind, amount, availableAfter } = entry;
  const cells = [String(seq), at, kind, title, amount, availableAfter, buckets, operationOf(entry), invoice];
  return `${cells.map(csvCell).join(',')}\r\n`;
}

/** A cell of RFC 4180; text that a spreadsheet would run as a formula is made harmless by an apostrophe. */
export function csvCell(text: string): string {
  const harmless = /^[=@\t\r]|^[+-](?![\d.]+$)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
