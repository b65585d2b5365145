/** Artificial studio: credits that never expire, deducted at the start and returned on failure (AS-01..AS-12). */

import { shareOfMinor } from '../credits/model/minor.ts';
import type { OperationRule, PackRule, PlanRule, Policy, Price } from '../credits/model/policy.ts';
import type { Money, PlanId, Units } from '../credits/model/quantities.ts';
import { applying, byModel, flat, freeSteps, MODELS } from './operations.ts';
import { DAY_MS, HOUR_MS, usd } from './quantities.ts';

/** What the source leaves open, with its defaults. */
export interface ArtificialStudioOptions {
  /** On sign-up (AS-05); null: none. */
  readonly signUpCredits?: Units | null;
  readonly planCredits?: Readonly<Record<PlanId, Units>>;
  readonly monthlyPrices?: Readonly<Record<PlanId, Money>>;
}

const CREDITS: Readonly<Record<PlanId, Units>> = { starter: 500n, creator: 2000n, pro: 5000n, enterprise: 20_000n };
const PRICES: Readonly<Record<PlanId, Money>> = {
  starter: usd('9.00'),
  creator: usd('29.00'),
  pro: usd('59.00'),
  enterprise: usd('199.00'),
};

/** Every plan has every tool and the API; priority from Creator, new models first from Pro (AS-06). */
const FEATURES: Readonly<Record<PlanId, readonly string[]>> = {
  starter: ['api'],
  creator: ['api', 'priority-processing'],
  pro: ['api', 'priority-processing', 'new-models-first'],
  enterprise: ['api', 'priority-processing', 'new-models-first'],
};

/** Two months are free in a year. */
const yearly = ({ minor, currency }: Money): Money => ({ minor: shareOfMinor(minor, 10n, 1n), currency });

const work = (label: string, price: Price): OperationRule => ({
  label,
  price,
  charge: 'at-start',
  needsBackground: false,
  cancellable: false,
  holdMs: 6 * HOUR_MS,
});

const PACKS: readonly PackRule[] = [
  { id: 'pack-500', label: '500 credits', credits: 500n, listPrice: usd('10.00'), volumeDiscountPercent: 0 },
  { id: 'pack-2500', label: '2,500 credits', credits: 2500n, listPrice: usd('50.00'), volumeDiscountPercent: 10 },
  { id: 'pack-10000', label: '10,000 credits', credits: 10_000n, listPrice: usd('200.00'), volumeDiscountPercent: 20 },
];

/** Everything is deducted at the start. */
const OPERATIONS: Policy['operations'] = {
  apply: { ...applying(5n), charge: 'at-start' },
  ...freeSteps,
  tool: work('Use a tool', {
    kind: 'by',
    trait: 'tool',
    table: { upscale: flat(10n), 'remove-background': flat(5n), image: flat(20n), music: flat(40n), video: flat(200n) },
  }),
  generation: work(
    'Generate a backdrop',
    byModel({
      [MODELS.lite]: [flat(10n), flat(15n), flat(30n), flat(60n)],
      [MODELS.pro]: [flat(20n), flat(30n), flat(60n), flat(120n)],
    }),
  ),
};

/** The declaration, with a deployment's own amounts where `options` names them. */
export function artificialStudio(options: ArtificialStudioOptions = {}): Policy {
  const credits = { ...CREDITS, ...options.planCredits };
  const prices = { ...PRICES, ...options.monthlyPrices };
  const signUp = options.signUpCredits === undefined ? 50n : options.signUpCredits;
  const plan = (id: PlanId, label: string, rank: number): PlanRule => {
    const month = prices[id] ?? null;
    return {
      id,
      label,
      rank,
      allowance: { kind: 'fixed', amount: credits[id] ?? 0n },
      price: { month, year: month === null ? null : yearly(month) },
      packDiscountPercent: 0,
      priority: FEATURES[id]?.includes('priority-processing') === true ? 10 : 0,
      features: FEATURES[id] ?? [],
    };
  };
  return {
    id: 'artificial-studio',
    version: 1,
    label: 'Artificial studio',
    unit: { code: 'credit', scale: 0 },
    currency: 'USD',
    buckets: [
      { id: 'trial', label: 'Welcome credits', paid: false, validity: { kind: 'never' } },
      { id: 'monthly', label: 'Monthly', paid: false, validity: { kind: 'never' } },
      { id: 'purchased', label: 'Extra packs', paid: true, validity: { kind: 'never' } },
    ],
    plans: {
      list: [plan('starter', 'Starter', 0), plan('creator', 'Creator', 1), plan('pro', 'Pro', 2), plan('enterprise', 'Enterprise', 3)],
      defaultPlan: null,
      bucket: 'monthly',
      anchor: { kind: 'subscription' },
      month: { cycle: { months: 1 }, period: { months: 1 } },
      year: { cycle: { months: 1 }, period: { years: 1 } },
    },
    trial: signUp === null ? null : { bucket: 'trial', amount: signUp },
    promotions: [],
    packs: {
      bucket: 'purchased',
      list: PACKS,
      offered: ['pack-500', 'pack-2500', 'pack-10000'],
      discounts: 'best-only',
    },
    topUp: null,
    operations: OPERATIONS,
    tiers: [],
    graceMs: DAY_MS,
    refunds: { windowDays: 7, covers: 'everything', timesByItself: 1 },
    autoTopUp: null,
    alerts: { lowBalance: 50n, usedPercent: [80, 100], expiringDays: [], fairUsePercent: 80 },
    payment: ['stripe', 'invoice'],
    onAccount: { limit: usd('5000.00'), overdueDays: 30 },
  };
}
