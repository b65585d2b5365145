/** The wallet as the rest of the app uses it: reads from the copy on this machine, asks through the outbox, syncs underneath. */

import { z } from 'zod';
import { type Report as ServerReport, wallet as walletAnswer } from '../../shared/api/index.ts';
import { NO_ACCOUNT } from '../../shared/credits/model/minting.ts';
import type { AccountId, OpId, Seq } from '../../shared/credits/model/quantities.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import type { EventPayload } from '../../shared/ipc/index.ts';
import type { ProcessingCost, WithheldSteps } from '../../shared/ipc/processing.ts';
import type { Connection, ForecastView, InvoiceView, PackView, PriceView, Unit, WalletView } from '../../shared/ipc/wallet.ts';
import type { Problem, Result } from '../../shared/result.ts';
import type { Emit } from '../events.ts';
import type { World } from '../world.ts';
import type { Cache } from './copy/cache.ts';
import { packFact } from './copy/facts.ts';
import { type HistoryPage, type HistoryParts, historyCsv, type NamedPhoto, readHistory } from './history.ts';
import { Invoices } from './invoices.ts';
import { LiveCopy } from './live-copy.ts';
import { askServer } from './orders/ask.ts';
import { Billing } from './orders/billing.ts';
import { Checkouts } from './orders/checkouts.ts';
import { Orders } from './orders/orders.ts';
import { type AnswerListener, Outbox } from './orders/outbox.ts';
import type { OutboxRequest } from './orders/outbox-request.ts';
import type { OutboxStore } from './orders/outbox-store.ts';
import { ReportDesk } from './orders/report-desk.ts';
import { Pages } from './read/pages.ts';
import { ReplayedAccount } from './read/replayed-account.ts';
import type { Transport } from './transport.ts';

/** Paid work as the wallet knows it: asked about its operations, told when it may go on. Everything else stands above the wallet. */
interface AttachedWork {
  /** The photo that an operation of this machine was for; null: not of this work. */
  photoOf?(opId: OpId): NamedPhoto | null;
  /** Photos that were asked for and that the server has not confirmed. */
  pendingPhotos?(): number;
  /** The connection is up: whatever waits may be sent. */
  connected?(): void;
  /** What there is to spend is another amount, or another account's. */
  creditChanged?(): void;
}

interface WalletParts {
  readonly cache: Cache;
  readonly outbox: OutboxStore;
  readonly world: World;
  readonly emit: Emit;
  /** Absolute; PDFs of invoices are kept below it. */
  readonly invoiceFolder: string;
}

/** The wallet of the account that is signed in. */
export class Wallet {
  /** Whatever moves money. */
  readonly orders: Orders;
  /** Plans, what can be bought, usage and prices. */
  readonly pages: Pages;
  /** Whom bills are for, and the provider's pages. */
  readonly billing: Billing;
  /** The payment that is going on in the browser. */
  readonly checkouts: Checkouts;
  /** What happens to the pictures of reports. */
  readonly reportDesk: ReportDesk;
  readonly #cache: Cache;
  readonly #emit: Emit;
  readonly #account: ReplayedAccount;
  readonly #invoices: Invoices;
  readonly #copy: LiveCopy;
  readonly #outbox: Outbox;
  readonly #work: AttachedWork[] = [];
  readonly #history: HistoryParts;
  /** What the copy said last about what there is to spend. */
  #spendable = '';

  constructor({ cache, outbox: requests, world, emit, invoiceFolder }: WalletParts) {
    this.#cache = cache;
    this.#emit = emit;
    const account = new ReplayedAccount(cache, world);
    const accountId = (): AccountId | null => account.accountId();
    this.#account = account;
    this.#invoices = new Invoices({ cache, folder: invoiceFolder, copy: () => copyOf(cache, account) });
    this.checkouts = new Checkouts({ cache, orders: requests, accountId });
    const copy = new LiveCopy({ cache, account, invoices: this.#invoices, checkouts: this.checkouts, world });
    const outbox = new Outbox({ store: requests, world, transportFor: (id) => copy.transportFor(id) });
    this.#copy = copy;
    this.#outbox = outbox;
    const ask = askServer({ transport: () => copy.transport(), offline: (what) => copy.offline(what) });
    this.billing = new Billing(cache, ask);
    this.reportDesk = new ReportDesk(cache, ask);
    this.pages = new Pages(cache, account);
    this.orders = new Orders({ cache, outbox, world, ask, account, copy, walletView: () => this.#view() });
    this.#history = {
      cache: () => cache,
      photoOf: (opId) => this.#photoOf(opId),
      explain: (entry, photoName, hold) => account.explain(entry, photoName, hold),
    };
    copy.onChange(() => this.announce());
    copy.onOnline(() => {
      for (const work of this.#work) work.connected?.();
      outbox.flush();
    });
    // Invoices, payments and the like may be others now; a report changes nothing of the wallet.
    outbox.onAnswer((kind) => {
      if (kind !== 'report') copy.wake('everything');
    });
  }

  /** From now on, and asked in the order of attaching. */
  attach(work: AttachedWork): void {
    this.#work.push(work);
  }

  /** Called with what the server says about the reports that it knows. */
  onReports(listener: (reports: readonly ServerReport[]) => void): void {
    this.#copy.onReports(listener);
  }

  /** Called with every final answer to what was sent through the outbox. */
  onAnswer(listener: AnswerListener): void {
    this.#outbox.onAnswer(listener);
  }

  /** Keeps it on disk, then sends it as soon as possible on behalf of the account of this copy. */
  send(request: Omit<OutboxRequest, 'accountId'>): void {
    this.#outbox.add({ ...request, accountId: this.accountId() ?? NO_ACCOUNT });
    this.#outbox.flush();
    this.announce();
  }

  /** `wallet` null: nothing is known yet. */
  get(): EventPayload<'wallet.changed'> {
    return { wallet: this.#view(), connection: this.#copy.connection() };
  }

  forecast(): ForecastView {
    return this.#account.forecast();
  }

  /** At most `limit` lines older than `beforeSeq` (null: the newest), of these kinds (null: all). */
  history(beforeSeq: Seq | null, limit: number, kinds: readonly string[] | null): HistoryPage {
    return readHistory(this.#history, beforeSeq, limit, kinds);
  }

  /** The whole history as CSV, piece by piece. */
  exportHistory(): Generator<string> {
    return historyCsv(this.#history);
  }

  packs(): PackView[] {
    const available = this.#account.view()?.available ?? '0';
    return (this.#cache.fact('packs', packFact) ?? []).map(({ label: _label, validity: _validity, discount, discounts, ...pack }) => ({
      ...pack,
      // A server that knows one discount only tells of one.
      discounts: discounts ?? (discount === null ? [] : [discount]),
      availableAfter: this.#account.add(available, pack.credits),
    }));
  }

  invoices(): InvoiceView[] {
    return this.#invoices.list();
  }

  /** The PDF on this machine, fetched first if need be. */
  invoicePdf(number: string): Promise<Result<string>> {
    return this.#invoices.pdf(number, () => this.#copy.onlineTransport());
  }

  /** Asks the server now; answers how the connection is afterwards. */
  async sync(): Promise<Connection> {
    await this.#copy.pullEverything();
    return this.#copy.connection();
  }

  quote(recipes: readonly Recipe[]): PriceView {
    return this.#account.quote(recipes);
  }

  /** What a chain costs for so many photos, by the copy on this machine (PG-04). */
  processingCost(photos: number, steps: readonly string[]): ProcessingCost {
    return this.#account.processingCost(photos, steps);
  }

  /** Steps that the policy does not let processing do; none while it is not known. */
  withheldSteps(): WithheldSteps {
    return this.#account.withheldSteps();
  }

  unit(): Unit {
    return this.#account.unit();
  }

  /** Null when there is a connection; else why `what` has to wait. */
  offline(what: string): Problem | null {
    return this.#copy.offline(what);
  }

  /** The account whose copy this is; null before the first sync. */
  accountId(): AccountId | null {
    return this.#account.accountId();
  }

  /** The transport on behalf of this account ('' is whichever signs in); null while there is none. */
  transportFor(accountId: AccountId): Transport | null {
    return this.#copy.transportFor(accountId);
  }

  /** Something that the view shows has changed. */
  announce(): void {
    const now = this.get();
    this.#emit('wallet.changed', now);
    const spendable = now.wallet === null ? '' : `${now.wallet.accountId} ${now.wallet.seq} ${now.wallet.available}`;
    if (spendable === this.#spendable) return;
    this.#spendable = spendable;
    for (const work of this.#work) work.creditChanged?.();
  }

  /** Paid work was answered: the ledger has grown. */
  moved(): void {
    this.#copy.wake('ledger');
  }

  /** The server answers here from now on; `isLocal`: it is the studio's own. */
  connect(transport: Transport, isLocal: boolean): void {
    this.#copy.connect(transport, isLocal);
  }

  /** The server cannot be reached; `reason` is for people. */
  disconnect(reason: string, isLocal: boolean): void {
    this.#copy.disconnect(reason, isLocal);
  }

  close(): void {
    this.#copy.stop();
    this.#outbox.stop();
    this.#cache.close();
  }

  #photoOf(opId: OpId): NamedPhoto | null {
    for (const work of this.#work) {
      const photo = work.photoOf?.(opId) ?? null;
      if (photo !== null) return photo;
    }
    return null;
  }

  #view(): WalletView | null {
    const view = this.#copy.hasCaughtUp() ? this.#account.view() : null;
    if (view === null) return null;
    const requests = this.#outbox.waiting(view.accountId).length;
    const photos = this.#work.reduce((sum, work) => sum + (work.pendingPhotos?.() ?? 0), 0);
    const dunning = this.#cache.fact('wallet', walletAnswer)?.plan?.dunning;
    return {
      ...view,
      plan: view.plan && { ...view.plan, dunning: dunning ? { ended: dunning.state === 'ended', message: dunning.message } : null },
      asOf: this.#cache.fact('confirmedAt', z.string()) ?? view.asOf,
      checkout: this.checkouts.current(),
      pending: { operations: photos + requests, amount: this.#account.priceOf(photos) },
    };
  }
}

/** Whose history the copy is of; null before the first sync. */
function copyOf(cache: Cache, account: ReplayedAccount): { readonly epoch: string; readonly accountId: AccountId } | null {
  const { epoch } = cache.position();
  const accountId = account.accountId();
  return epoch === null || accountId === null ? null : { epoch, accountId };
}
