/** What the policy offers and what the account stands on, read from the declaration: plans, tiers, what can be bought. */

import { stateAt } from '../../../shared/credits/decide/due.ts';
import { tierOf } from '../../../shared/credits/decide/tiers.ts';
import {
  allowanceText,
  amountText,
  costsNothing,
  formatAmount,
  type Money,
  type PlanView,
  type PolicyTerms,
} from '../../../shared/credits/index.ts';
import { formatMoney } from '../../../shared/credits/model/amount.ts';
import { roundedShareOfMinor } from '../../../shared/credits/model/minor.ts';
import type { Units } from '../../../shared/credits/model/quantities.ts';
import type { PlanCard, PlansView } from '../../../shared/ipc/billing.ts';
import type { TierView, WalletView } from '../../../shared/ipc/wallet.ts';
import { isoOf } from '../../world.ts';
import type { Present } from '../copy/present.ts';

type PlanRule = NonNullable<PolicyTerms['plans']>['list'][number];
type TierRule = PolicyTerms['tiers'][number];

/** The price that the account itself may take the plan at; null: it is part of a contract, and staff sets it (ST-08). */
const priceOf = (terms: PolicyTerms, rule: PlanRule, interval: 'month' | 'year') =>
  costsNothing(terms, rule, interval) ? null : rule.price[interval];

const isSold = (terms: PolicyTerms, rule: PlanRule): boolean =>
  priceOf(terms, rule, 'month') !== null || priceOf(terms, rule, 'year') !== null;

/** Which pages and buttons the policy has something for. */
export function offersOf(terms: PolicyTerms): WalletView['offers'] {
  const plans = terms.plans?.list ?? [];
  return {
    plans: plans.length === 0 ? 'none' : plans.some((rule) => isSold(terms, rule)) ? 'sold' : 'shown',
    packs: terms.packs !== null,
    oneDiscount: terms.packs?.discounts === 'best-only',
    topUp: terms.topUp !== null,
    autoTopUp: terms.autoTopUp !== null,
  };
}

/** The plan of the wallet view; `dunning` is the server's to say. */
export function planOf(plan: PlanView, terms: PolicyTerms, nextBill: Money | null): Omit<NonNullable<WalletView['plan']>, 'dunning'> {
  return {
    id: plan.id,
    label: plan.label,
    slots: plan.slots,
    allowance: grouped(allowanceText(plan.allowance, plan.slots, terms)),
    // A plan without an allowance has nothing to wait for.
    renewsAt: plan.renewsAt === null || plan.allowance.kind === 'none' ? null : isoOf(plan.renewsAt),
    status: plan.status,
    interval: plan.interval,
    periodEnd: isoOf(plan.periodEnd),
    next: plan.next === null ? null : (terms.plans?.list.find(({ id }) => id === plan.next?.plan)?.label ?? plan.next.plan),
    ...(nextBill !== null && { nextBill: formatMoney(nextBill) }),
  };
}

/** What a balance of so many units lets the account do, and what more would; null under a policy without tiers. */
export function tierViewOf(terms: PolicyTerms, available: Units): TierView | null {
  if (terms.tiers.length === 0) return null;
  const here = tierOf(terms, available);
  const above = terms.tiers.filter(({ atLeast }) => atLeast > available).sort((a, b) => (a.atLeast < b.atLeast ? -1 : 1))[0];
  const format = (amount: bigint): string => formatAmount(amount, terms.unit);
  return {
    allows: here === null ? 'Nothing that costs; preview, revert and reports are free' : allowsText(here),
    next: above === undefined ? null : { allows: allowsText(above), at: format(above.atLeast), missing: format(above.atLeast - available) },
  };
}

/** "All models and resolutions", "backdrop-lite only, up to 2K". */
function allowsText({ models, resolutions }: TierRule): string {
  const upTo = resolutions?.at(-1);
  const first = models === undefined ? 'All models' : `${models.join(', ')} only`;
  return upTo === undefined ? `${first}${models === undefined ? ' and resolutions' : ', every resolution'}` : `${first}, up to ${upTo}`;
}

/** Every plan with its price, and what choosing it would be from where the account stands. */
export function plansView({ policy, terms, state, now }: Present): PlansView {
  const subscription = stateAt(policy, state, now).subscription;
  const running = subscription !== null && subscription.status !== 'ended' && subscription.status !== 'paused' ? subscription : null;
  const list = (terms.plans?.list ?? []).toSorted((a, b) => a.rank - b.rank);
  const current = list.find(({ id }) => id === running?.plan) ?? null;
  return {
    list: list.map((rule) => cardOf(rule, terms, running?.slots ?? 0, stepTo(rule, current, terms))),
    sold: list.some((rule) => isSold(terms, rule)),
    yearly: list.some(({ price }) => price.year !== null && price.year.minor > 0n),
    interval: running?.interval ?? null,
  };
}

/** From the plan that everybody has, a paid one is a beginning, as the engine sees it. */
function stepTo(rule: PlanRule, current: PlanRule | null, terms: PolicyTerms): PlanCard['step'] {
  if (current === null) return 'begin';
  if (rule.id === current.id) return 'current';
  if (current.id === terms.plans?.defaultPlan) return 'begin';
  return rule.rank > current.rank ? 'upgrade' : 'downgrade';
}

function cardOf(rule: PlanRule, terms: PolicyTerms, slots: number, step: PlanCard['step']): PlanCard {
  const [month, year] = [priceOf(terms, rule, 'month'), priceOf(terms, rule, 'year')];
  const twelve = month === null ? 0n : month.minor * 12n;
  return {
    id: rule.id,
    label: rule.label,
    allowance:
      slots === 0 && rule.allowance.kind === 'per-slot'
        ? grouped(perSlotText(rule.allowance.amount, terms))
        : grouped(allowanceText(rule.allowance, slots, terms)),
    month: month === null ? null : formatMoney(month),
    year: year === null ? null : formatMoney(year),
    yearByMonth: year === null ? null : formatMoney({ ...year, minor: roundedShareOfMinor(year.minor, 1n, 12n) }),
    yearSavingPercent: year === null || twelve === 0n ? 0 : Number(((twelve - year.minor) * 100n) / twelve),
    features: [...(rule.packDiscountPercent > 0 ? [`${rule.packDiscountPercent}% off every pack`] : []), ...rule.features.map(featureText)],
    step,
  };
}

/** "20,000 credits": the engine's words, with thousands apart as everywhere on the pages. */
const grouped = (text: string): string => text.replace(/(?<![\d.])\d{4,}/g, (digits) => digits.replace(/\B(?=(\d{3})+$)/g, ','));

const perSlotText = (amount: Units, terms: PolicyTerms): string => `${amountText(amount, terms)} for each slot, each month`;

/** "models:5" is "5 own models"; an id without a colon reads as it is written: "priority processing". */
export function featureText(feature: string): string {
  const [subject = '', value] = feature.split(':');
  const word = subject.replaceAll('-', ' ');
  if (value === undefined) return word === 'api' ? 'API access' : word.charAt(0).toUpperCase() + word.slice(1);
  if (/^\d+$/.test(value)) return value === '1' ? `1 own ${word.replace(/s$/, '')}` : `${value} own ${word}`;
  return `${value.charAt(0).toUpperCase()}${value.slice(1)} ${word}`;
}
