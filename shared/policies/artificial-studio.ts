/** Artificial studio: credits that never expire, deducted at the start and returned on failure (AS-01..AS-12). */

import { days, hours } from '../credits/model/durations.ts';
import { shareOfMinor } from '../credits/model/minor.ts';
import type { OperationRule, PackRule, PlanRule, Policy, Price } from '../credits/model/policy.ts';
import type { Money, PlanId, Units } from '../credits/model/quantities.ts';
import { NO_UNITS } from '../credits/model/units.ts';
import { applying, byModel, flatCredits, freeSteps, MODELS } from './operations.ts';
import { credits, usd } from './quantities.ts';

/** What the source leaves open, with its defaults. */
interface ArtificialStudioOptions {
  /** On sign-up (AS-05); null: none. */
  readonly signUpCredits?: Units | null;
  readonly planCredits?: Readonly<Record<PlanId, Units>>;
  readonly monthlyPrices?: Readonly<Record<PlanId, Money>>;
}

const CREDITS: Readonly<Record<PlanId, Units>> = {
  starter: credits(500),
  creator: credits(2000),
  pro: credits(5000),
  enterprise: credits(20_000),
};
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
  holdMs: hours(6),
});

const PACKS: readonly PackRule[] = [
  { id: 'pack-500', label: '500 credits', credits: credits(500), listPrice: usd('10.00'), volumeDiscountPercent: 0 },
  { id: 'pack-2500', label: '2,500 credits', credits: credits(2500), listPrice: usd('50.00'), volumeDiscountPercent: 10 },
  { id: 'pack-10000', label: '10,000 credits', credits: credits(10_000), listPrice: usd('200.00'), volumeDiscountPercent: 20 },
];

/** Everything is deducted at the start. */
const OPERATIONS: Policy['operations'] = {
  apply: { ...applying(credits(5)), charge: 'at-start' },
  ...freeSteps,
  tool: work('Use a tool', {
    kind: 'by',
    trait: 'tool',
    table: {
      upscale: flatCredits(10),
      'remove-background': flatCredits(5),
      image: flatCredits(20),
      music: flatCredits(40),
      video: flatCredits(200),
    },
  }),
  generation: work(
    'Generate a backdrop',
    byModel({
      [MODELS.lite]: [flatCredits(10), flatCredits(15), flatCredits(30), flatCredits(60)],
      [MODELS.pro]: [flatCredits(20), flatCredits(30), flatCredits(60), flatCredits(120)],
    }),
  ),
};

/** The declaration, with a deployment's own amounts where `options` names them. */
export function artificialStudio(options: ArtificialStudioOptions = {}): Policy {
  const included = { ...CREDITS, ...options.planCredits };
  const prices = { ...PRICES, ...options.monthlyPrices };
  const signUp = options.signUpCredits === undefined ? credits(50) : options.signUpCredits;
  const plan = (id: PlanId, label: string, rank: number): PlanRule => {
    const month = prices[id] ?? null;
    return {
      id,
      label,
      rank,
      allowance: { kind: 'fixed', amount: included[id] ?? NO_UNITS },
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
    graceMs: days(1),
    refunds: { windowDays: 7, covers: 'everything', timesByItself: 1 },
    autoTopUp: null,
    alerts: { lowBalance: credits(50), usedPercent: [80, 100], expiringDays: [], fairUsePercent: 80 },
    payment: ['stripe', 'invoice'],
    onAccount: { limit: usd('5000.00'), overdueDays: 30 },
  };
}
