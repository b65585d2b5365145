/** The five policies. Where a source leaves a size open it is small here, so that a few operations use everything up. */
import type { PackRule, Policy } from '../../../shared/credits/index.ts';
import { parseInstant } from '../../../shared/credits/model/instants.ts';
import { artificialStudio, backgroundStudio, creativeSuite, generativeSuite, payAsYouGo } from '../../../shared/policies/index.ts';
import { cents, units } from '../../quantities.ts';

const pack = (credits: bigint, price: bigint, volumeDiscountPercent: number): PackRule => ({
  id: `pack-${credits}`,
  label: `${credits} credits`,
  credits: units(credits),
  listPrice: { minor: cents(price), currency: 'EUR' },
  volumeDiscountPercent,
});

export const policies: readonly Policy[] = [
  backgroundStudio({
    launchAt: parseInstant('2026-11-20T00:00:00Z'),
    fairUseCap: units(9n),
    professionalPerSlot: units(1n),
    professionalPlusPerSlot: units(2n),
    promotionPerSlot: { 'professional-plus': units(2n) },
    packs: [pack(3n, 100n, 0), pack(5n, 200n, 7), pack(8n, 333n, 10), pack(11n, 500n, 20)],
    packsWithAllowance: ['pack-3', 'pack-5', 'pack-8'],
    packsOfBasic: ['pack-5', 'pack-8', 'pack-11'],
  }),
  payAsYouGo({ applyCost: units(12_000n), processingCost: units(9n) }),
  generativeSuite(),
  creativeSuite({
    planCredits: { free: units(5n), plus: units(60n), pro: units(130n) },
    tools: { enhance: units(2n), avatar: units(5n), video: units(100n) },
  }),
  artificialStudio({ planCredits: { starter: units(50n), creator: units(200n), pro: units(500n), enterprise: units(2000n) } }),
];

/** Throws a RangeError for an id that none of them has. */
export function policyOf(id: string): Policy {
  const policy = policies.find((one) => one.id === id);
  if (policy === undefined) throw new RangeError(`There is no policy ${id}.`);
  return policy;
}
