/** What can be bought: the packs of a plan with their prices, and the cheapest way out of a shortage. */
import { formatAmount } from '../model/amount.ts';
import type { Remedy } from '../model/commands.ts';
import { moneyCovering, NO_MONEY, roundedShareOfMinor } from '../model/minor.ts';
import type { AccountState } from '../model/model.ts';
import { allowanceUnits } from '../model/periods.ts';
import type { DiscountRule, PackRule, PlanRule, PolicyTerms } from '../model/policy.ts';
import type { BucketId, Instant, Minor, Money, PackId, Units } from '../model/quantities.ts';
import { expiryOf } from '../model/validity.ts';
import { isRunning, planInForce } from '../model/versions.ts';
import { costsNothing } from './entitled.ts';

/** A discount that counts. Where only one may and both are the same: the volume's, which everybody has. */
interface PackDiscount {
  readonly percent: number;
  readonly because: 'volume' | 'plan';
  /** The plan that gives it, as people know it. */
  readonly plan: string | null;
}

/** A pack at the price that this account would pay now, before tax. */
export interface PackOffer {
  readonly id: PackId;
  readonly label: string;
  readonly bucket: BucketId;
  readonly credits: Units;
  readonly price: Money;
  readonly listPrice: Money;
  /** Those that make the price, the volume's first; none: it is the list price. */
  readonly discounts: readonly PackDiscount[];
  /** Decimal string in the currency, to a hundredth of a cent: "0.1900". */
  readonly pricePerCredit: string;
  /** Against the smallest pack's price per credit, in whole percent. */
  readonly discountPercent: number;
  /** If bought now; null: does not expire. */
  readonly validUntil: Instant | null;
}

/** The packs that this account chooses from, smallest first (ST-13: exactly three). */
export function packOffers(terms: PolicyTerms, state: AccountState, now: Instant): PackOffer[] {
  const { packs } = terms;
  if (packs === null) return [];
  const plan = planInForce(terms, state);
  const ids = plan?.packs ?? packs.offered;
  const list = packs.list.filter((pack) => ids.includes(pack.id)).sort((a, b) => (a.credits < b.credits ? -1 : 1));
  const source = { kind: 'purchase', packId: null, paid: { minor: NO_MONEY, currency: terms.currency }, automatic: false } as const;
  const validUntil = expiryOf(terms, state, packs.bucket, source, now);
  const smallest = list[0];
  const priceOf = (pack: PackRule): Money => packPrice(pack, packs.discounts, discountsOf(pack, packs.discounts, plan));
  return list.map((pack) => {
    const price = priceOf(pack);
    return {
      id: pack.id,
      label: pack.label,
      bucket: packs.bucket,
      credits: pack.credits,
      price,
      listPrice: pack.listPrice,
      discounts: discountsOf(pack, packs.discounts, plan),
      pricePerCredit: perCredit(terms, price.minor, pack.credits),
      discountPercent: smallest === undefined ? 0 : cheaperBy(pack, price, priceOf(smallest), smallest),
      validUntil,
    };
  });
}

/** The list price less the discounts, rounded once, to the cent, half up (ST-13, GS-05, GS-07). */
function packPrice({ listPrice }: PackRule, rule: DiscountRule, discounts: readonly PackDiscount[]): Money {
  const percents = discounts.map(({ percent }) => BigInt(percent));
  const left =
    rule === 'multiply'
      ? percents.reduce((share, percent) => (share * (100n - percent)) / 100n, HUNDREDTHS_OF_PERCENT)
      : (HUNDREDTHS_OF_PERCENT / 100n) * (100n - percents.reduce((sum, percent) => sum + percent, 0n));
  return { minor: roundedShareOfMinor(listPrice.minor, left, HUNDREDTHS_OF_PERCENT), currency: listPrice.currency };
}

/** The whole: two discounts in whole percent, one after the other, come out exact in it. */
const HUNDREDTHS_OF_PERCENT = 10_000n;

function discountsOf({ volumeDiscountPercent }: PackRule, rule: DiscountRule, plan: PlanRule | null): readonly PackDiscount[] {
  const volume: PackDiscount = { percent: volumeDiscountPercent, because: 'volume', plan: null };
  const own: PackDiscount = { percent: plan?.packDiscountPercent ?? 0, because: 'plan', plan: plan?.label ?? null };
  const counting = rule === 'best-only' ? [own.percent > volume.percent ? own : volume] : [volume, own];
  return counting.filter(({ percent }) => percent > 0);
}

function perCredit(terms: PolicyTerms, minor: Minor, credits: Units): string {
  const wholeCredits = 10n ** BigInt(terms.unit.scale);
  return formatAmount((minor * 100n * wholeCredits + credits / 2n) / credits, { scale: 4 });
}

/** Whole percent, half up: what a credit costs less in this pack than in the smallest. */
function cheaperBy(pack: PackRule, price: Money, smallestPrice: Money, smallest: PackRule): number {
  const here = price.minor * smallest.credits;
  const there = smallestPrice.minor * pack.credits;
  return there === 0n ? 0 : Number(((there - here) * 200n + there) / (2n * there));
}

/**
 * What helps against a shortage, cheapest first: packs or a top-up that cover it, then a better plan, then waiting for the
 * next cycle, which costs nothing but time.
 */
export function remediesFor(terms: PolicyTerms, state: AccountState, shortfall: Units, now: Instant): Remedy[] {
  return [...purchases(terms, state, shortfall, now), ...betterPlan(terms, state), ...waiting(terms, state)];
}

function purchases(terms: PolicyTerms, state: AccountState, shortfall: Units, now: Instant): Remedy[] {
  const offers = packOffers(terms, state, now);
  const enough = offers.filter((offer) => offer.credits >= shortfall);
  // When no single pack covers it, the largest is the nearest.
  const helpful = enough.length > 0 ? enough : offers.slice(-1);
  const remedies: (Remedy & { readonly price: Money })[] = helpful.map(({ id, price }) => ({ kind: 'pack', packId: id, price }));
  if (terms.topUp !== null) {
    const { minimum, unitsPerMinor, currency } = terms.topUp;
    const units = shortfall > minimum ? shortfall : minimum;
    remedies.push({ kind: 'top-up', price: { minor: moneyCovering(units, unitsPerMinor), currency } });
  }
  return remedies.sort((a, b) => (a.price.minor < b.price.minor ? -1 : a.price.minor > b.price.minor ? 1 : 0));
}

function betterPlan(terms: PolicyTerms, state: AccountState): Remedy[] {
  if (terms.plans === null) return [];
  const rank = isRunning(state) ? (planInForce(terms, state)?.rank ?? -1) : -1;
  const interval = state.subscription?.interval ?? 'month';
  const better = terms.plans.list
    .filter((plan) => plan.rank > rank && !costsNothing(terms, plan, interval))
    .sort((a, b) => a.rank - b.rank)[0];
  const price = better?.price[interval] ?? null;
  return better === undefined || price === null ? [] : [{ kind: 'plan', plan: better.id, price }];
}

function waiting(terms: PolicyTerms, state: AccountState): Remedy[] {
  const { subscription } = state;
  if (subscription === null || subscription.status !== 'active') return [];
  const plan = planInForce(terms, state);
  const brings = plan !== null && allowanceUnits(plan.allowance, subscription.slots) > 0n;
  return brings ? [{ kind: 'wait', at: subscription.cycle.end }] : [];
}
