/** The work that every policy prices in its own way: applied photos, free steps, generated backdrops. */

import { hours } from '../credits/model/durations.ts';
import type { OperationRule, Price } from '../credits/model/policy.ts';
import type { Units } from '../credits/model/quantities.ts';
import { NO_UNITS } from '../credits/model/units.ts';
import { credits } from './quantities.ts';

/** The backdrop generator's models: the first is cheap, the second costs what it takes. */
export const MODELS = { lite: 'backdrop-lite', pro: 'backdrop-pro' } as const;
const RESOLUTIONS = ['1K', '2K', '4K', '8K'] as const;

/** The rule of an applied photo (ST-01): `amount` per photo, held for two hours unless told otherwise. */
export const applying = (amount: Units, holdMs = hours(2)): OperationRule => ({
  label: 'Apply changes',
  price: { kind: 'flat', amount },
  charge: 'fixed',
  needsBackground: true,
  cancellable: true,
  holdMs,
});

const free = (label: string): OperationRule => ({
  label,
  price: { kind: 'flat', amount: NO_UNITS },
  charge: 'fixed',
  needsBackground: false,
  cancellable: true,
  holdMs: hours(2),
});

/**
 * What never costs anything: reverting and reporting (ST-04, ST-05), and processing on one's own machine, where a policy has no price
 * for it (PG-04 does). Free processing places no picture on a photo: that is what applying sells (ST-02, ST-03, ST-07).
 */
export const freeSteps = {
  revert: free('Revert to the original'),
  report: free('Report for correction'),
  process: { ...free('Process a picture'), soldWith: { watermark: 'apply' } },
} as const;

/** A table by model and, in it, by resolution; an operation that names no resolution gets the first. */
export const byModel = (prices: Readonly<Record<string, readonly [Price, Price, Price, Price]>>): Price => ({
  kind: 'by',
  trait: 'model',
  table: Object.fromEntries(
    Object.entries(prices).map(([model, rows]) => [
      model,
      {
        kind: 'by',
        trait: 'resolution',
        assumed: RESOLUTIONS[0],
        table: { '1K': rows[0], '2K': rows[1], '4K': rows[2], '8K': rows[3] },
      },
    ]),
  ),
});

/** The same price for every such operation. */
export const flat = (amount: Units): Price => ({ kind: 'flat', amount });
/** A price that is known after the work: held is `max`, charged at least `min`. */
export const range = (min: Units, max: Units): Price => ({ kind: 'range', min, max });
/** A price in whole credits, known beforehand. */
export const flatCredits = (amount: number): Price => flat(credits(amount));
/** A range in whole credits. */
export const creditRange = (min: number, max: number): Price => range(credits(min), credits(max));
