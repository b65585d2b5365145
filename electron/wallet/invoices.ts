/**
 * Invoices and their PDFs: listed from the cache, the PDFs kept on disk from the first sync on, so that both can be read offline. A number is unique
 * only within one issuer's database: a file is named by the server's history, the account and the document itself, and goes with the copy.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Invoice, invoice as invoiceSchema, paths } from '../../shared/api/index.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import type { InvoiceView } from '../../shared/ipc/wallet.ts';
import { fail, ok, type Problem, type Result } from '../../shared/result.ts';
import type { Cache } from './copy/cache.ts';
import { judge, NOT_UNDERSTOOD, type Verdict } from './http/verdict.ts';
import type { Transport } from './transport.ts';

const invoiceList = z.array(invoiceSchema);
/** Invoices. */
const PAGE_SIZE = 500;
/** A list that goes on for longer than this is none. */
const MOST_PAGES = 1000;

/** Whose invoices the cache lists: the server's history by its epoch, and the account. */
export interface Copy {
  readonly epoch: string;
  readonly accountId: AccountId;
}

interface InvoiceParts {
  readonly cache: Cache;
  readonly folder: string;
  /** Null before the first sync. */
  readonly copy: () => Copy | null;
}

/** The invoices of the copy, and their files once they were fetched. */
export class Invoices {
  readonly #cache: Cache;
  readonly #folder: string;
  readonly #copy: () => Copy | null;

  constructor({ cache, folder, copy }: InvoiceParts) {
    this.#cache = cache;
    this.#folder = folder;
    this.#copy = copy;
    if (copy() === null) this.forget();
    else removeOthers(folder, (name) => isCopy(name) || !isOurs(name));
  }

  /** The copy is thrown away: so is what was kept beside it. */
  forget(): void {
    removeOthers(this.#folder, (name) => !isOurs(name));
  }

  list(): InvoiceView[] {
    return this.#cache.invoices().map((invoice) => {
      const { number, kind, credits, issuedAt, description, net, tax, total, state } = invoice;
      // What is paid or credited has no day any more.
      const dueAt = state === 'open' ? (invoice.dueAt ?? null) : null;
      return { number, kind, credits, issuedAt, description, net, tax, total, state, dueAt, stored: this.#isStored(invoice) };
    });
  }

  /** The PDF on this machine, fetched first if need be. `transport`: to the server that this copy is of; null while there is none. */
  async pdf(number: string, transport: () => Transport | null): Promise<Result<string>> {
    const invoice = this.#cache.invoices().find((each) => each.number === number);
    if (invoice === undefined) return fail({ code: 'invoice_unknown', message: `There is no invoice ${number} in this wallet.` });
    const path = this.#fileOf(invoice);
    if (path !== null && existsSync(path)) return ok(path);
    const current = transport();
    if (current === null)
      return fail({
        code: 'offline',
        message: `Offline. Invoice ${number} is not on this machine yet; it is fetched when the network is back.`,
      });
    return this.#store(current, invoice, () => transport() === current);
  }

  /** Fetches the list and every PDF that is missing, and lets go of every other. `isCurrent`: whether this is still the copy's own connection. */
  async refresh(transport: Transport, isCurrent: () => boolean): Promise<Verdict> {
    let after = '';
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const path = `${paths.invoices}?limit=${PAGE_SIZE}${after === '' ? '' : `&after=${encodeURIComponent(after)}`}`;
      const verdict = judge(await transport.send({ method: 'GET', path }), invoiceList, (list) => list.length <= PAGE_SIZE);
      if (!isCurrent()) return { kind: 'again', reason: 'The connection changed.', afterMs: null };
      if (verdict.kind !== 'accepted') return verdict;
      const invoices = verdict.body;
      this.#cache.saveInvoices(invoices);
      // A PDF that does not come now comes with the next refresh; the list is right without it.
      for (const invoice of invoices) {
        if (isCurrent() && this.#fileOf(invoice) !== null && !this.#isStored(invoice)) await this.#store(transport, invoice, isCurrent);
      }
      const last = invoices.at(-1);
      if (last === undefined || invoices.length < PAGE_SIZE) {
        if (isCurrent()) this.#tidy();
        return verdict;
      }
      if (last.number === after) break;
      after = last.number;
    }
    return { kind: 'again', reason: NOT_UNDERSTOOD, afterMs: null };
  }

  /** Null: the server has not named the document yet, or nobody's copy is kept. */
  #fileOf({ number, document }: Pick<Invoice, 'number' | 'document'>): string | null {
    const copy = this.#copy();
    return copy === null || document === undefined ? null : join(this.#folder, folderNameOf(copy), nameOf(number, document));
  }

  #isStored(invoice: Invoice): boolean {
    const path = this.#fileOf(invoice);
    return path !== null && existsSync(path);
  }

  async #store(transport: Transport, invoice: Invoice, isCurrent: () => boolean): Promise<Result<string>> {
    const { number, document } = invoice;
    const answer = await transport.download(paths.invoicePdf(number));
    const target = isCurrent() ? this.#fileOf(invoice) : null;
    if (answer.kind === 'no file') return fail(notStored(number, answer.reason));
    // Drawn from another document than the list names: the list is brought up to date first.
    if (target === null || answer.etag !== document) return fail(notStored(number, 'The list of invoices is being brought up to date.'));
    await mkdir(join(target, '..'), { recursive: true });
    const file = await open(`${target}.part`, 'w');
    try {
      await file.writeFile(answer.bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(`${target}.part`, target);
    return ok(target);
  }

  /** Removes what the list does not name any more, and other copies' folders. */
  #tidy(): void {
    const kept = new Set(this.#cache.invoices().map((invoice) => this.#fileOf(invoice)));
    const copy = this.#copy();
    if (copy === null) return;
    const own = folderNameOf(copy);
    removeOthers(this.#folder, (name) => name === own || !isOurs(name));
    removeOthers(join(this.#folder, own), (name) => kept.has(join(this.#folder, own, name)));
  }
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);
const folderNameOf = ({ epoch, accountId }: Copy): string => digest(`${epoch}\n${accountId}`);
const nameOf = (number: string, document: string): string =>
  `${number.replaceAll(/[^0-9A-Za-z._-]/g, '_')}-${digest(`${number}\n${document}`)}.pdf`;

const isCopy = (name: string): boolean => /^[0-9a-f]{32}$/.test(name);
const isOurs = (name: string): boolean => isCopy(name) || /\.pdf(?:\.part)?$/.test(name);

/** Files of a version that named them by their number alone go the same way: nobody can tell whose they are. */
function removeOthers(folder: string, isKept: (name: string) => boolean): void {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (!isKept(name)) rmSync(join(folder, name), { recursive: true, force: true });
}

const notStored = (number: string, reason: string): Problem => ({
  code: 'invoice_not_stored',
  message: `Invoice ${number} is not on this machine yet. ${reason} Try again when the network is back.`,
});
