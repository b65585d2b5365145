/** Reading without writing: wallet, quotes, packs, policy and prices. */
import type { Operation, Pack, PolicyAnswer, Pricing, Quote, Wallet } from '../../shared/api/index.ts';
import { stateAt } from '../../shared/credits/decide/due.ts';
import { type PackOffer, packOffers } from '../../shared/credits/decide/offers.ts';
import { priceList } from '../../shared/credits/decide/price.ts';
import { formatMoney } from '../../shared/credits/model/amount.ts';
import type { Policy, PolicyTerms, Validity } from '../../shared/credits/model/policy.ts';
import type { AccountId, Seq } from '../../shared/credits/model/quantities.ts';
import { pinned } from '../../shared/credits/model/versions.ts';
import { quote } from '../../shared/credits/read/quote.ts';
import { noticeText } from '../../shared/credits/read/sentences.ts';
import { encodePolicy } from '../../shared/policies/encode-policy.ts';
import { rfc3339 } from '../clock.ts';
import type { ReadDunning } from './hooks.ts';
import type { Ledger } from './ledger.ts';
import type { Policies } from './policies.ts';
import { refusalDetails, refused } from './refusals.ts';
import { amountsOf } from './wire.ts';

/** Answers what an account has and what things cost. Writes nothing. */
export class Wallets {
  readonly #ledger: Ledger;
  readonly #policies: Policies;
  readonly #readDunning: ReadDunning;

  /** `readDunning`: what the plan in a wallet says of a renewal that is not paid. */
  constructor(parts: { ledger: Ledger; policies: Policies; readDunning: ReadDunning }) {
    this.#ledger = parts.ledger;
    this.#policies = parts.policies;
    this.#readDunning = parts.readDunning;
  }

  async read(accountId: AccountId): Promise<Wallet> {
    const { state } = await this.#ledger.newest(accountId);
    const wallet = this.#ledger.wallet(state);
    const dunning = wallet.plan && (await this.#readDunning(state));
    return dunning ? { ...wallet, plan: wallet.plan && { ...wallet.plan, dunning } } : wallet;
  }

  /**
   * What the wallet warns of now. `seq`: as of that entry or later; null: as this server remembers the account, and only an account that it does not remember
   * is read from the database.
   */
  async alerts(accountId: AccountId, seq: Seq | null): Promise<Wallet['alerts']> {
    const known = await this.#ledger.remembered(accountId);
    const { state } = seq !== null && known.seq < seq ? await this.#ledger.newest(accountId) : known;
    return this.#ledger.wallet(state).alerts;
  }

  /** A dry run: what then happens is the same as long as nothing comes in between. */
  async quote(accountId: AccountId, operations: readonly Operation[]): Promise<Quote> {
    const { state } = await this.#ledger.newest(accountId);
    const policy = this.#ledger.policyOf(state);
    const amounts = amountsOf(policy);
    const quoted = quote(policy, state, operations, this.#ledger.now(state));
    return {
      total: amounts.format(quoted.total),
      atLeast: amounts.format(quoted.atLeast),
      slices: quoted.slices.map(({ bucket, amount }) => ({ bucket, amount: amounts.format(amount) })),
      availableAfter: amounts.format(quoted.availableAfter),
      notices: quoted.notices.map((notice) => noticeText(notice, policy)),
      ...(quoted.refusal
        ? {
            refusal: {
              code: quoted.refusal.code,
              message: refused(policy, quoted.refusal).message,
              ...refusalDetails(policy, quoted.refusal),
            },
          }
        : {}),
    };
  }

  async packs(accountId: AccountId): Promise<Pack[]> {
    const { state } = await this.#ledger.newest(accountId);
    const policy = this.#ledger.policyOf(state);
    const now = this.#ledger.now(state);
    const current = stateAt(policy, state, now);
    const terms = pinned(policy, current);
    return packOffers(terms, current, now).map((offer) => packOf(terms, offer));
  }

  /** The policy of the account; null: the server's standard one. */
  async policy(accountId: AccountId | null): Promise<PolicyAnswer> {
    const { previous: _, ...declared } = await this.#terms(accountId);
    const terms = declared;
    return {
      id: terms.id,
      version: terms.version,
      label: terms.label,
      unit: terms.unit,
      buckets: terms.buckets.map(({ id, label }) => ({ id, label })),
      plans: (terms.plans?.list ?? []).map(({ id, label }) => ({ id, label })),
      declaration: encodePolicy(declared),
    };
  }

  async #terms(accountId: AccountId | null): Promise<Policy> {
    if (accountId === null) return this.#policies.standard;
    const { state } = await this.#ledger.newest(accountId);
    const policy = this.#ledger.policyOf(state);
    return pinned(policy, stateAt(policy, state, this.#ledger.now(state)));
  }

  /** Prices for everybody (PG-06). null: the server's standard policy. */
  pricing(policyId: string | null): Pricing {
    const terms = policyId === null ? this.#policies.standard : this.#policies.named(policyId);
    const { format } = amountsOf(terms);
    return {
      policy: terms.id,
      unit: terms.unit,
      prices: priceList(terms).map(({ kind, label, traits, min, max, perSeconds }) => ({
        kind,
        item: traits.model ?? traits.tool ?? kind,
        label,
        resolution: traits.resolution ?? null,
        complexity: traits.complexity ?? null,
        perSeconds,
        from: format(min),
        to: format(max),
        tier: leastTier(terms, traits),
      })),
      tiers: byBalance(terms).map(({ id, atLeast, models, resolutions }) => ({
        id,
        atLeast: format(atLeast),
        models: models ? [...models] : null,
        resolutions: resolutions ? [...resolutions] : null,
      })),
      packs: (terms.packs?.list ?? []).map(({ id, credits, listPrice }) => ({
        id,
        credits: format(credits),
        price: formatMoney(listPrice),
      })),
    };
  }
}

const byBalance = ({ tiers }: PolicyTerms) => tiers.toSorted((a, b) => (a.atLeast < b.atLeast ? -1 : 1));

/** The least tier that may use this row; null: it names neither model nor resolution, so no tier restricts it. */
function leastTier(terms: PolicyTerms, { model, resolution }: { readonly model?: string; readonly resolution?: string }): string | null {
  if (model === undefined && resolution === undefined) return null;
  const allows = (names: readonly string[] | undefined, name: string | undefined) => name === undefined || (names?.includes(name) ?? true);
  return byBalance(terms).find((tier) => allows(tier.models, model) && allows(tier.resolutions, resolution))?.id ?? null;
}

function packOf(terms: PolicyTerms, offer: PackOffer): Pack {
  const rule = terms.buckets.find((b) => b.id === offer.bucket);
  return {
    id: offer.id,
    label: offer.label,
    credits: amountsOf(terms).format(offer.credits),
    price: formatMoney(offer.price),
    listPrice: formatMoney(offer.listPrice),
    discount: offer.discounts.toSorted((a, b) => b.percent - a.percent)[0] ?? null,
    discounts: [...offer.discounts],
    pricePerCredit: { amount: offer.pricePerCredit, currency: offer.price.currency },
    validity: rule ? validityText(rule.validity) : 'never',
    validUntil: offer.validUntil === null ? null : rfc3339(offer.validUntil),
    discountPercent: offer.discountPercent,
  };
}

/** ISO 8601 where it is a duration. */
function validityText(validity: Validity): string {
  if (validity.kind !== 'from-grant' && validity.kind !== 'from-last-payment') return validity.kind === 'never' ? 'never' : validity.kind;
  const { step } = validity;
  if ('years' in step) return `P${step.years}Y`;
  return 'months' in step ? `P${step.months}M` : `P${step.days}D`;
}
