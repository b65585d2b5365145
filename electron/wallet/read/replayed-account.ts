/**
 * The account replayed on this machine with the server's own engine: balance, cost, forecast, reasons. It informs, also
 * offline, with expiry decided at reading; only the server authorises.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type LedgerEntry, policy as policyAnswer, wallet as walletAnswer } from '../../../shared/api/index.ts';
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
import type { AccountId } from '../../../shared/credits/model/quantities.ts';
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

export type Books = ReturnType<typeof createBooks>;

const creditUnit: Unit = { code: 'credit', scale: 0 };
const replayPage = 2000;
/** The forecast goes by what was used in these days. */
const usageDays = 28;
const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The wallet as far as the ledger tells it. */
export type BookedView = Omit<WalletView, 'pending' | 'plan' | 'checkout'> & { readonly plan: ReturnType<typeof planOf> | null };

export function createBooks(cache: Cache, world: World) {
  let state: AccountState | null = null;
  const doubt = new Doubt(cache, world.log);
  let policy: { readonly of: string; readonly is: Policy | null } | null = null;

  /** Replays what the cache holds, from the last kept state on. */
  function replay(): AccountState {
    const kept = cache.replayed();
    const from = kept === null ? null : decodeState(kept.state);
    let replayed = from?.ok === true && from.value.seq === kept?.seq && doubt.believes(from.value) ? from.value : emptyAccount;
    // Each page moves on, up to the last entry that the copy has.
    for (let page = cache.entriesAfter(replayed.seq, replayPage); page.length > 0; page = cache.entriesAfter(replayed.seq, replayPage)) {
      const before = replayed;
      const entries = page.map(decoded);
      replayed = evolveAll(before, entries);
      if (!doubt.replayed(before, entries, replayed)) throw new Error('An invariant of the books does not hold.');
    }
    return replayed;
  }
  function current(): AccountState {
    if (state !== null) return state;
    try {
      state = replay();
    } catch (error) {
      // The copy can always be fetched again; the next pull begins at nothing.
      world.log('the ledger copy could not be replayed and was emptied', { error: String(error) });
      cache.clear();
      state = emptyAccount;
    }
    return state;
  }
  function keep(): void {
    const now = current();
    if (now.seq > 0) cache.saveReplayed(now.seq, encodeState(now));
  }

  function currentPolicy(): Policy | null {
    const { id, version } = current().policy;
    const of = `${id} ${version}`;
    if (policy?.of === of) return policy.is;
    const answer = cache.fact('policy', policyAnswer);
    policy = { of, is: answer?.id === id ? policyFrom(answer) : policyNamed(id) };
    return policy.is;
  }

  function present(): Present | null {
    const now = current();
    const inForce = now.seq === 0 ? null : currentPolicy();
    if (inForce === null) return null;
    const serverNow = world.clock.now() + (cache.fact('clockOffsetMs', z.number()) ?? 0);
    return { policy: inForce, terms: pinned(inForce, now), state: now, now: serverNow };
  }

  // Before anybody asks how far the copy reaches.
  current();

  const unit = (): Unit => present()?.terms.unit ?? cache.fact('wallet', walletAnswer)?.unit ?? creditUnit;
  const format = (amount: bigint): string => formatAmount(amount, unit());

  return {
    present,
    unit,
    accountId: (): AccountId | null => (current().seq === 0 ? null : current().accountId),
    /** '' when the entry says one thing and its body another, so that it never matches. */
    hashOf(prevHash: string, line: LedgerEntry): string {
      const entry = decodeEntry(line.body);
      if (!entry.ok || entry.value.kind !== line.kind || entry.value.opId !== line.opId || entry.value.at !== Date.parse(line.at))
        return '';
      return chainHash(prevHash, line.seq, entry.value, digest);
    },
    /** Whether a page that continues the copy may go into it. When not, the copy is thrown away and fetched anew. */
    accepts(page: readonly LedgerEntry[]): boolean {
      const before = current();
      const entries = page.map(decoded);
      return doubt.accepts(before, entries, evolveAll(before, entries));
    },
    /** The copy reaches as far as the server's ledger. */
    caughtUp: () => doubt.caughtUp(),
    /** More of the ledger, already in the cache. */
    take(entries: readonly LedgerEntry[]): void {
      if (entries.length === 0) return;
      const before = current();
      const fresh = entries.filter(({ seq }) => seq > before.seq);
      state = evolveAll(before, fresh.map(decoded));
      keep();
    },
    /** The cache was emptied or its answers changed. */
    reset(): void {
      state = null;
      policy = null;
    },
    policyChanged(): void {
      policy = null;
    },
    view(): BookedView | null {
      const books = present();
      return books === null ? null : walletView(books, doubt.stands);
    },
    priceOf(count: number): string {
      const books = present();
      const price = books === null ? null : priceOf(books.terms, { kind: 'apply', recipe: { background: 'any' } });
      return format(BigInt(count) * (price?.ok === true ? price.cost.max : 0n));
    },
    add: (a: string, b: string): string => format((parseAmount(a, unit()) ?? 0n) + (parseAmount(b, unit()) ?? 0n)),
    quote(recipes: readonly QuotedRecipe[]): PriceView {
      const books = present();
      if (books !== null) return quotePhotos(books.policy, books.state, recipes, books.now);
      const zero = format(0n);
      return { photos: recipes.length, total: zero, slices: [], availableAfter: zero, refusal: costUnknown };
    },
    processingCost(photos: number, steps: readonly string[]): ProcessingCost {
      const books = present();
      if (books === null) return { photos, each: '0', total: '0', free: false, refusal: costUnknown };
      return processingCost(books, photos, steps);
    },
    withheldSteps(): WithheldSteps {
      const books = present();
      return books === null ? [] : withheldSteps(books);
    },
    forecast(): ForecastView {
      const books = present();
      if (books === null) return { photosLeft: 0, perDay: 0, runsOutAt: null, lapsing: [] };
      const since = books.now - usageDays * 86_400_000;
      const usage = cache.chargesSince(isoOf(since)).map(({ at, amounts }) => ({
        at: Date.parse(at),
        amount: amounts.reduce((sum, amount) => sum + (parseAmount(amount, books.terms.unit) ?? 0n), 0n),
      }));
      const { photosLeft, perDay, runsOutAt, lapsing } = forecast(books.policy, books.state, usage, books.now);
      return {
        photosLeft,
        perDay: perDay / 10 ** books.terms.unit.scale,
        runsOutAt: runsOutAt === null ? null : isoOf(runsOutAt),
        lapsing: lapsing.map(({ at, bucket, amount }) => ({ at: isoOf(at), bucket, amount: format(amount) })),
      };
    },
    explain(line: LedgerEntry, photoName: string | null, heldBy: LedgerEntry | null): Explanation {
      const books = present();
      const entry = decodeEntry(line.body);
      if (books === null || !entry.ok)
        return { title: photoName ?? line.kind, whys: line.slices.map(() => ''), step: { title: line.kind, note: '' } };
      const { policy: inForce, terms, state: now } = books;
      const hold = heldBy === null ? null : decodeEntry(heldBy.body);
      return {
        title: titleOf(entry.value, terms, photoName, hold?.ok === true ? hold.value : null),
        whys: explainEntry(inForce, now, entry.value),
        step: stepOf(inForce, now, entry.value),
      };
    },
  };
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
