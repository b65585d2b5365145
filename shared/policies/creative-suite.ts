/** Creative suite: a set number of credits per tool, credits by plan that reset with the cycle, add-ons that stay (PS-01..PS-06). */

import { days, hours } from '../credits/model/durations.ts';
import type { OperationRule, PackRule, PlanRule, Policy } from '../credits/model/policy.ts';
import type { PlanId, Units } from '../credits/model/quantities.ts';
import { NO_UNITS } from '../credits/model/units.ts';
import { applying, byModel, flat, flatCredits, freeSteps, MODELS } from './operations.ts';
import { credits, usd } from './quantities.ts';

/** What the source leaves open, with its defaults. */
interface CreativeSuiteOptions {
  /** Credits per tool: the table in the profile and on the pricing page (PS-01). */
  readonly tools?: Readonly<Record<string, Units>>;
  readonly planCredits?: Readonly<Record<PlanId, Units>>;
}

const TOOLS: Readonly<Record<string, Units>> = {
  'remove-background': credits(1),
  'replace-background': credits(2),
  enhance: credits(2),
  expand: credits(3),
  'replace-object': credits(4),
  avatar: credits(5),
  video: credits(20),
};

const ADD_ONS: readonly PackRule[] = [
  { id: 'add-on-100', label: '100 add-on credits', credits: credits(100), listPrice: usd('5.00'), volumeDiscountPercent: 0 },
  { id: 'add-on-300', label: '300 add-on credits', credits: credits(300), listPrice: usd('15.00'), volumeDiscountPercent: 10 },
  { id: 'add-on-1000', label: '1,000 add-on credits', credits: credits(1000), listPrice: usd('50.00'), volumeDiscountPercent: 20 },
];

const work = (label: string, price: OperationRule['price']): OperationRule => ({
  label,
  price,
  charge: 'fixed',
  needsBackground: false,
  cancellable: false,
  holdMs: hours(6),
});

/** Every tool costs its set number of credits (PS-01). */
const operationsWith = (tools: Readonly<Record<string, Units>>): Policy['operations'] => ({
  apply: applying(credits(1)),
  ...freeSteps,
  tool: work('Use a tool', {
    kind: 'by',
    trait: 'tool',
    table: Object.fromEntries(Object.entries(tools).map(([tool, amount]) => [tool, flat(amount)])),
  }),
  generation: work(
    'Generate a backdrop',
    byModel({
      [MODELS.lite]: [flatCredits(2), flatCredits(3), flatCredits(5), flatCredits(10)],
      [MODELS.pro]: [flatCredits(4), flatCredits(6), flatCredits(12), flatCredits(24)],
    }),
  ),
});

/** The declaration, with a deployment's own amounts where `options` names them. */
export function creativeSuite(options: CreativeSuiteOptions = {}): Policy {
  const included: Readonly<Record<PlanId, Units>> = { free: credits(5), plus: credits(200), pro: credits(500), ...options.planCredits };
  const plan = (id: PlanId, label: string, rank: number, month: string, year: string): PlanRule => ({
    id,
    label,
    rank,
    allowance: { kind: 'fixed', amount: included[id] ?? NO_UNITS },
    price: { month: usd(month), year: usd(year) },
    packDiscountPercent: 0,
    priority: rank,
    features: [],
  });
  return {
    id: 'creative-suite',
    version: 1,
    label: 'Creative suite',
    unit: { code: 'credit', scale: 0 },
    currency: 'USD',
    buckets: [
      { id: 'monthly', label: 'Included', paid: false, validity: { kind: 'cycle', rolloverDays: 0 } },
      { id: 'purchased', label: 'Add-on credits', paid: true, validity: { kind: 'never' } },
    ],
    plans: {
      list: [plan('free', 'Free', 0, '0.00', '0.00'), plan('plus', 'Plus', 1, '7.00', '60.00'), plan('pro', 'Pro', 2, '13.00', '108.00')],
      defaultPlan: 'free',
      bucket: 'monthly',
      anchor: { kind: 'subscription' },
      month: { cycle: { months: 1 }, period: { months: 1 } },
      year: { cycle: { months: 1 }, period: { years: 1 } },
    },
    trial: null,
    promotions: [],
    packs: {
      bucket: 'purchased',
      list: ADD_ONS,
      offered: ['add-on-100', 'add-on-300', 'add-on-1000'],
      discounts: 'best-only',
    },
    topUp: null,
    operations: operationsWith(options.tools ?? TOOLS),
    tiers: [],
    graceMs: days(1),
    refunds: { windowDays: 0, covers: 'unused' },
    autoTopUp: null,
    alerts: { lowBalance: credits(5), usedPercent: [80, 100], expiringDays: [30, 7, 1], fairUsePercent: 80 },
    payment: ['stripe', 'invoice'],
    onAccount: { limit: usd('750.00'), overdueDays: 30 },
  };
}
