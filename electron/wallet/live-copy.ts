/**
 * The copy of the ledger while it is kept up to date: which server it is fetched from, what of it is due, and who is told.
 * Everything that needs the server takes its transport from here.
 */
import { z } from 'zod';
import type { LedgerPage, Report as ServerReport } from '../../shared/api/index.ts';
import { accountId } from '../../shared/credits/codec/quantities.ts';
import { minutes } from '../../shared/credits/model/durations.ts';
import { millisFrom, NO_ACCOUNT } from '../../shared/credits/model/minting.ts';
import type { AccountId, Millis } from '../../shared/credits/model/quantities.ts';
import type { Connection } from '../../shared/ipc/wallet.ts';
import type { Problem } from '../../shared/result.ts';
import { isoOf, type World } from '../world.ts';
import type { Cache } from './copy/cache.ts';
import { chainFault, isSigned } from './copy/page-proof.ts';
import type { Position } from './copy/sync.ts';
import { Syncing } from './copy/syncing.ts';
import { LONGEST_POLL_MS } from './http/limits.ts';
import type { Invoices } from './invoices.ts';
import type { Checkouts } from './orders/checkouts.ts';
import type { ReplayedAccount } from './read/replayed-account.ts';
import { publicKeyOf, refreshAll } from './refresh.ts';
import { notNow, offlineNow } from './sentences.ts';
import type { Transport } from './transport.ts';

interface LiveCopyParts {
  readonly cache: Cache;
  readonly account: ReplayedAccount;
  readonly invoices: Invoices;
  readonly checkouts: Checkouts;
  readonly world: World;
}

/** Wake-ups may get lost; this is how old the copy gets at most while there is a connection. */
const REFRESH_MS = minutes(5);

/** These move no money and change nothing beside the ledger. */
const HOLDING: readonly string[] = ['held', 'settled', 'released'];

/** Whom a ledger's first entry names; null: the page does not begin a ledger. */
function openedBy({ entries: [first] }: LedgerPage): AccountId | null {
  const named = accountId.safeParse(first?.body['accountId']);
  return named.success ? named.data : null;
}

/** The copy of the ledger while it is connected: what it needs is fetched, what changed is told. */
export class LiveCopy {
  readonly #parts: LiveCopyParts;
  readonly #syncing: Syncing;
  #transport: Transport | null = null;
  #isLocal = false;
  /** Packs, invoices and reports are fetched on connecting and whenever money moved. */
  #isEverythingDue = true;
  #wasOnline = false;
  #cancelPoll = (): void => undefined;
  readonly #onChange: (() => void)[] = [];
  readonly #onOnline: (() => void)[] = [];
  readonly #onReports: ((reports: readonly ServerReport[]) => void)[] = [];

  constructor(parts: LiveCopyParts) {
    this.#parts = parts;
    this.#syncing = new Syncing(
      {
        position: () => parts.cache.position(),
        isSound: (page, from) => this.#isSound(page, from),
        append: (page) => this.#append(page),
        rebuild: () => this.#rebuild(),
        everythingDue: () => this.#markEverythingDue(),
        refresh: (transport) => this.#refresh(transport),
        announce: () => this.#announce(),
      },
      parts.world,
    );
  }

  /** Called when the connection or the copy changed. */
  onChange(listener: () => void): void {
    this.#onChange.push(listener);
  }

  /** Called when the connection came up, after `onChange`: what waits may be sent. */
  onOnline(listener: () => void): void {
    this.#onOnline.push(listener);
  }

  /** Called with what the server says about the reports that it knows. */
  onReports(listener: (reports: readonly ServerReport[]) => void): void {
    this.#onReports.push(listener);
  }

  /** For what is asked at once; null while no server is known. */
  transport(): Transport | null {
    return this.#transport;
  }

  /** Null while the server does not answer. */
  onlineTransport(): Transport | null {
    return this.#isOnline() ? this.#transport : null;
  }

  /** The transport on behalf of this account ('' is whichever signs in); null while there is none. */
  transportFor(account: AccountId): Transport | null {
    return account === NO_ACCOUNT || account === this.#parts.account.accountId() ? this.onlineTransport() : null;
  }

  connection(): Connection {
    const { state, since, reason } = this.#syncing.state.connection;
    return { state, since: isoOf(since), reason, local: this.#isLocal };
  }

  /** Null when there is a connection; else why `what` has to wait. */
  offline(what: string): Problem | null {
    const { state, reason } = this.#syncing.state.connection;
    if (state === 'online') return null;
    return state === 'starting' ? notNow(what) : offlineNow(what, reason);
  }

  /** A balance half-way through the ledger is nobody's: it is shown once the copy has caught up with what the server said there is. */
  hasCaughtUp(): boolean {
    const { cache } = this.#parts;
    return cache.position().seq >= (cache.fact('head', z.int()) ?? 0);
  }

  connect(transport: Transport, isLocal: boolean): void {
    this.#transport = transport;
    this.#isLocal = isLocal;
    this.#isEverythingDue = true;
    this.#wasOnline = false;
    this.#syncing.connect(transport);
  }

  /** `reason` is for people. */
  disconnect(reason: string, isLocal: boolean): void {
    this.#transport = null;
    this.#isLocal = isLocal;
    this.#cancelPoll();
    this.#syncing.disconnect(reason);
  }

  /** Pulls the ledger now; resolves when that is done, well or badly. */
  pull(): Promise<void> {
    return this.#syncing.ask();
  }

  /** The same for everything. */
  pullEverything(): Promise<void> {
    this.#isEverythingDue = true;
    return this.#syncing.ask();
  }

  /** The ledger has grown. `what`: whether anything beside it may be another now, too. */
  wake(what: 'ledger' | 'everything'): void {
    if (what === 'everything') this.#isEverythingDue = true;
    this.#syncing.wake();
  }

  stop(): void {
    this.#cancelPoll();
    this.#syncing.stop();
  }

  #isOnline(): boolean {
    return this.#syncing.state.connection.state === 'online';
  }

  #markEverythingDue(): void {
    this.#isEverythingDue = true;
  }

  async #isSound(page: LedgerPage, from: Position): Promise<boolean> {
    const { cache, account, world } = this.#parts;
    const fault = chainFault(page, from, (prevHash, entry) => account.hashOf(prevHash, entry));
    if (fault !== null) {
      world.log('the ledger does not continue the copy', { fault, from: from.seq, head: page.head.seq });
      return false;
    }
    const owner = account.accountId() ?? openedBy(page);
    // An account without a single entry proves nothing and shows nothing.
    if (owner === null) return page.head.seq === 0;
    const key = this.#transport === null ? null : await publicKeyOf(cache, this.#transport, page.head.keyId);
    return key !== null && isSigned(page, owner, key) && account.accepts(page.entries);
  }

  #append(page: LedgerPage): void {
    const { cache, account } = this.#parts;
    // First, so that a copy that ends half-way is never taken for a whole one.
    cache.remember('head', page.head.seq);
    cache.append(page.entries, page.epoch);
    account.take(page.entries);
    if (page.entries.some((entry) => !HOLDING.includes(entry.kind))) this.#isEverythingDue = true;
  }

  #rebuild(): void {
    const { cache, account, invoices } = this.#parts;
    cache.clear();
    invoices.forget();
    account.reset();
    this.#isEverythingDue = true;
  }

  async #refresh(transport: Transport): ReturnType<typeof refreshAll> {
    const { cache, account, invoices, checkouts, world } = this.#parts;
    const everything = this.#isEverythingDue;
    // What falls due meanwhile is for the next time.
    this.#isEverythingDue = false;
    let isDone = false;
    try {
      const parts = {
        cache,
        invoices,
        checkouts,
        world,
        accountId: () => account.accountId(),
        isCurrent: () => this.#transport === transport,
        reportsSeen: (reports: readonly ServerReport[]) => {
          for (const listener of this.#onReports) listener(reports);
        },
      };
      const trouble = await refreshAll(parts, transport, everything);
      isDone = trouble === null;
      account.caughtUp();
      if (isDone && everything) account.forgetPolicy();
      return trouble;
    } finally {
      if (!isDone && everything) this.#isEverythingDue = true;
    }
  }

  #announce(): void {
    for (const listener of this.#onChange) listener();
    const isOnline = this.#isOnline();
    if (isOnline && !this.#wasOnline) {
      for (const listener of this.#onOnline) listener();
      this.#poll(REFRESH_MS);
    }
    this.#wasOnline = isOnline;
  }

  /** Pulls the ledger now and then while no stream is open, and everything when `restMs` are over: wake-ups may get lost. */
  #poll(restMs: Millis): void {
    const { world } = this.#parts;
    this.#cancelPoll();
    const ms = millisFrom(Math.floor((LONGEST_POLL_MS * (1 + world.rng.next())) / 2));
    this.#cancelPoll = world.timers.after(ms, () => {
      const isRefreshDue = restMs <= ms;
      if (isRefreshDue) this.#isEverythingDue = true;
      if (isRefreshDue || (this.#isOnline() && this.#syncing.state.stream !== 'open')) this.#syncing.wake();
      this.#poll(isRefreshDue ? REFRESH_MS : millisFrom(restMs - ms));
    });
  }
}
