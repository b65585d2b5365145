/** Pay-as-you-go: a prepaid balance in euros, exact to a hundredth of a cent, without a subscription (PG-01..PG-16). */

import { days, hours } from '../credits/model/durations.ts';
import type { OperationRule, Policy, Price } from '../credits/model/policy.ts';
import type { Units } from '../credits/model/quantities.ts';
import { STEP_KINDS } from '../edit/processing/chain.ts';
import { applying, byModel, flat, freeSteps, MODELS, range } from './operations.ts';
import { eur, euroUnits as units } from './quantities.ts';

/** What the source leaves open, with its defaults. */
interface PayAsYouGoOptions {
  /** In balance units (0.0001 EUR); null: none given at present (PG-11). */
  readonly trialCredit?: Units | null;
  readonly processingCost?: Units;
  readonly applyCost?: Units;
  readonly maximumTopUp?: Units;
}

const generation: Price = byModel({
  [MODELS.lite]: [
    range(units('0.0050'), units('0.0100')),
    range(units('0.0100'), units('0.0200')),
    range(units('0.0300'), units('0.0600')),
    range(units('0.0900'), units('0.1800')),
  ],
  [MODELS.pro]: [
    range(units('0.0200'), units('0.0400')),
    range(units('0.0400'), units('0.0800')),
    range(units('0.1200'), units('0.2400')),
    range(units('0.3500'), units('0.7000')),
  ],
});

/** The declaration, with a deployment's own amounts where `options` names them. */
export function payAsYouGo(options: PayAsYouGoOptions = {}): Policy {
  const trialCredit = options.trialCredit === undefined ? units('0.5000') : options.trialCredit;
  const processing: OperationRule = {
    label: 'Process a picture',
    // The 20 processing operations, each at a flat cost (PG-04); a chain costs the sum of its steps.
    price: { kind: 'each', table: Object.fromEntries(STEP_KINDS.map((step) => [step, flat(options.processingCost ?? units('0.0010'))])) },
    charge: 'fixed',
    needsBackground: false,
    cancellable: false,
    holdMs: hours(1),
  };
  return {
    id: 'pay-as-you-go',
    version: 1,
    label: 'Pay as you go',
    unit: { code: 'EUR', scale: 4 },
    currency: 'EUR',
    buckets: [
      { id: 'trial', label: 'Trial credit', paid: false, validity: { kind: 'from-last-payment', step: { months: 12 } } },
      { id: 'balance', label: 'Balance', paid: true, validity: { kind: 'from-last-payment', step: { months: 12 } } },
    ],
    plans: null,
    trial: trialCredit === null ? null : { bucket: 'trial', amount: trialCredit },
    promotions: [],
    packs: null,
    topUp: {
      bucket: 'balance',
      minimum: units('5.0000'),
      maximum: options.maximumTopUp ?? units('10000.0000'),
      currency: 'EUR',
      unitsPerMinor: 100n,
    },
    operations: {
      apply: applying(options.applyCost ?? units('0.0500')),
      ...freeSteps,
      generation: {
        label: 'Generate a backdrop',
        price: generation,
        charge: 'actual',
        needsBackground: false,
        cancellable: false,
        holdMs: hours(6),
      },
      process: processing,
    },
    tiers: [
      { id: 'full', atLeast: units('0.5000') },
      { id: 'budget', atLeast: units('0.0100'), models: [MODELS.lite], resolutions: ['1K', '2K'] },
    ],
    graceMs: days(1),
    refunds: { windowDays: 14, covers: 'unused' },
    autoTopUp: { defaultMonthlyCap: eur('50.00'), backOffMs: days(1), maxDeclines: 3 },
    alerts: { lowBalance: units('0.5000'), usedPercent: [], expiringDays: [30, 7, 1], fairUsePercent: 80 },
    payment: ['paddle', 'invoice'],
    onAccount: { limit: eur('1000.00'), overdueDays: 30 },
  };
}
