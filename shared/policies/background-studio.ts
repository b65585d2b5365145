/** Background studio: one credit per applied photo; promotion, monthly and purchased credit, in this order (ST-01..ST-17). */

import { days } from '../credits/model/durations.ts';
import { parseInstant } from '../credits/model/instants.ts';
import type { PackRule, PlanRule, Policy } from '../credits/model/policy.ts';
import type { Instant, Millis, PlanId, Units } from '../credits/model/quantities.ts';
import { applying, freeSteps } from './operations.ts';
import { credits, eur } from './quantities.ts';

/** What the source leaves open, with its defaults. */
export interface BackgroundStudioOptions {
  /** When the launch promotion began (ST-10). */
  readonly launchAt?: Instant;
  readonly promotionDays?: number;
  /** Launch credits per slot and month, by plan; other plans follow in a later phase. */
  readonly promotionPerSlot?: Readonly<Record<PlanId, Units>>;
  /** Day of the month on which monthly credits reset (ST-09). */
  readonly resetDay?: number;
  readonly professionalPlusPerSlot?: Units;
  readonly professionalPerSlot?: Units;
  /** Of Premium, each month (ST-08). */
  readonly fairUseCap?: Units;
  readonly packs?: readonly PackRule[];
  /** Three ids for plans with monthly credits, three for Basic (ST-13, ST-14). */
  readonly packsWithAllowance?: readonly string[];
  readonly packsOfBasic?: readonly string[];
  readonly holdMs?: Millis;
  readonly graceMs?: Millis;
  readonly refundDays?: number;
}

const PACKS: readonly PackRule[] = [
  { id: 'pack-50', label: '50 credits', credits: credits(50), listPrice: eur('10.00'), volumeDiscountPercent: 0 },
  { id: 'pack-100', label: '100 credits', credits: credits(100), listPrice: eur('20.00'), volumeDiscountPercent: 5 },
  { id: 'pack-250', label: '250 credits', credits: credits(250), listPrice: eur('50.00'), volumeDiscountPercent: 10 },
  { id: 'pack-300', label: '300 credits', credits: credits(300), listPrice: eur('60.00'), volumeDiscountPercent: 10 },
  { id: 'pack-600', label: '600 credits', credits: credits(600), listPrice: eur('120.00'), volumeDiscountPercent: 15 },
  { id: 'pack-1200', label: '1,200 credits', credits: credits(1200), listPrice: eur('240.00'), volumeDiscountPercent: 20 },
];

/** Plans are part of the dealer's contract, so they have no price here. */
const NO_PRICE = { month: null, year: null } as const;

/** The declaration, with a deployment's own amounts where `options` names them. */
export function backgroundStudio(options: BackgroundStudioOptions = {}): Policy {
  const withAllowance = options.packsWithAllowance ?? ['pack-50', 'pack-100', 'pack-250'];
  const plan = (id: PlanId, label: string, rank: number, allowance: PlanRule['allowance']): PlanRule => ({
    id,
    label,
    rank,
    allowance,
    price: NO_PRICE,
    packDiscountPercent: 0,
    packs: allowance.kind === 'none' ? (options.packsOfBasic ?? ['pack-300', 'pack-600', 'pack-1200']) : withAllowance,
    priority: 0,
    features: [],
  });
  const perSlot = options.promotionPerSlot ?? { 'professional-plus': credits(10) };
  return {
    id: 'background-studio',
    version: 1,
    label: 'Background studio',
    unit: { code: 'credit', scale: 0 },
    currency: 'EUR',
    buckets: [
      { id: 'promo', label: 'Launch promotion', paid: false, validity: { kind: 'promotion' } },
      { id: 'monthly', label: 'Monthly', paid: false, validity: { kind: 'cycle', rolloverDays: 0 } },
      { id: 'purchased', label: 'Purchased', paid: true, validity: { kind: 'from-grant', step: { years: 1 } } },
    ],
    plans: {
      list: [
        plan('basic', 'Basic', 0, { kind: 'none' }),
        plan('professional', 'Professional', 1, { kind: 'per-slot', amount: options.professionalPerSlot ?? credits(5) }),
        plan('professional-plus', 'Professional Plus', 2, { kind: 'per-slot', amount: options.professionalPlusPerSlot ?? credits(10) }),
        plan('premium', 'Premium', 3, { kind: 'fair-use', cap: options.fairUseCap ?? credits(5000) }),
      ],
      defaultPlan: 'basic',
      bucket: 'monthly',
      anchor: { kind: 'day-of-month', day: options.resetDay ?? 1 },
      month: { cycle: { months: 1 }, period: { months: 1 } },
      year: null,
    },
    trial: null,
    promotions: [
      {
        id: 'launch',
        label: 'Launch promotion',
        bucket: 'promo',
        startsAt: options.launchAt ?? parseInstant('2026-11-23T00:00:00Z'),
        days: options.promotionDays ?? 28,
        byPlan: Object.fromEntries(Object.entries(perSlot).map(([id, amount]) => [id, { kind: 'per-slot', amount } as const])),
        perCycle: true,
      },
    ],
    packs: { bucket: 'purchased', list: options.packs ?? PACKS, offered: withAllowance, discounts: 'best-only' },
    topUp: null,
    operations: { apply: applying(credits(1), options.holdMs), ...freeSteps },
    tiers: [],
    graceMs: options.graceMs ?? days(1),
    refunds: { windowDays: options.refundDays ?? 14, covers: 'unused' },
    autoTopUp: null,
    alerts: { lowBalance: credits(20), usedPercent: [80, 100], expiringDays: [30, 7, 1], fairUsePercent: 80 },
    payment: ['invoice'],
    onAccount: { limit: eur('2000.00'), overdueDays: 30 },
  };
}
