/** Generative suite: four paid tiers, credits that roll over for 30 days, packs that stay, workflows by range (GS-01..GS-16). */

import { days, hours } from '../credits/model/durations.ts';
import { shareOfMinor } from '../credits/model/minor.ts';
import type { OperationRule, PackRule, PlanRule, Policy, Price } from '../credits/model/policy.ts';
import type { Money, PlanId, Units } from '../credits/model/quantities.ts';
import { applying, byModel, creditRange, freeSteps, MODELS } from './operations.ts';
import { credits, usd } from './quantities.ts';

/** What the source leaves open, with its defaults. */
interface GenerativeSuiteOptions {
  readonly plusCredits?: Units;
  /** By plan, for one month of 30 days. */
  readonly monthlyPrices?: Readonly<Record<PlanId, Money>>;
  readonly packs?: readonly PackRule[];
  /** Team is told when less than this is left (GS-08). */
  readonly teamAlertBelow?: Units;
}

const PRICES: Readonly<Record<PlanId, Money>> = {
  plus: usd('12.00'),
  max: usd('39.00'),
  generative: usd('79.00'),
  team: usd('449.00'),
};

type PlanFacts = Pick<PlanRule, 'id' | 'label' | 'rank' | 'packDiscountPercent' | 'features'> & { readonly amount: Units };

const PLUS: PlanFacts = {
  id: 'plus',
  label: 'Plus',
  rank: 0,
  amount: credits(100),
  packDiscountPercent: 0,
  features: ['models:1', 'support:e-mail'],
};
const MAX: PlanFacts = {
  id: 'max',
  label: 'Max',
  rank: 1,
  amount: credits(400),
  packDiscountPercent: 20,
  features: ['models:5', 'support:priority'],
};
const GENERATIVE: PlanFacts = {
  id: 'generative',
  label: 'Generative',
  rank: 2,
  amount: credits(900),
  packDiscountPercent: 20,
  features: ['models:20', 'support:priority'],
};
const TEAM: PlanFacts = {
  id: 'team',
  label: 'Team',
  rank: 3,
  amount: credits(6000),
  packDiscountPercent: 20,
  features: ['models:100', 'support:dedicated', 'credit-alerts'],
};

/** The 500-credit pack lowers the price per credit by 18%, on every plan (GS-07): the plan's own 20% come off what that leaves (GS-05). */
const PACKS: readonly PackRule[] = [
  { id: 'pack-100', label: '100 credits', credits: credits(100), listPrice: usd('12.00'), volumeDiscountPercent: 0 },
  { id: 'pack-500', label: '500 credits', credits: credits(500), listPrice: usd('60.00'), volumeDiscountPercent: 18 },
  { id: 'pack-2000', label: '2,000 credits', credits: credits(2000), listPrice: usd('240.00'), volumeDiscountPercent: 25 },
];

/** A year costs twelve months less 40%; what is below a cent falls to the customer (GS-09). */
const yearly = ({ minor, currency }: Money): Money => ({ minor: shareOfMinor(minor, 12n * 60n, 100n), currency });

/** By duration, resolution and complexity (GS-02): portraits 2-3, ten seconds of video 8-20. */
const workflow: Price = {
  kind: 'by',
  trait: 'tool',
  table: {
    portrait: creditRange(2, 3),
    image: {
      kind: 'by',
      trait: 'resolution',
      assumed: '1K',
      table: { '1K': creditRange(1, 2), '2K': creditRange(2, 4), '4K': creditRange(4, 8) },
    },
    video: {
      kind: 'by',
      trait: 'complexity',
      assumed: 'medium',
      table: {
        low: { kind: 'duration', seconds: 10, min: credits(8), max: credits(12) },
        medium: { kind: 'duration', seconds: 10, min: credits(8), max: credits(20) },
        high: { kind: 'duration', seconds: 10, min: credits(12), max: credits(20) },
      },
    },
  },
};

const work = (label: string, price: Price): OperationRule => ({
  label,
  price,
  charge: 'actual',
  needsBackground: false,
  cancellable: false,
  holdMs: hours(6),
});

/** The declaration, with a deployment's own amounts where `options` names them. */
export function generativeSuite(options: GenerativeSuiteOptions = {}): Policy {
  const prices = { ...PRICES, ...options.monthlyPrices };
  const plan = ({ id, label, rank, amount, packDiscountPercent, features }: PlanFacts): PlanRule => {
    const month = prices[id] ?? null;
    const price = { month, year: month === null ? null : yearly(month) };
    return { id, label, rank, allowance: { kind: 'fixed', amount }, price, packDiscountPercent, priority: rank, features };
  };
  return {
    id: 'generative-suite',
    version: 1,
    label: 'Generative suite',
    unit: { code: 'credit', scale: 0 },
    currency: 'USD',
    buckets: [
      { id: 'rollover', label: 'Rolled over', paid: false, validity: { kind: 'cycle', rolloverDays: 30 }, rolloverOf: 'monthly' },
      { id: 'monthly', label: 'Monthly', paid: false, validity: { kind: 'cycle', rolloverDays: 30 } },
      { id: 'purchased', label: 'Extra packs', paid: true, validity: { kind: 'never' } },
    ],
    plans: {
      list: [plan({ ...PLUS, amount: options.plusCredits ?? PLUS.amount }), plan(MAX), plan(GENERATIVE), plan(TEAM)],
      defaultPlan: null,
      bucket: 'monthly',
      anchor: { kind: 'subscription' },
      month: { cycle: { days: 30 }, period: { days: 30 } },
      year: { cycle: { months: 1 }, period: { years: 1 } },
    },
    trial: null,
    promotions: [],
    packs: { bucket: 'purchased', list: options.packs ?? PACKS, offered: ['pack-100', 'pack-500', 'pack-2000'], discounts: 'multiply' },
    topUp: null,
    operations: {
      apply: applying(credits(1)),
      ...freeSteps,
      tool: work('Run a workflow', workflow),
      generation: work(
        'Generate a backdrop',
        byModel({
          [MODELS.lite]: [creditRange(1, 2), creditRange(1, 3), creditRange(2, 5), creditRange(4, 10)],
          [MODELS.pro]: [creditRange(2, 4), creditRange(3, 6), creditRange(6, 12), creditRange(12, 24)],
        }),
      ),
    },
    tiers: [],
    graceMs: days(1),
    refunds: { windowDays: 0, covers: 'unused' },
    autoTopUp: { defaultMonthlyCap: usd('100.00'), backOffMs: days(1), maxDeclines: 3 },
    alerts: {
      lowBalance: null,
      lowBalanceByPlan: { team: options.teamAlertBelow ?? credits(600) },
      usedPercent: [80, 100],
      expiringDays: [30, 7, 1],
      fairUsePercent: 80,
    },
    payment: ['stripe', 'invoice'],
    onAccount: { limit: usd('5000.00'), overdueDays: 30 },
  };
}
