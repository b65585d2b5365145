/**
 * The account replayed on this machine with the server's own engine: balance, cost, forecast, reasons. It informs, also
 * offline, with expiry decided at reading; only the server authorises.
 */
import { createHash } from 'node:crypto';
import { type LedgerEntry, policy as policyAnswer, wallet as walletAnswer } from '../../../shared/api/index.ts';
import { millis } from '../../../shared/credits/codec/quantities.ts';
import {
  type AccountState,
  alertText,
  decodeEntry,
  decodeState,
  type Entry,
  emptyAccount,
  encodeState,
  evolveAll,
  forecast,
  formatAmount,
  formatMoney,
  type Policy,
  parseAmount,
  pinned,
  priceOf,
  view,
} from '../../../shared/credits/index.ts';
import { days, NO_TIME } from '../../../shared/credits/model/durations.ts';
import { earlierBy, laterBy, parseInstant } from '../../../shared/credits/model/instants.ts';
import type { AccountId, Seq } from '../../../shared/credits/model/quantities.ts';
import { NO_UNITS, sumUnits } from '../../../shared/credits/model/units.ts';
import type { ProcessingCost, WithheldSteps } from '../../../shared/ipc/processing.ts';
import type { ForecastView, PriceView, Unit, WalletView } from '../../../shared/ipc/wallet.ts';
import { chainHash } from '../../../shared/ledger/chain.ts';
import { policyNamed } from '../../../shared/policies/index.ts';
import { isoOf, type World } from '../../world.ts';
import type { Cache } from '../copy/cache.ts';
import { Doubt } from '../copy/doubt.ts';
import { policyFrom } from '../copy/policy.ts';
import type { Present } from '../copy/present.ts';
import type { Explanation } from '../history.ts';
import { booksDoubted } from '../sentences.ts';
import { offersOf, planOf, tierViewOf } from './plans.ts';
import { costUnknown, processingCost, type QuotedRecipe, quotePhotos, withheldSteps } from './quotes.ts';
import { explainEntry, stepOf, titleOf } from './reasons.ts';

const CREDIT: Unit = { code: 'credit', scale: 0 };
/** Entries. */
const REPLAYED_AT_ONCE = 2000;
/** The forecast goes by what was used in these days. */
const FORECAST_DAYS = 28;
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The wallet as far as the ledger tells it. */
type BookedView = Omit<WalletView, 'pending' | 'plan' | 'checkout'> & { readonly plan: ReturnType<typeof planOf> | null };

/** The account's state by the copy, replayed as entries come in, and everything computed from it. */
export class ReplayedAccount {
  readonly #cache: Cache;
  readonly #world: Pick<World, 'clock' | 'log'>;
  readonly #doubt: Doubt;
  /** Null: to be replayed from the cache. */
  #state: AccountState | null = null;
  /** The policy in force, and by which id and version it was found. Null: to be looked up. */
  #policy: { readonly of: string; readonly is: Policy | null } | null = null;

  constructor(cache: Cache, world: Pick<World, 'clock' | 'log'>) {
    this.#cache = cache;
    this.#world = world;
    this.#doubt = new Doubt(cache, world.log);
    // A copy that cannot be replayed is emptied here, before anybody asks how far it reaches.
    this.#current();
  }

  /** What everything is computed from; null before the first sync. */
  present(): Present | null {
    const state = this.#current();
    const policy = state.seq === 0 ? null : this.#currentPolicy();
    if (policy === null) return null;
    const serverNow = laterBy(this.#world.clock.now(), this.#cache.fact('clockOffsetMs', millis) ?? NO_TIME);
    return { policy, terms: pinned(policy, state), state, now: serverNow };
  }

  unit(): Unit {
    return this.present()?.terms.unit ?? this.#cache.fact('wallet', walletAnswer)?.unit ?? CREDIT;
  }

  /** Whose ledger the copy is; null: nobody's yet. */
  accountId(): AccountId | null {
    const { seq, accountId } = this.#current();
    return seq === 0 ? null : accountId;
  }

  /** '' when the entry says one thing and its body another, so that it never matches. */
  hashOf(prevHash: string, entry: LedgerEntry): string {
    const decoded = decodeEntry(entry.body);
    if (!decoded.ok) return '';
    const { kind, opId, at } = decoded.value;
    if (kind !== entry.kind || opId !== entry.opId || at !== parseInstant(entry.at)) return '';
    return chainHash(prevHash, entry.seq, decoded.value, digest);
  }

  /** Whether a page that continues the copy may go into it. When not, the copy is thrown away and fetched anew. */
  accepts(page: readonly LedgerEntry[]): boolean {
    const before = this.#current();
    const entries = page.map(decoded);
    return this.#doubt.accepts(before, entries, evolveAll(before, entries));
  }

  /** The copy reaches as far as the server's ledger. */
  caughtUp(): void {
    this.#doubt.caughtUp();
  }

  /** Replays more of the ledger, which is in the cache already. */
  take(entries: readonly LedgerEntry[]): void {
    if (entries.length === 0) return;
    const before = this.#current();
    const fresh = entries.filter(({ seq }) => seq > before.seq);
    const after = evolveAll(before, fresh.map(decoded));
    this.#state = after;
    if (after.seq > 0) this.#cache.saveReplayed(after.seq, encodeState(after));
  }

  /** The cache was emptied. */
  reset(): void {
    this.#state = null;
    this.#policy = null;
  }

  /** The server's declaration of the policy was fetched anew. */
  forgetPolicy(): void {
    this.#policy = null;
  }

  /** Null before the first sync. */
  view(): BookedView | null {
    const present = this.present();
    return present === null ? null : walletView(present, this.#doubt.stands);
  }

  /** What applying to so many photos costs at most. */
  priceOf(photos: number): string {
    const present = this.present();
    const price = present === null ? null : priceOf(present.terms, { kind: 'apply', recipe: { background: 'any' } });
    return this.#format(BigInt(photos) * (price?.ok === true ? price.cost.max : 0n));
  }

  /** Two amounts of this account's unit; one that is none counts as nothing. */
  add(a: string, b: string): string {
    const unit = this.unit();
    return formatAmount((parseAmount(a, unit) ?? 0n) + (parseAmount(b, unit) ?? 0n), unit);
  }

  quote(recipes: readonly QuotedRecipe[]): PriceView {
    const present = this.present();
    if (present !== null) return quotePhotos(present.policy, present.state, recipes, present.now);
    const zero = this.#format(0n);
    return { photos: recipes.length, total: zero, slices: [], availableAfter: zero, refusal: costUnknown };
  }

  /** What a chain costs for so many photos (PG-04). */
  processingCost(photos: number, steps: readonly string[]): ProcessingCost {
    const present = this.present();
    if (present === null) return { photos, each: '0', total: '0', free: false, refusal: costUnknown };
    return processingCost(present, photos, steps);
  }

  /** Steps that the policy does not let processing do; none while it is not known. */
  withheldSteps(): WithheldSteps {
    const present = this.present();
    return present === null ? [] : withheldSteps(present);
  }

  forecast(): ForecastView {
    const present = this.present();
    if (present === null) return { photosLeft: 0, perDay: 0, runsOutAt: null, lapsing: [] };
    const { unit } = present.terms;
    const since = isoOf(earlierBy(present.now, days(FORECAST_DAYS)));
    const usage = this.#cache.chargesSince(since).map(({ at, amounts }) => ({
      at: parseInstant(at),
      amount: sumUnits(amounts.map((amount) => parseAmount(amount, unit) ?? NO_UNITS)),
    }));
    const { photosLeft, perDay, runsOutAt, lapsing } = forecast(present.policy, present.state, usage, present.now);
    return {
      photosLeft,
      perDay: perDay / 10 ** unit.scale,
      runsOutAt: runsOutAt === null ? null : isoOf(runsOutAt),
      lapsing: lapsing.map(({ at, bucket, amount }) => ({ at: isoOf(at), bucket, amount: formatAmount(amount, unit) })),
    };
  }

  /** The engine's sentences for an entry; `hold`: the one that it ended, if any. */
  explain(entry: LedgerEntry, photoName: string | null, hold: LedgerEntry | null): Explanation {
    const present = this.present();
    const decoded = decodeEntry(entry.body);
    if (present === null || !decoded.ok)
      return { title: photoName ?? entry.kind, whys: entry.slices.map(() => ''), step: { title: entry.kind, note: '' } };
    const { policy, terms, state } = present;
    const held = hold === null ? null : decodeEntry(hold.body);
    return {
      title: titleOf(decoded.value, terms, photoName, held?.ok === true ? held.value : null),
      whys: explainEntry(policy, state, decoded.value),
      step: stepOf(policy, state, decoded.value),
    };
  }

  #format(amount: bigint): string {
    return formatAmount(amount, this.unit());
  }

  #current(): AccountState {
    if (this.#state !== null) return this.#state;
    try {
      this.#state = this.#replay();
    } catch (error) {
      // The copy can always be fetched again; the next pull begins at nothing.
      this.#world.log('the ledger copy could not be replayed and was emptied', { error: String(error) });
      this.#cache.clear();
      this.#state = emptyAccount;
    }
    return this.#state;
  }

  /** Replays what the cache holds, from the last kept state on. */
  #replay(): AccountState {
    const kept = this.#cache.replayed();
    const from = kept === null ? null : decodeState(kept.state);
    let state = from?.ok === true && from.value.seq === kept?.seq && this.#doubt.believes(from.value) ? from.value : emptyAccount;
    const pageAfter = (seq: Seq): LedgerEntry[] => this.#cache.entriesAfter(seq, REPLAYED_AT_ONCE);
    // Each page moves on, up to the last entry that the copy has.
    for (let page = pageAfter(state.seq); page.length > 0; page = pageAfter(state.seq)) {
      const before = state;
      const entries = page.map(decoded);
      state = evolveAll(before, entries);
      if (!this.#doubt.replayed(before, entries, state)) throw new Error('An invariant of the books does not hold.');
    }
    return state;
  }

  #currentPolicy(): Policy | null {
    const { id, version } = this.#current().policy;
    const of = `${id} ${version}`;
    if (this.#policy?.of === of) return this.#policy.is;
    const answer = this.#cache.fact('policy', policyAnswer);
    const is = answer?.id === id ? policyFrom(answer) : policyNamed(id);
    this.#policy = { of, is };
    return is;
  }
}

/** Everything in the cache was checked when it came in. */
function decoded(line: LedgerEntry): Entry {
  const entry = decodeEntry(line.body);
  if (!entry.ok) throw new Error(`The entry ${line.seq} of the ledger copy cannot be read: ${entry.error.message}`);
  return entry.value;
}

function walletView({ policy, terms, state, now }: Present, isDoubted: boolean): BookedView {
  const wallet = view(policy, state, now);
  const format = (amount: bigint): string => formatAmount(amount, terms.unit);
  const { plan } = wallet;
  return {
    accountId: wallet.accountId,
    policy: wallet.policy,
    unit: wallet.unit,
    asOf: isoOf(wallet.asOf),
    seq: wallet.seq,
    timeZone: state.timeZone,
    available: format(wallet.available),
    held: format(wallet.held),
    buckets: wallet.buckets.map(({ bucket, label, available, held, nextExpiry, grants }) => ({
      bucket,
      label,
      available: format(available),
      held: format(held),
      nextExpiry: nextExpiry === null ? null : { at: isoOf(nextExpiry.at), amount: format(nextExpiry.amount) },
      grants: grants.map((grant) => ({
        id: grant.id,
        granted: format(grant.granted),
        available: format(grant.available),
        held: format(grant.held),
        spent: format(grant.spent),
        expired: format(grant.expired),
        refunded: format(grant.refunded),
        effectiveAt: isoOf(grant.effectiveAt),
        expiresAt: grant.expiresAt === null ? null : isoOf(grant.expiresAt),
        source: grant.source,
      })),
    })),
    plan: plan === null ? null : planOf(plan, terms, wallet.nextBill?.net ?? null),
    ...(wallet.carried.minor > 0n && { carried: formatMoney(wallet.carried) }),
    tier: tierViewOf(terms, wallet.available),
    offers: offersOf(terms),
    alerts: [
      ...(isDoubted ? [booksDoubted] : []),
      ...wallet.alerts.map((alert) => ({ kind: alert.kind, level: alert.level, message: alertText(alert, terms, state.timeZone) })),
    ],
  };
}
