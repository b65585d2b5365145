/**
 * Writes down what time brought: expiry, new cycles, holds that nobody resolved. Nobody sees a difference: reads decide the same. One account that
 * cannot be swept never stops the others: it is listed, and retried later.
 */
import { nextDueAt, stateAt } from '../../shared/credits/decide/due.ts';
import { seconds } from '../../shared/credits/model/durations.ts';
import { laterBy } from '../../shared/credits/model/instants.ts';
import type { Entry } from '../../shared/credits/model/model.ts';
import type { AccountId, Instant } from '../../shared/credits/model/quantities.ts';
import { type Clock, rfc3339 } from '../clock.ts';
import { caught, Failures } from '../failures.ts';
import type { Journal } from '../journal.ts';
import type { Ledger } from './ledger.ts';
import type { SickAccounts } from './sick.ts';
import type { DueAccount, LedgerStorage } from './storage.ts';

const ACCOUNTS_AT_A_TIME = 200;
/** Swept beside each other: their appends go together in one call. */
const SWEEPS_AT_A_TIME = 8;
const EVERY_MS = seconds(30);
/** Named in an answer; staff finds all of them in their list. */
const FAILED_AT_MOST = 100;

/** What a sweep wrote down. */
interface Swept {
  readonly expired: number;
  readonly released: number;
  readonly accounts: number;
  readonly now: string;
  /** The first of those that could not be swept. */
  readonly failed: readonly { readonly accountId: AccountId; readonly code: string; readonly reason: string }[];
}

interface Tally {
  expired: number;
  released: number;
  accounts: number;
  readonly failed: { accountId: AccountId; code: string; reason: string }[];
}

/** Sweeps every 30 s, and when asked. */
export class Sweeper {
  readonly #ledger: Ledger;
  readonly #storage: Pick<LedgerStorage, 'due' | 'setDue'>;
  readonly #clock: Clock;
  readonly #sick: SickAccounts;
  readonly #journal: Journal;
  readonly #swept: () => void;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<Swept> | undefined;

  /** `swept`: after each sweep by the clock, whatever came of it. */
  constructor(parts: {
    ledger: Ledger;
    storage: Pick<LedgerStorage, 'due' | 'setDue'>;
    clock: Clock;
    sick: SickAccounts;
    journal: Journal;
    swept: () => void;
  }) {
    this.#ledger = parts.ledger;
    this.#storage = parts.storage;
    this.#clock = parts.clock;
    this.#sick = parts.sick;
    this.#journal = parts.journal;
    this.#swept = parts.swept;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#byTheClock(), EVERY_MS);
    this.#timer.unref();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running?.catch(() => undefined);
  }

  /** All accounts for which time has brought something, those that failed before too. Two at once (or two servers) do no harm: the second finds nothing. */
  sweep(): Promise<Swept> {
    return this.#after(() => this.#sweep(true));
  }

  async #byTheClock(): Promise<void> {
    try {
      await this.#after(() => this.#sweep(false));
      this.#journal.state('the sweep', null);
    } catch (error) {
      this.#journal.state('the sweep', error instanceof Error ? error.message : String(error));
    }
    this.#swept();
  }

  #after(sweep: () => Promise<Swept>): Promise<Swept> {
    const before = this.#running?.catch(() => undefined) ?? Promise.resolve(undefined);
    const mine = before.then(sweep);
    this.#running = mine;
    return mine;
  }

  async #sweep(everybody: boolean): Promise<Swept> {
    const now = this.#clock.now();
    const tally: Tally = { expired: 0, released: 0, accounts: 0, failed: [] };
    const failures = new Failures();
    for (let after: DueAccount | null = null; ; ) {
      const due: DueAccount[] = await this.#storage.due({ now, after, everybody, limit: ACCOUNTS_AT_A_TIME });
      await failures.each(due, (account) => this.#sweepAccount(account, now, tally), SWEEPS_AT_A_TIME);
      after = due.at(-1) ?? null;
      if (due.length < ACCOUNTS_AT_A_TIME) break;
    }
    // What could not even be listed.
    failures.report();
    return { ...tally, now: rfc3339(now) };
  }

  async #sweepAccount({ accountId, sick }: DueAccount, now: Instant, tally: Tally): Promise<void> {
    const trouble = await caught(async () => {
      const entries = await this.#ledger.sweepAccount(accountId);
      tally.expired += count(entries, 'expired');
      tally.released += count(entries, 'released');
      tally.accounts += 1;
      const { seq, state } = await this.#ledger.newest(accountId);
      const policy = this.#ledger.policyOf(state);
      // As it is now: the state's own bounds may be of holds that ended long ago.
      const next = nextDueAt(policy, stateAt(policy, state, this.#ledger.now(state)));
      // Never the same instant again: an account must not keep the sweep busy for ever.
      await this.#storage.setDue(accountId, seq, next !== null && next <= now ? laterBy(now, EVERY_MS) : next);
      if (sick) await this.#sick.healed(accountId);
    });
    if (trouble === null) return;
    // A state that was damaged in memory is not believed a second time.
    this.#ledger.forget(accountId);
    const noted = await this.#sick.note(accountId, trouble.error);
    if (tally.failed.length < FAILED_AT_MOST) tally.failed.push({ accountId, ...noted });
  }
}

const count = (entries: readonly Entry[], kind: Entry['kind']): number => entries.filter((e) => e.kind === kind).length;
