/** The wallet as the rest of the app uses it: reads from the copy on this machine, asks through the outbox, syncs underneath. */

import { z } from 'zod';
import { type LedgerPage, type Report as ServerReport, wallet as walletAnswer } from '../../shared/api/index.ts';
import { accountId } from '../../shared/credits/codec/quantities.ts';
import type { AccountId } from '../../shared/credits/model/quantities.ts';
import type { Recipe } from '../../shared/edit/recipe.ts';
import type { EventPayload } from '../../shared/ipc/index.ts';
import type { ProcessingCost, WithheldSteps } from '../../shared/ipc/processing.ts';
import type { Connection, ForecastView, InvoiceView, PackView, PriceView, Unit, WalletView } from '../../shared/ipc/wallet.ts';
import type { Problem, Result } from '../../shared/result.ts';
import type { Emit } from '../events.ts';
import { isoOf, type World } from '../world.ts';
import type { Cache } from './copy/cache.ts';
import { chainFault, isSigned } from './copy/chain.ts';
import { packFact } from './copy/facts.ts';
import type { Position } from './copy/sync.ts';
import { createSyncing } from './copy/syncing.ts';
import { type HistoryPage, historyCsv, type NamedPhoto, readHistory } from './history.ts';
import { LONGEST_POLL_MS } from './http/limits.ts';
import { createInvoices } from './invoices.ts';
import { asking } from './orders/ask.ts';
import { type Billing, createBilling } from './orders/billing.ts';
import { type Checkouts, createCheckouts } from './orders/checkouts.ts';
import { createOrders, type Orders } from './orders/orders.ts';
import type { Outbox } from './orders/outbox.ts';
import { createPages, type Pages } from './read/pages.ts';
import { type Books, createBooks } from './read/replayed-account.ts';
import { publicKeyOf, refreshAll } from './refresh.ts';
import { notNow, offlineNow } from './sentences.ts';
import type { Transport } from './transport.ts';

export interface Wallet {
  get(): { wallet: WalletView | null; connection: Connection };
  forecast(): ForecastView;
  history(beforeSeq: number | null, limit: number, kinds: readonly string[] | null): HistoryPage;
  /** The whole history as CSV, piece by piece. */
  exportHistory(): Generator<string>;
  packs(): PackView[];
  /** Whatever moves money. */
  readonly orders: Orders;
  /** Plans, what can be bought, usage and prices. */
  readonly pages: Pages;
  /** Whom bills are for, and the provider's pages. */
  readonly billing: Billing;
  /** The payment that is going on in the browser. */
  readonly checkouts: Checkouts;
  invoices(): InvoiceView[];
  invoicePdf(number: string): Promise<Result<string>>;
  /** Asks the server now; answers how the connection is afterwards. */
  sync(): Promise<Connection>;
  quote(recipes: readonly Recipe[]): PriceView;
  /** What a chain costs for so many photos, by the copy on this machine (PG-04). */
  processingCost(photos: number, steps: readonly string[]): ProcessingCost;
  /** Steps that the policy does not let processing do; none while it is not known. */
  withheldSteps(): WithheldSteps;
  unit(): Unit;
  /** Null when there is a connection; else why `what` has to wait. */
  offline(what: string): Problem | null;
  /** The account whose copy this is; null before the first sync. */
  accountId(): AccountId | null;
  /** The way to the server on behalf of this account ('' is whichever signs in); null while there is none. */
  transportFor(accountId: AccountId): Transport | null;
  /** Something that the view shows has changed. */
  announce(): void;
  /** Something of ours was answered: the ledger has grown. */
  moved(): void;
  /** An order of ours was answered: invoices, payments and the like may be others now. */
  ordered(): void;
  connect(transport: Transport, local: boolean): void;
  disconnect(reason: string, local: boolean): void;
  close(): void;
}

export interface WalletParts {
  readonly cache: Cache;
  readonly outbox: () => Outbox;
  readonly world: World;
  readonly emit: Emit;
  readonly invoiceFolder: string;
  readonly photoOf: (opId: string) => NamedPhoto | null;
  /** Paid work that the server has not confirmed. */
  readonly pendingPhotos: () => number;
  readonly reportsSeen: (reports: readonly ServerReport[]) => void;
  /** The connection is up: whatever waits may be sent. */
  readonly connected: () => void;
}

/** Wake-ups may get lost; this is how old the copy gets at most while there is a connection. */
const lookAgainMs = 5 * 60_000;

/** Whom a ledger's first entry names; null: the page does not begin a ledger. */
function openedBy({ entries: [first] }: LedgerPage): AccountId | null {
  const named = accountId.safeParse(first?.body['accountId']);
  return named.success ? named.data : null;
}

export function createWallet(parts: WalletParts): Wallet {
  const { cache, outbox, world, emit } = parts;
  let transport: Transport | null = null;
  let local = false;
  /** Packs, invoices and reports are fetched on connecting and whenever money moved. */
  let everythingDue = true;
  let cancelLook = (): void => undefined;
  let wasOnline = false;
  const books: Books = createBooks(cache, world);
  const invoices = createInvoices({
    cache: () => cache,
    folder: parts.invoiceFolder,
    copy() {
      const { epoch } = cache.position();
      const accountId = books.accountId();
      return epoch === null || accountId === null ? null : { epoch, accountId };
    },
    transport: () => (syncing.state().connection.state === 'online' ? transport : null),
  });
  const checkouts = createCheckouts({ cache, outbox, accountId: books.accountId });
  const historyParts = { cache: () => cache, photoOf: parts.photoOf, explain: books.explain };

  async function isSound(page: LedgerPage, from: Position): Promise<boolean> {
    const fault = chainFault(page, from, books.hashOf);
    if (fault !== null) {
      world.log('the ledger does not continue the copy', { fault, from: from.seq, head: page.head.seq });
      return false;
    }
    const accountId = books.accountId() ?? openedBy(page);
    // An account without a single entry proves nothing and shows nothing.
    if (accountId === null) return page.head.seq === 0;
    const key = transport === null ? null : await publicKeyOf(cache, transport, page.head.keyId);
    return key !== null && isSigned(page, accountId, key) && books.accepts(page.entries);
  }

  const syncing = createSyncing(
    {
      position: () => cache.position(),
      isSound,
      append(page) {
        // First, so that a copy that ends half-way is never taken for a whole one.
        cache.remember('head', page.head.seq);
        cache.append(page.entries, page.epoch);
        books.take(page.entries);
        everythingDue ||= page.entries.some((entry) => !['held', 'settled', 'released'].includes(entry.kind));
      },
      rebuild() {
        cache.clear();
        invoices.forget();
        books.reset();
        everythingDue = true;
      },
      everythingDue() {
        everythingDue = true;
      },
      async refresh(way) {
        const everything = everythingDue;
        // What falls due meanwhile is for the next time.
        everythingDue = false;
        let trouble: Awaited<ReturnType<typeof refreshAll>> | 'thrown' = 'thrown';
        try {
          trouble = await refreshAll(
            {
              cache: () => cache,
              invoices,
              checkouts,
              world,
              accountId: books.accountId,
              isCurrent: () => transport === way,
              reportsSeen: parts.reportsSeen,
            },
            way,
            everything,
          );
        } finally {
          if (trouble !== null) everythingDue ||= everything;
        }
        books.caughtUp();
        if (trouble === null && everything) books.policyChanged();
        return trouble;
      },
      announce,
    },
    world,
  );

  const connection = (): Connection => {
    const { state, sinceMs, reason } = syncing.state().connection;
    return { state, since: isoOf(sinceMs), reason, local };
  };

  /** A balance half-way through the ledger is nobody's: it is shown once the copy has caught up with what the server said there is. */
  const hasCaughtUp = (): boolean => cache.position().seq >= (cache.fact('head', z.int()) ?? 0);

  function walletView(): WalletView | null {
    const view = hasCaughtUp() ? books.view() : null;
    if (view === null) return null;
    const requests = outbox().waiting(view.accountId).length;
    const photos = parts.pendingPhotos();
    const dunning = cache.fact('wallet', walletAnswer)?.plan?.dunning;
    return {
      ...view,
      plan: view.plan && { ...view.plan, dunning: dunning ? { ended: dunning.state === 'ended', message: dunning.message } : null },
      asOf: cache.fact('confirmedAt', z.string()) ?? view.asOf,
      checkout: checkouts.current(),
      pending: { operations: photos + requests, amount: books.priceOf(photos) },
    };
  }

  const current = (): EventPayload<'wallet.changed'> => ({ wallet: walletView(), connection: connection() });

  function announce(): void {
    emit('wallet.changed', current());
    const isOnline = syncing.state().connection.state === 'online';
    if (isOnline && !wasOnline) {
      parts.connected();
      outbox().flush();
      lookAgain();
    }
    wasOnline = isOnline;
  }

  /** Without a stream that works, for the ledger; with one, now and then for everything, since wake-ups may get lost. `restMs`: of `lookAgainMs`. */
  function lookAgain(restMs: number = lookAgainMs): void {
    cancelLook();
    const ms = Math.floor((LONGEST_POLL_MS * (1 + world.rng.next())) / 2);
    cancelLook = world.timers.after(ms, () => {
      const { connection: now, stream } = syncing.state();
      const isDue = restMs <= ms;
      if (isDue) everythingDue = true;
      if (isDue || (now.state === 'online' && stream !== 'open')) syncing.wake();
      lookAgain(isDue ? lookAgainMs : restMs - ms);
    });
  }

  function offline(what: string): Problem | null {
    const { state, reason } = syncing.state().connection;
    if (state === 'online') return null;
    return state === 'starting' ? notNow(what) : offlineNow(what, reason);
  }

  const billing = createBilling(cache, asking({ transport: () => transport, offline }));
  const pages = createPages(cache, books);
  const orders = createOrders({
    cache,
    outbox,
    world,
    transport: () => transport,
    accountId: books.accountId,
    present: books.present,
    walletView,
    offline,
    sync: syncing.ask,
  });

  return {
    get: current,
    forecast: () => books.forecast(),
    history: (beforeSeq, limit, kinds) => readHistory(historyParts, beforeSeq, limit, kinds),
    exportHistory: () => historyCsv(historyParts),
    packs() {
      const available = books.view()?.available ?? '0';
      return (cache.fact('packs', packFact) ?? []).map(({ label: _label, validity: _validity, discount, discounts, ...pack }) => ({
        ...pack,
        // A server that knows one discount only tells of one.
        discounts: discounts ?? (discount === null ? [] : [discount]),
        availableAfter: books.add(available, pack.credits),
      }));
    },
    orders,
    pages,
    billing,
    checkouts,
    invoices: invoices.list,
    invoicePdf: invoices.pdf,
    async sync() {
      everythingDue = true;
      await syncing.ask();
      return connection();
    },
    quote: (recipes) => books.quote(recipes),
    processingCost: (photos, steps) => books.processingCost(photos, steps),
    withheldSteps: () => books.withheldSteps(),
    unit: () => books.unit(),
    offline,
    accountId: books.accountId,
    transportFor(accountId) {
      const isOnline = syncing.state().connection.state === 'online';
      return isOnline && (accountId === '' || accountId === books.accountId()) ? transport : null;
    },
    announce: () => emit('wallet.changed', current()),
    moved: () => syncing.wake(),
    ordered() {
      everythingDue = true;
      syncing.wake();
    },
    connect(way, isLocal) {
      transport = way;
      local = isLocal;
      everythingDue = true;
      wasOnline = false;
      syncing.connect(way);
    },
    disconnect(reason, isLocal) {
      transport = null;
      local = isLocal;
      cancelLook();
      syncing.disconnect(reason);
    },
    close() {
      cancelLook();
      syncing.stop();
      outbox().stop();
      cache.close();
    },
  };
}
